"""Who is asked and who is left out: one outcome each, by the first rule that applies."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.plan import (
    Asked,
    Candidate,
    Decision,
    Place,
    Reach,
    Skip,
    Skipped,
    Wishes,
    decide,
    held_back,
)
from bot.campaigns.spaces import LastAsked, Spaces
from bot.campaigns.terms import Terms, terms_of
from tests.support.campaign_world import NOW, settings_of, terms_like

AMSTERDAM = Place(ZoneInfo("Europe/Amsterdam"), "NL")
ON = frozenset({"slack", "telegram", "sms"})
SLACK = {"slack": Reach("U1")}
PHONE = {"sms": Reach("+31612345678")}


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def someone(**values: Any) -> Candidate:
    return Candidate(id=1, language=None, place=AMSTERDAM, reach=SLACK)._replace(**values)


def too_soon(day: str, rule: str = "not_again_within") -> Skipped:
    free = datetime.fromisoformat(f"{day}T10:00Z")
    return Skipped(Skip.TOO_SOON, f"until {day}, {rule}", rule, free)


def outcome(
    candidate: Candidate, terms: Terms | None = None, on: frozenset[str] = ON, at: datetime = NOW
) -> Decision:
    return decide(candidate, terms or terms_like(), NOW, on, lambda place: at)


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (someone(opted_out=True), Skipped(Skip.OPTED_OUT)),
        (someone(opted_out=True, reach={}, busy=True), Skipped(Skip.OPTED_OUT)),
        (
            someone(reach={"slack": Reach("U1", "no such user")}),
            Skipped(Skip.UNREACHABLE, "slack: no such user"),
        ),
        (someone(reach={}), Skipped(Skip.NOT_LINKED)),
        (
            someone(place=None),
            Skipped(Skip.NO_TIMEZONE, "no timezone is given, and the phone number allows several"),
        ),
        (someone(busy=True), Skipped(Skip.BUSY)),
        (
            someone(busy=True, busy_until=NOW + timedelta(days=3), last=LastAsked(NOW)),
            Skipped(Skip.BUSY, "until 2026-03-05"),
        ),
        (someone(last=LastAsked(NOW - timedelta(days=89))), too_soon("2026-03-03")),
        (someone(last=LastAsked(NOW - timedelta(days=30))), too_soon("2026-05-01")),
        (someone(last=LastAsked(NOW - timedelta(days=90))), Asked("slack", "U1", NOW)),
        (someone(), Asked("slack", "U1", NOW)),
    ],
)
def test_the_first_rule_that_applies_decides(candidate: Candidate, expected: Decision) -> None:
    assert outcome(candidate) == expected


@pytest.mark.parametrize(
    ("channels", "reach", "expected"),
    [
        (["slack", "sms"], SLACK | PHONE, Asked("slack", "U1", NOW)),
        (["sms", "slack"], SLACK | PHONE, Asked("sms", "+31612345678", NOW)),
        (["telegram", "sms"], SLACK | PHONE, Asked("sms", "+31612345678", NOW)),
        (["slack", "sms"], {"slack": Reach("U1", "gone")} | PHONE, Asked("sms", "+31612345678", NOW)),
        (["slack", "sms"], {"slack": Reach("U1", "gone")}, Skipped(Skip.UNREACHABLE, "slack: gone")),
        (["slack", "telegram"], PHONE, Skipped(Skip.NOT_LINKED)),
        (["slack", "sms"], {"telegram": Reach("5")}, Skipped(Skip.NO_ADDRESS)),
    ],
)
def test_one_channel_each_the_first_that_reaches(
    channels: list[str], reach: dict[str, Reach], expected: Decision
) -> None:
    assert outcome(someone(reach=reach), terms_like(channels=channels)) == expected


def test_a_channel_that_was_switched_off_since_is_no_way_to_anybody() -> None:
    assert outcome(someone(), on=frozenset({"sms"})) == Skipped(Skip.CHANNEL_OFF, "slack")
    both = someone(reach=SLACK | PHONE)
    assert outcome(both, on=frozenset({"sms"})) == Asked("sms", "+31612345678", NOW)


def test_too_soon_looks_at_when_the_question_would_leave() -> None:
    tomorrow = NOW + timedelta(days=1)
    asked_before = someone(last=LastAsked(NOW - timedelta(days=89, hours=12)))
    assert outcome(asked_before, at=tomorrow) == Asked("slack", "U1", tomorrow)


@pytest.mark.parametrize(
    ("last", "free", "rule"),
    [
        (LastAsked(days_ago(10)), "2026-03-22", "ask_at_most_every"),
        (LastAsked(days_ago(10), relational=days_ago(40)), "2026-04-21", "not_again_within.relational"),
        (LastAsked(days_ago(6), transactional=days_ago(6)), "2026-03-26", "ask_at_most_every"),
        (LastAsked(days_ago(6), days_ago(80), days_ago(6)), "2026-03-26", "ask_at_most_every"),
        (LastAsked(days_ago(31), days_ago(91), days_ago(31)), None, None),
        (LastAsked(days_ago(31), followed_up=days_ago(1)), "2026-03-15", "the follow-up"),
    ],
)
def test_kinds_of_questions_are_spaced_apart(last: LastAsked, free: str | None, rule: str | None) -> None:
    spaces = {"relational": "90 days", "transactional": 14}
    settings = settings_of({"demo": {"not_again_within": spaces}}, ask_at_most_every="30 days")
    terms = terms_of("demo", settings.campaigns["demo"], settings.surveys)
    found = outcome(someone(last=last), terms)
    if free is None or rule is None:
        assert found == Asked("slack", "U1", NOW)
        return
    assert found == too_soon(free, rule)
    stored = Spaces.stored(terms.as_dict())
    assert stored == Spaces.of(terms) == Spaces.of(Terms.from_dict(terms.as_dict()))
    assert held_back(last, Wishes(), stored, AMSTERDAM, NOW) == found


def test_a_campaign_is_of_the_kind_that_it_says_or_that_its_survey_has() -> None:
    surveys = {"nps": {}, "service": {"kind": "csat"}}
    campaigns = {
        "spring": {},
        "support": {"survey": "service"},
        "project": {"kind": "transactional"},
        "yearly": {"survey": "service", "kind": "relational"},
    }
    settings = settings_of(campaigns, surveys=surveys)
    kinds = {
        name: terms_of(name, campaign, settings.surveys).transactional
        for name, campaign in settings.campaigns.items()
    }
    assert kinds == {"spring": False, "support": True, "project": True, "yearly": False}


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (someone(wishes=Wishes(not_before=NOW)), Asked("slack", "U1", NOW)),
        (
            someone(wishes=Wishes(not_before=NOW + timedelta(days=3)), reach={}),
            Skipped(Skip.WISH, "until 2026-03-05, later", "later", NOW + timedelta(days=3)),
        ),
        (
            someone(wishes=Wishes(rarely=365), last=LastAsked(days_ago(200)), busy=True),
            Skipped(Skip.WISH, "until 2026-08-14, once in 365 days", "once in 365 days", days_ago(-165)),
        ),
        (someone(wishes=Wishes(rarely=365)), Asked("slack", "U1", NOW)),
        (someone(wishes=Wishes(channel="sms"), reach=SLACK | PHONE), Asked("sms", "+31612345678", NOW)),
        (someone(wishes=Wishes(channel="sms")), Asked("slack", "U1", NOW)),  # it is not known there
        (
            someone(wishes=Wishes(channel="sms"), reach=SLACK | {"sms": Reach("+31612345678", "gone")}),
            Asked("slack", "U1", NOW),
        ),
        (someone(wishes=Wishes(channel="sms"), reach=PHONE), Asked("sms", "+31612345678", NOW)),
        (someone(opted_out=True, wishes=Wishes(channel="sms")), Skipped(Skip.OPTED_OUT)),
    ],
)
def test_what_somebody_wishes_stands_before_every_rule(candidate: Candidate, expected: Decision) -> None:
    """The campaign has Slack alone."""
    assert outcome(candidate, terms_like(channels=["slack"])) == expected


def test_without_hours_no_timezone_is_needed() -> None:
    assert outcome(someone(place=None), terms_like(send_between="always")) == Asked("slack", "U1", NOW)


AGO = st.none() | st.integers(0, 400).map(days_ago)
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1),
    language=st.none(),
    place=st.sampled_from([AMSTERDAM, None]),
    reach=st.dictionaries(
        st.sampled_from(sorted(ON)), st.builds(Reach, st.just("x"), st.sampled_from([None, "gone"]))
    ),
    opted_out=st.booleans(),
    busy=st.booleans(),
    busy_until=st.none() | st.just(NOW),
    last=st.builds(LastAsked, AGO, AGO, AGO, AGO),
    wishes=st.builds(
        Wishes,
        st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days)),
        st.sampled_from([None, 100, 365]),
        st.sampled_from([None, *sorted(ON)]),
    ),
    held=st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days)),
    drawn_at=st.none(),
)


@given(
    candidate=CANDIDATES,
    channels=st.lists(st.sampled_from(sorted(ON)), min_size=1, unique=True),
    every=st.integers(0, 120),
    on=st.frozensets(st.sampled_from(sorted(ON))),
)
def test_everybody_gets_one_outcome_and_nobody_is_asked_against_a_rule(
    candidate: Candidate, channels: list[str], every: int, on: frozenset[str]
) -> None:
    terms = terms_like(channels=channels, every=every)
    found = outcome(candidate, terms, on)
    if isinstance(found, Skipped):
        assert len(found.detail) <= 200
        return
    assert not candidate.opted_out
    assert not candidate.busy
    assert candidate.place is not None
    assert candidate.held is None or candidate.held <= NOW
    assert candidate.last.asked is None or NOW - candidate.last.asked >= timedelta(days=every)
    assert candidate.reach[found.channel] == Reach(found.address)
    assert found.channel in on
    wishes = candidate.wishes
    assert wishes.not_before is None or wishes.not_before <= NOW
    if wishes.rarely is not None and candidate.last.asked is not None:
        assert candidate.last.asked <= days_ago(wishes.rarely)
    order = channels if wishes.channel is None else [wishes.channel, *channels]
    better = order[: order.index(found.channel)]
    assert not any(one in on and one in candidate.reach and not candidate.reach[one].dead for one in better)
