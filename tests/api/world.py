"""Two waves in which customers with telling names said telling words, and a colleague wrote some too."""

from typing import Final

from sqlalchemy import delete

from bot.store.schema import api_key
from tests.api.conftest import EVERY, Api, served
from tests.support.bot_under_test import Bot
from tests.support.worlds import in_world

PLANTED: Final = ("Quagga", "Dodo", "quokka", "impala", "wildebeest", "okapi", "31655512399", "platinum")
"""Names and words that are for keys with the scope `words`, or with `contacts:read`."""

PEOPLE: Final = (
    {
        "contact_id": "C1",
        "name": "Quagga",
        "account": "Globex",
        "account_manager": "Manager",
        "slack": "UQUAGGA",
        "phone": "+31655512399",
        "attributes": {"plan": "platinum"},
    },
    {"contact_id": "C2", "name": "Dodo", "account": "Initech", "slack": "UDODO"},
    {"contact_id": "C3", "name": "Silent", "account": "Initech", "slack": "USILENT"},
)


async def played(doors: Api, *, thread: bool = True) -> None:
    """C1 falls from 9 to 3 and has a case, perhaps with a thread; C2 gives an 8 and a 7; C3 says nothing. The client's
    key gives way to the one that belongs to this world."""
    key = await in_world(doors.bot, _played, thread)
    doors.http.headers["Authorization"] = f"Bearer {key}"


async def _played(bot: Bot, thread: bool) -> str:
    async with served(bot) as client:
        doors = Api(bot, client)
        await bot.store.write(lambda connection: connection.execute(delete(api_key)).rowcount)
        key = await doors.key("all", *EVERY)
        kept = await doors.ask("POST", "/contacts/batch", key, json={"contacts": PEOPLE})
    assert kept.json()["added"] == len(PEOPLE)
    await bot.start()
    await bot.say("slack:UQUAGGA", "9")
    await bot.say("slack:UQUAGGA", "the quokka service is great")
    await bot.say("slack:UDODO", "8 because of the impala invoices")
    await bot.work()
    await bot.later(days=20)
    await bot.start()
    await bot.say("slack:UQUAGGA", "3 the wildebeest bites")
    await bot.say("slack:UDODO", "7")
    await bot.work()
    if thread:
        (case,) = await bot.cases()
        await bot.say("slack:UMANAGER", "I call you about the okapi", reply_to=case.shown_ref)
        await bot.work()
    return key
