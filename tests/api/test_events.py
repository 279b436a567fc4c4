"""Events are taken in once, by their sender's id, as `npsbot event` takes them."""

import pytest

from bot.store.schema import customer_event
from bot.store.store import Store
from tests.api.conftest import EVERY, Api, fields, problem, served
from tests.support.bot_under_test import Bot, Customer, settings_of

FINISHED = {
    "contact_id": "C1",
    "event": "project.finished",
    "id": "P-12",
    "at": "2026-03-01",
    "fields": {"project": "Roof"},
}


async def test_an_event_is_taken_in_once(doors: Api) -> None:
    await doors.bot.add(Customer("C1", slack="U1"))
    first, second = [await doors.ask("POST", "/events", json=FINISHED) for _ in range(2)]
    assert first.json()["outcome"] == "taken"
    assert first.json()["note"].startswith("kept, but no campaign asks after project.finished")
    assert second.json() == {"outcome": "known", "note": None, "awaited": []}
    assert [row.key for row in await doors.bot.rows(customer_event)] == ["P-12"]
    other = await doors.ask("POST", "/events", json={**FINISHED, "event": "project.begun"})
    told = problem(other, 422)
    assert fields(told) == ["id"]
    assert (
        told["detail"] == "id 'P-12' came before with something else in it; give each event an id of its own"
    )


async def test_what_is_told_again_without_its_time_is_known(doors: Api) -> None:
    await doors.bot.add(Customer("C1", slack="U1"))
    untimed = {name: value for name, value in FINISHED.items() if name != "at"}
    assert (await doors.ask("POST", "/events", json=untimed)).json()["outcome"] == "taken"
    await doors.bot.later(seconds=90)
    assert (await doors.ask("POST", "/events", json=untimed)).json()["outcome"] == "known"
    batch = (await doors.ask("POST", "/events/batch", json={"events": [untimed, untimed]})).json()
    assert (batch["known"], batch["refused"]) == (2, [])


async def test_who_asks_after_it_is_told(store: Store) -> None:
    after = {"after": {"on": {"event": "project.finished"}, "every": 0}}
    bot = Bot(store, settings_of(campaigns=after))
    await bot.add(Customer("C1", slack="U1"))
    async with served(bot) as client:
        doors = Api(bot, client)
        key = await doors.key("all", *EVERY)
        told = (await doors.ask("POST", "/events", key, json={**FINISHED, "at": None})).json()
    assert (told["outcome"], told["note"]) == ("taken", None)
    assert [one["campaign"] for one in told["awaited"]] == ["after"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact_id": "C9"}, "contact_id"),
        ({"contact_id": " "}, "contact_id"),
        ({"event": ""}, "event"),
        ({"event": "x" * 101}, "event"),
        ({"id": "x" * 201}, "id"),
        ({"id": "date:1"}, "id"),
        ({"at": "soon"}, "at"),
        ({"at": "2036-01-01"}, "at"),
        ({"at": "1999-01-01"}, "at"),
        ({"fields": {"project": "x" * 501}}, "fields"),
        ({"fields": {"company": "x"}}, "fields"),
        ({"fields": {"project": 12}}, "fields.project"),
        ({"project": "Roof"}, "project"),
    ],
)
async def test_what_is_refused_is_named(doors: Api, change: dict[str, object], field: str) -> None:
    await doors.bot.add(Customer("C1", slack="U1"))
    told = problem(await doors.ask("POST", "/events", json={**FINISHED, **change}), 422)
    assert fields(told) == [field]
    assert await doors.bot.rows(customer_event) == []


async def test_of_a_batch_the_good_are_taken_in(doors: Api) -> None:
    await doors.bot.add(Customer("C1", slack="U1"))
    batch = [FINISHED, {**FINISHED, "contact_id": "C9"}, {**FINISHED, "at": "soon"}, FINISHED, {"x": 1}]
    told = (await doors.ask("POST", "/events/batch", json={"events": batch})).json()
    assert (told["taken"], told["known"]) == (1, 1)
    assert [(one["place"], fields(one)) for one in told["refused"]] == [
        (2, ["contact_id"]),
        (3, ["at"]),
        (5, ["contact_id", "event", "x"]),
    ]
    assert [note["place"] for note in told["notes"]] == [1]
