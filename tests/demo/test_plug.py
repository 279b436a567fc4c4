"""The server behind the page: a process of its own that never outlives the demo."""

import asyncio
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.page import page
from sandbox import AdjustableClock
from tests.support.patience import PATIENCE


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended, and that nobody has asked about, does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


async def ended(pid: int) -> bool:
    """Whether a process ends soon."""
    given_up = time.monotonic() + PATIENCE
    while alive(pid):
        if time.monotonic() > given_up:
            return False
        await asyncio.sleep(0.05)
    return True


async def get(url: str, path: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(url + path) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def post(url: str, path: str, **body: Any) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.post(url + path, json=body) as answer:
        said: dict[str, Any] = await answer.json()
        return said


async def test_no_server_outlives_its_demo_however_that_ends(tmp_path: Path, warm: None) -> None:
    """With its page open, and without a word but where it is killed. # discovered P5: the page's stream was read until
    uvicorn gave up, which ended in a traceback."""

    async def one(end: signal.Signals) -> None:
        errors = tmp_path / f"{end.name}.txt"
        with errors.open("w") as file:
            demo = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "demo", "--port", "0", "--folder", str(tmp_path / end.name)),
                stdout=asyncio.subprocess.PIPE,
                stderr=file,
            )
        try:
            assert demo.stdout is not None
            line = (await asyncio.wait_for(demo.stdout.readline(), PATIENCE)).decode()
            assert line.startswith("npsbot demo: open http://127.0.0.1:"), line
            url = line.split()[3]
            pid = (await get(url, "/sandbox/server"))["pid"]
            assert alive(pid)
            async with aiohttp.ClientSession() as http, http.get(f"{url}/sandbox/stream") as stream:
                await stream.content.readany()
                demo.send_signal(end)
                if end != signal.SIGKILL:
                    await asyncio.wait_for(stream.content.read(), PATIENCE)  # raises where it is cut off
            said, _ = await asyncio.wait_for(demo.communicate(), PATIENCE)
            if end == signal.SIGKILL:
                assert demo.returncode == -9
            else:
                assert (demo.returncode, said, errors.read_text()) == (0, b"", "")
            assert await ended(pid), f"the server is still there after {end.name}"
        finally:
            if demo.returncode is None:
                demo.kill()
                await demo.wait()

    await asyncio.gather(*(one(end) for end in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)))


async def test_the_plug_kills_and_starts_a_process(tmp_path: Path, warm: None) -> None:
    async with page(0, tmp_path) as served:
        first = await get(served.url, "/sandbox/server")
        assert (first["state"], first["error"]) == ("up", None)
        down = await post(served.url, "/sandbox/server", plugged=False)
        assert down == {"ok": True, "state": "down", "pid": None, "seconds": None, "error": None}
        assert not alive(first["pid"])
        assert (await post(served.url, "/sandbox/server", plugged=False))["state"] == "down"
        again = await post(served.url, "/sandbox/server", plugged=True)
        assert (again["state"], again["pid"] != first["pid"], again["seconds"] > 0) == ("up", True, True)
        assert (await post(served.url, "/sandbox/server", plugged=True))["pid"] == again["pid"]


async def test_the_clocks_move_together(tmp_path: Path, warm: None) -> None:
    """A request that is signed five minutes before or after the server's time is refused."""
    clock = AdjustableClock()
    async with page(0, tmp_path, clock) as served:

        async def helped() -> bool:
            act = await post(served.url, "/sandbox/phones/admin-slack/type", text="/nps help")
            return bool(act["ok"])

        async def helped_in_time() -> bool:
            """A busy machine may need longer than Slack waits, and is asked again; other clocks refuse for ever."""
            given_up = time.monotonic() + PATIENCE
            while not await helped():
                if time.monotonic() > given_up:
                    return False
            return True

        assert await helped_in_time()
        clock.jump(timedelta(days=1).total_seconds())  # the sandbox's alone
        assert not await helped()
        await served.plug.set_clock(timedelta(days=1).total_seconds(), 1.0)
        assert await helped_in_time()
        for change in ({"jump": 700_000}, {"forward": 90_000}, {"speed": 3, "jump": 4000}):
            await post(served.url, "/sandbox/clock", **change)
            assert await helped_in_time(), change


async def test_a_server_that_does_not_start_is_told(
    tmp_path: Path, warm: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPSBOT_TIMEZONE", "Europe/Atlantis")
    with pytest.raises(OSError, match="The server did not start"):
        async with page(0, tmp_path):
            pass


async def test_a_second_demo_on_the_port_leaves_the_first_its_database(tmp_path: Path, warm: None) -> None:
    async with page(0, tmp_path) as served:
        taken = int(served.url.rpartition(":")[2])
        database = tmp_path / f"demo-{taken}.db"
        database.write_text("in use")
        with pytest.raises(OSError, match="Address already in use"):
            async with page(taken, tmp_path):
                pass
        assert database.read_text() == "in use"
