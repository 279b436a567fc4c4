"""Lays out what the site is made of: `python site/pages.py build` makes build/pages and build/mkdocs.yml.

The pages keep the repository's own paths, so that a link is right in both places, whatever lies beside docs/.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "site" / "mkdocs.yml"
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
FENCED = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
DEEPER = re.compile(r"^( +)([-*] )", re.MULTILINE)


def navigation() -> list[dict[str, Any]]:
    """What site/mkdocs.yml says, and behind it every decision, in the order of their numbers."""
    nav: list[dict[str, Any]] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["nav"]
    numbered = sorted(page.name for page in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    return [*nav, {"Decisions": [f"docs/decisions/{name}" for name in ("README.md", *numbered)]}]


def pages(nav: Any) -> Iterator[Path]:
    """The pages of a navigation, as they lie in the repository."""
    if isinstance(nav, str):
        yield ROOT / nav
    else:
        for below in nav.values() if isinstance(nav, dict) else nav:
            yield from pages(below)


def linked(page: Path) -> Iterator[Path]:
    """The files of ours that a page links to or shows."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        there = (page.parent / link).resolve()
        if there.is_file() and there.is_relative_to(ROOT):
            yield there


def indented(text: str) -> str:
    """A page whose lists within lists stand as deep as the generator wants them: four spaces, where two are enough
    elsewhere. What stands between fences stays."""
    parts = FENCED.split(text)
    return "".join(part if part.lstrip().startswith("```") else DEEPER.sub(r"\1\1\2", part) for part in parts)


def lay_out(target: Path) -> None:
    """Copy the pages and what they link to, and write the configuration with the whole navigation."""
    nav = navigation()
    chosen = set(pages(nav))
    for file in chosen.union(*map(linked, chosen)):
        copy = target / "pages" / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            copy.write_text(indented(file.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(file, copy)
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8")) | {"nav": nav}
    (target / "mkdocs.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))
