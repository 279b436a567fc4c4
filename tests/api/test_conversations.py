"""Conversations and answers, page by page, while others write; words are for who may see them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.reports.conversation_list import WhichConversations, answers_after, conversations_after
from bot.reports.scope import waves_of
from tests.api.conftest import Api, fields, problem
from tests.api.world import PEOPLE, played


async def every(doors: Api, path: str, of: str, **query: str) -> list[dict[str, Any]]:
    """All rows of a list, two at a time."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        asked = {"limit": "2", **query, **({"cursor": cursor} if cursor else {})}
        answer = await doors.ask("GET", path, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page[of]) <= 2
        rows += page[of]
        if page["next"] is None:
            return rows
        cursor = page["next"]


async def test_a_conversation_is_told_as_the_export_has_it(doors: Api) -> None:
    await played(doors)
    rows = await every(doors, "/conversations", "conversations")
    assert [(one["wave"], one["contact_id"], one["score"]) for one in rows] == [
        *((1, "C1", 9), (1, "C2", 8), (1, "C3", None)),
        *((2, "C1", 3), (2, "C2", 7), (2, "C3", None)),
    ]
    last = rows[3]
    assert (last["name"], last["account"], last["category"]) == ("Quagga", "Globex", "detractor")
    assert last["reason"] == "the wildebeest bites"
    assert last["attributes"] == {"plan": "platinum"}
    assert last["case"] == 1
    number = last["conversation"]
    assert (await doors.ask("GET", f"/conversations/{number}")).json() == last
    said = await every(doors, "/answers", "answers", conversation=str(number))
    assert (said[0]["kind"], said[0]["score"]) == ("score", 3)
    assert problem(await doors.ask("GET", "/conversations/999"), 404)["code"] == "no_such_conversation"
    problem(await doors.ask("GET", "/conversations/99999999999999"), 422)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"campaign": "demo"}, [1, 2, 3, 4, 5, 6]),
        ({"campaign": "demo", "wave": "2"}, [4, 5, 6]),
        ({"category": "promoters"}, [1]),
        ({"category": "passives"}, [2, 5]),
        ({"category": "detractors", "wave": "1", "campaign": "demo"}, []),
        ({"since": "2026-03-10"}, [4, 5]),
        ({"since": "2026-03-10", "category": "detractors"}, [4]),
        ({"since": "2036-03-10"}, []),
    ],
)
async def test_filters(doors: Api, query: dict[str, str], found: list[int]) -> None:
    await played(doors)
    rows = await every(doors, "/conversations", "conversations", **query)
    assert [one["conversation"] for one in rows] == found
    answers = await every(doors, "/answers", "answers", **query)
    assert {one["conversation"] for one in answers} == {one for one in found if one not in (3, 6)}


async def test_pages_stand_still_while_answers_come_in(doors: Api) -> None:
    await played(doors)
    first = (await doors.ask("GET", "/conversations", params={"limit": "2"})).json()
    await doors.bot.say("slack:USILENT", "10 at last")
    await doors.bot.say("slack:UDODO", "9 after all")
    await doors.ask("DELETE", "/contacts/C1")
    seen = [one["conversation"] for one in first["conversations"]]
    cursor = first["next"]
    while cursor is not None:
        page = (await doors.ask("GET", "/conversations", params={"limit": "2", "cursor": cursor})).json()
        seen += [one["conversation"] for one in page["conversations"]]
        cursor = page["next"]
    assert seen == [1, 2, 3, 4, 5, 6]


async def test_a_page_is_read_in_the_order_of_its_numbers_and_nothing_is_sorted(doors: Api) -> None:
    """However many there are, a page costs no more than what is on it and what its filters pass over."""
    await played(doors)
    if doors.bot.store.url.drivername != "sqlite+aiosqlite":
        return  # PostgreSQL plans by its statistics, which of so few rows say nothing
    every = WhichConversations()
    good = WhichConversations(category="promoters")

    def plans(connection: Connection) -> list[str]:
        waves = waves_of(connection, "demo")
        zone = ZoneInfo("Europe/Amsterdam")
        found = []
        for which in (every, good):
            for page in (conversations_after(waves, which, 1, 50), answers_after(waves, which, zone, 1, 50)):
                statement = page.compile(connection, compile_kwargs={"literal_binds": True})
                told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
                found.append("; ".join(row[3] for row in told))
        return found

    for plan in await doors.bot.store.read(plans):
        assert "USING INTEGER PRIMARY KEY (rowid>?)" in plan
        assert "TEMP B-TREE" not in plan


async def test_of_who_was_erased_the_score_is_left(doors: Api) -> None:
    await played(doors)
    await doors.ask("DELETE", "/contacts/C1")
    rows = await every(doors, "/conversations", "conversations", category="detractors")
    (row,) = rows
    assert (row["score"], row["erased"], row["contact_id"], row["name"], row["reason"]) == (
        *(3, "request"),
        *(None, None, None),
    )
    said = await every(doors, "/answers", "answers", conversation=str(row["conversation"]))
    assert {one["text"] for one in said} == {None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"category": "haters"}, "category"),
        ({"campaign": "demo", "wave": "0"}, "wave"),
        ({"campaign": "a\0b"}, "campaign"),
        ({"wave": "1"}, ""),
        ({"conversations": "1"}, "conversations"),
    ],
)
async def test_a_filter_that_is_wrong_is_named(doors: Api, query: dict[str, str], field: str) -> None:
    assert fields(problem(await doors.ask("GET", "/conversations", params=query), 422)) == [field]


async def test_a_campaign_that_there_is_not_is_404(doors: Api) -> None:
    for path in ("/conversations", "/answers", "/cases"):
        told = problem(await doors.ask("GET", path, params={"campaign": "other"}), 404)
        assert told["code"] == "never_started"
    await played(doors)
    told = problem(await doors.ask("GET", "/answers", params={"campaign": "demo", "wave": "9"}), 404)
    assert told["code"] == "no_such_wave"


async def test_a_cursor_is_bound_to_its_filters(doors: Api) -> None:
    await played(doors)
    cursor = (await doors.ask("GET", "/answers", params={"limit": "1"})).json()["next"]
    for query in ({"category": "promoters"}, {"since": "2026-03-01"}, {"conversation": "1"}):
        problem(await doors.ask("GET", "/answers", params={"cursor": cursor, **query}), 422)
    problem(await doors.ask("GET", "/conversations", params={"cursor": cursor}), 422)
    assert (await doors.ask("GET", "/answers", params={"cursor": cursor})).status_code == 200


async def test_without_words_names_and_words_are_left_empty(doors: Api) -> None:
    await played(doors)
    key = await doors.key("figures", "conversations:read")
    rows = (await doors.ask("GET", "/conversations", key)).json()["conversations"]
    assert [one["contact_id"] for one in rows[:3]] == [one["contact_id"] for one in PEOPLE]
    assert {(one["name"], one["reason"], str(one["attributes"])) for one in rows} == {(None, None, "{}")}
    said = (await doors.ask("GET", "/answers", key)).json()["answers"]
    assert {one["text"] for one in said} == {None}
    assert {one["score"] for one in said} >= {9, 3}
