"""The database of a server that a test starts: its tables were made once, and are copied."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.engine import make_url

from bot.store.store import Store, open_store
from tests.support.databases import memory

_MADE: Final[list[bytes]] = []


async def open_ready(database_url: str) -> Store:
    """As `open_store`, with a file that is not there yet: making the tables is most of what a server's start takes."""
    if not _MADE:
        await _make()
    if database_url.startswith("sqlite"):
        _put(Path(make_url(database_url).database or ""))
    return await open_store(database_url)


async def _make() -> None:
    with TemporaryDirectory(dir=memory()) as room:
        store = await open_store(f"sqlite+aiosqlite:///{room}/npsbot.db")
        await store.close()
        _MADE.append((Path(room) / "npsbot.db").read_bytes())


def _put(path: Path) -> None:
    if path.parent.is_dir() and not path.exists():
        path.write_bytes(_MADE[0])
