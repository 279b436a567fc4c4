"""The daily summary that an account manager reads: what customers of theirs said that asks for no alert. PURE.

One message, by account. Why somebody is not yet a promoter stands before thanks, and key contacts who stayed silent
stand last: what can still be won comes first.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, Literal

from bot.dialogue.kinds import SCALES
from bot.dialogue.wording import Words
from channels.base import Body, Span, bold, plain
from channels.layout import cut

QUOTED: Final = 240
QUOTED_BY_SMS: Final = 60
LONGEST: Final = 3_000
LONGEST_BY_SMS: Final = 300
"""Characters of one customer's words, and of the whole. What does not fit is counted: nothing is left out silently."""

_NPS: Final = SCALES["nps"]
_PLAIN: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-"})
Remark = Literal["passive", "promoter", "silent"]
_ORDER: Final[tuple[Remark, ...]] = ("passive", "promoter", "silent")

_COUNTED: Final[Mapping[Remark, tuple[str, str]]] = {
    "passive": ("digest_passive_one", "digest_passive"),
    "promoter": ("digest_promoter_one", "digest_promoter"),
    "silent": ("digest_silent_one", "digest_silent"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one customer said, or that a key contact said nothing. `low` and `high` are the ends of the scale."""

    remark: Remark
    account: str
    name: str
    score: int | None = None
    low: int = _NPS.minimum
    high: int = _NPS.maximum
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """All that there is to tell of one day; `day` as it is where the manager is."""

    company: str
    day: date
    told: tuple[Told, ...]


def digest_text(digest: Digest, words: Words) -> Body:
    """The summary for a chat."""
    spans: list[Span] = [
        bold(words.text("digest_title", day=words.forms.day(digest.day), counts=_counts(digest, words)))
    ]
    length, shown = len(spans[0].text), 0
    for account, customers in _by_account(digest.told):
        before = [bold(f"\n\n{account or words.text('digest_no_account')}")]
        for one in customers:
            line = [*before, plain(f"\n{_line(one, words, QUOTED)}")]
            length += sum(len(span.text) for span in line)
            if shown and length > LONGEST:
                return (*spans, plain(f"\n\n{_more(digest, shown, words)}"))
            spans += line
            before, shown = [], shown + 1
    return tuple(spans)


def digest_sms(digest: Digest, words: Words) -> Body:
    """The summary where each character is paid for."""
    text, shown = words.text("digest_sms", company=digest.company), 0
    for account, customers in _by_account(digest.told):
        before = f"{'.' if shown else ''} {account or words.text('digest_no_account')}: "
        for one in customers:
            more = before + _line(one, words, QUOTED_BY_SMS)
            if shown and len(text) + len(more) > LONGEST_BY_SMS:
                text += f". {_more(digest, shown, words, '_sms')}"
                return (plain(text.translate(_PLAIN)),)
            text, before, shown = text + more, "; ", shown + 1
    return (plain(text.translate(_PLAIN)),)


def _by_account(told: Iterable[Told]) -> Iterator[tuple[str, Iterator[Told]]]:
    """By account in the order of their names; those without one last."""
    ordered = sorted(
        told,
        key=lambda one: (
            not one.account,
            one.account.casefold(),
            one.account,
            _ORDER.index(one.remark),
            -1 if one.score is None else one.score,
            one.name,
        ),
    )
    yield from groupby(ordered, key=lambda one: one.account)


def _counts(digest: Digest, words: Words) -> str:
    """`2 passives, 1 promoter`."""
    kinds = [one.remark for one in digest.told]
    counted = ((kind, kinds.count(kind)) for kind in _ORDER)
    return ", ".join(
        words.text(_COUNTED[kind][count > 1], count=words.forms.number(count))
        for kind, count in counted
        if count
    )


def _line(one: Told, words: Words, most: int) -> str:
    name = " ".join(one.name.split()) or words.text("nobody")
    if one.remark == "silent":
        return words.text("digest_was_silent", name=name)
    nps = (one.low, one.high) == (_NPS.minimum, _NPS.maximum)
    score = str(one.score) if nps else words.text("score_on_scale", score=one.score, high=one.high)
    return words.text("digest_said", name=name, score=score, reason=cut(" ".join(one.reason.split()), most))


def _more(digest: Digest, shown: int, words: Words, by: str = "") -> str:
    more = len(digest.told) - shown
    key = "digest_more_one" if more == 1 else "digest_more"
    return words.text(key + by, count=words.forms.number(more))
