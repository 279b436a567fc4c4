"""What is tested is what is shipped: the lock of the tests holds the lock of the product, pin by pin."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)

# Starts the command line where the named modules are not to be had.
WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

absent = set(sys.argv[1:])
sys.meta_path.insert(0, Absent())
import bot.app, bot.cli.main, bot.store.migrate, sandbox.app
"""


def pins(lock: str) -> dict[str, str]:
    """Package to version, as a lock file has them."""
    return dict(PIN.findall((ROOT / lock).read_text()))


def test_the_tests_lock_only_adds_to_the_products() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])])
def test_every_named_dependency_is_pinned(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for x in extras for name in project["optional-dependencies"][x]),
    ]
    named = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in wanted}
    assert named - pins(lock).keys() == set(), "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_the_product_starts_with_its_own_lock_alone() -> None:
    mine, tests = pins(LOCKS[0]).keys(), pins(LOCKS[1]).keys()
    absent = [
        module
        for module, owners in packages_distributions().items()
        if {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} <= tests - mine
    ]
    assert {"pytest", "hypothesis"} <= set(absent)
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT, *absent], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
