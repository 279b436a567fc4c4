"""The terms of a wave: all that it needs to run, copied from the settings when it starts. PURE.

A wave keeps its terms as they were, so that a change of config.yaml never changes what runs or what was
counted. They are stored as a plain dict of JSON values in `wave.terms`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any, Final, Protocol, Self

from bot.campaigns.canary import CanaryKeys, CanaryTerms
from bot.campaigns.draw_terms import DrawKeys, DrawTerms
from bot.config.audiences import Audience, MustHold, frozen, thawed
from bot.dialogue.kinds import SCALES, usual_alert_at
from bot.dialogue.wording import FollowUp, Wording
from bot.when.seasons import Season


class SurveyTerms(Protocol):
    """What is read of a survey in the settings."""

    @property
    def kind(self) -> str: ...
    @property
    def alert_at(self) -> int | None: ...
    @property
    def words(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def salutation(self) -> bool: ...
    @property
    def follow_up(self) -> FollowUp: ...


class CampaignTerms(DrawKeys, Protocol):
    """What is read of a campaign in the settings."""

    @property
    def survey(self) -> str: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def channels(self) -> Sequence[str] | None: ...
    @property
    def window(self) -> int: ...
    @property
    def hours(self) -> tuple[time, time] | None: ...
    @property
    def sundays(self) -> bool: ...
    @property
    def holidays(self) -> bool: ...
    @property
    def every(self) -> int: ...
    @property
    def every_by_kind(self) -> Mapping[str, int]: ...
    @property
    def at_most_every(self) -> int: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def on(self) -> object: ...
    @property
    def recovery(self) -> int | None: ...
    @property
    def review_url(self) -> str | None: ...
    @property
    def review_every(self) -> int | None: ...
    @property
    def not_between(self) -> tuple[Season, ...]: ...
    @property
    def reminder(self) -> int | None: ...
    @property
    def canary(self) -> CanaryKeys | None: ...
    @property
    def fallback(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The frozen terms of one wave.

    `words`, `salutation`, `follow_up` and `review_url` are how it speaks, as in `bot.dialogue.wording`.
    `window` and `every` are days; `every_by_kind` and `at_most_every` too, as `spaces` has them. `transactional` is a
    campaign that asks about something that happened, and not about doing business as such. `send_from` and
    `send_until` are hours in the customer's own zone, both None where questions may go at any time of any day. An
    empty `audience` is everybody. A score of `alert_at` or lower alerts the account manager. `recovery` days after
    *Done* the customer is asked whether it is solved, and a promoter is asked for a review once in `review_every`
    days; who said nothing is reminded after `reminder` days; None is never. `canary` is
    how a share of the wave is asked before the others; `fallback`, that the next of the channels is tried where one
    reached nobody or was not answered.
    """

    campaign: str
    survey: str
    kind: str
    low: int
    high: int
    alert_at: int
    words: Mapping[str, Mapping[str, str]]
    salutation: bool = True
    follow_up: FollowUp = "neutral"
    review_url: str | None = None
    channels: tuple[str, ...]
    window: int
    send_from: time | None
    send_until: time | None
    sundays: bool
    holidays: bool
    every: int
    every_by_kind: Mapping[str, int] = field(default_factory=dict)
    at_most_every: int = 0
    transactional: bool = False
    audience: Mapping[str, MustHold]
    recovery: int | None = None
    review_every: int | None = None
    not_between: tuple[Season, ...] = ()
    draw: DrawTerms = field(default_factory=DrawTerms)
    reminder: int | None = None
    canary: CanaryTerms | None = None
    fallback: bool = False

    @property
    def always(self) -> bool:
        """Whether questions may go at any time."""
        return self.send_from is None or self.send_until is None

    def for_trial(self, channel: str) -> Self:
        """The same conversation for one admin: at once, on one channel, and however often."""
        return replace(
            self,
            channels=(channel,),
            send_from=None,
            send_until=None,
            every=0,
            every_by_kind={},
            at_most_every=0,
            reminder=None,
            canary=None,
            audience={},
            draw=DrawTerms(),
        )

    def in_half(self, half: int | None) -> Self:
        """The same in the hours of one of the halves of a wave that compares two; of a wave that has none, as it is."""
        if half is None or not self.draw.halves:
            return self
        start, _, end = self.draw.halves[half].partition("-")
        return replace(self, send_from=time.fromisoformat(start), send_until=time.fromisoformat(end))

    def as_dict(self) -> dict[str, Any]:
        """JSON values, from which `from_dict` makes the same terms."""
        return {
            "campaign": self.campaign,
            "survey": self.survey,
            "kind": self.kind,
            "low": self.low,
            "high": self.high,
            "alert_at": self.alert_at,
            "words": {language: dict(texts) for language, texts in self.words.items()},
            "salutation": self.salutation,
            "follow_up": self.follow_up,
            "review_url": self.review_url,
            "channels": list(self.channels),
            "window": self.window,
            "send_from": _clock(self.send_from),
            "send_until": _clock(self.send_until),
            "sundays": self.sundays,
            "holidays": self.holidays,
            "every": self.every,
            "every_by_kind": dict(self.every_by_kind),
            "at_most_every": self.at_most_every,
            "transactional": self.transactional,
            "recovery": self.recovery,
            "review_every": self.review_every,
            "not_between": [str(season) for season in self.not_between],
            "reminder": self.reminder,
            "fallback": self.fallback,
            "canary": None if self.canary is None else self.canary.as_dict(),
            "audience": thawed(self.audience),
            "draw": self.draw.as_dict(),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The terms that `as_dict` wrote, also as it wrote them before there was a choice of wording or of
        what alerts."""
        wording = Wording.from_terms(stored)
        return cls(
            campaign=stored["campaign"],
            survey=stored["survey"],
            kind=stored["kind"],
            low=stored["low"],
            high=stored["high"],
            alert_at=alerts_at(stored),
            words=wording.texts,
            salutation=wording.salutation,
            follow_up=wording.follow_up,
            review_url=wording.review_url,
            channels=tuple(stored["channels"]),
            window=stored["window"],
            send_from=_time(stored["send_from"]),
            send_until=_time(stored["send_until"]),
            sundays=stored["sundays"],
            holidays=stored["holidays"],
            every=stored["every"],
            every_by_kind=stored.get("every_by_kind", {}),
            at_most_every=stored.get("at_most_every", 0),
            transactional=stored.get("transactional", False),
            recovery=stored.get("recovery"),
            review_every=stored.get("review_every"),
            not_between=tuple(map(Season.parse, stored.get("not_between", ()))),
            reminder=stored.get("reminder"),
            canary=CanaryTerms.from_dict(stored.get("canary")),
            fallback=stored.get("fallback", False),
            audience=frozen(stored["audience"]),
            draw=DrawTerms.from_dict(stored.get("draw")),
        )


def terms_of(name: str, campaign: CampaignTerms, surveys: Mapping[str, SurveyTerms]) -> Terms:
    """The terms on which a campaign of the settings would start now."""
    survey = surveys[campaign.survey]
    scale = SCALES[survey.kind]
    send_from, send_until = campaign.hours or (None, None)
    return Terms(
        campaign=name,
        survey=campaign.survey,
        kind=survey.kind,
        low=scale.minimum,
        high=scale.maximum,
        alert_at=usual_alert_at(survey.kind) if survey.alert_at is None else survey.alert_at,
        words={language: dict(texts) for language, texts in survey.words.items()},
        salutation=survey.salutation,
        follow_up=survey.follow_up,
        review_url=campaign.review_url,
        channels=tuple(campaign.channels or ()),
        window=campaign.window,
        send_from=send_from,
        send_until=send_until,
        sundays=campaign.sundays,
        holidays=campaign.holidays,
        every=campaign.every,
        every_by_kind=dict(campaign.every_by_kind),
        at_most_every=campaign.at_most_every,
        transactional=is_transactional(campaign, survey),
        recovery=campaign.recovery,
        review_every=campaign.review_every,
        not_between=tuple(campaign.not_between),
        reminder=campaign.reminder,
        fallback=campaign.fallback,
        canary=None if campaign.canary is None else CanaryTerms.of(campaign.canary),
        audience={} if isinstance(campaign.audience, str) else dict(campaign.audience),
        draw=DrawTerms.of(campaign),
    )


def is_transactional(campaign: CampaignTerms, survey: SurveyTerms) -> bool:
    """Whether a campaign asks about something that happened: as it says, else where it asks after events, or not for
    the NPS."""
    if campaign.kind is not None:
        return campaign.kind == "transactional"
    return campaign.on is not None or survey.kind != "nps"


def changes(before: Terms, after: Terms) -> dict[str, tuple[Any, Any]]:
    """What became of the terms, under the keys of config.yaml: as it was and as it is now, in words where one word
    says it, else None twice."""
    old, new = before.as_dict(), after.as_dict()
    found: dict[str, tuple[Any, Any]] = {}
    for key in old:
        if old[key] != new[key]:
            plain = key not in _PART_OF and not isinstance(old[key] or new[key], dict | list)
            found[_KEY_OF.get(key, key)] = (old[key], new[key]) if plain else (None, None)
    return found


_PART_OF: Final = frozenset({"send_from", "send_until", "review_url", "review_every"})
_KEY_OF: Final = {
    "every": "not_again_within",
    "every_by_kind": "not_again_within",
    "at_most_every": "ask_at_most_every",
    "transactional": "kind",
    "send_from": "send_between",
    "send_until": "send_between",
    "review_url": "review",
    "review_every": "review",
}


def alerts_at(stored: Mapping[str, Any]) -> int:
    """The highest score that alerts, of the stored terms of a wave."""
    found: int | None = stored.get("alert_at")
    return usual_alert_at(stored["kind"]) if found is None else found


def _clock(moment: time | None) -> str | None:
    return None if moment is None else moment.isoformat("minutes")


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
