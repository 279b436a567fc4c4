"""Reports by numbers, in bands or in thirds, and by what people said of effort. (numbers 4.5, issue's columns)"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.commands.desk import Desk
from bot.reports.as_json.reports import campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.number_groups import number_of
from bot.reports.values import CampaignReport, Missing, Segmented
from bot.sending.counting import Counting
from bot.store.schema import conversation
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from tests.support.answered import START, Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

VALUES = (1_000, 5_000, 9_999.5, 10_000, 49_999, 50_000, 80_000, 2_000_000)
PEOPLE = [
    *(
        one
        for place, value in enumerate(VALUES)
        for one in split(1, 2, 4, account=f"Account {place}", worth={"account_value": value})
    ),
    *split(0, 1, 4, account="No value"),
]


async def report_by(store: Store, by: str, **how: Any) -> Segmented | Missing:
    bands = how.pop("bands", {})
    settings = settings_of({"demo": {}}, bands=bands)
    report = await store.read(campaign_report, settings, "demo", by=by, **how)
    if isinstance(report, Missing):
        return report
    assert isinstance(report, CampaignReport)
    assert report.segments is not None
    return report.segments


def sizes(found: Segmented | Missing) -> dict[str, int | None]:
    assert isinstance(found, Segmented)
    return {row.label: row.n for row in found.rows}


async def test_account_value_in_bands_of_the_settings(store: Store) -> None:
    await hold(store, PEOPLE)
    found = await report_by(store, "account_value", bands={"account_value": [10_000, 50_000]})
    assert sizes(found) == {"..10000": 21, "10000..50000": 14, "50000..": 21, "": 5}
    assert isinstance(found, Segmented)
    assert (found.limits, found.thirds, found.currency) == ((10_000, 50_000), False, "EUR")


async def test_else_in_thirds(store: Store) -> None:
    await hold(store, PEOPLE)
    found = await report_by(store, "Account value")
    assert sizes(found) == {"..10000": 21, "10000..80000": 21, "80000..": 14, "": 5}
    assert isinstance(found, Segmented)
    assert found.thirds


async def test_any_attribute_of_numbers(store: Store) -> None:
    people = [Told(9, attributes={"Seats": str(seats), "plan": "gold"}) for seats in range(1, 31)]
    await hold(store, [*people, *told(6, 3)])
    assert sizes(await report_by(store, "seats")) == {"..11": 10, "11..21": 10, "21..": 10, "": 6}
    assert sizes(await report_by(store, "seats", bands={"Seats": [6, 26]})) == {
        "..6": 5,
        "6..26": 20,
        "26..": 5,
        "": 6,
    }


@pytest.mark.parametrize("by", ["account_value", "seats"])
async def test_people_of_one_account_answer_alike_in_bands_too(store: Store, by: str) -> None:
    people = [
        one
        for place in range(12)
        for one in told(
            5,
            10 if place % 2 else 3,
            account=f"Account {place}",
            worth={"account_value": 1000 * place},
            attributes={"seats": f"{place},5"},
        )
    ]
    await hold(store, people)
    found = await report_by(store, by, bands={"account_value": [6000], "seats": [6]})
    assert isinstance(found, Segmented)
    for row in found.rows:
        assert row.scores is not None
        assert row.scores.clusters is not None
        assert row.scores.clusters.accounts == 6


@pytest.mark.parametrize(
    "texts",
    [["1", "2", "3"], ["01", "02", "03", "04"], ["1.000", "2.000", "3.000", "4.000"], [*"12345", "many"]],
)
async def test_few_numbers_codes_and_words_are_groups_of_their_own(store: Store, texts: list[str]) -> None:
    await hold(store, [one for text in texts for one in told(6, 9, attributes={"tier": text})])
    assert sizes(await report_by(store, "tier")) == dict.fromkeys(texts, 6)


async def test_one_text_among_many_numbers_makes_them_texts(store: Store) -> None:
    numbers = [one for value in range(10, 40) for one in told(6, 9, attributes={"seats": str(value)})]
    await hold(store, [*numbers, Told(9, attributes={"seats": "many"})])
    found = await report_by(store, "seats")
    assert isinstance(found, Segmented)
    assert found.limits is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1250", 1250),
        ("12,5", 12.5),
        ("-3", -3),
        ("0", 0),
        ("007", None),
        ("1.250", None),
        ("x", None),
        ("", None),
    ],
)
def test_a_number(text: str, number: float | None) -> None:
    assert number_of(text) == number


def desk_of(store: Store, language: str = "en", **more: Any) -> Desk:
    managers = {"North": "slack:UNORTH", "South": "slack:USOUTH"}
    chosen = settings_of({"demo": {}}, account_managers=managers, language=language, **more)
    return Desk(store, chosen, LIMITS, words_for("admin", language), Clock())


async def test_in_chat(store: Store) -> None:
    await hold(store, PEOPLE)
    bands = {"account_value": [10_000, 1_500_000]}
    english = (await desk_of(store, bands=bands).carry_out(ADMIN, "report demo by value")).text.splitlines()
    start = english.index("By account value:")
    assert [line.split(":")[0] for line in english[start + 1 : start + 5]] == [
        "under €10,000",
        "€10,000 to €1.5m",
        "€1.5m and more",
        "not filled in",
    ]
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "rapport demo per waarde")).text.replace("\xa0", " ")
    assert "€ 10.000 tot € 80.000:" in dutch
    assert (
        "In derden van de antwoorden: met bands in config.yaml kiest u andere grenzen voor klantwaarde."
        in dutch
    )


async def test_nobody_has_a_value(store: Store) -> None:
    await hold(store, split(3, 3, 3, account="Acme"))
    assert await report_by(store, "account_value") == Missing("no_values")
    assert (
        "import a column account_value"
        in (await desk_of(store).carry_out(ADMIN, "report demo by account_value")).text
    )


async def test_a_manager_sees_the_values_of_own_accounts_alone(store: Store) -> None:
    await hold(store, [*split(3, 3, 3, account="A", manager="North", worth={"account_value": 100})])
    await hold(
        store, [*split(3, 3, 3, account="B", manager="South", worth={"account_value": 7_777})], number=2
    )
    text = (
        await desk_of(store).carry_out(Address("slack", "UNORTH"), "report demo by account_value since 2020")
    ).text
    assert "7,777" not in text
    assert "7,8" not in text


async def test_what_was_known_then(store: Store) -> None:
    """A value that a later file changes changes no report of the wave."""
    await hold(store, told(12, 9, account="A", worth={"account_value": 100}))
    await hold(store, told(12, 9, account="A", worth={"account_value": 90_000}), number=2)
    bands = {"account_value": [1_000]}
    assert sizes(await report_by(store, "account_value", wave=1, bands=bands)) == {"..1000": 12}
    assert sizes(await report_by(store, "account_value", wave=1, bands=bands, now=True)) == {"1000..": 12}


# ------------------------------------------------------------------------------------------------- effort


async def _same_people(store: Store, mine: int, theirs: int) -> None:
    """The people of the first wave answer the second one too, in their order."""

    def same(connection: Connection) -> None:
        people = select(conversation.c.contact_id).order_by(conversation.c.id)
        first = list(connection.scalars(people.where(conversation.c.wave_id == mine)))
        rows = list(
            connection.scalars(
                select(conversation.c.id).where(conversation.c.wave_id == theirs).order_by(conversation.c.id)
            )
        )
        for row, who in zip(rows, first, strict=False):
            connection.execute(update(conversation).where(conversation.c.id == row).values(contact_id=who))

    await store.write(same)


def on_day(score: int, days: int) -> Told:
    """An answer so many days before the wave's."""
    return Told(score, on=(START - timedelta(days=days)).date())


