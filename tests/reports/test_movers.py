"""The same customers in two waves. (numbers 4.2)"""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.commands.desk import Desk
from bot.reports.as_json.reports import movers_json
from bot.reports.movers import movers_report
from bot.reports.values import Missing, MoverRow, MoversReport
from bot.store.schema import conversation, follow_up, improvement, wave
from bot.store.store import Store
from bot.words import words_for
from scoring import recovery
from tests.support.answered import START, Told, hold, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of
from tests.support.worked_example import PAGE

STEPS: list[tuple[int, int | None]] = [(10, 0), (9, 7), (10, 10), (10, None), (3, 9), (8, 8), (0, None)]


async def two_waves(store: Store, open_: bool = False) -> None:
    """The people of `STEPS`, and one more in each wave."""
    north: dict[str, Any] = {"account": "Globex", "manager": "North"}
    first = await hold(store, [*(Told(before, **north) for before, _ in STEPS), Told(10)], number=1)
    second = await hold(
        store, [*(Told(after, **north) for _, after in STEPS), Told(0)], number=2, open_=open_
    )

    def the_same(connection: Connection) -> None:
        mine, theirs = (
            connection.execute(
                select(conversation.c.id, conversation.c.contact_id)
                .where(conversation.c.wave_id == wave)
                .order_by(conversation.c.id)
            ).all()[: len(STEPS)]
            for wave in (first, second)
        )
        for before, after in zip(mine, theirs, strict=True):
            connection.execute(
                update(conversation).where(conversation.c.id == after.id).values(contact_id=before.contact_id)
            )

    await store.write(the_same)


async def test_each_person_beside_themself(store: Store) -> None:
    # numbers 4.2
    await two_waves(store)
    report = await store.read(movers_report, "demo")
    assert isinstance(report, MoversReport)
    assert report.found == recovery([(first, second) for first, second in STEPS if second is not None])
    counted = (report.promoters, report.lost, report.detractors, report.asked, report.silent)
    assert counted == (3, 2, 1, 4, 1)
    assert report.rows == (MoverRow("Contact 0", "Globex", 10, 0), MoverRow("Contact 1", "Globex", 9, 7))
    assert movers_json(report)["lost_promoters"][0]["now"] == 0
    own = await store.read(movers_report, "demo", managers=("South",))
    assert isinstance(own, MoversReport)
    assert (own.found, own.rows) == (None, ())


async def test_in_chat(store: Store) -> None:
    await two_waves(store)
    desk = Desk(store, settings_of({"demo": {}}), LIMITS, words_for("admin", "en"), Clock())
    assert (await desk.carry_out(ADMIN, "movers demo")).text.splitlines()[:-1] == [
        "demo, wave 2 against wave 1: the same customers twice",
        "5 answered both: +40 became +20; no evidence of a change (-107 to +78 points)",
        "Of 3 promoters who answered again 2 are none any more, 1 of them detractors now.",
        "Of 4 promoters who were asked again 1 gave no score.",
        "Contact 0 (Globex): 10, now 0",
        "Contact 1 (Globex): 9, now 7",
    ]


async def test_no_verdict_while_it_runs(store: Store) -> None:
    await two_waves(store, open_=True)
    desk = Desk(store, settings_of({"demo": {}}), LIMITS, words_for("admin", "en"), Clock())
    assert (
        "-20 points so far; wait for the end of the wave" in (await desk.carry_out(ADMIN, "movers demo")).text
    )


async def test_what_cannot_be_compared(store: Store) -> None:
    await hold(store, told(3, 4), number=1, kind="csat")
    assert await store.read(movers_report, "demo") == Missing("no_previous", "demo")
    await hold(store, told(3, 9), number=2)
    assert await store.read(movers_report, "demo") == Missing("not_nps", "demo")


def test_the_example_of_the_page() -> None:
    found = recovery([(10, 0)] * 10 + [(0, 8)] * 5 + [(10, 10)] * 25)
    assert found is not None
    words = " ".join(PAGE.read_text("utf-8").split())
    assert f"{found.change + 0:.0f} points, with limits of {found.interval.shown()}" in words


async def test_those_who_were_told_what_is_better_beside_the_others(store: Store) -> None:
    await two_waves(store)

    def tell(connection: Connection) -> None:
        run = connection.scalar(select(wave.c.id).where(wave.c.number == 1))
        values = {
            "token": "t",
            "wave_id": run,
            "theme": "speed",
            "words": "Faster.",
            "by": "a",
            "made_at": START,
        }
        one = connection.execute(insert(improvement).returning(improvement.c.id), values).scalar_one()
        ids = connection.scalars(
            select(conversation.c.id).where(conversation.c.wave_id == run).order_by(conversation.c.id)
        ).all()
        for place, ending in ((1, "told"), (4, "told"), (5, "undelivered"), (6, "told")):
            told_of = {"conversation_id": ids[place], "improvement_id": one, "ending": ending}
            times = {"made_at": START, "closes_at": START}
            connection.execute(
                insert(follow_up),
                {"key": f"k{place}", "kind": "improvement", "state": "over", **told_of, **times},
            )

    await store.write(tell)
    report = await store.read(movers_report, "demo")
    assert isinstance(report, MoversReport)
    assert report.told == recovery([(9, 7), (3, 9)])
    assert report.others == recovery([(10, 0), (10, 10), (8, 8)])
    assert movers_json(report)["told"]["people"] == 2
    desk = Desk(store, settings_of({"demo": {}}), LIMITS, words_for("admin", "en"), Clock())
    lines = (await desk.carry_out(ADMIN, "movers demo")).text.splitlines()
    assert lines[2].startswith("Of them 2 were told in between what is better: 0 became +50; ")
    assert lines[3].startswith("The other 3: +67 became 0; ")
    assert lines[4] == "Who is told was not drawn by lot: whoever was unhappy tends to rise anyway."
