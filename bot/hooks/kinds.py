"""What other systems can be told of."""

from typing import Literal, get_args

HookKind = Literal[
    "answer.given",
    "answer.corrected",
    "case.opened",
    "case.changed",
    "case.closed",
    "contact.opted_out",
    "wave.started",
    "wave.ended",
]

HOOK_KINDS: tuple[HookKind, ...] = get_args(HookKind)
