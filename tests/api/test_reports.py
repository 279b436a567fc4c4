"""A report is to the byte what `--json` prints."""

import asyncio
import re
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.cli import report
from tests.api.conftest import Api, problem
from tests.api.world import played
from tests.support.api_page import PAGE
from tests.support.bot_under_test import Customer
from tests.support.described import description
from tests.support.shell import Shell

ASKED = [
    ("", {}, ("report", "demo")),
    ("", {"wave": "1"}, ("report", "demo", "--wave", "1")),
    ("", {"by": "account", "vs": "previous"}, ("report", "demo", "--by", "account", "--vs", "previous")),
    ("", {"since": "2026-03-10", "now": "true"}, ("report", "demo", "--since", "2026-03-10", "--now")),
    ("", {"by": "plan"}, ("report", "demo", "--by", "plan")),
    ("/trend", {}, ("trend", "demo")),
    ("/themes", {"wave": "1"}, ("themes", "demo", "--wave", "1")),
    ("/themes", {"by": "plan"}, ("themes", "demo", "--by", "plan")),
    ("/accounts", {}, ("accounts", "demo")),
    ("/movers", {}, ("movers", "demo")),
]


async def test_each_is_to_the_byte_what_the_command_prints(doors: Api, tmp_path: Path) -> None:
    await played(doors)
    now = doors.bot.clock.now()

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return now

    shell = Shell(tmp_path, doors.bot.store.url.render_as_string(hide_password=False))
    answers = [await doors.ask("GET", f"/reports/demo{path}", params=query) for path, query, _ in ASKED]
    with patch.object(report, "datetime", Then):
        printed = [await asyncio.to_thread(shell, *words, "--json") for _, _, words in ASKED]
    for answer, line in zip(answers, printed, strict=True):
        assert (answer.status_code, line.exit_code) == (200, 0), answer.text + line.output
        assert answer.content + b"\n" == line.stdout_bytes


async def test_each_field_is_in_the_description_or_in_the_table_of_the_page(doors: Api) -> None:
    page = PAGE.read_text("utf-8")
    table = page[page.index("| report | field | is |") : page.index("## What goes wrong")]
    named = set(re.findall(r"`(\w+)`", table))
    schemas = description()["components"]["schemas"]
    await played(doors)
    told: set[str] = set()
    for path, query, _ in ASKED:
        answer = (await doors.ask("GET", f"/reports/demo{path}", params=query)).json()
        schema = schemas[f"Report{(path.removeprefix('/') or 'whole').capitalize()}"]
        assert set(answer) - schema["properties"].keys() <= named, path
        told |= set(answer)
    assert named - {"trend", "themes", "movers"} <= told


@pytest.mark.parametrize(
    ("path", "status", "code", "sentence"),
    [
        ("/reports/other", 404, "no_such_campaign", "There is no campaign"),
        ("/reports/demo?wave=9", 404, "no_such_wave", ""),
        ("/reports/demo?by=shoe+size", 404, "unknown_attribute", ""),
        ("/reports/demo/themes?by=shoe+size", 404, "unknown_attribute", ""),
        ("/reports/demo?by=", 422, "unfit", ""),
        ("/reports/demo?since=someday", 422, "unfit", ""),
        ("/reports/demo?vs=wave+2", 404, "compared_with_itself", ""),
        ("/reports/demo?sinse=2026-01-01", 422, "unfit", "sinse is not known here"),
        ("/reports/demo/movers?wave=1", 404, "no_previous", ""),
        ("/reports/demo/trend?wave=1", 422, "unfit", "wave is not known here"),
    ],
)
async def test_what_cannot_be_reported_is_told(
    doors: Api, path: str, status: int, code: str, sentence: str
) -> None:
    await played(doors)
    told = problem(await doors.ask("GET", path), status)
    assert told["code"] == code
    assert sentence in told["detail"]
    assert len(told["detail"]) > 10


@pytest.mark.parametrize(("people", "named"), [(1, False), (4, False), (5, True)])
async def test_small_unhappy_accounts_are_named_only_to_who_may_see_words(
    doors: Api, people: int, named: bool
) -> None:
    bot = doors.bot
    await bot.start(*(Customer(f"C{n}", slack=f"U{n}", account="Globex") for n in range(people)))
    for n in range(people):
        await bot.say(f"slack:U{n}", "2")
    key = await doors.key("figures", "reports:read")
    whole = (await doors.ask("GET", "/reports/demo/accounts")).json()
    assert [(row["account"], row["detractors"]) for row in whole["red"]] == [("Globex", people)]
    told = (await doors.ask("GET", "/reports/demo/accounts", key)).json()
    assert (whole["more_red"], told["more_red"]) == (0, int(not named))
    assert told["red"] == (whole["red"] if named else [])


async def test_reports_with_words_are_for_who_may_see_them(doors: Api) -> None:
    await played(doors)
    key = await doors.key("figures", "reports:read")
    for path in ("", "/trend", "/accounts"):
        assert (await doors.ask("GET", f"/reports/demo{path}", key)).status_code == 200
    for path in ("/themes", "/movers"):
        told = problem(await doors.ask("GET", f"/reports/demo{path}", key), 403)
        assert told["detail"].endswith("npsbot keys add NAME --scope reports:read --scope words")


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        (
            "/reports/demo?since=someday",
            "since 'someday' cannot be read as a day; give one such as 2026-11-01",
        ),
        ("/conversations?since=someday", "since cannot be read as a day; give one such as 2026-11-30"),
    ],
)
async def test_a_day_that_is_none_is_told_without_a_command(doors: Api, path: str, detail: str) -> None:
    await played(doors)
    told = problem(await doors.ask("GET", path), 422)
    assert (told["detail"], [one["field"] for one in told["errors"]]) == (detail, ["since"])


async def test_near_attributes_are_named_once(doors: Api) -> None:
    await doors.bot.start(Customer("C1", slack="U1"))
    worth = {"account": "Globex", "attributes": {"account_value": "12"}}
    assert (await doors.ask("PUT", "/contacts/C1", json=worth)).status_code == 200
    told = problem(await doors.ask("GET", "/reports/demo?by=nix"), 404)
    assert told["detail"].count("account value") == 1
