"""Whatever comes to a webhook, nothing breaks; and what no provider signed has no effect."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.payloads import as_form, as_json, spoilt
from tests.support.databases import Databases
from tests.support.door import FORM, JSON, TELEGRAM_SECRET, Door, by_twilio, door

EXAMPLES = int(os.environ.get("EXAMPLES", "150"))  # of each test on each database
WEBHOOKS = ("/slack/events", "/telegram/webhook", "/sms/inbound", "/sms/status")
KINDS = (JSON, FORM, f"{FORM}; charset=UTF-8", "text/plain", "multipart/form-data; boundary=x", "", "x" * 300)
NAMES = (
    *("content-type", "x-slack-signature", "x-slack-request-timestamp", "x-telegram-bot-api-secret-token"),
    *("x-twilio-signature", "x-slack-retry-num", "x-twilio-webhooks-signature-settings", "content-encoding"),
    *("x-forwarded-proto", "x-forwarded-for", "host", "accept", "cookie", "authorization"),
)

bounded = settings(max_examples=EXAMPLES, deadline=None)
webhooks = st.sampled_from(WEBHOOKS)
noise = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=60).map(lambda some: b"payload=" + some),
    st.binary(max_size=60).map(lambda some: b'{"type":"event_callback","event":' + some),
    st.integers(1, 30_000).map(lambda depth: b"[" * depth),
    st.integers(1, 30_000).map(lambda depth: b'{"a":' * depth),
    st.integers(1_000, 300_000).map(lambda digits: b'{"update_id":' + b"9" * digits + b"}"),
    st.integers(900, 1_100).map(lambda count: b"&".join([b"Body=8"] * count)),
)
header = st.tuples(st.sampled_from(NAMES), st.binary(max_size=40).filter(lambda value: b"\n" not in value))
headers = st.lists(header, max_size=4).map(dict)


@pytest.fixture(scope="module", params=("sqlite", "postgres"))
def at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The webhooks, on each database."""
    supply: Databases = request.getfixturevalue(f"{request.param}_databases")
    with supply.database(tmp_path_factory.mktemp("fuzz")) as url, door(url) as opened:
        yield opened


def requests_of(name: str, payload: Any) -> tuple[tuple[str, bytes, str], ...]:
    """The ways in which a spoilt payload can be sent: each path with a body and its content type."""
    provider, _, name = name.partition("/")
    if provider == "telegram":
        return (("/telegram/webhook", as_json(payload), JSON),)
    if provider == "sms":
        path = "/sms/status" if name.startswith("status") else "/sms/inbound"
        return ((path, as_form(payload), FORM),)
    if name == "command":
        return (("/slack/events", as_form(payload), FORM),)
    wrapped = as_form({"payload": as_json(payload).decode()})
    return (("/slack/events", as_json(payload), JSON), ("/slack/events", wrapped, FORM))


def spoilt_of(provider: str) -> st.SearchStrategy[tuple[str, Any]]:
    return spoilt(provider).map(lambda found: (f"{provider}/{found[0]}", found[1]))


every_spoilt = st.one_of(*(spoilt_of(provider) for provider in ("slack", "telegram", "sms")))


@bounded
@given(sent=every_spoilt)
def test_a_spoilt_payload_breaks_nothing(at: Door, sent: tuple[str, Any]) -> None:
    for path, body, content_type in requests_of(*sent):
        status = at.post(path, body, at.signed(path, body, content_type))
        assert 200 <= status < 300 or 400 <= status < 500, (path, status)


@bounded
@given(path=webhooks, body=noise, content_type=st.sampled_from(KINDS))
def test_noise_breaks_nothing(at: Door, path: str, body: bytes, content_type: str) -> None:
    status = at.post(path, body, at.signed(path, body, content_type))
    assert 200 <= status < 300 or 400 <= status < 500, status


@bounded
@given(path=webhooks, body=noise, more=headers)
def test_odd_headers_break_nothing(at: Door, path: str, body: bytes, more: dict[str, bytes]) -> None:
    status = at.post(path, body, {**at.signed(path, body, JSON), **more})
    assert 200 <= status < 300 or 400 <= status < 500, status


@bounded
@given(sent=every_spoilt, more=headers, forged=st.booleans())
def test_what_is_not_signed_has_no_effect(
    at: Door, sent: tuple[str, Any], more: dict[str, bytes], forged: bool
) -> None:
    before = at.counts()
    for path, body, content_type in requests_of(*sent):
        signature = forgeries(at, path, body) if forged else {}
        right = at.signed(path, body, content_type)
        unsigned = {name: value for name, value in more.items() if value != right.get(name, "").encode()}
        status = at.post(path, body, {"content-type": content_type, **unsigned, **signature})
        assert 400 <= status < 500, (path, status)
    assert at.counts() == before


def forgeries(at: Door, path: str, body: bytes) -> dict[str, str]:
    """Signatures by who does not know the secret, or of another body."""
    if path == "/slack/events":
        return at.by_slack(body, "another secret")
    if path == "/telegram/webhook":
        return {"x-telegram-bot-api-secret-token": TELEGRAM_SECRET[:-1]}
    return {"x-twilio-signature": by_twilio(path, body, "another token")}


@bounded
@given(first=every_spoilt, second=every_spoilt)
def test_a_signature_is_good_for_its_own_body_alone(
    at: Door, first: tuple[str, Any], second: tuple[str, Any]
) -> None:
    ((path, body, content_type), *_), ((there, other, _), *_) = requests_of(*first), requests_of(*second)
    if path != there or path == "/telegram/webhook" or body == other:
        return  # Telegram's secret signs no body
    before = at.counts()
    assert 400 <= at.post(path, body, at.signed(path, other, content_type)) < 500
    assert at.counts() == before


@pytest.mark.parametrize("path", WEBHOOKS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_a_webhook_takes_posts_alone(at: Door, path: str, method: str) -> None:
    answer = at.runner.run(at.client.request(method, path))
    assert answer.status_code == 405
