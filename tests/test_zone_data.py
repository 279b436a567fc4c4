"""The newer time-zone data count, wherever they come from."""

import zoneinfo
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot.config import zone_data
from bot.config.zone_data import ZoneData, use_newer

BROUGHT = import_module("tzdata").IANA_VERSION


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    before = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


def system(monkeypatch: pytest.MonkeyPatch, folder: Path, **files: str) -> None:
    """A machine whose zones lie in this folder."""
    (folder / "Europe").mkdir()
    (folder / "Europe" / "London").write_bytes(b"")
    for name, text in files.items():
        (folder / {"zi": "tzdata.zi", "version": "+VERSION"}[name]).write_text(text)
    monkeypatch.setattr(zone_data, "_SYSTEM_PATH", (str(folder),))
    zoneinfo.reset_tzpath(to=(str(folder),))


@pytest.mark.parametrize(
    ("files", "release"),
    [({"zi": "# version 2025b\nR"}, "2025b"), ({"version": "2024a\n"}, "2024a"), ({}, "")],
)
def test_older_data_of_the_machine_are_left_aside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, str], release: str
) -> None:  # discovered P2
    system(monkeypatch, tmp_path, **files)
    found = use_newer()
    assert (found, found.outdated) == (ZoneData(BROUGHT, release), True)
    assert zoneinfo.TZPATH == ()
    assert use_newer() == found
    assert zoneinfo.ZoneInfo("America/Winnipeg").key == "America/Winnipeg"


def test_newer_data_of_the_machine_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # discovered P2
    system(monkeypatch, tmp_path, zi="# version 2999a\n")
    found = use_newer()
    assert (found, found.outdated) == (ZoneData("2999a", "2999a"), False)
    assert (str(tmp_path),) == zoneinfo.TZPATH


def test_a_machine_without_zones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # discovered P2
    monkeypatch.setattr(zone_data, "_SYSTEM_PATH", (str(tmp_path),))
    found = use_newer()
    assert (found, found.outdated) == (ZoneData(BROUGHT, None), False)
