"""The keys that reports go by: whose scores stand beside one's own, words for a score, and lists of themes.

All of them may be left out. Files are read once, with the settings: an edit counts from the next start.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import inf, isfinite
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import AfterValidator, BeforeValidator, Field

import scoring
from bot.config.sections.channel import SettingsBlock, Text
from bot.config.value_types import as_list, near
from scoring import Bands, Benchmark, ThemeList
from scoring.themes.themes import LANGUAGES as THEME_LANGUAGES

_DATA: Final = Path(scoring.__file__).parent / "data"


def _document(path: Path) -> Any:
    """What a YAML file holds; ValueError is the rest of a sentence that begins with the key."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(f"names {path}, which cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ValueError(f"names {path}, which is not UTF-8 text; save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"names {path}, which is no YAML: {str(error).splitlines()[0]}") from None


# --------------------------------------------------------------------------------------------- themes


@lru_cache
def _theme_list(language: str, path: Path) -> ThemeList:
    document = _document(path)
    try:
        return scoring.theme_list(language, document)
    except ValueError as error:
        raise ValueError(f"names {path}: {error}") from None


def _theme_files(files: dict[str, Path]) -> dict[str, Path]:
    for language, path in files.items():
        if language not in THEME_LANGUAGES:
            known = " or ".join(sorted(THEME_LANGUAGES))
            raise ValueError(f"has a list for {language!r}; themes are found in {known} alone")
        _theme_list(language, path)
    return files


def theme_lists(files: Mapping[str, Path]) -> dict[str, ThemeList]:
    """The list of themes of each language that has one: the user's file, or the one that npsbot brings."""
    return {
        language: _theme_list(language, files.get(language, _DATA / f"themes.{language}.yaml"))
        for language in THEME_LANGUAGES
    }


ThemeFiles = Annotated[dict[str, Path], AfterValidator(_theme_files)]

# ----------------------------------------------------------------------------------------- benchmarks


@lru_cache
def _published() -> tuple[Benchmark, ...]:
    return scoring.benchmarks(_document(_DATA / "benchmarks.yaml"))


def _sectors(names: tuple[str, ...]) -> tuple[str, ...]:
    known = {one.sector.casefold(): one.sector for one in _published()}
    settled = []
    for name in names:
        sector = known.get(name.casefold())
        if sector is None:
            hint = near(name, known.values()) or f"expected one of {', '.join(known.values())}"
            raise ValueError(f"names the sector {name!r}, of which no score is published here; {hint}")
        settled.append(sector)
    return tuple(settled)


def _own(value: Any) -> Any:
    """Scores of the user's own in the form of the published ones: inline, or the name of a file."""
    if isinstance(value, str):
        value = _document(Path(value))
    if not isinstance(value, Mapping):
        raise ValueError("should be a file, or names with source, year, scope and scores under each")
    try:
        return scoring.benchmarks({str(name): _with_numbers(block) for name, block in value.items()})
    except ValueError as error:
        raise ValueError(f"cannot be used: {error}") from None


def _with_numbers(block: Any) -> Any:
    """config.yaml is read as text throughout, so numbers are made of what looks like one."""
    if not isinstance(block, Mapping):
        return block
    settled = {key: _number(value) if key == "year" else value for key, value in block.items()}
    scores = settled.get("scores")
    if isinstance(scores, Mapping):
        settled["scores"] = {
            sector: [_number(each) for each in score] if isinstance(score, list) else _number(score)
            for sector, score in scores.items()
        }
    return settled


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value


class Benchmarks(SettingsBlock):
    """Scores of others that stand beside one's own NPS."""

    sectors: Annotated[tuple[str, ...], BeforeValidator(as_list), AfterValidator(_sectors)] = Field(
        (), description="sectors from scoring/data/benchmarks.yaml"
    )
    own: Annotated[tuple[Benchmark, ...], BeforeValidator(_own)] = Field(
        (), description="a file, or names with source, year, scope and scores under each"
    )

    @property
    def all(self) -> tuple[Benchmark, ...]:
        """Every score to compare with, the published ones first, in the order of the settings."""
        published = {one.sector: one for one in _published()}
        return (*(published[sector] for sector in self.sectors), *self.own)


def sectors_alone(value: Any) -> Any:
    """`benchmark: industry` and `benchmark: [industry, transport]` name published sectors."""
    return {"sectors": value} if isinstance(value, (str, list)) else value


# ---------------------------------------------------------------------------------------------- bands


MOST_LIMITS: Final = 20
_BAND: Final = "should be the lowest score that earns a word, or rising limits such as [10000, 50000]"


def _band(value: Any) -> float | tuple[float, ...]:
    """The lowest score that earns a word, or the limits between the bands of an attribute."""
    numbers = tuple(_finite(each) for each in (value if isinstance(value, (list, tuple)) else [value]))
    if not isinstance(value, (list, tuple)):
        if not -100 <= numbers[0] <= 100:
            raise ValueError(_BAND)
        return numbers[0]
    if not 0 < len(numbers) <= MOST_LIMITS or sorted(set(numbers)) != list(numbers):
        raise ValueError(f"should be 1 to {MOST_LIMITS} limits that rise, such as [10000, 50000]")
    return numbers


def _finite(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = inf
    if not isfinite(number):
        raise ValueError(_BAND)
    return number


def _distinct(bands: dict[str, float | tuple[float, ...]]) -> dict[str, float | tuple[float, ...]]:
    floors = [floor for floor in bands.values() if isinstance(floor, float)]
    if len(set(floors)) < len(floors):
        raise ValueError("has two words that begin at the same score; keep one")
    return bands


BandLimits = Annotated[float | tuple[float, ...], BeforeValidator(_band)]
BandsOf = Annotated[dict[Text, BandLimits], AfterValidator(_distinct)]


def bands(settled: Mapping[str, float | tuple[float, ...]]) -> Bands:
    """The words for scores, by the lowest score that earns each."""
    return Bands(tuple(sorted((floor, word) for word, floor in settled.items() if isinstance(floor, float))))


def limits(settled: Mapping[str, float | tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
    """The limits between the bands of each attribute that has some."""
    return {name: found for name, found in settled.items() if isinstance(found, tuple)}


def currency_code(text: str) -> str:
    """A currency by its code in ISO 4217."""
    from babel.numbers import is_currency  # Here, because the tables take a while to load.

    code = text.strip().upper()
    if not is_currency(code):
        raise ValueError(f"is {text!r}, which is no currency; expected a code such as EUR or USD")
    return code
