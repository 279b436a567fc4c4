"""The outbox: what is to be said, in the database, in the transaction that decided it.

A row is due at a time, with a priority and an expiry. A worker leases it for ten seconds; a lease that
lapsed is a retry, so nothing needs cleaning up after a crash. Rows of one lane (one conversation, one case)
leave in the order of their ids; one failing row holds up its own lane only.
"""

from bot.outbox.changes import cancel_for, free_keys, hurry, move, rewrite, take_back, take_back_alert
from bot.outbox.delivery_reports import RANK, look_for_refs, may_pass, report, take_early, why_undelivered
from bot.outbox.messages import (
    AT_MOST_ONCE,
    COMMAND_PARTS,
    CommandPart,
    Draft,
    MessageKind,
    Outgoing,
    Queued,
    command_key,
    in_place_of,
)
from bot.outbox.queue import (
    LASTING_REF,
    LEEWAY,
    claim,
    expire_answers,
    finish,
    held_refs,
    how_many,
    id_of,
    post_anew,
    put,
    replaced,
    retry,
    set_back,
    told_lately,
    where_to,
)

__all__ = [
    "AT_MOST_ONCE",
    "COMMAND_PARTS",
    "LASTING_REF",
    "LEEWAY",
    "RANK",
    "CommandPart",
    "Draft",
    "MessageKind",
    "Outgoing",
    "Queued",
    "cancel_for",
    "claim",
    "command_key",
    "expire_answers",
    "finish",
    "free_keys",
    "held_refs",
    "how_many",
    "hurry",
    "id_of",
    "in_place_of",
    "look_for_refs",
    "may_pass",
    "move",
    "post_anew",
    "put",
    "replaced",
    "report",
    "retry",
    "rewrite",
    "set_back",
    "take_back",
    "take_back_alert",
    "take_early",
    "told_lately",
    "where_to",
    "why_undelivered",
]
