"""The description says what each operation takes and answers; every test of this folder holds it to that."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.schema import api_key
from tests.api.conftest import EVERY, Api, problem
from tests.api.world import PLANTED, played
from tests.support.described import Operation, description, operations

GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "list_contacts": ("/contacts?limit=2", {}),
    "get_contact": ("/contacts/C1", {}),
    "put_contact": ("/contacts/C9", {"json": {"name": "Ann"}}),
    "put_contacts": ("/contacts/batch", {"json": {"contacts": [{"contact_id": "C8"}, {"phone": "1"}]}}),
    "erase_contact": ("/contacts/C3", {}),
    "tell_event": ("/events", {"json": {"contact_id": "C2", "event": "project.finished"}}),
    "tell_events": ("/events/batch", {"json": {"events": [{"contact_id": "C2", "event": "x"}, {}]}}),
    "list_conversations": ("/conversations?limit=2", {}),
    "get_conversation": ("/conversations/4", {}),
    "list_answers": ("/answers", {}),
    "list_cases": ("/cases?which=all", {}),
    "get_case": ("/cases/1", {}),
    "snooze_case": ("/cases/1/snooze", {"json": {"day": "2026-03-27"}}),
    "take_case": ("/cases/1/take", {}),
    "finish_case": ("/cases/1/done", {"json": {"note": "called"}}),
    "reopen_case": ("/cases/1/reopen", {}),
    "get_report": ("/reports/demo?by=account&vs=previous", {}),
    "get_trend": ("/reports/demo/trend", {}),
    "get_themes": ("/reports/demo/themes", {}),
    "get_accounts": ("/reports/demo/accounts", {}),
    "get_movers": ("/reports/demo/movers", {}),
}
"""A request for each operation that is done."""


async def test_each_operation_answers_as_it_is_described(doors: Api) -> None:
    await played(doors, thread=False)
    assert GOOD.keys() == {one.name for one in operations()}
    named = {one.name: one for one in operations()}
    for name, (path, how) in GOOD.items():
        answer = await doors.ask(named[name].method, path, **how)
        assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_each_tells_what_it_is_and_what_may_go_wrong(operation: Operation) -> None:
    told = operation.told
    assert told["summary"]
    assert told["description"].endswith((".", "…"))
    assert set(operation.scopes) <= set(EVERY)
    statuses = {"401", "403", "422", "429", "500", "503"}
    if operation.method != "GET":
        statuses |= {"400", "409", "413", "415"}
        assert "Idempotency-Key" in [one["name"] for one in told["parameters"]]
    assert statuses | {"200"} <= told["responses"].keys()
    for status, response in told["responses"].items():
        assert response["description"]
        kinds = {"200": "application/json"}
        assert list(response["content"]) == [kinds.get(status, "application/problem+json")]


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere() -> None:
    told = description()
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": "/api/v1"}]
    assert told["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    schemas = told["components"]["schemas"]
    references = set(_references(told))
    assert references == {f"#/components/schemas/{name}" for name in schemas}


def _references(value: Any) -> list[str]:
    match value:
        case {"$ref": str(reference)}:
            return [reference]
        case dict():
            return [one for each in value.values() for one in _references(each)]
        case list():
            return [one for each in value for one in _references(each)]
        case _:
            return []


@given(scopes=st.sets(st.sampled_from(EVERY), min_size=1))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_a_scope_does_not_allow_is_never_seen(doors: Api, scopes: set[str]) -> None:
    """Whatever a key is good for: an operation that needs more is refused, and names and words are in no answer but of
    contacts where the key has no words."""
    if scopes == {"words"}:
        return
    if not await doors.bot.cases():
        await played(doors)
    key = await doors.key(f"k{len(await doors.bot.rows(api_key))}", *scopes)
    for one in operations():
        path, how = GOOD[one.name]
        if one.name == "erase_contact":
            path = "/contacts/C404"
        answer = await doors.ask(one.method, path, key, **how)
        allowed = set(one.scopes) <= scopes
        if not allowed:
            assert problem(answer, 403)["code"] == "scope_missing", one.name
        assert allowed == (answer.status_code != 403)
        sees = "words" in scopes or one.path.startswith("/contacts")
        if not (allowed and sees):
            leaks = [word for word in PLANTED if word in answer.text]
            assert leaks == [], (one.name, scopes)
