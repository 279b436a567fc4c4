"""Reports as an admin and an account manager read them in chat: who sees what, and in which words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.commands.desk import Desk
from bot.commands.replies.reply import Phrasing
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address, Image
from tests.support.answered import Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, SECOND_ADMIN, Clock, settings_of

NORTH = Address("slack", "UNORTH")
SOUTH_CHANNEL = Address("telegram", "-100200")
SKIPPED = {"channel": None, "address": "U", "released_at": None, "asked_at": None, "delivered_at": None}

MAY_BE = "the true score probably lies between {} and {} (95% interval)"
AS_OF = "Acme, asked from {} 2026; as of 2 March 2026, 11:00"  # numbers 2.13
DAYS = "write for example “since 2026-11-01”, “since 1 november” or “since 30 days”."

DeskOf = Callable[..., Desk]


@pytest.fixture
def desk_of(store: Store) -> DeskOf:
    def make(**more: Any) -> Desk:
        managers = {"Team North": str(NORTH), "Team South": str(SOUTH_CHANNEL)}
        chosen = settings_of({"demo": {}, "effort": {}}, **{"account_managers": managers} | more)
        return Desk(store, chosen, LIMITS, words_for("admin", chosen.language), Clock())

    return make


@pytest.fixture
def desk(desk_of: DeskOf) -> Desk:
    return desk_of()


async def autumn(store: Store, number: int = 2) -> None:
    """The worked example of docs/statistics.md: +40 from 120 answers of 196, in four regions."""
    north: dict[str, Any] = {"attributes": {"region": "North"}, "account": "Globex", "manager": "Team North"}
    south: dict[str, Any] = {"attributes": {"region": "South"}, "account": "Initech", "manager": "Team South"}
    too_soon = Told(columns=SKIPPED | {"state": "skipped", "skipped": "too_soon", "ending": None}, **north)
    people = [
        *split(10, 12, 40, reason="delivery was late", **north),
        *split(4, 20, 16, **south),
        *split(2, 2, 3, attributes={"region": "East"}, reason="fine"),
        *split(1, 0, 1, attributes={"region": "West"}),
        *split(1, 2, 6),
        *told(76, **north),
        *[too_soon] * 4,
    ]
    # Each has an account of their own, so that no interval goes by account.
    apart = [
        replace(one, account=f"{one.account} {place}") if one.account else one
        for place, one in enumerate(people)
    ]
    await hold(store, apart, number=number)


async def spring(store: Store) -> None:
    await hold(store, [*split(22, 40, 58), *told(60)], number=1)


# ---------------------------------------------------------------------------------------------- the words


async def test_a_report_says_what_its_score_is_worth_as_the_docs_show_it(store: Store, desk: Desk) -> None:
    await spring(store)
    await autumn(store)
    answer = await desk.carry_out(ADMIN, "report demo vs previous")
    page = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
    (shown,) = (block for block in page.split("```") if "NPS +40" in block)
    assert answer.text == shown.strip()


async def test_and_in_dutch(store: Store, desk_of: DeskOf) -> None:
    await spring(store)
    await autumn(store)
    desk = desk_of(language="nl")
    assert (await desk.carry_out(ADMIN, "rapport demo tegen de vorige ronde per regio")).text == (
        "Geen klant heeft een kenmerk “regio”. Probeer: region."
    )
    assert (await desk.carry_out(ADMIN, "rapport demo tegen de vorige ronde")).text == (
        "demo, ronde 2: NPS +40\n"
        "120 antwoorden: de werkelijke score ligt waarschijnlijk tussen +26 en +52 (95%-interval)\n"
        "Voor precies deze 196 klanten, als wie zweeg denkt als de rest: +31 tot +48\n"
        "Promotors 66, passieven 36, criticasters 18\n"
        "Tegenover ronde 1 (+30, 120 antwoorden): geen bewijs van een verandering (-9 tot +28 punten)\n"
        "Antwoorden: 120 van de 196 uitgenodigden (61%)\n"
        "Met een reden: 69 van de 196 uitgenodigden (35%)\n"
        "Afgeleverd: bij 196 van de 196 uitgenodigden (100%)\n"
        "Waren alle 76 uitgenodigden zonder score criticaster: -14; waren ze allemaal promotor: +63\n"
        "Gewogen naar wie is uitgenodigd, per accountmanager: +43 (+29 tot +57) in plaats van +40\n"
        "Gevraagd: 196 van de 200 die in aanmerking kwamen. Niet gevraagd: 4 (te kort geleden gevraagd 4). "
        "“/nps controle demo ronde 2” vertelt het per accountmanager.\n"
        "Acme, gevraagd vanaf 1 mei 2026; stand van 2 maart 2026, 11:00"
    )


async def test_segments_stand_in_place_of_the_rates(store: Store, desk: Desk) -> None:
    await autumn(store)
    assert (await desk.carry_out(ADMIN, "report demo by REGION")).text.splitlines()[4:] == [
        "Responses: 120 of 196 invited (61%)",
        "Asked: 196 of the 200 who qualified. Not asked: 4 (asked too recently 4). "
        "“/nps audit demo wave 2” tells it by account manager.",
        "By region:",
        "North: +48 (+28 to +65), 62 answers; 138 invited (45%)",
        "South: +30 (+8 to +47), 40 answers; 40 invited (100%)",
        "not filled in: Promoters 6, passives 2, detractors 1 (9 answers: too few for a score); 9 invited (100%)",
        "East and 1 other group together: Promoters 4, passives 2, detractors 3 (9 answers: too few for a score); "
        "9 invited (100%)",
        "No evidence that one of these differs from the others.",
        "Shown together, because fewer than 5 answered in some, or because the total would give those away: "
        "East, West",
        "Weighted by who was invited, by region: +43 (+29 to +57) instead of +40",
        AS_OF.format("1 May"),
    ]


async def test_by_account_manager_says_whose_customers_were_not_asked(store: Store, desk: Desk) -> None:
    await autumn(store)
    for line in ("report demo by account manager", "rapport demo per accountmanager"):
        lines = (await desk.carry_out(ADMIN, line)).text.splitlines()
        assert lines[6] == "By account manager:"
        assert lines[-3:-1] == [  # numbers 2.12
            "Not asked, by account manager:",
            "Team North: 4 of 142 (3%): asked too recently 4",
        ]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("report demo by maand", "By month:\nMarch 2026: +40 (+26 to +52), 120 answers"),
        ("report demo by week", "By week:\nweek 10 of 2026: +40 (+26 to +52), 120 answers"),
        ("report demo by kanaal", "By channel:\nSlack: +40 (+26 to +52), 120 answers"),
        ("report demo per taal", "By language:\nen: +40 (+26 to +52), 120 answers"),
    ],
)
async def test_what_every_customer_has_is_an_attribute_too(
    store: Store, desk: Desk, line: str, first: str
) -> None:
    await autumn(store)
    assert first in (await desk.carry_out(ADMIN, line)).text


async def test_an_imported_attribute_comes_before_what_ours_is_also_called(store: Store, desk: Desk) -> None:
    await hold(store, split(0, 0, 10, attributes={"Manager": "Floor 1"}))
    assert "By Manager:\nFloor 1: +100" in (await desk.carry_out(ADMIN, "report demo by manager")).text


async def test_a_period_counts_over_its_waves(store: Store, desk: Desk) -> None:
    await spring(store)
    await autumn(store)
    lines = (await desk.carry_out(ADMIN, "report demo since 1 march")).text.splitlines()
    assert lines == [
        "demo since 1 March 2026: NPS +35",
        "240 answers: the true score probably lies between +25 and +44 (95% interval)",
        "Promoters 124, passives 76, detractors 40",
        AS_OF.format("1 April"),
        "Of each person the newest answer counts.",
    ]


async def test_a_trend_is_a_line_a_wave(store: Store, desk: Desk) -> None:
    await hold(store, split(24, 42, 34), number=1)
    await hold(store, split(2, 10, 40), number=2)
    await hold(store, [], number=3, open_=True)
    assert (await desk.carry_out(ADMIN, "trend demo")).text == (
        "demo: NPS by wave\n"
        "Wave 1, 1 April 2026: +10 (-5 to +24), 100 answers\n"
        "Wave 2, 1 May 2026: +73 (+54 to +84), 52 answers; up\n"
        "Wave 3, 31 May 2026: no score yet; still running\n" + AS_OF.format("1 April")
    )


async def test_themes_tell_what_they_cost_and_quote(store: Store, desk: Desk) -> None:
    await hold(
        store,
        [
            *split(14, 0, 0, reason="the parcel was late\n  again"),
            *split(0, 10, 60, reason="the same as it was, again"),
            *split(0, 0, 2, reason="cheap"),
            *told(1, 9, reason="wszystko dobrze", language="pl"),
        ],
    )
    answer = await desk.carry_out(ADMIN, "themes demo")
    assert answer.text.splitlines() == [
        "demo, wave 1: what the reasons speak of",
        "86 gave a reason (NPS +56); 70 of these name none of the themes",
        "1 reason is in a language without a list of themes.",
        "delivery: 14 answers; costs 15 to 45 points, indicative",
        "the parcel was late again",
        "Hidden, because fewer than 5 named it, or fewer than 5 did not: price",
        "What goes together need not be cause and effect, and the points cannot be added up.",
        AS_OF.format("1 April"),
    ]
    assert [span.text for span in answer.body if span.kind == "quote"] == ["the parcel was late again"]


async def test_themes_by_region_say_in_which_group_more(store: Store, desk_of: DeskOf) -> None:
    north, south, west = ({"attributes": {"region": name}} for name in ("North", "South", "West"))
    late = "the parcel was late"
    await hold(
        store,
        [
            *[*split(36, 6, 6, reason=late, **north), *split(4, 24, 44, reason="zzz", **north)],
            *[*split(10, 6, 11, reason=late, **south), *split(20, 34, 99, reason="zzz", **south)],
            *split(1, 2, 1, reason="zzz", **west),
        ],
    )
    assert (await desk_of().carry_out(ADMIN, "themes demo by Region")).text.splitlines() == [
        "demo, wave 1: themes by region",
        "304 gave a reason (NPS +30); 229 of these name none of the themes",
        "South: delivery is named less often, in 15% of the reasons, elsewhere in 39% (-34 to -14 percentage points)",
        "South: delivery costs fewer points: 7, elsewhere 45 (difference +23 to +52)",
        "All groups and themes are judged together. Each reason counts for itself, not by account.",
        "Not compared, because fewer than 10 gave a reason there, or because the total would give such a group away: "
        "North, West",
        AS_OF.format("1 April"),
    ]
    dutch = (await desk_of(language="nl").carry_out(ADMIN, "thema's demo per region")).text.splitlines()
    assert dutch[0] == "demo, ronde 1: thema's per region"
    assert dutch[3] == "South: levering kost minder punten: 7, elders 45 (verschil +23 tot +52)"


async def test_one_is_said_of_one_in_both_languages(store: Store, desk_of: DeskOf) -> None:
    await hold(store, [*told(1, 3, reason="zzz"), *told(1, 9, reason="zzz", language="pl")])
    for language, lines in {
        "en": [
            "1 gave a reason (NPS -100); 1 of these names none of the themes",
            "1 reason is in a language",
        ],
        "nl": ["1 gaf een reden (NPS -100); 1 daarvan noemt geen van de thema's", "1 reden is in een taal"],
    }.items():
        shown = (await desk_of(language=language).carry_out(ADMIN, "themes demo")).text.splitlines()[1:3]
        assert [line[: len(start)] for line, start in zip(shown, lines, strict=True)] == lines
        p = Phrasing(words_for("admin", language), ZoneInfo("Europe/Amsterdam"), "")
        assert [p.points(value).split()[0] for value in (0.6, -1.4, 18)] == ["1", "1", "18"]
        assert len({p.points(value).split()[1] for value in (1, 2)}) == 2


async def test_a_name_turns_nothing_that_stands_behind_it(store: Store, desk: Desk) -> None:
    await hold(store, told(12, 3, attributes={"region": "\u202eevil"}, account="שירות", reason="\u2067x"))
    by_region = (await desk.carry_out(ADMIN, "report demo by region")).text
    assert "\nevil: -100 (" in by_region
    by_account = (await desk.carry_out(ADMIN, "report demo by account")).text
    assert "\n\u2068שירות\u2069: -100 (" in by_account
    answers = (await desk.carry_out(ADMIN, "answers demo")).text
    assert "(\u2068שירות\u2069) ·" in answers
    assert "\u2067" not in answers


async def test_answers_are_listed_with_who_and_why(store: Store, desk: Desk) -> None:
    await hold(
        store,
        [
            Told(3, account="Globex", reason="x" * 500),
            Told(10),
            Told(2, erased=True),
        ],
    )
    assert (await desk.carry_out(ADMIN, "answers demo criticasters")).text.splitlines() == [
        "demo, wave 1: answers of detractors",
        "2 · somebody who was erased · 2 March 2026 · Slack",
        "3 · Contact 0 (Globex) · Mon 2 March 13:00 · Slack",
        "x" * 139 + "…",
        AS_OF.format("1 April"),
    ]
    assert "There are none." in (await desk.carry_out(ADMIN, "answers demo passives")).text


async def test_the_longest_answers_fit_on_a_phone(store: Store, desk: Desk) -> None:
    wordy = {"reason": "late parcel, high price, rude staff, wrong bill, broken app " * 9}
    for number in range(1, 30):
        await hold(store, told(9, 9), number=number)
    people = told(9, 9, reason="fine")
    for region in range(40):
        people += told(10, 3, attributes={"region": f"{region:03}" + "r" * 60}, **wordy)
    await hold(store, people, number=30)
    for line in ("report demo by region", "trend demo", "themes demo", "answers demo"):
        answer = await desk.carry_out(ADMIN, line)
        assert 900 < len(answer.text) <= 4096, line


# ------------------------------------------------------------------------------------------------ odd worlds


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("report demo wave 7", "demo has no wave 7."),
        ("report demo vs previous", "demo has no wave before this one to compare with."),
        (
            "report demo vs effort",
            "demo and effort ask different questions on different scales, so they cannot be compared.",
        ),
        ("report demo since 2030-01-01", "Nobody answered demo since 1 January 2030."),
        (
            f"report demo by {'x' * 300}",
            f"No customer has an attribute “{'x' * 59}…”. "
            "Try: account, account manager, language, time zone, key contact, channel, month, week, account value, "
            "effort.",
        ),
        (
            "trend effort wave 1",
            "I do not understand “wave 1”: a trend goes by month or by week.",
        ),
        (
            "answers demo happy",
            "I do not understand “happy”: answers are those of detractors, passives or promoters, and of a wave "
            "such as wave 2.",
        ),
        ("report demo since soon", f"“soon” is no day; {DAYS}"),
        ("report demo since", f"Since when? W{DAYS[1:]}"),
        ("report demo by", "By what? Write for example “/nps report demo by account manager”."),
        (
            "report demo vs",
            "Against what? Write for example “/nps report demo vs previous”, or name a campaign.",
        ),
        ("report demo vs efort", "There is no campaign “efort”. Did you mean “/nps report effort”?"),
        ("themes dem", "There is no campaign “dem”. Did you mean “/nps themes demo”?"),
    ],
)
async def test_what_cannot_be_reported_is_one_clear_sentence(
    store: Store, desk: Desk, line: str, answer: str
) -> None:
    await hold(store, told(3, 9))
    await hold(store, told(3, 5), campaign="effort", kind="ces")
    found = await desk.carry_out(ADMIN, line)
    assert found.text == answer
    assert found.outcome != "done"


@pytest.mark.parametrize(
    ("people", "kind", "lines"),
    [
        ([], "nps", ["demo, wave 1: no score", "Responses: 0 of 0 invited"]),
        (told(1, 10), "nps", ["demo, wave 1: NPS +100", "1 answer: " + MAY_BE.format("-48", "+100")]),
        (told(10, 10), "nps", ["demo, wave 1: NPS +100", "10 answers: " + MAY_BE.format("+48", "+100")]),
        (told(8, 3), "nps", ["demo, wave 1: NPS -100"]),
        (
            [*told(1, 9, reason="fine"), *told(1)],
            "nps",
            [
                *("demo, wave 1: NPS +100", "1 answer: " + MAY_BE.format("-48", "+100")),
                *(
                    # numbers 2.8: the narrow interval stands with what it takes for granted
                    "For exactly these 2 customers, if the silent think like the others: 0 to +100",
                    "Promoters 1, passives 0, detractors 0",
                ),
                *("Fewer than 30 answers: an indication.", "Responses: 1 of 2 invited (50%)"),
                *("With a reason: 1 of 2 invited (50%)", "Delivered: 2 of 2 invited (100%)"),
                "If the one invited who gave no score were a detractor: 0; if a promoter: +100",
            ],
        ),
        (
            [*told(5, 5), *told(1, 3), *told(1, 2)],
            "csat",
            [
                "demo, wave 1: CSAT 71%",
                "7 answers: " + MAY_BE.format("36%", "92%"),
                "Satisfied (4-5) 5, neutral (3) 1, dissatisfied (1-2) 1",
            ],
        ),
        (
            [*told(4, 7), *told(4, 5), *told(2, 2)],
            "ces",
            [
                "demo, wave 1: CES 5.2 (1 to 7)",
                "10 answers: " + MAY_BE.format("3.8", "6.6"),
                "Easy (5-7) 8, neutral (4) 0, not easy (1-3) 2",
                "80% found it easy (95% interval 49% to 94%)",
                "Fewer than 30 answers: an indication.",
            ],
        ),
        (
            told(6, 7),
            "ces",
            ["demo, wave 1: CES 7.0 (1 to 7)", "6 answers: no interval, because all answers are alike"],
        ),
    ],
)
async def test_little_or_lopsided_worlds_are_reported_sensibly(
    store: Store, desk: Desk, people: list[Told], kind: Any, lines: list[str]
) -> None:
    await hold(store, people, kind=kind)
    found = (await desk.carry_out(ADMIN, "report demo")).text.splitlines()
    assert found[: len(lines)] == lines


@pytest.mark.parametrize(  # numbers 4.9
    ("kind", "before", "after", "line"),
    [
        (
            "csat",
            [*told(58, 5), *told(42, 2)],
            [*told(75, 5), *told(25, 2)],
            "(58%, 100 answers): up (+4 to +29 percentage points)",
        ),
        (
            "csat",
            told(5, 4),
            told(5, 5),
            "(100%, 5 answers): no evidence of a change (-43 to +43 percentage points)",
        ),
        (
            "ces",
            told(20, 3) + told(20, 5),
            told(20, 5) + told(20, 7),
            "(4.0, 40 answers): up (+1.5 to +2.5 on its scale)",
        ),
        (
            "ces",
            told(5, 5),
            told(5, 6),
            ": 5.0 there (unknown: all answers are alike, 5 answers); no verdict while answers come in, or from so few",
        ),
    ],
)
async def test_the_other_kinds_have_a_verdict_too(
    store: Store, desk: Desk, kind: Any, before: list[Told], after: list[Told], line: str
) -> None:
    await hold(store, before, number=1, kind=kind)
    await hold(store, after, number=2, kind=kind)
    assert (
        f"Against wave 1{' ' if line[0] == '(' else ''}{line}"
        in (await desk.carry_out(ADMIN, "report demo vs previous")).text.splitlines()
    )


async def test_a_running_wave_says_so(store: Store, desk: Desk) -> None:
    await hold(store, told(3, 9), open_=True)
    for line in ("report demo", "themes demo", "answers demo"):
        assert (await desk.carry_out(ADMIN, line)).text.endswith("\nThe wave is still running.")


# ------------------------------------------------------------------------------------------------- who may


@pytest.mark.parametrize("line", ["report demo", "trend demo", "themes demo", "answers demo"])
async def test_an_account_manager_sees_own_accounts_alone(store: Store, desk: Desk, line: str) -> None:
    await autumn(store)
    own, every = await desk.carry_out(NORTH, line), await desk.carry_out(ADMIN, line)
    assert own.text.endswith("\nThese are the accounts of Team North alone.")
    assert "These are the accounts of" not in every.text
    for hidden in ("Initech", "Team South", "120", "40 answers"):
        assert hidden not in own.text


async def test_an_account_manager_sees_own_accounts_also_by_attribute_and_day(
    store: Store, desk: Desk
) -> None:
    await autumn(store)
    lines = (await desk.carry_out(NORTH, "report demo by region since 2026-01-01")).text.splitlines()
    assert lines == [
        "demo, wave 2, since 1 January 2026: NPS +48",
        "62 answers: the true score probably lies between +28 and +65 (95% interval)",
        "Promoters 40, passives 12, detractors 10",
        "By region:",
        "North: +48 (+28 to +65), 62 answers",
        AS_OF.format("1 May"),
        "These are the accounts of Team North alone.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "start demo",
        "start demo confirm",
        "stop demo",
        "status",
        "try demo",
        "start",
        "stop dem",
        "start demo x",
    ],
)
async def test_an_account_manager_changes_nothing(store: Store, desk: Desk, line: str) -> None:
    await autumn(store)
    refused = await desk.carry_out(NORTH, line)
    assert refused.outcome == "refused"
    assert refused.text == ("Sorry, only admins of npsbot can do that. “/nps help” shows what you can ask.")
    assert (await desk.press(NORTH, "w:x")).text == "Sorry, only admins of npsbot can do that."


async def test_an_account_managers_help_names_what_they_may(desk: Desk) -> None:
    told_manager = (await desk.carry_out(NORTH, "help")).text
    assert "/nps report CAMPAIGN" in told_manager
    assert "/nps start" not in told_manager
    assert "/nps start" in (await desk.carry_out(ADMIN, "help")).text


async def test_a_channel_that_is_a_managers_address_speaks_for_that_manager(store: Store, desk: Desk) -> None:
    await autumn(store)
    colleague = Address("telegram", "555")
    answer = await desk.carry_out(colleague, "report demo", SOUTH_CHANNEL)
    assert answer.text.startswith("demo, wave 2: NPS +30\n40 answers")
    assert not answer.private, "it is told where that manager's alerts are"
    for place in (None, Address("telegram", "-1"), Address("slack", "-100200")):
        assert (await desk.carry_out(colleague, "report demo", place)).outcome == "refused"
    everything = await desk.carry_out(SECOND_ADMIN, "report demo", SOUTH_CHANNEL)
    assert everything.text.startswith("demo, wave 2: NPS +40")
    assert everything.private, "an admin sees more than that channel may"


async def test_an_address_of_several_managers_shows_the_accounts_of_each(
    store: Store, desk_of: DeskOf
) -> None:
    await autumn(store)
    desk = desk_of(account_managers={"Team North": "slack:CTEAM", "Team South": "slack:CTEAM"})
    answer = await desk.carry_out("slack:U1", "report demo", "slack:CTEAM")
    assert answer.text.startswith("demo, wave 2: NPS +41\n102 answers")
    assert answer.text.endswith("\nThese are the accounts of Team North and Team South alone.")
    assert not answer.private
    seen = (await desk.carry_out("slack:U1", "why demo-2-0", "slack:CTEAM")).text
    assert seen.startswith("Contact 0 (demo-2-0), Globex")
    of_nobody = (await desk.carry_out("slack:U1", "why demo-2-105", "slack:CTEAM")).text
    assert of_nobody.startswith("No customer is called exactly")


async def test_own_accounts_are_not_told_in_the_channel_of_a_colleague(store: Store, desk_of: DeskOf) -> None:
    await autumn(store)
    desk = desk_of(account_managers={"Team North": "telegram:7", "Team South": "telegram:-100"})
    answer = await desk.carry_out("telegram:7", "report demo", "telegram:-100")
    assert answer.text.endswith("\nThese are the accounts of Team North and Team South alone.")
    assert answer.private


async def test_a_manager_by_sms_is_refused(store: Store, desk_of: DeskOf) -> None:
    desk = desk_of(account_managers={"Team North": "sms:+31612345678"})
    assert (await desk.carry_out("sms:+31612345678", "report demo")).text.startswith(
        "Sorry, commands are not taken by SMS"
    )


# ----------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("report demo", True),
        ("report demo by region", True),
        ("trend demo", True),
        ("themes demo", True),
        ("answers demo", False),
        ("report effort", False),
    ],
)
async def test_a_picture_goes_with_a_report_where_it_can_be_shown(
    store: Store, desk_of: DeskOf, line: str, drawn: bool
) -> None:
    await autumn(store)
    await hold(store, [], campaign="effort")
    usual = desk_of()
    shows = replace(
        usual, limits={name: replace(limits, images=name != "sms") for name, limits in LIMITS.items()}
    )
    assert (await usual.carry_out(ADMIN, line)).image is None
    answer = await shows.carry_out(ADMIN, line)
    assert (answer.image is not None) is drawn
    if answer.image is not None:
        assert answer.image.png.startswith(b"\x89PNG")
        assert answer.caption


async def test_a_picture_that_cannot_be_drawn_leaves_the_words(
    store: Store, desk_of: DeskOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Image:
        raise RuntimeError("no font")

    monkeypatch.setattr("bot.commands.desks.report.picture_of", broken)
    await autumn(store)
    desk = desk_of()
    shows = replace(desk, limits={"slack": replace(LIMITS["slack"], images=True)})
    answer = await shows.carry_out(ADMIN, "report demo")
    assert answer.text.startswith("demo, wave 2: NPS +40")
    assert answer.image is None


async def test_today_is_the_companys(store: Store, desk: Desk) -> None:
    await hold(store, told(5, 9, on=date(2026, 3, 2)))
    late = Clock()
    late.advance(hours=13, minutes=30)  # 00:30 of the next day in Amsterdam, still the same day in UTC
    desk = replace(desk, clock=late)
    assert (await desk.carry_out(ADMIN, "report demo since today")).text == (
        "Nobody answered demo since 3 March 2026."
    )
    assert (await desk.carry_out(ADMIN, "report demo sinds gisteren")).text.startswith(
        "demo, wave 1, since 2 March 2026: NPS +100"
    )
