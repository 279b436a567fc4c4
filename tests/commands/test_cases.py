"""`cases` and `case N`: what an admin, an account manager and a terminal read of cases, in both languages."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.cases.as_kept import CaseEventKind
from bot.commands.desk import Desk
from bot.commands.replies.case import MOST_CHARACTERS, step_in_words
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.worker import CommandWorker
from bot.intake.erasing import erase_contact
from bot.reports.cases.values import CaseStep
from bot.store.schema import case
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from channels.layout import width
from tests.support.answered import hold, told
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Bot, Customer, settings_of
from tests.support.cases_told import CaseTold, done, give_cases
from tests.support.manual_clock import ManualClock
from tests.support.shell import Shell

BUYER = Customer("Buyer", slack="U1")
PLANNER = Customer("Planner", slack="U2", account="Initech", manager="Other manager")
STRANGER = Address("slack", "U1")


def desk_of(bot: Bot) -> Desk:
    words = words_for("admin", bot.settings.language)
    return Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)


async def ask(bot: Bot, line: str, by: Address = ADMIN, place: Address | None = None) -> Reply:
    return await desk_of(bot).carry_out(by, line, place)


@pytest.fixture
async def two(bot: Bot) -> Bot:
    """A bot with a case of the manager's that was taken, and one of an account without a manager here."""
    await talked(bot)
    return bot


async def talked(bot: Bot) -> None:
    await bot.start(BUYER, PLANNER)
    await bot.say("slack:U1", "2")
    await bot.later(minutes=1)
    await bot.say("slack:U1", "the invoices were wrong")
    await bot.say("slack:U2", "4, too slow")
    await bot.work()
    await bot.later(hours=2)
    await bot.tap(str(MANAGER), {"en": "I'm on it", "nl": "Ik pak het op"}[bot.settings.language])
    await bot.work()


async def test_an_admin_reads_what_is_open_and_what_is_next(two: Bot) -> None:
    answer = await ask(two, "cases")
    assert answer.text == (
        "Open cases: 2\n"
        "1 · Buyer (Globex) · 2 · 2 hours\n"
        "   Manager is on it; talk to the customer, then Done\n"
        "2 · Planner (Initech) · 4 · 2 hours\n"
        "   with slack:CALERTS, not taken; to be taken"
    )
    assert [[one.value for one in row] for row in answer.choices] == [["c:1:show", "c:2:show"]]
    assert answer.private


async def test_a_list_in_dutch(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(language="nl"), clock)
    await talked(bot)
    assert (await ask(bot, "zaken")).text == (
        "Open zaken: 2\n"
        "1 · Buyer (Globex) · 2 · 2 uur\n"
        "   Manager pakt het op; praat met de klant, daarna Klaar\n"
        "2 · Planner (Initech) · 4 · 2 uur\n"
        "   bij slack:CALERTS, niet opgepakt; op te pakken"
    )
    assert (
        await ask(bot, "zaken te laat")
    ).text == "Open zaken die niemand op tijd oppakte: 0\nEr zijn er geen."
    assert (await ask(bot, "zaken mijn", MANAGER)).text.startswith("Uw open zaken: 1\n1 · Buyer")
    assert (await ask(bot, "zaak 1", MANAGER)).text.startswith(
        "Zaak 1: Buyer (Globex)\nCijfer 2\ndemo, ronde 1 · Slack\n"
    )


