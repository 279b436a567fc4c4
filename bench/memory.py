"""The memory of `npsbot serve` that has nothing to do, with all three channels on.

As after any start but the first: who makes or changes the tables holds what does so (Alembic) to the end."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import yaml

from bench.children import Child, serving
from bench.company import settings_for
from bench.sizes import Sizes
from bench.table import Line

LIMIT = 145  # megabytes


async def memory(sizes: Sizes) -> AsyncIterator[Line]:
    """One process, after it has told the providers where it is."""
    async with serving("bench.provider") as provider:
        with TemporaryDirectory() as directory:
            url = f"http://127.0.0.1:{provider.port}"
            first = await _measure(Path(directory), url, sizes.settle)
            megabytes = await _measure(Path(directory), url, sizes.settle)
    yield Line(
        "memory of an idle server, three channels",
        f"{megabytes:.0f} MB",
        "",
        None,
        f"<= {LIMIT} MB",
        megabytes <= LIMIT,
        f"{first:.0f} MB after the start that made the tables",
    )


async def _measure(directory: Path, provider_url: str, settle: float) -> float:
    config = directory / "config.yaml"
    config.write_text(yaml.safe_dump(_values(directory, provider_url)))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--config", str(config), "--port", str(port)),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_ready(f"http://127.0.0.1:{port}/readyz", process)
        await asyncio.sleep(settle)
        return Child(process.pid, port).memory()
    finally:
        process.terminate()
        await process.wait()


async def _until_ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError("npsbot serve did not start")


def _values(directory: Path, provider_url: str) -> dict[str, object]:
    """The settings of the other rows, as a file."""
    settings = settings_for(f"sqlite+aiosqlite:///{directory / 'bench.db'}", provider_url)
    slack, telegram, sms = settings.channels.slack, settings.channels.telegram, settings.channels.sms
    if slack is None or telegram is None or sms is None:
        raise RuntimeError("a channel is off")
    return {
        "company": settings.company,
        "public_url": settings.public_url,
        "database_url": settings.database_url,
        "fallback_manager": "slack:UM0",
        "channels": {
            "slack": {"bot_token": "xoxb-1", "signing_secret": "s", "api_url": slack.api_url},
            "telegram": {
                "token": telegram.token.get_secret_value(),
                "secret": "s",
                "api_url": telegram.api_url,
            },
            "sms": {
                "account_sid": sms.account_sid,
                "auth_token": "t",
                "from": sms.sender,
                "api_url": sms.api_url,
            },
        },
    }
