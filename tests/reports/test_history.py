"""A wave that is over is reported as it was asked, whatever later imports say of its customers. (numbers 1.1)"""

from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.campaigns.planning import plan_wave
from bot.campaigns.runs import confirm
from bot.commands.desk import Desk
from bot.reports.answers import answers_report
from bot.reports.campaign_report import campaign_report
from bot.reports.themes.themes import themes_report
from bot.reports.trend import trend_report
from bot.reports.values import AnswersReport, CampaignReport, ThemesReport, TrendReport
from bot.store.schema import account, contact, conversation, enrolment
from bot.store.store import Store
from bot.words import words_for
from tests.support.answered import hold, split
from tests.support.campaign_world import ADMIN, LIMITS, NOW, Clock, Someone, add, settings_of
from tests.support.exported import exported

SETTINGS = settings_of({"demo": {"every": 0}})
GOLD: dict[str, Any] = {
    "attributes": {"plan": "gold"},
    "account": "Globex",
    "manager": "North",
    "reason": "price",
}


async def last_year(store: Store) -> None:
    """Half of the gold customers were unhappy; since then those have gone, and the account changed hands."""
    await hold(store, [*split(20, 0, 20, **GOLD), *split(5, 10, 10, account="Initech", manager="South")])

    def imported(connection: Connection) -> None:
        unhappy = select(conversation.c.contact_id).where(conversation.c.score <= 6)
        connection.execute(
            update(contact)
            .where(contact.c.id.in_(unhappy))
            .values(attributes={"plan": "churned", "new": "x"})
        )
        connection.execute(update(account).where(account.c.name == "Globex").values(account_manager="South"))

    await store.write(imported)


async def groups(store: Store, by: str, **clauses: Any) -> dict[str, tuple[int | None, float | None]]:
    report = await store.read(campaign_report, SETTINGS, "demo", by=by, **clauses)
    assert isinstance(report, CampaignReport)
    assert report.segments is not None
    return {
        row.label: (row.n, None if row.scores is None else row.scores.value) for row in report.segments.rows
    }


async def test_groups_are_those_of_when_it_was_asked(store: Store) -> None:
    await last_year(store)
    assert await groups(store, "plan") == {"gold": (40, 0), "": (25, 20)}
    assert await groups(store, "account_manager") == {"North": (40, 0), "South": (25, 20)}
    assert await groups(store, "plan", managers=("North",)) == {"gold": (40, 0)}
    assert await groups(store, "account", managers=("South",)) == {"Initech": (25, 20)}


async def test_or_as_of_now_on_request(store: Store) -> None:
    await last_year(store)
    assert await groups(store, "plan", now=True) == {"churned": (25, -100), "": (20, 50), "gold": (20, 100)}
    assert await groups(store, "account_manager", now=True) == {"South": (65, 100 * 5 / 65)}


async def test_every_report_but_the_list_to_follow_up_goes_by_it(store: Store) -> None:
    await last_year(store)
    trend = await store.read(trend_report, "demo", managers=("North",))
    themes = await store.read(themes_report, SETTINGS, "demo", managers=("North",))
    answers = await store.read(answers_report, "demo", managers=("North",))
    theirs = await store.read(answers_report, "demo", managers=("South",))
    assert isinstance(trend, TrendReport)
    assert isinstance(themes, ThemesReport)
    assert isinstance(answers, AnswersReport)
    assert isinstance(theirs, AnswersReport)
    assert (trend.points[0].scores.n, themes.reasons) == (40, 40)
    assert (answers.total, theirs.total) == (0, 65)


async def test_the_export_holds_what_was_known_then(store: Store) -> None:
    await last_year(store)

    first, *_ = await exported(store, SETTINGS)
    assert (first["account"], first["account_manager"], first["attributes"]) == (
        "Globex",
        "North",
        {"plan": "gold"},
    )


async def test_in_chat(store: Store) -> None:
    await last_year(store)
    desk = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), Clock())
    then = (await desk.carry_out(ADMIN, "report demo by plan")).text
    assert "gold: 0 (" in then
    for line in ("report demo by plan now", "rapport demo nu per plan"):
        now = (await desk.carry_out(ADMIN, line)).text.splitlines()
        assert any(one.startswith("churned: -100 (") for one in now)
        assert (
            now[-1]
            == "Accounts and attributes are those of today, not those of when the customers were asked."
        )


async def test_everybody_of_an_audience_is_kept_as_they_are_once(store: Store) -> None:
    people = [
        Someone(f"c{number}", slack=f"U{number}", account="Acme", attributes={"plan": "tin"})
        for number in range(150)
    ]
    await add(store, *people, Someone("no address"))
    plan = await plan_wave(store, SETTINGS, "demo", LIMITS, NOW, "slack:UADMIN")
    await confirm(store, SETTINGS, plan.token, "slack:UADMIN", Clock())
    await store.write(lambda connection: connection.execute(update(contact).values(attributes={})).rowcount)

    def kept(connection: Connection) -> tuple[int, int, set[str]]:
        counted = connection.scalar(select(func.count()).select_from(enrolment)) or 0
        everybody = connection.scalar(select(func.count()).select_from(conversation)) or 0
        plans = {str(one.get("plan")) for one in connection.scalars(select(enrolment.c.attributes))}
        return counted, everybody, plans

    assert await store.read(kept) == (151, 151, {"tin", "None"})
