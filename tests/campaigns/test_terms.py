"""The frozen terms of a wave."""

import json
from datetime import time

import pytest

from bot.campaigns.terms import Terms, alerts_at, terms_of
from bot.dialogue.wording import Wording
from tests.support.campaign_world import settings_of, terms_like


def test_terms_are_the_campaign_as_the_settings_have_it() -> None:
    settings = settings_of(
        {"demo": {"audience": {"plan": ["gold", "silver"]}, "channels": ["sms"], "window": 3, "every": 30}}
    )
    terms = terms_of("demo", settings.campaigns["demo"], settings.surveys)
    assert (terms.campaign, terms.kind, terms.low, terms.high) == ("demo", "nps", 0, 10)
    assert (terms.channels, terms.window, terms.every) == (("sms",), 3, 30)
    assert (terms.send_from, terms.send_until) == (time(9), time(20))
    assert terms.audience == {"plan": ("gold", "silver")}


@pytest.mark.parametrize(
    "campaign",
    [
        {},
        {"send_between": "always"},
        {"send_between": "08:30-21:45", "sundays": True, "holidays": True},
        {"audience": {"plan": "gold", "since": 2024}, "channels": ["telegram", "slack"]},
    ],
)
def test_terms_survive_being_stored_as_json(campaign: dict[str, object]) -> None:
    terms = terms_like(**campaign)
    assert Terms.from_dict(json.loads(json.dumps(terms.as_dict()))) == terms


def test_how_it_speaks_is_frozen_too() -> None:
    own = {
        "salutation": "false",
        "follow_up": "by_category",
        "words": {"fr-FR": {"question": "Et alors ?"}},
    }
    review = {"url": "https://reviews.example.com/acme", "at_most": "400 days"}
    settings = settings_of({"demo": {"review": review, "recovery": "7 days"}}, surveys={"nps": own})
    terms = terms_of("demo", settings.campaigns["demo"], settings.surveys)
    stored = json.loads(json.dumps(terms.as_dict()))
    assert Terms.from_dict(stored) == terms
    assert (terms.review_every, terms.recovery) == (400, 7)
    assert Wording.from_terms(stored) == Wording(
        texts={"fr": {"question": "Et alors ?"}},
        salutation=False,
        follow_up="by_category",
        review_url="https://reviews.example.com/acme",
    )


def test_a_wave_that_began_before_there_was_a_choice_speaks_as_it_began() -> None:
    stored = terms_like().as_dict()
    for name in ("salutation", "follow_up", "review_url"):
        del stored[name]
    assert Wording.from_terms(stored) == Wording({}, False, "neutral", None)
    assert Terms.from_dict(stored).follow_up == "neutral"


@pytest.mark.parametrize(
    ("survey", "scale", "alert_at"),
    [
        ({}, (0, 10), 6),
        ({"kind": "csat"}, (1, 5), 2),
        ({"kind": "ces"}, (1, 7), 3),
        ({"kind": "csat", "alert_at": 3}, (1, 5), 3),
        ({"alert_at": 0}, (0, 10), 0),
    ],
)
def test_the_scale_and_what_alerts_are_frozen(
    survey: dict[str, object], scale: tuple[int, int], alert_at: int
) -> None:
    settings = settings_of({"demo": {}}, surveys={"nps": survey})
    terms = terms_of("demo", settings.campaigns["demo"], settings.surveys)
    assert ((terms.low, terms.high), terms.alert_at) == (scale, alert_at)
    stored = json.loads(json.dumps(terms.as_dict()))
    assert Terms.from_dict(stored) == terms
    assert alerts_at(stored) == alert_at
    assert Wording.from_terms(stored).kind == survey.get("kind", "nps")


def test_a_wave_that_began_before_there_was_a_setting_alerts_as_it_did() -> None:
    stored = terms_like().as_dict()
    del stored["alert_at"]
    assert Terms.from_dict(stored) == terms_like()
    assert alerts_at(stored) == 6


def test_a_trial_runs_at_once_on_one_channel_with_the_same_words() -> None:
    terms = terms_like(channels=["sms"], audience={"plan": "gold"})
    trial = terms.for_trial("slack")
    assert trial.always
    assert (trial.channels, trial.every, trial.audience) == (("slack",), 0, {})
    assert (trial.words, trial.low, trial.high, trial.window) == (
        terms.words,
        terms.low,
        terms.high,
        terms.window,
    )
