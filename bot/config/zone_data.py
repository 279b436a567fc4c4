"""Which release of the world's time zones counts: the newer of this machine's and the one npsbot brings.

Python looks at the machine first, however old its data are; then questions leave an hour too early or too late
wherever the rules have changed since. Settings call `use_newer` before they look at their first zone.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

_ANY_ZONE: Final = "Europe/London"  # a folder without it holds no zones


@dataclass(frozen=True, slots=True)
class ZoneData:
    """The releases, such as `2026f`. `system` is None where this machine has none, and empty where it does not
    say which one it has."""

    used: str
    system: str | None

    @property
    def outdated(self) -> bool:
        """Whether this machine has zones that are older than those in use, or that may be."""
        return self.system is not None and self.system != self.used


def use_newer() -> ZoneData:
    """From now on look zones up in the newer data; which these are. May be called again."""
    system = _system_release()
    brought: str = import_module("tzdata").IANA_VERSION
    if system is None or system < brought:
        if zoneinfo.TZPATH:
            zoneinfo.reset_tzpath(to=())
            zoneinfo.ZoneInfo.clear_cache()
        return ZoneData(brought, system)
    return ZoneData(system, system)


def holiday_tables() -> str:
    """Which release of the tables of public holidays is installed, and since when."""
    installed = distribution("holidays")
    since = datetime.fromtimestamp(Path(str(installed.locate_file("holidays"))).stat().st_mtime, UTC)
    return f"holidays {installed.version}, installed on {since:%Y-%m-%d}"


def _system_release() -> str | None:
    """The release of the data that Python would look at first. Debian and others put it at the head of
    `tzdata.zi`, macOS and the BSDs in a file of its own."""
    for folder in map(Path, _SYSTEM_PATH):
        if not (folder / _ANY_ZONE).is_file():
            continue
        try:
            with (folder / "tzdata.zi").open(encoding="ascii") as file:
                return file.readline().removeprefix("# version ").strip()
        except (OSError, ValueError):
            pass
        try:
            return (folder / "+VERSION").read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""
    return None


_SYSTEM_PATH: Final = zoneinfo.TZPATH  # as it was before anybody changed it
