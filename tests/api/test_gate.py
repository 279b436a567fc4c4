"""Who is let in, how often, with how much; and that what is sent again is done once."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
import structlog
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError

from bot.api import contacts
from bot.api.gate import LARGEST
from bot.api.keys import revoke_key
from bot.api.repeats import Repeatable, begin
from bot.intake.erasing import erase_contact
from bot.store.schema import api_key, api_request, contact
from tests.api.conftest import Api, fields, problem, served
from tests.support.bot_under_test import Bot, Customer
from tests.support.manual_clock import MONDAY

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_key"),
        ("", "no_key"),
        ("Bearer", "no_key"),
        ("Basic abc", "no_key"),
        ("Bearer npsbot_wrong", "unknown_key"),
        ("Bearer \u00ff", "unknown_key"),
    ],
)
async def test_who_has_no_key_is_told_how_to_get_one(bot: Bot, header: str | None, code: str) -> None:
    async with served(bot) as client:
        headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
        answer = await client.get("/contacts", headers=headers)
    told = problem(answer, 401)
    assert told["code"] == code
    assert answer.headers["www-authenticate"] == "Bearer"
    assert ("npsbot keys add" in told["detail"]) == (code == "unknown_key")


async def test_a_key_that_is_revoked_in_mid_use_is_refused_by_every_process(doors: Api) -> None:
    key = await doors.key("crm", "contacts:read")
    assert (await doors.ask("GET", "/contacts", key)).status_code == 200
    async with served(doors.bot.restarted()) as other:
        assert (await Api(doors.bot, other).ask("GET", "/contacts", key)).status_code == 200
        await doors.bot.store.write(revoke_key, "crm", doors.bot.clock.now())
        for process in (doors, Api(doors.bot, other)):
            told = problem(await process.ask("GET", "/contacts", key), 401)
            assert told["detail"] == "the key crm was revoked; make another by npsbot keys add"


async def test_a_scope_that_is_missing_is_named_with_the_next_step(doors: Api) -> None:
    key = await doors.key("crm", "contacts:read")
    told = problem(await doors.ask("PUT", "/contacts/C1", key, json={}), 403)
    assert told["detail"] == (
        "the key crm may not do this, which needs contacts:write; make one by "
        "npsbot keys add NAME --scope contacts:read --scope contacts:write"
    )
    assert await doors.bot.rows(contact) == []


async def test_its_last_use_is_written_once_a_minute(doors: Api) -> None:
    key = await doors.key("crm", "contacts:read")
    began = doors.bot.clock.now()
    for _ in range(3):
        await doors.ask("GET", "/contacts", key)
        doors.bot.clock.advance(seconds=25)
    (row,) = await doors.bot.rows(api_key, name="crm")
    assert row.used_at == began


async def test_more_than_a_key_may_ask_is_429_until_the_minute_is_over(doors: Api) -> None:
    key = await doors.key("crm", "contacts:read", per_minute=2)
    first, second, third = [await doors.ask("GET", "/contacts", key) for _ in range(3)]
    assert first.headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert [one.headers["ratelimit"] for one in (first, second)] == [
        '"default";r=1;t=60',
        '"default";r=0;t=60',
    ]
    told = problem(third, 429)
    assert told["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert told["violated-policies"] == ["default"]
    assert third.headers["retry-after"] == "60"
    assert (await doors.ask("GET", "/contacts")).status_code == 200, "another key is none of its business"
    doors.bot.clock.advance(seconds=60)
    assert (await doors.ask("GET", "/contacts", key)).status_code == 200


# ------------------------------------------------------------------------------------------------ bodies


async def test_a_body_over_the_bound_is_refused_before_it_is_read(doors: Api) -> None:
    read = 0

    async def ten_megabytes() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(10):
            read += 1_048_576
            yield b" " * 1_048_576

    answer = await doors.ask("PUT", "/contacts/C1", content=ten_megabytes(), headers=JSON)
    assert (
        problem(answer, 413)["detail"]
        == "the body has more than 2,097,152 bytes; send it in several requests"
    )
    assert read <= LARGEST + 1_048_576
    read = 0
    told = {**JSON, "Content-Length": str(10 * 1_048_576)}
    problem(await doors.ask("PUT", "/contacts/C1", content=ten_megabytes(), headers=told), 413)
    assert read == 0


async def test_a_body_of_who_has_no_key_is_not_read(bot: Bot) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("nobody may send this")
        yield b""

    async with served(bot) as client:
        problem(await client.put("/contacts/C1", content=never(), headers=JSON), 401)


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"name": ' + b"9" * 5_000 + b"}", b"nonsense"]
)
async def test_a_body_that_is_no_json_is_said_to_be_none(doors: Api, body: bytes) -> None:
    answer = await doors.ask("PUT", "/contacts/C1", content=body, headers=JSON)
    assert problem(answer, 400)["code"] == "broken_json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_of_another_kind_is_415(doors: Api, kind: str) -> None:
    answer = await doors.ask("PUT", "/contacts/C1", content=b"{}", headers={"Content-Type": kind})
    assert problem(answer, 415)["code"] == "not_json"
    assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ('{"nam": "x"}', "nam", "nam is not known here; correct its name or leave it out"),
        ('{"name": 3}', "name", "name is no text; give one in quotation marks"),
        ('{"name": "a\\u0000b"}', "name", "name holds a NUL; take it out"),
        ('{"name": "\\ud800"}', "name", "name holds half a character; send it as UTF-8"),
        (
            '{"attributes": {"x": "\\u0007"}}',
            "attributes.x",
            "attributes.x holds a control character; take it out",
        ),
        ('{"attributes": []}', "attributes", "attributes is no object; give one"),
        ('{"\\ud800": 1}', "", "the body has a name that is half a character; send it as UTF-8"),
        ("[]", "", "the body is no object; give one"),
        ("null", "", "the body is no object; give one"),
        ("", "", "the body is missing; give it"),
    ],
)
async def test_a_field_that_is_wrong_is_named(doors: Api, body: str, field: str, sentence: str) -> None:
    told = problem(await doors.ask("PUT", "/contacts/C1", content=body.encode(), headers=JSON), 422)
    assert told["errors"] == [{"where": "body", "field": field, "detail": sentence}]
    assert told["detail"] == sentence


async def test_what_is_not_there_is_said_in_the_same_form(doors: Api) -> None:
    assert problem(await doors.ask("GET", "/nothing"), 404)["code"] == "no_such_path"
    answer = await doors.ask("PATCH", "/contacts/C1")
    assert problem(answer, 405)["detail"] == "PATCH cannot be done here; use DELETE, GET, PUT"
    assert answer.headers["allow"] == "DELETE, GET, PUT"
    told = problem(await doors.ask("GET", "/contacts", params={"limt": "1"}), 422)
    assert told["errors"][0] == {
        "where": "query",
        "field": "limt",
        "detail": "limt is not known here; correct its name or leave it out",
    }
    assert fields(problem(await doors.ask("GET", "/contacts/C%001"), 422)) == ["contact_id"]


# ------------------------------------------------------------------------------------------------- again


async def test_what_is_sent_again_is_done_once_and_answered_the_same(doors: Api) -> None:
    again = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first = await doors.ask("PUT", "/contacts/C1", json={"name": "Zoë"}, headers=again)
    second = await doors.ask("PUT", "/contacts/C1", json={"name": "Zoë"}, headers=again)
    assert first.json() == {"contact_id": "C1", "outcome": "added", "notes": []}
    assert (second.status_code, second.content) == (200, first.content)
    assert (await doors.ask("PUT", "/contacts/C1", json={"name": "Zoë"})).json()["outcome"] == "unchanged"
    refused = {"Idempotency-Key": "another"}
    bad = [await doors.ask("PUT", "/contacts/C1", json={"phone": "1"}, headers=refused) for _ in range(2)]
    assert problem(bad[0], 422) == problem(bad[1], 422)


async def test_the_same_key_with_another_request_is_422(doors: Api) -> None:
    again = {"Idempotency-Key": "one"}
    await doors.ask("PUT", "/contacts/C1", json={"name": "Zoë"}, headers=again)
    told = problem(await doors.ask("PUT", "/contacts/C1", json={"name": "Ann"}, headers=again), 422)
    assert told["code"] == "idempotency_another"
    problem(await doors.ask("PUT", "/contacts/C2", json={"name": "Zoë"}, headers=again), 422)
    other = await doors.key("crm", "contacts:write")
    answer = await doors.ask("PUT", "/contacts/C2", other, json={"name": "Ann"}, headers=again)
    assert answer.status_code == 200, "another sender has keys of its own"
    problem(await doors.ask("PUT", "/contacts/C1", json={}, headers={"Idempotency-Key": "x" * 201}), 400)


async def test_two_processes_that_get_the_same_request_do_it_once(doors: Api) -> None:
    bot, again = doors.bot, {"Idempotency-Key": "one"}
    async with served(bot.restarted()) as other:
        other.headers.update(doors.http.headers)
        answers = await asyncio.gather(
            *(
                client.put("/contacts/C1", json={"name": "Zoë"}, headers=again)
                for client in (doors.http, other, doors.http, other)
            )
        )
        last = await other.put("/contacts/C1", json={"name": "Zoë"}, headers=again)
    added = [one for one in answers if one.status_code == 200]
    assert {one.content for one in (*added, last)} == {b'{"contact_id":"C1","outcome":"added","notes":[]}'}
    assert all(problem(one, 409)["code"] == "idempotency_at_work" for one in answers if one not in added)


async def test_what_a_process_left_undone_may_be_sent_again_after_a_minute(bot: Bot) -> None:
    await bot.store.write(_with_key)
    request = Repeatable(1, "one", "f")
    assert await bot.store.write(begin, request, bot.clock.now()) == "new"
    assert await bot.store.write(begin, request, bot.clock.now()) == "at_work"
    bot.clock.advance(minutes=1)
    assert await bot.store.write(begin, request, bot.clock.now()) == "new"
    assert await bot.store.write(begin, request, bot.clock.now()) == "at_work"


def _with_key(connection: Any) -> None:
    values = {"id": 1, "name": "crm", "digest": "d", "scopes": [], "per_minute": 1, "made_by": "t:1"}
    connection.execute(api_key.insert(), {**values, "made_at": MONDAY})


async def test_a_fault_of_ours_is_told_and_may_be_sent_again_at_once(doors: Api) -> None:
    again = {"Idempotency-Key": "one"}
    with patch.object(contacts, "keep_rows", AsyncMock(side_effect=ZeroDivisionError("Zoë"))):
        answer = await doors.ask("PUT", "/contacts/C1", json={"name": "Zoë"}, headers=again)
    assert problem(answer, 500)["code"] == "failed"
    assert "Zoë" not in answer.text
    answer = await doors.ask("PUT", "/contacts/C1", json={"name": "Zoë"}, headers=again)
    assert answer.json()["outcome"] == "added"


async def test_an_answer_is_kept_for_a_day_and_no_longer_than_anybody_is_there(doors: Api) -> None:
    await doors.bot.add(Customer("C1", slack="U1"))
    again = {"Idempotency-Key": "one"}
    await doors.ask("PUT", "/contacts/C2", json={"name": "Zoë"}, headers=again)
    await doors.bot.store.write(erase_contact, doors.bot.context, "C1", doors.bot.clock.now())
    (row,) = await doors.bot.rows(api_request)
    assert (row.status, row.answer) == (200, None)
    told = problem(await doors.ask("PUT", "/contacts/C2", json={"name": "Zoë"}, headers=again), 409)
    assert told["code"] == "idempotency_forgotten"
    doors.bot.clock.advance(hours=24)
    answer = await doors.ask("PUT", "/contacts/C2", json={"name": "Zoë"}, headers=again)
    assert answer.json()["outcome"] == "unchanged"
    await doors.bot.later(days=2)
    assert await doors.bot.rows(api_request) == []


# ----------------------------------------------------------------------------------- what is told of it


@pytest.mark.parametrize("inside", [False, True])
async def test_a_database_that_is_gone_is_503(doors: Api, inside: bool) -> None:
    gone = AsyncMock(
        side_effect=OperationalError("SELECT", {}, Exception("the server closed the connection"))
    )
    with (
        patch.object(contacts, "keep_rows", gone)
        if inside
        else patch.object(type(doors.bot.store), "read", gone)
    ):
        answer = await doors.ask("PUT", "/contacts/C1", json={})
    assert problem(answer, 503)["code"] == "no_database"
    assert answer.headers["retry-after"] == "5"


def _counted(operation: str, status: str) -> float:
    labels = {"operation": operation, "status": status}
    return REGISTRY.get_sample_value("npsbot_api_seconds_count", labels) or 0.0


async def test_requests_are_counted_by_operation_and_status(doors: Api) -> None:
    before = _counted("get_contact", "404"), _counted("none", "404"), _counted("none", "401")
    await doors.ask("GET", "/contacts/C1")
    await doors.ask("GET", f"/{'x' * 50}")
    await doors.ask("GET", "/contacts", "wrong")
    after = _counted("get_contact", "404"), _counted("none", "404"), _counted("none", "401")
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1]


async def test_nothing_of_a_customer_and_no_key_reaches_the_log(
    doors: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        processors=[structlog.processors.JSONRenderer()],
    )
    key = await doors.key("crm", "contacts:write", "events:write")
    person = {"name": "Quagga", "phone": "+31655512399", "attributes": {"plan": "okapi"}}
    await doors.ask("PUT", "/contacts/zebra", key, json=person)
    await doors.ask("PUT", "/contacts/zebra", key, json={"phone": "quokka"})
    await doors.ask(
        "POST", "/events", key, json={"contact_id": "zebra", "event": "impala", "fields": {"a": "okapi"}}
    )
    await doors.ask("DELETE", "/contacts/zebra", key)
    told = capsys.readouterr()
    lines = [json.loads(line) for line in (told.out + told.err).splitlines()]
    assert {line["event"] for line in lines} >= {"contacts.imported", "person.erased"}
    for planted in ("zebra", "Quagga", "55512399", "okapi", "quokka", "impala", key):
        assert planted not in told.out + told.err


async def test_without_a_key_only_the_description_is_told(bot: Bot) -> None:
    async with served(bot) as client:
        assert (await client.get("/openapi.json")).json()["openapi"] == "3.1.0"
        for path in ("/docs", "/redoc", "/openapi.json/", "/"):
            problem(await client.get(path), 401)
