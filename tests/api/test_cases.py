"""Cases are read and acted on as in the chat."""

from datetime import datetime

import pytest

from bot.reports.as_json.cases import case_json
from bot.reports.cases.file import case_file
from bot.reports.cases.scope import EVERYBODY
from bot.store.schema import case
from tests.api.conftest import Api, fields, problem
from tests.api.world import played


async def test_one_is_told_as_the_command_tells_it(doors: Api) -> None:
    await played(doors)
    found = await doors.bot.store.read(case_file, doors.bot.settings, 1, EVERYBODY, doors.bot.clock.now())
    assert found is not None
    whole = (await doors.ask("GET", "/cases/1")).json()
    assert whole == case_json(found)
    assert "I call you about the okapi" in [step["text"] for step in whole["steps"]]
    (listed,) = (await doors.ask("GET", "/cases")).json()["cases"]
    assert listed == {name: whole[name] for name in listed}


async def test_it_is_taken_put_aside_finished_and_opened_again(doors: Api) -> None:
    await played(doors, thread=False)
    taken = await doors.ask("POST", "/cases/1/take")
    assert (taken.json()["outcome"], taken.json()["case"]["state"]) == ("done", "taken")
    (row,) = await doors.bot.rows(case)
    owner = taken.json()["case"]["owner"]
    aside = await doors.ask("POST", "/cases/1/snooze", json={"day": "2026-03-27", "hour": "14:30"})
    assert aside.json()["case"]["state"] == "snoozed"
    (row,) = await doors.bot.rows(case)
    assert f"{row.snoozed_until:%Y-%m-%d %H:%M}" == "2026-03-27 13:30", "by the clock of its owner"
    done = await doors.ask("POST", "/cases/1/done", json={"note": "called them"})
    assert (done.json()["case"]["state"], done.json()["detail"]) == ("done", "Case 1 is done.")
    again = await doors.ask("POST", "/cases/1/done")
    assert again.json()["outcome"] == "unchanged"
    assert (await doors.ask("GET", "/cases")).json()["cases"] == []
    every = (await doors.ask("GET", "/cases", params={"which": "all"})).json()["cases"]
    assert [(one["case"], one["owner"]) for one in every] == [(1, "all")]
    opened = await doors.ask("POST", "/cases/1/reopen")
    assert opened.json()["case"]["state"] == "open"
    whole = (await doors.ask("GET", "/cases/1")).json()
    assert owner
    assert {"taken", "snoozed", "finished", "reopened"} <= {step["kind"] for step in whole["steps"]}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/cases/9/take", None, 404, "no_such_case"),
        ("/cases/9999999999999/take", None, 422, "unfit"),
        ("/cases/1/snooze", {"day": "2020-01-01"}, 409, "snooze_past"),
        ("/cases/1/snooze", {"day": "2046-01-01"}, 409, "snooze_far"),
        ("/cases/1/snooze", {"day": "2026-03-27", "hour": "14:30Z"}, 422, "unfit"),
        ("/cases/1/snooze", {}, 422, "unfit"),
        ("/cases/1/done", {"cause": "nonsense"}, 422, "unfit"),
        ("/cases/1/done", {"note": "x" * 501}, 422, "unfit"),
        ("/cases/1/done", {"why": "x"}, 422, "unfit"),
    ],
)
async def test_what_cannot_be_done_is_told_and_changes_nothing(
    doors: Api, path: str, body: dict[str, str] | None, status: int, code: str
) -> None:
    await played(doors)
    before = await doors.bot.rows(case)
    told = problem(await doors.ask("POST", path, json=body), status)
    assert told["code"] == code
    assert "/nps" not in told["detail"]
    if code == "unfit":
        assert fields(told)
    assert await doors.bot.rows(case) == before


async def test_whoever_has_it_keeps_it(doors: Api) -> None:
    await played(doors, thread=False)
    key = await doors.key("crm", "cases:write")
    assert (await doors.ask("POST", "/cases/1/take", key)).status_code == 200
    told = problem(await doors.ask("POST", "/cases/1/take"), 409)
    assert told["detail"].startswith("crm has case 1 since ")


async def test_without_words_nothing_of_the_customer_is_told(doors: Api) -> None:
    await played(doors)
    key = await doors.key("board", "cases:read", "cases:write")
    whole = (await doors.ask("GET", "/cases/1", key)).json()
    assert (whole["name"], whole["reason"], whole["phone"], whole["words"]) == (None, None, None, [])
    assert (whole["came"], whole["profile_url"], whole["facts"]) == ([], None, {})
    assert {step["text"] for step in whole["steps"]} == {None}
    assert (whole["score"], whole["account"], whole["state"]) == (3, "Globex", "taken")
    acted = (await doors.ask("POST", "/cases/1/done", key)).json()
    assert acted["case"]["name"] is None


async def test_when_something_is_due_is_told_with_and_without_words(doors: Api) -> None:
    await played(doors, thread=False)
    key = await doors.key("board", "cases:read", "cases:write")
    await doors.ask("POST", "/cases/1/snooze", key, json={"day": "2026-03-27"})
    for asks in (None, key):
        told = (await doors.ask("GET", "/cases/1", asks)).json()
        aside = told["steps"][-1]
        assert (aside["kind"], set(aside["facts"])) == ("snoozed", {"until"})
        assert datetime.fromisoformat(aside["facts"]["until"]) == datetime.fromisoformat(told["next"]["at"])


async def test_its_cause_is_told_by_key_and_label(doors: Api) -> None:
    await played(doors, thread=False)
    done = (await doors.ask("POST", "/cases/1/done", json={"cause": "Billing"})).json()["case"]
    assert (done["cause"], done["cause_label"]) == ("billing", "Billing")


async def test_lists_of_one_wave_and_of_late_ones(doors: Api) -> None:
    await played(doors)
    for query, found in (
        ({"campaign": "demo"}, [1]),
        ({"campaign": "demo", "wave": "1"}, []),
        ({"which": "late"}, []),
        ({"which": "all", "limit": "1"}, [1]),
    ):
        page = (await doors.ask("GET", "/cases", params=query)).json()
        assert [one["case"] for one in page["cases"]] == found
