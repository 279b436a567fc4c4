"""The site has every page and all that the pages show. Whether each link leads somewhere, `make site` says itself."""

import re
import runpy
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PAGES = runpy.run_path(str(ROOT / "site/pages.py"))


def test_each_page_is_in_the_navigation_once() -> None:
    found = sorted(PAGES["pages"](PAGES["navigation"]()))
    beside = [ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "README.md")]
    assert found == sorted([*beside, *(ROOT / "docs").rglob("*.md")])


def test_what_is_laid_out_holds_the_pages_and_all_that_they_link_to(tmp_path: Path) -> None:
    PAGES["lay_out"](tmp_path)
    pages = tmp_path / "pages"
    links = [
        (page.parent / link, f"{page.relative_to(pages)}: {link}")
        for page in pages.rglob("*.md")
        for link in PAGES["LINK"].findall(page.read_text("utf-8"))
    ]
    assert len(links) > 100
    # A folder has no page: name the page that is in it, or the folder without a link.
    assert [said for there, said in links if not there.is_file()] == []
    assert (pages / "docs/images/demo.png").is_file()
    assert yaml.safe_load((tmp_path / "mkdocs.yml").read_text("utf-8"))["nav"] == PAGES["navigation"]()


def test_a_list_within_a_list_is_set_deeper_and_code_is_not() -> None:
    page = "- a\n  - b\n    - c\n\n  ```yaml\n  x:\n    - y\n  ```\n"
    assert PAGES["indented"](page) == "- a\n    - b\n        - c\n\n  ```yaml\n  x:\n    - y\n  ```\n"


def test_nothing_is_loaded_from_outside() -> None:
    """The fonts would be, and the drawings of `mermaid`, which stand there as text instead."""
    text = (ROOT / "site/mkdocs.yml").read_text("utf-8")
    settings = yaml.safe_load(text)
    assert settings["theme"]["font"] is False
    assert re.findall(r"https?://|mermaid", text) == []
