"""Templates and static files: read once, written for one reader. What stands in a template is escaped by Jinja."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.commands.replies.case import answered_at, kept_of, score_of_case, state_of, step_of, who_of
from bot.commands.replies.figure import lasted
from bot.commands.replies.reply import Phrasing
from bot.config.sections.cause import cause_labels
from bot.config.settings import Settings
from bot.dialogue.kinds import SCALES
from bot.dialogue.wording import Words
from bot.pages.admission import base_of
from bot.reports.cases.values import CaseRow
from bot.reports.values import list_of
from bot.words import load_words, words_for

if TYPE_CHECKING:
    from jinja2 import Environment

_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_ALL: Final = ("admin", "manager", "colleague")
PAGES: Final = (
    ("today", "", _ALL),
    ("cases", "cases", _ALL),
    ("accounts", "accounts", _ALL[:2]),
    ("score", "score", _ALL[:2]),
    ("campaigns", "campaigns", _ALL[:1]),
    ("people", "people", _ALL[:2]),
)
"""What stands in the navigation: each page, its path, and who has it."""
_A_YEAR: Final = "public, max-age=31536000, immutable"  # another content has another address


@dataclass(frozen=True, slots=True)
class Speech:
    """How the dashboard speaks: its own words, and those of the answers in chat."""

    words: Words
    p: Phrasing

    def text(self, key: str, **values: object) -> str:
        """A text of the pages."""
        return self.words.text(key, **values)

    def counted(self, key: str, count: int, **values: object) -> str:
        """A number of things; `key` with `_one` at its end says it of one."""
        if count == 1:
            return self.text(f"{key}_one", **values)
        return self.text(key, count=self.p.number(count), **values)


def speech_of(settings: Settings) -> Speech:
    """The company's language, as in the chat: what colleagues and the settings wrote stands beside it."""
    causes = cause_labels(settings.causes, settings.language)
    zone = ZoneInfo(settings.timezone)
    p = Phrasing(words_for("admin", settings.language), zone, "/nps", causes)
    return Speech(words_for("page", settings.language), p)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # here: not before a page is looked at

    made = Environment(
        loader=PackageLoader("bot.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        answered_at=answered_at,
        kept_of=kept_of,
        who_of=who_of,
        score_of=score_of_case,
        state_of=state_of,
        step_of=step_of,
        lasted=lasted,
        category_at=category_at,
        list_of=list_of,
        static=_address,
        pages=PAGES,
        scales=SCALES,
    )
    return made


def rendered(template: str, settings: Settings, speech: Speech, values: Mapping[str, Any]) -> str:
    """A template in words."""
    return (
        _environment()
        .get_template(template)
        .render(
            **values,
            t=speech.text,
            counted=speech.counted,
            p=speech.p,
            base=base_of(settings),
            company=settings.company,
            language=_language(settings),
        )
    )


def _language(settings: Settings) -> str:
    """The language that the pages are in, for who hears them."""
    spoken = settings.language.partition("-")[0]
    return spoken if spoken in load_words("page") else "en"


def category_at(row: CaseRow) -> str:
    """Whether the score of a case is of the low, the middle or the high box of its scale."""
    ends = (row.low, row.high)
    kind = next((kind for kind, one in SCALES.items() if (one.minimum, one.maximum) == ends), None)
    return "unscored" if row.score is None or kind is None else list_of(kind, row.score)


@cache
def _static() -> Mapping[str, tuple[str, bytes]]:
    """The static files by name, each with a mark of its content."""
    folder = files("bot.pages").joinpath("static")
    contents = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    return {name: (hashlib.sha256(content).hexdigest()[:12], content) for name, content in contents.items()}


def _address(name: str) -> str:
    """The path of a static file, under the dashboard's own."""
    return f"static/{_static()[name][0]}/{name}"


def static_file(mark: str, name: str) -> Response | None:
    """A static file under the mark of its content; None where there is none such."""
    found = _static().get(name)
    if found is None or found[0] != mark:
        return None
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(found[1], media_type=kind, headers={"Cache-Control": _A_YEAR})
