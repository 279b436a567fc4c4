"""What becomes of a question, recorded."""

from datetime import timedelta

from sqlalchemy import Connection, update

from bot.conversations import saving, talks
from bot.dialogue.conversation import Arrived, advance
from bot.store.schema import conversation
from tests.support.bot_under_test import Bot, Customer
from tests.support.counted import counted


async def test_a_report_that_comes_late_moves_no_turn(bot: Bot) -> None:
    """The window closed over a question, which waits for the next one; what a carrier says then is noted."""
    await bot.enrol(Customer("buyer", sms="+31612345678"))
    tomorrow = bot.clock.now() + timedelta(days=1)

    def reported(connection: Connection) -> None:
        connection.execute(update(conversation).values(ask_at=tomorrow, released_at=None))
        talk = talks.of_question(connection, 1)
        after = advance(talk.conversation, Arrived(bot.clock.now())).conversation
        saving.save_fate(connection, talk, after, bot.clock.now())

    await bot.store.write(reported)
    row = await bot.conversation("buyer")
    assert (row.state, row.ask_at, row.delivered_at) == ("waiting", tomorrow, bot.clock.now())


async def test_recording_that_it_was_sent_is_one_change_of_the_conversation(bot: Bot) -> None:
    await bot.enrol(Customer("buyer", sms="+31612345678"))
    with counted() as statements:
        await bot.work()
    changes = [one for one in statements if one.startswith("UPDATE conversation")]
    released, asked = changes
    assert released.startswith("UPDATE conversation SET released_at=")
    assert "asked_at=" in asked
    assert (await bot.conversation("buyer")).state == "asked"
