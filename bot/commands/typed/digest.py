"""What stands after `digest`. PURE.

digest | digest [customers | board] (daily | weekly | monthly | off)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.reports.readable import fold
from bot.when.repeats import Repeats, read_repeats


@dataclass(frozen=True, slots=True)
class ShowDigests:
    """Say which digests whoever asks reads, and when the next comes."""


@dataclass(frozen=True, slots=True)
class SetDigest:
    """Let a digest of whoever asks come so often; without a subject each that they read."""

    repeats: Repeats
    subject: Literal["customers", "board"] | None = None


_SUBJECTS: Final[Mapping[str, Literal["customers", "board"]]] = {
    **dict.fromkeys(("customers", "klanten", "accounts"), "customers"),
    **dict.fromkeys(("board", "directie", "bestuur"), "board"),
}


def read_digest(words: Sequence[str]) -> ShowDigests | SetDigest | None:
    """What the words say; None where they say something else."""
    if not words:
        return ShowDigests()
    subject = _SUBJECTS.get(fold(words[0]))
    repeats = read_repeats(words if subject is None else words[1:])
    return None if repeats is None else SetDigest(repeats, subject)
