"""What every webhook does before its provider's own rules."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from channels.base import Address, ProviderOptOut
from channels.guard import MAX_BODY, Refused, body_of, form_pairs, json_object, kept
from channels.values import MAX_DEPTH, moment, storable, storable_text
from tests.channels.contract import NOW, Intake

any_text = st.text(st.characters(exclude_categories=()))  # half surrogate pairs too


@given(any_text)
def test_whatever_is_storable_is_utf8_without_nul(text: str) -> None:
    clean = storable_text(text)
    assert "\0" not in clean
    assert clean.encode().decode() == clean
    assert storable_text(clean) == clean


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_what_is_fine_stays_as_it_was(text: str) -> None:
    assert storable_text(text) == text


def test_a_whole_payload_is_made_storable() -> None:
    payload: dict[str, object] = {"a\0": ["b\ud83d", {"c": "\0"}, 1, None, 1.5, True]}
    assert storable(payload) == {"a": ["b\ufffd", {"c": ""}, 1, None, 1.5, True]}


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 400, 800])
def test_what_is_nested_without_end_is_left_out(opening: str, closing: str, depth: int) -> None:
    deep = storable(json_object('{"b": 1, "deep": ' + opening * depth + "1" + closing * depth + "}"))
    assert deep["b"] == 1
    assert len(json.dumps(deep)) < MAX_DEPTH * len(opening + closing) * 2


@pytest.mark.parametrize("text", ["", "null", "[]", '"x"', "1", "{", "[" * 100_000, '{"a":' * 100_000, "{}x"])
def test_only_an_object_is_a_payload(text: str) -> None:
    with pytest.raises(Refused) as refused:
        json_object(text)
    assert refused.value.status == 400
    assert json_object('{"a": 1}') == {"a": 1}


def test_numbers_beyond_reason_are_no_payload() -> None:
    with pytest.raises(Refused):
        json_object(json.dumps({"a": 1})[:-2] + "9" * 5000 + "}")


@pytest.mark.parametrize("text", ["a=%FF", "a=%ED%A0%80", "&".join(["a=1"] * 1001)])
def test_a_malformed_form_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        form_pairs(text)


def test_a_form_keeps_what_is_empty_and_repeated() -> None:
    assert form_pairs("a=&b=1&b=2&c=+%2B") == [("a", ""), ("b", "1"), ("b", "2"), ("c", " +")]


@pytest.mark.parametrize(
    ("seconds", "at"),
    [
        ("1795338000.000100", datetime(2026, 11, 22, 9, 0, 0, 100, UTC)),
        (1795338000, NOW),
        ("", NOW),
        (None, NOW),
        ("nan", NOW),
        ("inf", NOW),
        (10**30, NOW),
        ({}, NOW),
    ],
)
def test_a_moment_is_read_or_replaced(seconds: object, at: datetime) -> None:
    assert moment(seconds, NOW) == at


async def test_a_body_that_announces_too_much_is_not_read() -> None:
    async def receive() -> Message:
        raise AssertionError("the body was read")

    headers = [(b"content-length", str(MAX_BODY + 1).encode())]
    with pytest.raises(Refused) as refused:
        await body_of(Request({"type": "http", "method": "POST", "headers": headers}, receive))
    assert refused.value.status == 413


async def test_a_body_that_is_cut_off_is_refused() -> None:
    parts: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return parts.pop(0)

    with pytest.raises(Refused) as refused:
        await body_of(Request({"type": "http", "method": "POST", "headers": []}, receive))
    assert refused.value.status == 400


async def test_nothing_to_keep_is_kept() -> None:
    intake = Intake()
    intake.fails = True
    assert await kept(intake.receive, [], "slack")


async def test_a_failure_is_logged_by_its_class_alone(caplog: pytest.LogCaptureFixture) -> None:
    intake = Intake()
    intake.fails = True
    left = ProviderOptOut("SM1", Address("sms", "+31612345678"), NOW)
    assert not await kept(intake.receive, [left], "sms")
    (record,) = caplog.records
    assert record.__dict__["error"] == "OSError"
    assert record.exc_info is None
