"""Who is asked and who is left out: one outcome each, by the first rule that applies."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.plan import Asked, Candidate, Decision, Place, Reach, Skip, Skipped, decide
from bot.campaigns.terms import Terms
from tests.support.campaign_world import NOW, terms_like

AMSTERDAM = Place(ZoneInfo("Europe/Amsterdam"), "NL")
ON = frozenset({"slack", "telegram", "sms"})
SLACK = {"slack": Reach("U1")}
PHONE = {"sms": Reach("+31612345678")}


def someone(**values: Any) -> Candidate:
    return replace(Candidate(id=1, language=None, place=AMSTERDAM, reach=SLACK), **values)


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
            someone(busy=True, busy_until=NOW + timedelta(days=3), last_asked=NOW),
            Skipped(Skip.BUSY, "until 2026-03-05"),
        ),
        (
            someone(last_asked=NOW - timedelta(days=89, hours=23)),
            Skipped(Skip.TOO_SOON, "until 2026-03-02"),
        ),
        (someone(last_asked=NOW - timedelta(days=30)), Skipped(Skip.TOO_SOON, "until 2026-05-01")),
        (someone(last_asked=NOW - timedelta(days=90)), Asked("slack", "U1", NOW)),
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
    asked_before = someone(last_asked=NOW - timedelta(days=89, hours=12))
    assert outcome(asked_before, at=tomorrow) == Asked("slack", "U1", tomorrow)


def test_without_hours_no_timezone_is_needed() -> None:
    assert outcome(someone(place=None), terms_like(send_between="always")) == Asked("slack", "U1", NOW)


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
    last_asked=st.none() | st.integers(0, 200).map(lambda days: NOW - timedelta(days=days)),
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
    assert candidate.last_asked is None or NOW - candidate.last_asked >= timedelta(days=every)
    assert candidate.reach[found.channel] == Reach(found.address)
    assert found.channel in on
    better = channels[: channels.index(found.channel)]
    assert not any(one in on and one in candidate.reach and not candidate.reach[one].dead for one in better)
