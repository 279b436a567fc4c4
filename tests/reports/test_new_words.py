"""What is new in the reasons: words that set them apart, and detractors from promoters. (numbers 4.8)"""

from typing import Any

from bot.commands.desk import Desk
from bot.reports.as_json.reports import themes_json
from bot.reports.themes.themes import themes_report
from bot.reports.values import NewWord, ThemesReport
from bot.store.store import Store
from bot.words import words_for
from tests.support.answered import Told, hold, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

SETTINGS = settings_of({"demo": {}})


def talk(times: int, score: int, about: str, **more: Any) -> list[Told]:
    """Reasons that have other words too, each its own."""
    fillers = ("alpha", "beta", "gamma", "delta", "omega", "sigma")
    return [
        Told(score, reason=f"{about} {fillers[place % 6]} {fillers[(place * 5 + 1) % 6]}", **more)
        for place in range(times)
    ]


async def report_of(store: Store, **more: Any) -> ThemesReport:
    report = await store.read(themes_report, SETTINGS, "demo", **more)
    assert isinstance(report, ThemesReport)
    return report


async def before(store: Store) -> None:
    await hold(
        store,
        [*talk(60, 9, "fine"), *talk(30, 5, "hmm well"), *talk(30, 5, "the delivery was late")],
        number=1,
    )


async def test_new_since_the_wave_before(store: Store) -> None:
    # numbers 4.8
    await before(store)
    await hold(
        store,
        [
            *talk(60, 9, "fine"),
            *talk(30, 5, "hmm well"),
            *talk(11, 3, "the portal"),
            *talk(3, 9, "the portal"),
            *talk(4, 3, "the dongle"),  # of four people
            *talk(30, 5, "the delivery was late"),
        ],
        number=2,
    )
    report = await report_of(store)
    assert report.words is not None
    assert (report.words.before, report.words.since) == (1, (NewWord("portal", 14, 11),))
    assert themes_json(report)["new_words"] == [{"word": "portal", "people": 14, "detractors": 11}]
    english = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), Clock())
    said = (await english.carry_out(ADMIN, "themes demo")).text
    assert "New since wave 1: “portal”, 14 times, 11 detractors" in said
    dutch = Desk(store, settings_of({"demo": {}}, language="nl"), LIMITS, words_for("admin", "nl"), Clock())
    told_in_dutch = (await dutch.carry_out(ADMIN, "thema's demo")).text
    assert "Nieuw sinds ronde 1: “portal”, 14 keer, 11 criticasters" in told_in_dutch


async def test_said_by_detractors(store: Store) -> None:
    await hold(store, [*talk(60, 9, "fine"), *talk(20, 3, "the kiosk"), *talk(20, 3, "portal")])
    report = await report_of(store)
    assert report.words is not None
    assert report.words.since == ()
    said = {one.word for one in report.words.detractors}
    assert "kiosk" in said
    assert "portal" not in said  # which the lists have


async def test_names_are_no_words(store: Store) -> None:
    """Of an account, of a contact (here all are called so), and of somebody whom customers write with a capital."""
    await before(store)
    await hold(
        store,
        [
            *talk(60, 9, "fine"),
            *talk(20, 3, "with globex", account="Globex BV"),
            *talk(20, 3, "my contact"),
            *talk(20, 3, "thanks to Marieke"),
        ],
        number=2,
    )
    report = await report_of(store)
    assert report.words is not None
    found = {one.word for one in (*report.words.since, *report.words.detractors)}
    assert not found & {"globex", "contact", "marieke"}


async def test_nothing_of_who_was_erased_and_nothing_while_it_runs(store: Store) -> None:
    await before(store)
    gone = talk(20, 3, "the portal", erased=True)
    await hold(store, [*talk(60, 9, "fine"), *gone], number=2)
    report = await report_of(store)
    assert report.words is not None
    assert "portal" not in {one.word for one in (*report.words.since, *report.words.detractors)}
    await hold(store, talk(40, 3, "the portal"), number=3, open_=True)
    assert (await report_of(store)).words is None


async def test_another_kind_before_and_other_languages(store: Store) -> None:
    await hold(store, [Told(5, reason="fine")] * 20, number=1, kind="csat")
    await hold(store, [*talk(40, 9, "fine"), *talk(20, 3, "portal kaputt", language="de")], number=2)
    report = await report_of(store)
    assert report.words is not None
    assert (report.words.since, report.words.detractors) == ((), ())
    assert (await report_of(store, wave=1)).words is None
    await hold(store, told(3), number=3)
    assert (await report_of(store)).words is not None


async def test_a_theme_that_is_named_more_often_than_before(store: Store) -> None:
    late, fine = "the delivery was late", "fine"
    await hold(store, [*talk(80, 9, fine), *talk(10, 3, late)], number=1)
    await hold(store, [*talk(60, 9, fine), *talk(40, 3, late)], number=2)
    report = await report_of(store)
    assert (report.before, [one.theme for one in report.shifts]) == (1, ["delivery"])
    assert themes_json(report)["shifts"][0]["finding"] == "higher"
    english = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), Clock())
    said = (await english.carry_out(ADMIN, "themes demo")).text
    assert (
        "delivery is named more often than in wave 1: in 40% of the reasons, and then in 11% "
        "(+17 to +40 percentage points)" in said
    )
    assert (await report_of(store, wave=1)).shifts == ()
    await hold(store, talk(40, 3, late), number=3, open_=True)
    assert (await report_of(store)).shifts == ()
