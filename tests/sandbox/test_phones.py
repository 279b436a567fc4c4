"""The phones over HTTP, the stream, faults and the clock."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox import AdjustableClock, Fault, Message, Span
from sandbox.faults import Faults, fault_from
from sandbox.phones import HISTORY, Feed
from sandbox.targets import Targets
from tests.support.patience import PATIENCE
from tests.support.running import ACCOUNT, TELEGRAM_TOKEN, Running


@pytest.fixture
async def http(run: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=run.url) as session:
        yield session


async def test_phones_list_what_each_person_sees(run: Running, http: aiohttp.ClientSession) -> None:
    await run.people.type("slack", "8 <b>")
    async with http.get("/sandbox/phones") as answer:
        listed = await answer.json()
    assert [(phone["id"], phone["provider"], phone["role"]) for phone in listed["phones"]] == [
        ("slack", "slack", "customer"),
        ("telegram", "telegram", "customer"),
        ("sms", "sms", "customer"),
    ]
    [message] = listed["phones"][0]["messages"]
    assert message | {"id": "", "at": ""} == {
        "id": "",
        "from": "me",
        "text": "8 <b>",
        "rich": [{"kind": "text", "text": "8 <b>"}],
        "buttons": [],
        "edited": False,
        "answers": None,
        "at": "",
        "ephemeral": False,
        "status": "delivered",
        "image": None,
        "image_alt": "",
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("nobody/type", {"text": "8"}, 404, "no phone"),
        ("slack/type", {}, 400, "'text'"),
        ("slack/type", {"text": 8}, 400, "'text'"),
        ("slack/dance", {}, 404, "cannot 'dance'"),
        ("slack/block", {}, 200, "cannot block"),
        ("sms/press", {"message": "x", "button": "y"}, 200, "no buttons"),
        ("sms/edit", {"message": "x", "text": "y"}, 200, "cannot be changed"),
        ("telegram/press", {"message": "1", "button": "0.0"}, 200, "no longer there"),
    ],
)
async def test_what_cannot_be_done_is_said(
    http: aiohttp.ClientSession, path: str, body: dict[str, Any], status: int, error: str
) -> None:
    async with http.post(f"/sandbox/phones/{path}", json=body) as answer:
        said = await answer.json()
    assert (answer.status, said["ok"]) == (status, False)
    assert error in said["error"]


async def test_a_form_of_another_site_does_nothing(run: Running, http: aiohttp.ClientSession) -> None:
    async with http.post(
        "/sandbox/phones/sms/type", data='{"text": "STOP"}', headers={"Content-Type": "text/plain"}
    ) as answer:
        assert answer.status == 415
    assert run.world.messages("sms") == []


async def events(answer: aiohttp.ClientResponse, count: int) -> list[tuple[str, Any]]:
    """The next events of a stream that are no clock notices, with their ids."""
    found: list[tuple[str, Any]] = []
    number = ""
    async with asyncio.timeout(PATIENCE):
        async for line in answer.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            number = value if name == "id" else number
            if name == "data" and "clock" not in json.loads(value):
                found.append((number, json.loads(value)))
                if len(found) == count:
                    return found
    return found


async def test_the_stream_tells_changes_and_resumes(run: Running, http: aiohttp.ClientSession) -> None:
    async with http.get("/sandbox/stream") as answer:
        assert answer.content_type == "text/event-stream"
        await run.people.type("telegram", "8")
        [(first, sent), (last, delivered)] = await events(answer, 2)
    assert (sent["phone"], sent["message"]["text"], sent["message"]["status"]) == ("telegram", "8", "sent")
    assert delivered["message"] == sent["message"] | {"status": "delivered"}
    await run.people.type("sms", "9")
    async with http.get("/sandbox/stream", headers={"Last-Event-ID": first}) as answer:
        resumed = await events(answer, 2)
    assert resumed[0] == (last, delivered)
    assert resumed[1][1]["phone"] == "sms"


async def test_a_stream_that_missed_too_much_starts_anew(http: aiohttp.ClientSession) -> None:
    async with http.get("/sandbox/stream", params={"after": "999"}) as answer:
        [(_, told)] = await events(answer, 1)
    assert told == {"reset": True}


def test_the_feed_forgets_the_oldest_and_says_so() -> None:
    feed = Feed()
    for number in range(HISTORY + 5):
        feed.publish({"n": number})
    assert feed.since(0) is None
    assert feed.since(4) is None
    assert [change.number for change in feed.since(HISTORY + 3) or []] == [HISTORY + 4, HISTORY + 5]
    assert feed.since(HISTORY + 5) == []


async def test_faults_are_set_listed_and_removed_over_http(run: Running, http: aiohttp.ClientSession) -> None:
    async with http.post(
        "/sandbox/faults", json={"provider": "sms", "kind": "lose", "on": "deliver:inbound"}
    ) as answer:
        number = (await answer.json())["id"]
    async with http.get("/sandbox/faults") as answer:
        assert [fault["id"] for fault in (await answer.json())["faults"]] == [number]
    await run.people.type("sms", "8")
    assert run.bot.deliveries == []
    async with http.delete("/sandbox/faults") as answer:
        assert answer.status == 200
    async with http.post("/sandbox/faults", json={"provider": "sms", "kind": "explode"}) as answer:
        assert (answer.status, "explode" in (await answer.json())["error"]) == (400, True)


async def test_the_clock_is_moved_over_http(run: Running, http: aiohttp.ClientSession) -> None:
    before = run.world.now()
    async with http.post("/sandbox/clock", json={"forward": 86_400, "speed": 0}) as answer:
        told = await answer.json()
    assert (told["speed"], (run.world.now() - before).days) == (0, 1)
    assert run.world.now().isoformat(timespec="microseconds") == told["clock"]
    async with http.post("/sandbox/clock", json={"forward": -1}) as answer:
        assert answer.status == 400


# -- the parts


def test_a_fault_skips_counts_and_fits() -> None:
    faults = Faults()
    faults.add(Fault("slack", "rate_limited", on="chat.postMessage", times=2, skip=1, to="U1"))
    calls = [("chat.update", "U1"), ("chat.postMessage", "U2"), *[("chat.postMessage", "U1")] * 4]
    assert [faults.take("slack", *each) is not None for each in calls] == [
        False,
        False,
        False,
        True,
        True,
        False,
    ]
    assert faults.listed() == {}


def test_a_fault_for_calls_leaves_deliveries_alone() -> None:
    faults = Faults()
    faults.add(Fault("sms", "lose", times=None))
    assert faults.take("sms", "Messages.create") is None
    assert faults.take("sms", "deliver:inbound") is not None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"provider": "sms"},
        {"provider": "fax", "kind": "slow"},
        {"provider": "sms", "kind": "slow", "seconds": "1"},
        {"provider": "sms", "kind": "slow", "sceonds": 1},
        {"provider": "sms", "kind": "error"},
        {"provider": "sms", "kind": "slow", "times": True},
    ],
)
def test_a_fault_with_a_mistake_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fault|provider"):
        fault_from(data)


async def test_a_clock_wakes_sleepers_in_order_as_it_moves() -> None:
    clock = AdjustableClock(datetime(2026, 11, 22, tzinfo=UTC), speed=0)
    woken: list[tuple[int, float]] = []

    async def nap(name: int, seconds: float) -> None:
        for _ in range(2):
            await clock.sleep(seconds)
            woken.append((name, (clock.now() - datetime(2026, 11, 22, tzinfo=UTC)).total_seconds()))

    naps = [asyncio.ensure_future(nap(name, seconds)) for name, seconds in ((1, 10), (2, 15))]
    await clock.asleep(2)
    await clock.forward(25)
    assert woken == [(1, 10), (2, 15), (1, 20)]
    await clock.forward(60)
    assert woken[-1] == (2, 30)
    assert clock.now() == datetime(2026, 11, 22, 0, 1, 25, tzinfo=UTC)
    await asyncio.gather(*naps)


async def test_a_quick_clock_sleeps_less_real_time() -> None:
    clock = AdjustableClock(speed=100_000)
    async with asyncio.timeout(PATIENCE):
        await clock.sleep(100 * PATIENCE)


@pytest.mark.parametrize(
    "url", ["https://hooks.example/x", "http://10.0.0.1/x", "http://127.0.0.1.evil.example/x", ""]
)
def test_webhooks_leave_this_machine_never(url: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        Targets(url="http://127.0.0.1").local(url)


def test_a_message_is_seen_from_its_viewer() -> None:
    message = Message("1", "U1", datetime(2026, 11, 22, tzinfo=UTC), (Span("text", "x"),))
    assert [message.as_json(viewer)["from"] for viewer in ("U1", "U2")] == ["me", "other"]


@pytest.mark.parametrize(("content_type", "shown"), [("image/svg+xml", True), ("text/html", False)])
async def test_an_uploaded_file_can_run_no_script(
    run: Running, http: aiohttp.ClientSession, content_type: str, shown: bool
) -> None:
    path = run.world.files.add("x", content_type, b"<script>alert(1)</script>")
    async with http.get(path) as answer:
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert ("attachment" in answer.headers.get("Content-Disposition", "")) != shown
    async with http.get("/sandbox/files/F0NOTHING") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/x-www-form-urlencoded", b"chat_id=1001&text=\xff"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--"),
    ],
)
async def test_a_call_whose_body_cannot_be_read_is_refused_by_each_provider(
    run: Running, http: aiohttp.ClientSession, content_type: str, body: bytes
) -> None:
    headers = {"Content-Type": content_type}
    async with http.post(f"/telegram/bot{TELEGRAM_TOKEN}/sendMessage", data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["ok"]) == (400, False)
    async with http.post("/slack/api/chat.postMessage", data=body, headers=headers) as answer:
        assert (await answer.json())["error"] == "invalid_json"
    path = f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    async with http.post(path, data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, 20001)
    assert all(run.world.messages(phone.id) == [] for phone in run.world.phones)
