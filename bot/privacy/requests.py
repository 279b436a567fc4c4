"""What a person asks about themself (WHY ME, MY DATA, DELETE): the answers, as texts to send.

Only the person themself is answered, from an address that is theirs now; what is asked from an address of
nobody is told that nothing is held.
"""

import secrets
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.context import Context
from bot.dialogue.conversation import Right
from bot.dialogue.messages import Voice
from bot.people.contacts import person_at
from bot.privacy import erasure_code, held
from channels.base import Address
from channels.known import limits_of

MOST: Final = 10  # messages that MY DATA may take
SHORTEST: Final = 160  # characters, where a channel's limit is not known


def draw_code() -> str:
    """Four random digits, the first no zero: a telephone may take 0042 for 42."""
    return str(1000 + secrets.randbelow(9000))


def answer(
    connection: Connection,
    context: Context,
    at: Address,
    right: Right,
    voice: Voice,
    code: str,
    now: datetime,
) -> list[str]:
    """The messages that answer whoever asks at this address. `code` is what DELETE asks to repeat."""
    person = person_at(connection, at)
    if person is None:
        return [voice.text("nothing_held")]
    zone = ZoneInfo(context.settings.timezone)
    match right:
        case "why_me":
            return [held.why_me(connection, person, voice, zone)]
        case "delete":
            erasure_code.expect(connection, person, at, code, now)
            return [voice.text("delete_code", code=code)]
        case "my_data" if limits_of(at.channel).by_phone:
            here = held.this_conversation(connection, person, at, voice, zone)
            paragraphs = [here, *held.wished(connection, person, voice, zone)]
        case "my_data":
            paragraphs = held.my_data(connection, person, voice, zone)
    limits = context.limits.get(at.channel)
    limit = limits.text if limits else SHORTEST
    return held.messages_of(paragraphs, limit, MOST, voice.text("data_more"))
