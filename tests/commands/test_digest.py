"""`/nps digest`, as those read it who get digests: what they get, when next, and what they choose."""

from datetime import UTC, date, datetime

import pytest

from bot.cases.digests.readers import digest_readers
from bot.commands import grammar
from bot.commands.desk import Desk
from bot.commands.typed.digest import SetDigest, ShowDigests
from bot.sending.digesting import Digesting
from bot.store.store import Store
from bot.when.repeats import Repeats, read_repeats
from bot.words import words_for
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock
from tests.support.shell import Shell

RULES = {"managers": "weekly", "admins": "monthly", "board_to": "slack:CBOARD", "at": "09:00"}


@pytest.mark.parametrize(
    ("words", "repeats"),
    [
        ("daily", "daily"),
        ("every day", "daily"),
        ("elke werkdag", "daily"),
        ("weekly", "weekly"),
        ("Eens per week", "weekly"),
        ("wekelijks", "weekly"),
        ("once a month", "monthly"),
        ("maandelijks.", "monthly"),
        ("off", "off"),
        ("uit", "off"),
        ("nooit", "off"),
        ("hourly", None),
        ("weekly monthly", None),
        ("every", None),
        ("", None),
    ],
)
def test_how_often_as_people_write_it(words: str, repeats: Repeats | None) -> None:
    assert read_repeats(words.split()) == repeats


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("digest", ShowDigests()),
        ("/nps samenvatting", ShowDigests()),
        ("digest weekly", SetDigest("weekly")),
        ("digest elke maand", SetDigest("monthly")),
        ("digest board daily", SetDigest("daily", "board")),
        ("digest klanten uit", SetDigest("off", "customers")),
        ("digest board", grammar.Surplus("digest", "board")),
        ("digest fortnightly", grammar.Surplus("digest", "fortnightly")),
    ],
)
def test_what_a_line_means(line: str, meant: object) -> None:
    assert grammar.parse(line, ("demo",), date(2026, 3, 2)) == meant


def bot_of(store: Store, clock: ManualClock, language: str = "en") -> Bot:
    return Bot(store, settings_of(digest=RULES, language=language), clock)


async def says(bot: Bot, actor: str, line: str, place: str | None = None) -> list[str]:
    words = words_for("admin", bot.settings.language)
    desk = Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)
    return (await desk.carry_out(actor, line, place)).text.splitlines()


async def test_an_account_manager_sees_what_comes_and_changes_it(store: Store, clock: ManualClock) -> None:
    bot = bot_of(store, clock)
    await bot.work()
    assert await says(bot, "slack:UMANAGER", "digest") == [
        "News of your customers comes every week, next on Mon 9 March 09:00, when there is something to tell.",
        "“/nps digest daily”, “weekly”, “monthly” or “off” changes that.",
    ]
    assert await says(bot, "slack:UMANAGER", "digest daily") == [
        "News of your customers comes on working days, next on Tue 3 March 09:00, when there is something to tell."
    ]
    assert await says(bot, "slack:UMANAGER", "digest off") == [
        "News of your customers does not come by itself."
    ]
    assert await says(bot, "slack:UMANAGER", "digest board weekly") == [
        "Nothing is told here by itself: account managers get news of their customers, admins the page for the board."
    ]
    assert await says(bot, "slack:UMANAGER", "digest sometimes") == [
        "I do not understand “sometimes”: a digest is daily, weekly, monthly or off."
    ]


async def test_in_dutch(store: Store, clock: ManualClock) -> None:
    bot = bot_of(store, clock, "nl")
    await bot.work()
    assert await says(bot, "slack:UMANAGER", "digest") == [
        "Nieuws van uw klanten komt elke week, de volgende keer op ma 9 maart 09:00, als er iets te melden is.",
        "Met “/nps digest dagelijks”, “wekelijks”, “maandelijks” of “uit” verandert u dat.",
    ]
    assert await says(bot, "slack:UMANAGER", "digest uit") == ["Nieuws van uw klanten komt niet vanzelf."]


async def test_after_a_quiet_while_it_says_since_when(store: Store, clock: ManualClock) -> None:
    bot = bot_of(store, clock)
    await bot.work()
    for day in (9, 16):
        clock.set(datetime(2026, 3, day, 9, tzinfo=UTC))
        await bot.work()
    (line, _) = await says(bot, "slack:UMANAGER", "digest")
    assert line.endswith("when there is something to tell. Since 2 March 2026 there was nothing to tell.")


async def test_what_a_channel_gets_is_an_admins_to_choose(store: Store, clock: ManualClock) -> None:
    bot = bot_of(store, clock)
    await bot.work()
    assert (await says(bot, "slack:UADMIN", "digest off", "slack:CBOARD")) == [
        "The page for the board does not come by itself."
    ]
    assert (await says(bot, "slack:UADMIN", "digest"))[0].startswith(
        "The page for the board comes every month"
    )
    assert (await says(bot, "slack:UMANAGER", "digest weekly", "slack:CBOARD"))[0].startswith(
        "News of your customers"
    )
    assert await says(bot, "slack:USTRANGER", "digest weekly", "slack:CBOARD") == [
        "Sorry, only admins of npsbot can do that."
    ]


async def test_a_channel_of_an_account_manager_decides_for_itself(store: Store, clock: ManualClock) -> None:
    settings = settings_of(digest=RULES, account_managers={"Manager": "slack:CTEAM"})
    bot = Bot(store, settings, clock)
    await bot.work()
    assert await says(bot, "slack:USOMEBODY", "digest off", "slack:CTEAM") == [
        "News of your customers does not come by itself."
    ]


async def test_the_terminal_lists_everybody(store: Store, clock: ManualClock) -> None:
    bot = bot_of(store, clock)
    await bot.work()
    lines = await says(bot, "terminal:me", "digest")
    assert [line.partition(": ")[0] for line in lines] == [
        "slack:UMANAGER",
        "slack:CALERTS",
        "slack:UADMIN",
        "telegram:900",
        "slack:CBOARD",
    ]
    assert (await says(bot, "terminal:me", "digest off"))[0].startswith("Readers choose that themselves")


async def test_a_preview_tells_nobody_and_changes_nothing(store: Store, clock: ManualClock) -> None:
    bot = bot_of(store, clock)
    await bot.start(Customer("Ann", slack="U1"))
    await bot.say("slack:U1", "9")
    await bot.say("slack:U1", "always on time")
    clock.advance(hours=1)
    digesting = Digesting(store, bot.context, clock)
    reader = digest_readers(bot.settings)[0]
    for _ in range(2):
        body = await digesting.preview(reader)
        assert body is not None
        assert "Ann (9): “always on time”" in "".join(span.text for span in body)
    clock.set(datetime(2026, 3, 9, 8, tzinfo=UTC))
    await bot.work()
    assert len([text for text in bot.slack.texts("UMANAGER") if "always on time" in text]) == 1


def test_at_the_terminal(shell: Shell) -> None:
    assert "comes on working days" in shell("campaign", "digest").stdout
    assert "reads no digests" in shell("campaign", "digest", "--for", "slack:UNOBODY").stderr
