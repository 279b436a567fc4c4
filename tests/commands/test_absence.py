"""`/nps away`: who may set it for whom, what is answered, and what holds then."""

from datetime import UTC, datetime

import pytest

from bot.cases.absences import absences
from bot.commands.desk import Desk
from bot.store.store import Store
from bot.words import words_for
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

MANAGERS = {
    "North": "slack:UNORTH",
    "South": "slack:CSOUTH",
    "East": "sms:+31612345678",
    "West": {"address": "slack:UWEST", "zone": "America/New_York"},
    "Key accounts": "slack:UKEY",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return desk_in("en", store, clock)


def desk_in(language: str, store: Store, clock: Clock) -> Desk:
    chosen = settings_of(on=("slack", "telegram"), account_managers=MANAGERS, language=language)
    return Desk(store, chosen, LIMITS, words_for("admin", language), clock)


async def test_an_account_manager_goes_away_and_comes_back(desk: Desk, store: Store, clock: Clock) -> None:
    answer = await desk.carry_out("slack:UNORTH", "away until 9 march to South")
    assert answer.text == (
        "North is away until 9 March 2026. New cases go to South until then, and their alerts say for whom. "
        "What is open stays with North. “/nps away North off” ends it sooner."
    )
    (north,) = (await store.read(absences, clock())).values()
    assert (north.deputy, north.until) == ("South", datetime(2026, 3, 8, 23, tzinfo=UTC))
    line = "North is away until 9 March 2026; new cases go to South."
    assert (await desk.carry_out("slack:UNORTH", "away")).text == line
    assert (await desk.carry_out("slack:U9", "away", "slack:CSOUTH")).text == line  # who stands in
    assert line in (await desk.carry_out(str(ADMIN), "status")).text
    assert (
        await desk.carry_out("slack:UNORTH", "away off")
    ).text == "North is back, and gets new cases again."
    assert (await desk.carry_out("slack:UNORTH", "away off")).text == "North was not away; nothing changed."
    assert await store.read(absences, clock()) == {}


async def test_an_admin_does_it_for_others_by_their_clock(desk: Desk, store: Store, clock: Clock) -> None:
    answer = await desk.carry_out(str(ADMIN), "away west through 8 march to key accounts")
    assert answer.text.startswith("West is away until 9 March 2026. New cases go to Key accounts")
    (west,) = (await store.read(absences, clock())).values()
    assert west.until == datetime(2026, 3, 9, 4, tzinfo=UTC)  # midnight in New York, in summer time
    assert west.by == str(ADMIN)


async def test_it_ends_by_itself_and_a_new_one_takes_its_place(
    desk: Desk, store: Store, clock: Clock
) -> None:
    await desk.carry_out("slack:UNORTH", "away until tomorrow to South")
    await desk.carry_out("slack:UNORTH", "away until in 3 days to West")
    assert [one.deputy for one in (await store.read(absences, clock())).values()] == ["West"]
    clock.now = datetime(2026, 3, 30, tzinfo=UTC)
    assert (await desk.carry_out(str(ADMIN), "away")).text.startswith("Nobody is away.")


@pytest.mark.parametrize(
    ("who", "line", "answer"),
    [
        (
            "slack:UNORTH",
            "away South until friday to West",
            "You can do that for your own cases alone; an admin",
        ),
        (
            "slack:UNORTH",
            "away South off",
            "You can do that for your own cases alone; an admin can do it for South.",
        ),
        (
            "slack:UNORTH",
            "away until friday to North",
            "North cannot stand in for themselves; name somebody else.",
        ),
        (
            "slack:UNORTH",
            "away until friday to Soth",
            "There is no account manager “Soth”. Did you mean",
        ),
        (
            "slack:UNORTH",
            "away until friday to Z",
            "There is no account manager “Z”. There are: North, S",
        ),
        (
            "slack:UNORTH",
            "away until friday to East",
            "East is on SMS, which is switched off in config.yaml; name s",
        ),
        (
            "slack:UNORTH",
            "away until yesterday to South",
            "“yesterday” is past, or more than a year ahead. Write for exa",
        ),
        (
            "slack:UNORTH",
            "away until 1-1-2026 to South",
            "“1-1-2026” is past, or more than a year ahead. Wri",
        ),
        (
            "slack:UNORTH",
            "away until friday",
            "Who gets the new cases? Write for example “/nps away until friday to",
        ),
        ("slack:UNORTH", "away to South", "Until when? Write for example “/nps away until friday to NAME”."),
        (
            str(ADMIN),
            "away until friday to South",
            "For whom? Write “/nps away NAME until friday to NAME”. There are",
        ),
        ("slack:U0STRANGER", "away until friday to South", "Sorry, only admins of npsbot can do that."),
        ("sms:+31612345678", "away until friday to South", "Sorry, commands are not taken by SMS, because"),
    ],
)
async def test_what_is_refused_says_why(
    desk: Desk, store: Store, clock: Clock, who: str, line: str, answer: str
) -> None:
    assert (await desk.carry_out(who, line)).text.startswith(answer)
    assert await store.read(absences, clock()) == {}


async def test_no_circle_can_be_set(desk: Desk) -> None:
    await desk.carry_out(str(ADMIN), "away North until friday to South")
    answer = await desk.carry_out(str(ADMIN), "away South until monday to West")
    assert "is away until" in answer.text
    assert (await desk.carry_out(str(ADMIN), "away West until friday to North")).text == (
        "North is away until 6 March 2026, and West stands in for them; name somebody else."
    )
    chained = await desk.carry_out(str(ADMIN), "away Key accounts until friday to North")
    assert chained.text.endswith("North is away too, so they go to West at first.")
    # Whom it is handed to first is told to each of them who asks.
    line = "North is away until 6 March 2026; new cases go to South. South is away too, so they go to West at first."
    for who in ("slack:UNORTH", str(ADMIN)):
        assert line in (await desk.carry_out(who, "away")).text.splitlines()


async def test_in_dutch(store: Store, clock: Clock) -> None:
    desk = desk_in("nl", store, clock)
    answer = await desk.carry_out("slack:UNORTH", "afwezig t/m vrijdag aan South")
    assert answer.text == (
        "North is afwezig tot 7 maart 2026. Nieuwe zaken gaan zolang naar South; in de melding staat voor wie. "
        "Wat al open is blijft bij North. “/nps afwezig North uit” beëindigt het eerder."
    )
    assert "afwezig tot vrijdag aan NAAM" in (await desk.carry_out("slack:UNORTH", "hulp")).text
    assert (
        await desk.carry_out("slack:UNORTH", "afwezig uit")
    ).text == "North is terug en krijgt weer nieuwe zaken."