@pytest.mark.parametrize(
    ("by", "place", "line", "first"),
    [
        (ADMIN, None, "cases mine", "Your open cases: 0"),
        (MANAGER, None, "cases", "Open cases: 1"),
        (MANAGER, None, "cases mine", "Your open cases: 1"),
        (MANAGER, None, "cases late", "Open cases that nobody took in time: 0"),
        (MANAGER, None, "cases demo", "demo, wave 1, cases: 1"),
        (MANAGER, None, "case 2", "There is no case 2, or it is not yours to see."),
        (MANAGER, None, "case 9", "There is no case 9, or it is not yours to see."),
        (STRANGER, FALLBACK, "cases", "Open cases: 1"),  # whoever reads the channel where the alert stands
        (STRANGER, FALLBACK, "case 2", "Case 2: Planner (Initech)"),
        (STRANGER, FALLBACK, "case 1", "There is no case 1, or it is not yours to see."),
        (STRANGER, FALLBACK, "report demo", "Sorry, only admins of npsbot can do that."),
        (STRANGER, None, "cases", "Sorry, only admins of npsbot can do that."),
        (Address("sms", "+31612345678"), None, "cases", "Sorry, commands are not taken by SMS"),
        (ADMIN, None, "cases demo wave 7", "demo has no wave 7."),
        (ADMIN, None, "cases demq", "There is no campaign “demq”. Did you mean “/nps cases demo”?"),
        (
            ADMIN,
            None,
            "cases demo soon",
            "Nothing was done, because I do not understand “soon” after “cases …”.",
        ),
        (ADMIN, None, "case", "Which case? Write for example “/nps case 12”"),
        (ADMIN, None, "cases page 2", "Open cases: 2"),
        (ADMIN, None, f"case {2**31}", "“2147483648” is no number of a case."),
        (ADMIN, None, "case Globex", "“Globex” is no number of a case. Write for example “/nps case 12”"),
        (ADMIN, None, "c:2147483648:show", "“2147483648” is no number of a case."),
    ],
)
async def test_who_may_see_what(two: Bot, by: Address, place: Address | None, line: str, first: str) -> None:
    assert (await ask(two, line, by, place)).text.startswith(first)


async def test_what_a_channel_s_alerts_are_about_may_be_read_there(two: Bot) -> None:
    assert (await ask(two, "cases", MANAGER, MANAGER)).private is False
    assert (await ask(two, "cases", MANAGER, Address("slack", "CGENERAL"))).private is True


async def test_everything_about_one(two: Bot) -> None:
    await two.later(hours=1)
    await two.say("slack:U1", "and nobody called me")
    await two.work()
    answer = await ask(two, "case 1", MANAGER)
    assert answer.text == (
        "Case 1: Buyer (Globex)\n"
        "Score 2\n"
        "demo, wave 1 · Slack\n"
        "Opened Mon 2 March 11:00, 3 hours ago\n"
        "Manager is on it\n"
        "Next: talk to the customer, then Done\n"
        "Reason:\n"
        "the invoices were wrong\nand nobody called me\n"
        "What happened\n"
        "Mon 2 March 11:00 alert for Manager\n"
        "Mon 2 March 13:01 taken by Manager"
    )


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", get_args(CaseEventKind))
def test_whatever_can_happen_has_words(kind: str, language: str) -> None:
    p = Phrasing(words_for("admin", language), ZoneInfo("Europe/Amsterdam"), "/nps")
    at = datetime(2026, 3, 2, tzinfo=UTC)
    facts = {"owner": "Manager", "to": "Planner", "following": "Fallback", "until": at.isoformat()}
    said = step_in_words(p, CaseStep(at, kind, "Manager", facts))
    assert f"case_step_{kind}" in p.words.texts
    assert "{" not in said
    assert said != kind