async def test_by_what_the_same_person_said_last_of_effort(store: Store) -> None:
    wave = await hold(store, [*told(6, 2), *told(6, 10), *told(6, 8), *told(6, 9)])
    ces = [*[on_day(2, 100)] * 6, *[on_day(6, 180)] * 6, *[on_day(2, 181)] * 6]
    await _same_people(store, wave, await hold(store, ces, campaign="ease", kind="ces"))
    csat = [on_day(5, 150)] * 6 + [on_day(4, 20)] * 6  # of the first six the CES is newer
    await _same_people(store, wave, await hold(store, csat, campaign="visit", kind="csat"))
    later = await hold(
        store, [Told(7, on=START.date() + timedelta(days=3))] * 24, campaign="later", kind="ces"
    )
    await _same_people(store, wave, later)
    found = await report_by(store, "effort")
    assert sizes(found) == {"ces_low": 6, "csat_high": 6, "": 12}
    text = (await desk_of(store).carry_out(ADMIN, "report demo by effort")).text
    assert "\nfound it hard: Promoters 0" in text
    assert "\nwas satisfied: Promoters 6" in text
    assert "within 180 days before" in text
    assert (
        "vond het moeilijk: Promotors 0"
        in (await desk_of(store, "nl").carry_out(ADMIN, "rapport demo per moeite")).text
    )


async def test_nobody_said_anything_of_effort(store: Store) -> None:
    await hold(store, split(3, 3, 3))
    assert await report_by(store, "effort") == Missing("no_effort")
    assert "answered a CES or CSAT" in (await desk_of(store).carry_out(ADMIN, "report demo by effort")).text


async def test_as_json(store: Store) -> None:
    await hold(store, PEOPLE)
    report = await store.read(campaign_report, settings_of({"demo": {}}), "demo", by="account_value")
    assert isinstance(report, CampaignReport)
    assert campaign_json(report)["segments"]["limits"] == [10_000, 80_000]


# ------------------------------------------------------------------------------------------- key contacts


@pytest.mark.parametrize("counted", [False, True])
async def test_key_contacts_are_yes_or_no_however_it_was_typed(store: Store, *, counted: bool) -> None:
    typed = [("ja", True), ("yes", True), ("x", True), ("nee", False), ("0", False)]
    people = [
        one
        for words, key in typed
        for one in split(2, 1, 3, attributes={"key_contact": words}, key_contact=key)
    ]
    await hold(store, [*people, *split(1, 1, 3)])
    while counted and await Counting(store).step():
        pass
    found = await report_by(store, "Key contact")
    assert sizes(found) == {"yes": 18, "no": 12, "": 5}
    told = (await desk_of(store, "nl").carry_out(ADMIN, "rapport demo per belangrijk contact")).text
    assert "ja: " in told
    assert "nee: " in told
