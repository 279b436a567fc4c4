"""What a command costs that has next to nothing to do: starting the command line."""

import asyncio
import resource
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from bench.base import HERE, Build, base
from bench.sizes import Sizes
from bench.table import Line, ratio_of

COMMANDS: Final[Mapping[tuple[str, ...], float]] = {
    ("--help",): 0.25,
    ("read", "9"): 0.25,
    ("why", "C1"): 0.40,
}
"""The commands, and how much of the time of a build that imports everything each may take."""

_CONFIG: Final = "company: Acme\ndatabase_url: sqlite+aiosqlite:///bench.db\n"
_CONTACTS: Final = "contact_id,name,account,account_manager\nC1,First Customer,Globex,-\n"


async def commands(sizes: Sizes) -> AsyncIterator[Line]:
    """Processor time of each command; beside that of the same one of the revision BASE, where one is named."""
    with ExitStack() as stack:
        other = stack.enter_context(base())
        folders = {
            build: Path(stack.enter_context(TemporaryDirectory()))
            for build in (HERE, other)
            if build is not None
        }
        for build, folder in folders.items():
            (folder / "config.yaml").write_text(_CONFIG)
            (folder / "contacts.csv").write_text(_CONTACTS)
            await asyncio.to_thread(_seconds, build, folder, "contacts", "import", "contacts.csv")
        for words, target in COMMANDS.items():
            # In turn, after an import that has filled the caches of the disk.
            found: dict[Build, list[float]] = {build: [] for build in folders}
            for _ in range(sizes.rounds):
                for build, folder in folders.items():
                    found[build].append(await asyncio.to_thread(_seconds, build, folder, *words))
            yield _line(words, found[HERE], None if other is None else found[other], target)


def _line(words: tuple[str, ...], ours: list[float], theirs: list[float] | None, target: float) -> Line:
    what = f"starting the command line, npsbot {' '.join(words)}"
    if theirs is None:
        return Line(what, _shown(ours), note="processor time; BASE=REV compares it with a revision")
    ratio = ratio_of(ours, theirs)
    return Line(
        what, _shown(ours), _shown(theirs), ratio, f"<= {target:.2f}", ratio <= target, "processor time"
    )


def _shown(seconds: list[float]) -> str:
    return f"{median(seconds):.2f} s"


def _seconds(build: Build, folder: Path, *words: str) -> float:
    """Processor time of one command. Nothing else may end meanwhile in this process's name."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - our own command line
        build.python("-m", "bot", *words),
        cwd=folder,
        env=build.environment(),
        capture_output=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
