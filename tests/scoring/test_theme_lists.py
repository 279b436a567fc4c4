"""How well the theme lists that come with npsbot find what people mean.

`tests/data/reasons.jsonl` holds reasons with the themes that a reader sees in them. The lists were improved by
looking at the set "tuned"; the set "unseen" was written when they were done, and the page quotes its figures.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from scoring import ThemeList, theme_list

ROOT = Path(__file__).parents[2]
REASONS = [json.loads(line) for line in (ROOT / "tests/data/reasons.jsonl").read_text("utf-8").splitlines()]
LISTS = {
    language: yaml.safe_load((ROOT / f"scoring/data/themes.{language}.yaml").read_text("utf-8"))
    for language in ("en", "nl")
}


@dataclass
class _Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def _score(language: str, kind: str) -> _Score:
    themes, score = theme_list(language, LISTS[language]), _Score()
    for row in REASONS:
        if (row["lang"], row["set"]) == (language, kind):
            found, meant = themes.find(row["text"]), set(row["themes"])
            score.right += len(found & meant)
            score.wrong += len(found - meant)
            score.missed += len(meant - found)
    return score


@pytest.mark.parametrize(
    ("language", "kind", "precision", "recall"),
    [
        ("en", "tuned", 0.95, 0.85),
        ("nl", "tuned", 0.95, 0.83),
        ("en", "unseen", 0.93, 0.75),
        ("nl", "unseen", 0.93, 0.70),
    ],
)
def test_the_lists_find_what_is_meant(language: str, kind: str, precision: float, recall: float) -> None:
    score = _score(language, kind)
    assert score.precision >= precision
    assert score.recall >= recall


def test_the_page_quotes_the_unseen_reasons() -> None:
    page = " ".join((ROOT / "docs/statistics.md").read_text("utf-8").split())
    english, dutch = _score("en", "unseen"), _score("nl", "unseen")
    both = _Score(english.right + dutch.right, english.wrong + dutch.wrong, english.missed + dutch.missed)
    assert f"{sum(row['set'] == 'unseen' for row in REASONS)} reasons" in page
    assert f"{english.recall:.0%} in English and {dutch.recall:.0%} in Dutch" in page
    assert f"{both.precision:.0%} of the themes" in page


def test_every_reason_is_labelled_with_themes_of_the_lists() -> None:
    assert {theme for row in REASONS for theme in row["themes"]} == set(LISTS["en"]) == set(LISTS["nl"])
    texts = [(row["lang"], row["text"]) for row in REASONS]
    assert len(texts) == len(set(texts))


def _entries(language: str) -> Iterator[tuple[str, str]]:
    for theme, entries in LISTS[language].items():
        for entry in entries:
            yield theme, entry


@pytest.mark.parametrize("language", LISTS)
def test_every_entry_finds_itself_and_every_exception_does_not(language: str) -> None:
    themes = theme_list(language, LISTS[language])
    for theme, entry in _entries(language):
        bare = entry.removeprefix("-").replace("=", "").replace("*", "")
        assert (theme in themes.find(bare)) is not entry.startswith("-"), entry


@pytest.mark.parametrize("language", LISTS)
def test_no_entry_is_written_twice(language: str) -> None:
    entries = list(_entries(language))
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("language", LISTS)
def test_both_lists_fit_a_theme_list(language: str) -> None:
    assert isinstance(theme_list(language, LISTS[language]), ThemeList)
