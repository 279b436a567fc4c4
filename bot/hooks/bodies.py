"""The JSON that a receiver gets of what happened. PURE.

Made when it is sent, of what is there then: of somebody who was erased meanwhile it says figures and nobody. What it
says of a person are their key in the import and, where the hook asks for them, names; what they wrote stands in it only
where the hook asks for that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.dialogue.kinds import category_of

WORDS: Final = 4_000
"""Characters of a reason that go into a body: receivers expect them to be small."""


@dataclass(frozen=True, slots=True)
class HookPerson:
    """Who it is about: the key of the import, and what they are called."""

    key: str
    name: str
    account: str | None
    account_manager: str | None


@dataclass(frozen=True, slots=True)
class HookSurvey:
    """Where it belongs: the campaign, the number of its wave, the kind of survey."""

    campaign: str
    wave: int
    kind: str


@dataclass(frozen=True, slots=True)
class HookTold:
    """One thing that happened, with all that may be said of it. `figures` are those of then."""

    type: str
    at: datetime
    sequence: int
    figures: Mapping[str, Any]
    about: Mapping[str, Any]
    survey: HookSurvey | None = None
    person: HookPerson | None = None
    reason: str | None = None


def body(told: HookTold, *, with_words: bool, with_names: bool) -> str:
    """The body of a request, the same for the same at every try."""
    data: dict[str, Any] = dict(told.about)
    if told.survey is not None:
        data |= {"campaign": told.survey.campaign, "wave": told.survey.wave, "survey": told.survey.kind}
    if not told.type.startswith("wave."):
        data["contact"] = None if told.person is None else _person(told.person, with_names)
    data |= _figures(told, with_names)
    if with_words and not told.type.startswith(("wave.", "contact.")):
        data["reason"] = None if told.reason is None else told.reason[:WORDS]
    return _json({"type": told.type, "timestamp": _time(told.at), "sequence": told.sequence, "data": data})


def trial_body(name: str, at: datetime) -> str:
    """What `npsbot webhooks test` sends."""
    return _json({"type": "webhook.test", "timestamp": _time(at), "sequence": 0, "data": {"webhook": name}})


def _person(person: HookPerson, with_names: bool) -> dict[str, str | None]:
    key: dict[str, str | None] = {"key": person.key}
    if not with_names:
        return key
    return key | {
        "name": person.name or None,
        "account": person.account,
        "account_manager": person.account_manager,
    }


def _figures(told: HookTold, with_names: bool) -> dict[str, Any]:
    found = dict(told.figures)
    if "owner" in found and not with_names:
        found["owner"] = {"key": found["owner"]["key"]}
    if told.survey is not None and "score" in found:
        score = found["score"]
        found["category"] = None if score is None else category_of(told.survey.kind, score)
    return found


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
