"""How large the first share of a wave is, and what keeps the others from following."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.canary import FEWEST, LIMITS, CanaryCounts, CanaryTerms, over, size
from bot.config.settings import ConfigError, checked

TERMS = CanaryTerms(5, 30, timedelta(hours=4), 5, 15, 15)


@pytest.mark.parametrize(
    ("people", "first"),
    [(0, 0), (1, 1), (29, 29), (30, 30), (31, 30), (600, 30), (601, 31), (1000, 50), (1_000_000, 50_000)],
)
def test_so_many_are_asked_first(people: int, first: int) -> None:
    assert size(TERMS, people) == first


@pytest.mark.parametrize(
    ("asked", "stops", "undelivered", "unread", "passed"),
    [
        (30, 0, 0, 0, ()),
        (30, 2, 2, 2, ()),  # one or two of thirty are chance
        (30, 3, 0, 0, ("stops",)),
        (60, 3, 0, 0, ()),  # 5%, and no more
        (59, 3, 0, 0, ("stops",)),
        (100, 5, 15, 15, ()),
        (100, 6, 15, 15, ("stops",)),
        (100, 5, 16, 15, ("undelivered",)),
        (100, 5, 15, 16, ("unread",)),
        (100, 6, 16, 16, ("stops", "undelivered", "unread")),
        (3, 3, 3, 0, ("stops", "undelivered")),
        (0, 0, 0, 0, ()),
    ],
)
def test_a_limit_is_passed_by_three_people_at_least(
    asked: int, stops: int, undelivered: int, unread: int, passed: tuple[str, ...]
) -> None:
    assert over(TERMS, CanaryCounts(asked, stops, undelivered, unread)) == passed


_FEW = st.integers(0, 200)


@given(asked=_FEW, stops=_FEW, undelivered=_FEW, unread=_FEW, limit=st.sampled_from(LIMITS))
def test_more_of_something_bad_never_lets_it_go(
    asked: int, stops: int, undelivered: int, unread: int, limit: str
) -> None:
    counts = CanaryCounts(asked, stops, undelivered, unread)
    worse = CanaryCounts(**{name: getattr(counts, name) + (name == limit) for name in ("asked", *LIMITS)})
    assert set(over(TERMS, counts)) <= set(over(TERMS, worse))
    assert all(getattr(counts, name) >= FEWEST for name in over(TERMS, counts))


@given(people=st.integers(0, 10**6))
def test_it_is_never_more_than_there_are(people: int) -> None:
    assert min(people, 30) <= size(TERMS, people) <= people


def test_the_terms_are_stored() -> None:
    assert CanaryTerms.from_dict(TERMS.as_dict()) == TERMS
    assert CanaryTerms.from_dict(None) is None


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"canary": {"wait": "3d"}, "window": 3}, r"canary\.wait is no shorter than .*window of 3 days"),
        ({"canary": {}, "spread": 10}, r"canary asks a share .* with campaigns\.spring\.spread"),
        ({"canary": {"share": "0%"}}, "share"),
        ({"canary": {"stop": 5}}, "stops"),
    ],
)
def test_what_cannot_be_is_said(more: dict[str, object], says: str) -> None:
    values = {"company": "Acme", "fallback_manager": "slack:CALERTS", "campaigns": {"spring": more}}
    with pytest.raises(ConfigError, match=says):
        checked(values, "config.yaml")
