"""The licences of what npsbot installs, from the packages themselves: `python -m tests.support.licences` writes
the table of docs/licences.md."""

import re
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"
LOCK = ROOT / "requirements.lock"

# Only for systems on which npsbot is not tested, so their metadata are not here to be read.
ELSEWHERE = {"colorama": "BSD License"}


def packages() -> list[str]:
    """Every package of the product's lock, on whatever system it is installed."""
    return sorted(set(re.findall(r"^([a-z0-9._-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)))


def licence(package: str) -> str:
    """What a package says of itself: an SPDX expression, else its classifiers, else its own words, else the
    head of the licence that it brings."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE[package]
    if "License-Expression" in said:
        return said["License-Expression"]
    classified = [
        one.split(" :: ")[-1] for one in said.get_all("Classifier", []) if one.startswith("License ::")
    ]
    told = " or ".join(classified) or said["License"] or distribution(package).read_text("LICENSE") or ""
    return told.splitlines()[0]


def page() -> str:
    """The page in Markdown: its words as they are, and the table."""
    words, head, _ = PAGE.read_text(encoding="utf-8").partition("| package | licence |\n|---|---|\n")
    return words + head + "".join(f"| {one} | {licence(one)} |\n" for one in packages())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
