"""The levers of the page over HTTP: the bot's server, one fault, and a clock that moves for both."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox import AdjustableClock, Targets, World, sandbox

FAULT = {"provider": "sms", "kind": "duplicate", "copies": 2, "times": None}


class RecordedServer:
    """A server that writes down what is done to it, and the sandbox's time at that moment."""

    def __init__(self, clock: AdjustableClock) -> None:
        self.clock, self.state = clock, "up"
        self.done: list[Any] = []

    def as_json(self) -> dict[str, Any]:
        return {"state": self.state, "pid": None, "seconds": 1.5, "error": None}

    async def pull(self) -> None:
        self.state = "down"

    async def plug_in(self) -> None:
        self.state = "up"

    async def set_clock(self, ahead: float, speed: float) -> None:
        self.done.append((ahead, speed, self.clock.now()))


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock(speed=0)


@pytest.fixture
def server(clock: AdjustableClock) -> RecordedServer:
    return RecordedServer(clock)


def reached(world: World, server: RecordedServer | None) -> httpx.AsyncClient:
    app = sandbox(world, Targets(url="http://127.0.0.1:1"), server=server)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:1/sandbox")


@pytest.fixture
async def http(clock: AdjustableClock, server: RecordedServer) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(World(clock=clock), server) as client:
        yield client


async def test_the_server_is_switched_off_and_on(http: httpx.AsyncClient) -> None:
    assert (await http.get("/phones")).json()["server"]["state"] == "up"
    assert (await http.post("/server", json={"plugged": False})).json()["state"] == "down"
    assert (await http.get("/server")).json()["state"] == "down"
    assert (await http.post("/server", json={"plugged": True})).json()["state"] == "up"
    for body in ({}, {"plugged": "yes"}, {"plugged": 0}):
        refused = await http.post("/server", json=body)
        assert (refused.status_code, "'plugged'" in refused.json()["error"]) == (400, True), body


async def test_a_form_of_another_site_cannot_pull_the_plug(
    http: httpx.AsyncClient, server: RecordedServer
) -> None:
    sent = await http.post("/server", content='{"plugged": false}', headers={"Content-Type": "text/plain"})
    assert (sent.status_code, server.state) == (415, "up")


async def test_a_sandbox_that_started_no_server_has_none(clock: AdjustableClock) -> None:
    async with reached(World(clock=clock), None) as http:
        assert (await http.get("/phones")).json()["server"] is None
        assert (await http.post("/server", json={"plugged": False})).status_code == 404


@pytest.mark.parametrize(
    ("body", "ahead", "speed"),
    [
        ({"jump": 86_400}, 86_400, 0),
        ({"forward": 60}, 60, 0),
        ({"speed": 2}, 0, 2),
        ({"forward": 1, "jump": 2, "speed": 0}, 3, 0),
    ],
)
async def test_the_server_s_clock_moves_before_the_sandbox_s(
    http: httpx.AsyncClient,
    server: RecordedServer,
    clock: AdjustableClock,
    body: dict[str, float],
    ahead: float,
    speed: float,
) -> None:
    before = clock.now()
    assert (await http.post("/clock", json=body)).json()["speed"] == speed
    assert server.done == [(ahead, speed, before)]
    assert timedelta(seconds=ahead) <= clock.now() - before < timedelta(seconds=ahead + 5)


async def test_one_fault_is_removed_and_the_others_stay(http: httpx.AsyncClient) -> None:
    first, second = [(await http.post("/faults", json=FAULT)).json()["id"] for _ in range(2)]
    for _ in range(2):  # removed already is no error
        assert (await http.delete(f"/faults/{first}")).json() == {"ok": True}
    assert [fault["id"] for fault in (await http.get("/phones")).json()["faults"]] == [second]


async def test_every_page_hears_of_a_fault(clock: AdjustableClock) -> None:
    world = World(clock=clock)
    async with reached(world, None) as http:
        number = (await http.post("/faults", json=FAULT)).json()["id"]
        await http.delete(f"/faults/{number}")
        await http.delete("/faults")
    told = [change.data["faults"] for change in world.phones.feed.since(0) or []]
    assert [[fault["id"] for fault in faults] for faults in told] == [[number], [], []]
