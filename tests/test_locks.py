"""What is tested is what is shipped: the lock of the tests holds the lock of the product, pin by pin."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
SITE_LOCK = "requirements-site.lock"
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
import alembic.command, alembic.config, bot.app, sandbox.app
from bot.cli.main import COMMANDS, imported
for name in COMMANDS:
    imported(name)
"""


def pins(lock: str) -> dict[str, str]:
    """Package to version, as a lock file has them."""
    return dict(PIN.findall((ROOT / lock).read_text()))


def _names(dependencies: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in dependencies}


def test_the_tests_lock_only_adds_to_the_products() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])])
def test_every_named_dependency_is_pinned(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for x in extras for name in project["optional-dependencies"][x]),
    ]
    assert _names(wanted) - pins(lock).keys() == set(), "run `make lock`"


def test_what_the_product_imports_is_named() -> None:
    """What merely comes along with another package goes when that one no longer needs it."""
    files = [
        path for room in ("bot", "channels", "sandbox", "scoring") for path in (ROOT / room).rglob("*.py")
    ]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    imported = {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    owners = packages_distributions()
    needed = {
        re.sub(r"[-_.]+", "-", owner).lower()
        for module in imported
        for owner in owners.get(module.partition(".")[0], ())
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["assistants"]]
    assert needed - _names(named) == {"npsbot"}


def test_what_makes_the_site_is_pinned_and_is_no_part_of_the_product() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    site = _names(groups["site"])
    assert site <= pins(SITE_LOCK).keys(), "run `make lock`"
    assert site & pins("requirements-dev.lock").keys() == set()


@pytest.mark.parametrize("lock", [*LOCKS, SITE_LOCK])
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
