"""`/nps hold` and `/nps audit`, as colleagues read them: who may hold whom back, and what is shown of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Executable, insert, select, update

from bot.campaigns import runs
from bot.campaigns.plan import Wishes
from bot.campaigns.planning import HeldBack, plan_wave
from bot.campaigns.spaces import LastAsked, Spaces
from bot.commands.desk import Desk
from bot.commands.replies.campaign import plan_lines
from bot.commands.replies.reply import Phrasing
from bot.people.departed import IMPORT, note_departed
from bot.store.schema import account, hold, meta, outbox
from bot.store.store import Store
from bot.words import words_for
from tests.support.campaign_world import ADMIN, LIMITS, NOW, Clock, Someone, add, settings_of

NORTH, SOUTH = "slack:UNORTH", "slack:USOUTH"
MANAGERS = {"North": NORTH, "South": SOUTH}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def desk_in(language: str, store: Store, clock: Clock, **campaign: Any) -> Desk:
    settings = settings_of(
        {"demo": {"not_again_within": 0, **campaign}},
        on=("slack", "telegram"),
        account_managers=MANAGERS,
        language=language,
    )
    return Desk(store, settings, LIMITS, words_for("admin", language), clock)


@pytest.fixture
async def desk(store: Store, clock: Clock) -> Desk:
    await customers(store)
    return desk_in("en", store, clock)


async def customers(store: Store) -> None:
    """Forty customers of North and one of South, and the same chance each time."""
    await add(
        store,
        *(
            Someone(f"C-{i}", slack=f"U{i}", account="Acme", attributes={"region": "ab"[i % 2]})
            for i in range(1, 41)
        ),
        Someone("D-1", slack="UD1", account="Globex", attributes={"region": "a"}),
    )
    for name, manager in (("Acme", "North"), ("Globex", "South")):
        statement = update(account).where(account.c.name == name).values(account_manager=manager)
        await store.write(_execute, statement)
    await store.write(_execute, insert(meta).values(name="seed", value="7" * 64))


def _execute(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


async def notices(store: Store) -> list[tuple[str, str, list[str]]]:
    """What the admins were told: where, what, and the values of the buttons."""

    def read(connection: Any) -> list[tuple[str, str, list[str]]]:
        return [
            (
                f"{row.channel}:{row.address}",
                json.dumps(row.body, ensure_ascii=False),
                [choice[1] for line in row.choices for choice in line],
            )
            for row in connection.execute(
                select(outbox).where(outbox.c.kind == "notice").order_by(outbox.c.id)
            )
        ]

    return await store.read(read)


# ------------------------------------------------------------------------------------------------ hold


async def test_an_account_manager_holds_a_customer_of_theirs_back(store: Store, desk: Desk) -> None:
    answer = await desk.carry_out(NORTH, "hold C-1 until 1 april because the contract is in dispute")
    assert answer.text == (
        "C-1 is asked nothing until 1 April 2026. Held back of the 40 customers of North: 1, and 2 at most. The "
        "admins are told and may refuse it, and the audit shows it."
    )
    assert answer.private
    told = await notices(store)
    assert [place for place, _, _ in told] == ["slack:UADMIN", "telegram:900"]
    assert "North holds a customer of North back until 1 April 2026 (1 of at most 2)." in told[0][1]
    assert "C-1" not in told[0][1]
    assert "dispute" not in told[0][1]
    listed = await desk.carry_out(NORTH, "hold")
    assert listed.text == (
        "Held back for a while\n"
        "C-1, customer of North: until 1 April 2026, by North since 2 March 2026: the contract is in dispute"
    )
    assert "C-1" not in (await desk.carry_out(SOUTH, "hold")).text


async def test_in_dutch(store: Store, clock: Clock) -> None:
    await customers(store)
    desk = desk_in("nl", store, clock)
    assert (await desk.carry_out(NORTH, "uitstel C-1 tot 1 april omdat het contract loopt")).text == (
        "C-1 wordt tot 1 april 2026 niets gevraagd. Uitgesteld van de 40 klanten van North: 1, en hooguit 2. De "
        "beheerders horen het en mogen het weigeren, en de controle toont het."
    )
    assert (await desk.carry_out(str(ADMIN), "uitstel")).text == (
        "Voorlopig uitgesteld\n"
        "C-1, klant van North: tot 1 april 2026, door North sinds 2 maart 2026: het contract loopt"
    )
    assert (await desk.carry_out(str(ADMIN), "uitstel C-1 weigeren")).text == "C-1 is niet meer uitgesteld."
    assert (await desk.carry_out(NORTH, "uitstel C-1 tot 1 april omdat x")).text == (
        "C-1 was al eens uitgesteld en is sindsdien niets gevraagd, dus niet nog eens: nooit twee keer na elkaar."
    )


async def test_an_admin_refuses_it_by_the_button_of_the_notice(store: Store, desk: Desk) -> None:
    await desk.carry_out(NORTH, "hold C-1 until 1 april because x")
    look, value = (await notices(store))[0][2]
    shown = await desk.carry_out(str(ADMIN), look)
    assert shown.text == "C-1, customer of North: until 1 April 2026, by North since 2 March 2026: x"
    assert [choice.value for row in shown.choices for choice in row] == [value]
    assert shown.private
    assert (await desk.carry_out(NORTH, value)).outcome == "refused"
    assert (await desk.carry_out(str(ADMIN), value)).text == "C-1 is no longer held back."
    assert (await desk.carry_out(str(ADMIN), value)).text == (
        "Nobody is held back under that name; it was refused before, or is over."
    )
    row = await store.read(lambda connection: connection.execute(select(hold)).one())
    assert (row.ended_at, row.ended_by) == (NOW, str(ADMIN))


@pytest.mark.parametrize(
    ("who", "line", "answer"),
    [
        (SOUTH, "hold C-1 until 1 april because x", "I know no customer called “C-1”"),
        (NORTH, "hold C-1 refuse", "Sorry, only admins of npsbot can do that."),
        (str(ADMIN), "hold C-1 refuse", "Nobody is held back under that name"),
        (NORTH, "hold C-1 until 1 april", "Why? It stands in the audit"),
        (NORTH, "hold C-1 until 1 june because x", "“1 june” is more than 30 days ahead"),
        ("slack:USTRANGER", "hold C-1 until 1 april because x", "Sorry, only admins"),
        (str(ADMIN), "w:h:none", "Nobody is held back under that name"),
    ],
)
async def test_what_is_refused(store: Store, desk: Desk, who: str, line: str, answer: str) -> None:
    assert (await desk.carry_out(who, line)).text.startswith(answer)
    assert await notices(store) == []


async def test_no_more_than_the_share(desk: Desk) -> None:
    for number in (1, 2):
        await desk.carry_out(NORTH, f"hold C-{number} until 1 april because x")
    assert (await desk.carry_out(str(ADMIN), "hold C-3 until 1 april because x")).text == (
        "Held back already of the 40 customers of North: 2, and 2 at most: one in twenty, one at least."
    )
    assert (await desk.carry_out(NORTH, "hold C-1 until 1 april because x")).text == (
        "C-1 is held back already. “/nps hold” shows until when."
    )


# ----------------------------------------------------------------------------------------- plan and audit


async def test_the_plan_says_who_is_drawn_and_what_is_to_be_expected(store: Store, clock: Clock) -> None:
    await customers(store)
    desk = desk_in("en", store, clock, sample=10, within="region", spread="10 days", at_most_per_account=30)
    assert (await desk.carry_out(str(ADMIN), "start demo")).text.splitlines()[1:8] == [
        "In the audience: 41",
        "Will be asked: 10",
        "Slack: 10, from Mon 2 March 13:51 until about Thu 12 March 09:58",
        "Drawn by lot from the 31 for whom their account has room, in proportion to each region, "
        "whoever was drawn longest ago first",
        "At most 30 of an account, by lot",
        "Spread evenly over 10 days, in an order drawn by lot",
        "Will not be asked: 31 (not drawn 21; enough of the account are asked 10)",
    ]
    dutch = desk_in("nl", store, clock, margin=40, compare={"send_between": ["09:00-12:00", "16:00-20:00"]})
    assert (await dutch.carry_out(str(ADMIN), "start demo")).text.splitlines()[4:8] == [
        "Een marge van 40,0 punten vergt ongeveer 22 antwoorden, dus 74 mensen "
        "(als 30% antwoordt, zoals expected_response zegt)",
        "Een steekproef van 74 neemt alle 41 die gevraagd konden worden.",
        "Het lot deelt ze in tweeën: de ene helft wordt 09:00-12:00 gevraagd en de andere 16:00-20:00; "
        "het rapport vergelijkt hoeveel er antwoorden.",
        "Verwachte antwoorden: ongeveer 12 (als 30% antwoordt, zoals expected_response zegt), "
        "dus een marge van ongeveer 50,6 punten",
    ]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "By lot 3 of them are asked first; the other 38 wait 4 hours more, and follow where no limit of canary "
                "is passed. That wait is not in the times above.",
                "Who says nothing is asked once more after 4 days.",
            ],
        ),
        (
            "nl",
            [
                "Geloot worden er eerst 3 gevraagd; de andere 38 wachten daarna nog 4 uur, en volgen als geen grens "
                "van canary is overschreden. Dat wachten zit niet in de tijden hierboven.",
                "Wie niets zegt, wordt na 4 dagen nog één keer gevraagd.",
            ],
        ),
    ],
)
async def test_the_plan_says_who_is_asked_first_and_that_there_is_a_reminder(
    store: Store, clock: Clock, language: str, lines: list[str]
) -> None:
    await customers(store)
    canary = {"share": "5%", "at_least": 3, "wait": "4h"}
    desk = desk_in(language, store, clock, canary=canary, reminder="4 days")
    assert (await desk.carry_out(str(ADMIN), "start demo")).text.splitlines()[4:6] == lines


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Not now, as they wished to be asked later: 3, until 10 March 2026 at the latest",
                "Not now, as they wished to be asked once in 365 days: 2, until 10 March 2026 at the latest",
                "Not now, as they were asked whether it is solved: 1, until 10 March 2026 at the latest",
                "Not now by not_again_within: 4, until 10 March 2026 at the latest",
            ],
        ),
        (
            "nl",
            [
                "Nu niet, want zij wilden later gevraagd worden: 3, uiterlijk tot 10 maart 2026",
                "Nu niet, want zij wilden eens in de 365 dagen gevraagd worden: 2, uiterlijk tot 10 maart 2026",
                "Nu niet, want hun is gevraagd of het opgelost is: 1, uiterlijk tot 10 maart 2026",
                "Nu niet door not_again_within: 4, uiterlijk tot 10 maart 2026",
            ],
        ),
    ],
)
async def test_the_plan_says_in_words_what_holds_somebody_back(
    store: Store, clock: Clock, language: str, lines: list[str]
) -> None:
    await customers(store)
    desk = desk_in(language, store, clock)
    until, asked = datetime(2026, 3, 10, 9, tzinfo=UTC), NOW - timedelta(days=10)
    found = [
        (3, Wishes(not_before=until).until(NOW, asked)),
        (2, Wishes(rarely=365).until(NOW, asked)),
        (1, Spaces(every=0).free_from(LastAsked(followed_up=asked))),
        (4, Spaces(every=90).free_from(LastAsked(asked=asked))),
    ]
    held = {one[1]: HeldBack(people, until) for people, one in found if one is not None}
    plan = await plan_wave(store, desk.settings, "demo", LIMITS, NOW, None)
    shown = plan_lines(Phrasing(desk.words, ZoneInfo("Europe/Amsterdam"), "/nps"), replace(plan, held=held))
    start = shown.index(lines[0])
    assert shown[start : start + 4] == lines


async def test_a_sample_is_drawn_from_those_for_whom_there_is_room(store: Store, clock: Clock) -> None:
    await customers(store)
    desk = desk_in("en", store, clock, sample=11, at_most_per_account=10)
    lines = (await desk.carry_out(str(ADMIN), "start demo")).text.splitlines()
    assert lines[2] == "Will be asked: 11"
    assert lines[4] == "A sample of 11 takes all of the 11 for whom their account has room."


async def test_the_plan_names_a_misspelt_attribute_of_a_sample(store: Store, clock: Clock) -> None:
    await customers(store)
    desk = desk_in("en", store, clock, sample=10, within="regoin")
    assert (await desk.carry_out(str(ADMIN), "start demo")).text.splitlines()[2] == (
        "No contact has regoin, which the campaign names. Did you mean “region”?"
    )


async def test_the_plan_names_no_first_share_that_is_everybody(store: Store, clock: Clock) -> None:
    await customers(store)
    desk = desk_in("en", store, clock, canary={"at_least": 41})
    assert "asked first" not in (await desk.carry_out(str(ADMIN), "start demo")).text


async def started(store: Store, desk: Desk) -> None:
    plan = await plan_wave(store, desk.settings, "demo", LIMITS, NOW, str(ADMIN))
    await runs.confirm(store, desk.settings, plan.token, str(ADMIN), Clock(NOW))


async def test_the_audit_tells_who_was_not_asked_and_what_went_before(store: Store, desk: Desk) -> None:
    await desk.carry_out(NORTH, "hold C-1 until 1 april because x")
    await store.write(note_departed, {("North", "changed"): 2}, IMPORT, NOW - timedelta(days=3))
    await store.write(note_departed, {("South", "erased"): 1}, "terminal:ada", NOW - timedelta(days=30))
    await started(store, desk)
    assert (await desk.carry_out(str(ADMIN), "audit demo by region")).text == (
        "Audit of demo, wave 1\n"
        "Asked: 40 of the 41 who qualified. Not asked: 1 (held back by a colleague 1).\n"
        "North: asked 39 of 40 (98%); not asked: held back by a colleague 1\n"
        "South: asked all 1\n"
        "North: 1 held back by a colleague when it began\n"
        "North: 2 addresses changed on 27 February 2026, by an import\n"
        "South: 1 contact erased on 31 January 2026, by ada\n"
        "By region too few people were left out, or asked, to tell whether they differ.\n"
        "Acme, asked from 2 March 2026; as of 2 March 2026, 11:00\n"
        "The wave is still running."
    )
    own = (await desk.carry_out(SOUTH, "audit demo wave 1")).text.splitlines()
    assert own[1:4] == [
        "Asked: all 1 who qualified.",
        "South: asked all 1",
        "South: 1 contact erased on 31 January 2026, by ada",
    ]
    assert "Asked: 40 of the 41 who qualified." in (await desk.carry_out(str(ADMIN), "report demo")).text


async def test_the_audit_in_dutch(store: Store, clock: Clock) -> None:
    await customers(store)
    desk = desk_in("nl", store, clock, sample=20)
    await started(store, desk)
    lines = (await desk.carry_out(str(ADMIN), "controle demo per region")).text.splitlines()
    assert lines[:5] == [
        "Controle van demo, ronde 1",
        "Gevraagd: 20 van de 41 die in aanmerking kwamen. Niet gevraagd: 21 (niet geloot 21).",
        "North: 19 van 40 gevraagd (48%); niet gevraagd: niet geloot 21",
        "South: alle 1 gevraagd",
        "Sinds 2 december 2025 is geen contact verwijderd of gewist, "
        "en in de week voor de ronde is geen adres gewijzigd.",
    ]
    assert (
        lines[5]
        == "Naar region verschillen de 20 gevraagden niet meer van de 21 anderen dan het toeval zou geven."
    )


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "audit demo vs previous",
            "Nothing was done, because I do not understand “vs previous” after “audit …”.",
        ),
        ("audit demo wave 9", "demo has no wave 9."),
        ("audit", "Which campaign? Write “/nps audit demo”."),
        ("audit demo by shoesize", "No customer has an attribute “shoesize”."),
    ],
)
async def test_what_no_audit_can_be_made_of(store: Store, desk: Desk, line: str, answer: str) -> None:
    await started(store, desk)
    assert (await desk.carry_out(str(ADMIN), line)).text.startswith(answer)