async def test_what_was_written_under_the_alert_stands_in_the_case(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2, the invoices were wrong")
    await bot.work()
    (row,) = await bot.cases()
    for who, text, more in (
        (str(MANAGER), "I call you at ten.", {"reply_to": row.shown_ref}),
        ("slack:U1", "Fine, on my mobile.", {}),
        (str(MANAGER), "note: ask finance first", {"reply_to": row.shown_ref}),
    ):
        await bot.later(minutes=1)
        await bot.say(who, text, **more)
        await bot.work()
    told_ = (await ask(bot, "case 1", MANAGER)).text
    assert "\nNext: the customer wrote: answer\n" in told_
    at = told_.index("What happened")
    order = (
        "alert for",
        "Manager to the customer",
        "I call you at ten",
        "the customer to us",
        "on my mobile",
    )
    places = [told_.index(words, at) for words in (*order, "note of Manager", "ask finance first")]
    assert places == sorted(places)


async def test_a_button_of_the_list_opens_the_case(two: Bot) -> None:
    worker = CommandWorker(two.store, two.context, two.clock)
    await two.press(str(MANAGER), "c:1:show")
    await worker.look()
    await two.work()
    assert two.slack.texts()[-1].startswith("Case 1: Buyer (Globex)\n")
    assert [one.state for one in await two.cases()] == ["taken", "open"]


async def test_words_that_are_kept_beside_the_answer_are_shown(bot: Bot) -> None:
    """numbers 1.5: the reason of a score that came late is in no report; here it is read."""
    await bot.start(BUYER)
    await bot.say("slack:U1", "well, hmm")
    await bot.later(days=30)
    await bot.say("slack:U1", "3")
    await bot.say("slack:U1", "nobody ever called")
    await bot.work()
    told_ = (await ask(bot, "case 1")).text
    assert "Score 3, after the conversation had ended" in told_
    assert "What they wrote beside it:\nwell, hmm\n" in told_
    assert "nobody ever called" in told_


async def test_of_who_was_erased_nothing_is_told(two: Bot) -> None:
    await two.store.write(erase_contact, two.context, "Buyer", two.clock.now())
    told_ = (await ask(two, "case 1")).text
    assert told_.startswith("Case 1: somebody who was erased\n")
    assert "The customer of this case was erased on request." in told_
    assert not any(word in told_ for word in ("Buyer", "Globex", "invoices"))
    assert "Buyer" not in (await ask(two, "cases demo")).text


@pytest.mark.parametrize("text", ["short", "x" * 4000, "🙂&<>" * 900])
async def test_a_long_case_fits_into_one_message(store: Store, clock: ManualClock, text: str) -> None:
    bot = Bot(store, settings_of(), clock)
    wave_id = await hold(store, told(1, 2, reason=text))
    long = CaseTold([(hour, "taken") for hour in range(60)], columns={"note": text})
    await give_cases(store, wave_id, [long])
    told_ = (await ask(bot, "case 1")).text
    assert "steps between these are left out" in told_
    assert "npsbot" not in told_
    times = [line for line in told_.splitlines() if "taken by Team North" in line]
    assert times[0].split(" taken")[0] == "Wed 1 April 12:00"  # how it began stays, and
    assert told_.splitlines()[-1].endswith(" taken by Team North")  # the newest stays
    assert width(told_) <= MOST_CHARACTERS + 100


async def test_a_long_list_says_how_it_goes_on(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(), clock)
    await give_cases(store, await hold(store, told(23, 2)), [CaseTold()] * 23)
    first, last = await ask(bot, "cases"), await ask(bot, "cases open page 3")
    assert first.text.splitlines()[-1] == "… and 13 more: /nps cases open page 2"
    assert [len(row) for row in first.choices] == [5, 5]
    assert last.text.splitlines()[-2].startswith("23 · ")
    assert (await ask(bot, "cases open page 4")).text.endswith(
        "\nThere is no page 4: the list ends before it."
    )
    assert (await ask(bot, "cases demo wave 1")).text.splitlines()[
        21
    ] == "… and 13 more: /nps cases demo wave 1 page 2"


async def test_the_figures_of_a_wave_stand_under_its_cases(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(), clock)
    cases = [done(6, 1, "billing"), done(9, 5, "billing"), done(30, 2), CaseTold(columns={"rung": 1})]
    await give_cases(store, await hold(store, told(4, 2)), cases)
    clock.set(cases[0].at + timedelta(hours=50))
    assert (await ask(bot, "cases demo")).text.splitlines()[-5:] == [
        "Cases: 4 opened; now 3 done, 0 taken, 1 not taken (1 of them late)",
        "Taken in time: 2 of 4 (50%, 15% to 85%)",
        "Until somebody took it for the first time: half within 4 hours; nine of ten: not known yet (3 of 4 so far)",
        "Until it was done: half within 20 hours; nine of ten: not known yet (3 of 4 so far)",
        "Done by cause, 3 in all: Billing 2, no cause given 1",
    ]


@pytest.mark.parametrize(("language", "cause"), [("en", "Billing"), ("nl", "Facturatie")])
async def test_a_cause_is_called_as_the_settings_call_it(
    store: Store, clock: ManualClock, language: str, cause: str
) -> None:
    causes = {"billing": {"en": "Billing", "nl": "Facturatie"}}
    bot = Bot(store, settings_of(language=language, causes=causes), clock)
    await give_cases(store, await hold(store, told(2, 2)), [done(6, 1, "billing"), done(6, 1, "of old")])
    for line in ("cases demo", "case 1"):
        assert cause in (await ask(bot, line)).text
    assert "of old" in (await ask(bot, "case 2")).text


@pytest.mark.parametrize(
    ("customers", "lines"),
    [
        (4, ["Solved, say customers: 4 of 4 who answered (100%, 51% to 100%); 4 were asked"]),
        (
            6,
            [
                "Solved, say customers: 6 of 6 who answered (100%, 61% to 100%); 6 were asked",
                "The same 6 customers again: 6 in a higher group, 0 in a lower one",
            ],
        ),
        (
            12,
            [
                "Solved, say customers: 12 of 12 who answered (100%, 76% to 100%); 12 were asked",
                "The same 12 customers again: -100 before, 0 after, +100 points (+59 to +113), indicative",
            ],
        ),
    ],
)
async def test_of_few_who_were_asked_again_no_score_is_told(
    store: Store, clock: ManualClock, customers: int, lines: list[str]
) -> None:
    bot = Bot(store, settings_of(), clock)
    again = [{"score": 8, "solved": True}]
    await give_cases(store, await hold(store, told(customers, 2)), [done(5, 1, again=again)] * customers)
    said = (await ask(bot, "cases demo")).text.splitlines()
    assert [line for line in said if line.startswith(("Solved", "The same"))] == lines
    assert "Asked again: solved; score 8 now" in (await ask(bot, "case 1")).text.splitlines()


async def test_a_report_says_in_one_line_how_many_there_are(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(), clock)
    await give_cases(store, await hold(store, told(3, 2)), [done(6, 1), CaseTold(), CaseTold()])
    line = "Cases: 3 opened; now 1 done, 0 taken, 2 not taken (/nps cases demo wave 1)"
    assert line in (await ask(bot, "report demo")).text.splitlines()
    aside = (
        update(case)
        .where(case.c.id == 2)
        .values(
            state="snoozed",
            taken_by="slack:UMANAGER",
            taken_at=clock.now(),
            snoozed_until=clock.now() + timedelta(days=9),
        )
    )
    await store.write(lambda connection: connection.execute(aside) and None)
    line = "Cases: 3 opened; now 1 done, 0 taken, 1 put aside, 1 not taken (/nps cases demo wave 1)"
    assert line in (await ask(bot, "report demo")).text.splitlines()
    assert "Cases" not in (await ask(bot, "report demo", MANAGER)).text  # none of their customers'


# -------------------------------------------------------------------------------------------- the terminal


async def _world(store: Store) -> None:
    wave_id = await hold(store, told(3, 2, account="Globex", manager="Team North", reason="late again"))
    await give_cases(store, wave_id, [done(6, 1, "billing"), CaseTold(), CaseTold(columns={"rung": 1})])


def test_a_terminal_shows_a_table_and_values(shell: Shell) -> None:
    shell.put(_world)
    shown = shell("cases")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.startswith("Open cases: 2\n")
    values = json.loads(shell("cases", "demo", "--json").stdout)
    assert [one["case"] for one in values["cases"]] == [2, 3, 1]
    assert (values["total"], values["late"], values["left"]) == (3, 1, 0)
    assert values["figures"]["done_by_cause"] == [{"cause": "billing", "cases": 1}]
    assert values["figures"]["until_done"] == {"cases": 3, "ended": 1, "median": None, "ninetieth": None}
    assert values["cases"][1]["next"] == {"step": "stranded", "at": None, "to": None}


def test_a_terminal_shows_one_case(shell: Shell) -> None:
    shell.put(_world)
    shown = shell("case", "1")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.startswith("Case 1: Contact 0 (Globex)\nScore 2\n")
    values = json.loads(shell("case", "1", "--json").stdout)
    assert (values["case"], values["reason"]) == (1, "late again")
    assert (values["cause"], values["cause_label"]) == ("billing", "Billing")
    assert [step["kind"] for step in values["steps"]] == ["opened", "taken", "finished"]
    assert (shell("case", "9").exit_code, shell("case", "9").stderr) == (
        1,
        "There is no case 9.\n",
    )
    mine = shell("cases", "mine")
    assert (mine.exit_code, mine.stdout) == (2, "")
    assert mine.stderr.startswith("A terminal has no cases of its own")
    assert shell("cases", "soon").exit_code == 2
