"""What a deed is about: who is meant, which cause, until when."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.cases.deeds import Act, cause_meant, colleague_meant, digest, pressed_act, until_when

NAMES = ("North", "Key accounts", "Noor de Vries", "Second")
ZONE = ZoneInfo("Europe/Amsterdam")


def _there(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[misc, arg-type]


FRIDAY = datetime(2026, 3, 27, 17, 0, tzinfo=ZONE)  # the clock goes forward on the Sunday after


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Key accounts", "Key accounts"),
        ("key  ACCOUNTS", "Key accounts"),
        (digest("North"), "North"),
        ("key", "Key accounts"),  # nobody else begins so
        ("no", ("North", "Noor de Vries")),
        ("secnd", ("Second",)),
        ("somebody", ()),
        ("", ()),
    ],
)
def test_who_is_meant(said: str, meant: object) -> None:
    found = colleague_meant(said, NAMES)
    assert (found if isinstance(found, str) else found[: len(meant)]) == meant  # type: ignore[arg-type]


def test_a_digest_is_nobody_elses() -> None:
    names = [f"Account manager {n}" for n in range(2000)]
    assert len({digest(name) for name in names}) == len(names)
    assert colleague_meant(digest("Account manager 7"), names) == "Account manager 7"
    assert not isinstance(colleague_meant(digest("gone since"), NAMES), str)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("billing", "billing"),
        ("Facturatie", "billing"),
        ("BILLING", "billing"),
        ("bilings", ("Billing",)),
        ("x", ()),
    ],
)
def test_which_cause_is_meant(said: str, meant: object) -> None:
    assert cause_meant(
        said, {"Billing": "billing", "Facturatie": "billing", "billing": "billing"}
    ) == meant or (
        isinstance(meant, tuple) and not isinstance(cause_meant(said, {"Billing": "billing"}), str)
    )


@pytest.mark.parametrize(
    ("act", "until"),
    [
        (Act("snooze", "tomorrow"), _there(2026, 3, 28, 9, 0)),
        (Act("snooze", "3d"), _there(2026, 3, 30, 9, 0)),
        (Act("snooze", "week"), _there(2026, 3, 30, 9, 0)),
        (Act("snooze", day=date(2026, 4, 2)), _there(2026, 4, 2, 9, 0)),
        (Act("snooze", day=date(2026, 3, 27), hour=time(18, 30)), _there(2026, 3, 27, 18, 30)),
        (Act("snooze", day=date(2026, 3, 27)), _there(2026, 3, 27, 9, 0)),  # past: the machine refuses it
    ],
)
def test_until_when_by_the_clock_of_whoever_has_it(act: Act, until: datetime) -> None:
    assert until_when(act, FRIDAY, ZONE) == until


@pytest.mark.parametrize(
    ("deed", "act"),
    [
        ("take", Act("take")),
        ("to:1f9a03c2", Act("to", "1f9a03c2")),
        ("done:billing", Act("done", "billing")),
        ("why", None),
        ("", None),
    ],
)
def test_a_press_is_a_deed(deed: str, act: Act | None) -> None:
    assert pressed_act(deed) == act
