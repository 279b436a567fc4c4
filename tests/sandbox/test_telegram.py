"""Telegram's stand-in, driven by python-telegram-bot's Bot."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse
from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters, Update
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)
from telegram.request import HTTPXRequest

from sandbox import Fault
from sandbox.telegram.messages import CHAT_BURST
from tests.support.running import TELEGRAM_SECRET, TELEGRAM_TOKEN, Running, running

CHAT = 1001
KEYBOARD = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton(str(n), callback_data=f"n:1:{n}") for n in range(6)],
        [InlineKeyboardButton(str(n), callback_data=f"n:1:{n}") for n in range(6, 11)],
    ]
)


def one_button(**more: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("8", **more)]])


def bot_of(run: Running, token: str = TELEGRAM_TOKEN) -> Bot:
    request = HTTPXRequest(connection_pool_size=4, httpx_kwargs={"trust_env": False})
    return Bot(token, base_url=f"{run.url}/telegram/bot", request=request)


# a retry_after's type is about to change; the tests read it as it is
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@pytest.fixture
async def bot(run: Running) -> AsyncIterator[Bot]:
    async with bot_of(run) as bot:
        yield bot


async def test_a_message_shows_its_text_formats_and_keyboard(run: Running, bot: Bot) -> None:
    text = (
        '<b>How</b> likely? <i>a &lt; b</i> <a href="tel:+31612345678">call</a> 😀'
        "<blockquote>words</blockquote>"
    )
    sent = await bot.send_message(CHAT, text, parse_mode="HTML", reply_markup=KEYBOARD)
    [message] = run.world.messages("telegram")
    assert message.id == str(sent.message_id)
    assert [(span.kind, span.text, span.url) for span in message.rich] == [
        ("bold", "How", None),
        ("text", " likely? ", None),
        ("italic", "a < b", None),
        ("text", " ", None),
        ("link", "call", "tel:+31612345678"),
        ("text", " 😀", None),
        ("quote", "words", None),
    ]
    assert [len(row) for row in message.buttons] == [6, 5]
    assert sent.text == message.text


@pytest.mark.parametrize(
    ("text", "more", "error"),
    [
        ("", {}, "message text is empty"),
        ("a" * 4097, {}, "message is too long"),
        ("😀" * 2049, {}, "message is too long"),
        ("<b>x", {"parse_mode": "HTML"}, 'can\'t find end tag corresponding to start tag "b"'),
        ("<h1>x</h1>", {"parse_mode": "HTML"}, 'unsupported start tag "h1" at byte offset 0'),
        ("x</b>", {"parse_mode": "HTML"}, "unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            {"parse_mode": "HTML"},
            'unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("8 < 9", {"parse_mode": "HTML"}, "unclosed start tag at byte offset 2"),
        ("x", {"reply_markup": one_button(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ("x", {"reply_markup": one_button()}, "text buttons are unallowed"),
        ("x", {"reply_parameters": ReplyParameters(5)}, "message to be replied not found"),
    ],
)
async def test_a_wrong_message_gets_telegrams_own_error(
    run: Running, bot: Bot, text: str, more: dict[str, Any], error: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(CHAT, text, **more)
    assert error.lower() in caught.value.message.lower()
    assert run.world.messages("telegram") == []


async def test_who_never_wrote_cannot_be_written_to(run: Running, bot: Bot) -> None:
    run.world.add_telegram_user(7, "Stranger", phone="stranger")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(7, "hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(8, "hello")
    await run.people.type("stranger", "/start abc")
    assert (await bot.send_message(7, "hello")).chat.id == 7
    assert run.bot.at("/telegram")[0].json["message"]["entities"] == [
        {"type": "bot_command", "offset": 0, "length": 6}
    ]


async def test_a_wrong_token_and_an_unknown_method(run: Running, bot: Bot) -> None:
    with pytest.raises(InvalidToken):
        await bot_of(run, "110201543:wrong").initialize()
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendMesage")


async def test_a_chat_is_limited_to_about_one_message_a_second(run: Running, bot: Bot) -> None:
    for _ in range(CHAT_BURST):
        await bot.send_message(CHAT, "again")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(CHAT, "again")
    assert int(caught.value.retry_after) == 1  # type: ignore[arg-type]  # an int unless PTB_TIMEDELTA is set


async def test_an_edit_changes_and_the_same_edit_does_not(run: Running, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "?", reply_markup=KEYBOARD)
    await bot.edit_message_text("saved: 9", CHAT, sent.message_id)
    [message] = run.world.messages("telegram")
    assert (message.text, message.buttons, message.edited) == ("saved: 9", (), True)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("saved: 9", CHAT, sent.message_id)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(CHAT, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", CHAT, 1)
    await bot.delete_message(CHAT, sent.message_id)
    assert run.world.messages("telegram") == []


async def test_a_picture_is_sent_as_multipart(run: Running, bot: Bot) -> None:
    await bot.send_photo(
        CHAT, b"\x89PNG\r\n\x1a\n\r\n--", caption="<b>NPS</b> 42", parse_mode="HTML", filename="nps.png"
    )
    [message] = run.world.messages("telegram")
    assert message.text == "NPS 42"
    assert message.image is not None
    file = run.world.files.get(message.image.rpartition("/")[2])
    assert file is not None
    assert (file.name, file.content) == ("nps.png", b"\x89PNG\r\n\x1a\n\r\n--")


async def test_the_menu_of_commands_is_checked(bot: Bot) -> None:
    await bot.set_my_commands([("nps", "Surveys")])
    assert [command.command for command in await bot.get_my_commands()] == ["nps"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("NPS!", "Surveys")])


# -- what the bot is told


async def test_a_message_is_delivered_with_the_secret(run: Running, bot: Bot) -> None:
    act = await run.people.type("telegram", "een 8")
    [delivery] = run.bot.at("/telegram")
    assert act.delivered
    assert delivery.headers["x-telegram-bot-api-secret-token"] == TELEGRAM_SECRET
    update = Update.de_json(delivery.json, bot)
    assert update.message is not None
    assert update.effective_user is not None
    assert (update.message.text, update.effective_user.id) == ("een 8", CHAT)


async def test_a_press_is_delivered_and_answered_in_time(run: Running, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "?", reply_markup=KEYBOARD)
    assert (await run.people.press("telegram", str(sent.message_id), "1.3")).delivered
    update = Update.de_json(run.bot.at("/telegram")[0].json, bot)
    assert update.callback_query is not None
    assert (update.callback_query.data, update.callback_query.from_user.id) == ("n:1:9", CHAT)
    await bot.answer_callback_query(update.callback_query.id, "saved")
    run.clock.jump(16)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(update.callback_query.id)


async def test_the_webhook_s_answer_is_performed(run: Running, bot: Bot) -> None:
    run.bot.answers["/telegram"] = lambda delivery: JSONResponse(
        {"method": "sendMessage", "chat_id": CHAT, "text": "thanks"}
    )
    await run.people.type("telegram", "9")
    await run.world.wait_for("telegram", lambda message: message.text == "thanks")


async def test_a_refused_update_comes_again_at_once_and_then_slower(run: Running) -> None:
    run.bot.answers["/telegram"] = lambda _: PlainTextResponse("", 503)
    assert not (await run.people.type("telegram", "8")).delivered
    for seconds, count in ((0, 2), (2, 3), (4, 4)):
        run.clock.jump(seconds)
        await run.bot.wait("/telegram", count)
        await run.clock.asleep()
    run.bot.answers.clear()
    run.clock.jump(8)
    await run.world.wait_for("telegram", lambda message: message.status == "delivered")
    assert len({delivery.json["update_id"] for delivery in run.bot.at("/telegram")}) == 1


async def test_a_press_dies_after_150_seconds_and_blocks_no_message(run: Running, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "?", reply_markup=KEYBOARD)
    run.bot.answers["/telegram"] = lambda delivery: PlainTextResponse(
        "", 500 if "callback_query" in delivery.json else 200
    )
    assert not (await run.people.press("telegram", str(sent.message_id), "0.0")).delivered
    assert (await run.people.type("telegram", "0")).delivered
    await run.clock.asleep()
    assert (await bot.get_webhook_info()).pending_update_count == 1
    run.clock.jump(151)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_blocking_is_told_and_refuses_messages(run: Running, bot: Bot) -> None:
    await run.people.block("telegram")
    told = run.bot.at("/telegram")[-1].json["my_chat_member"]
    assert told["new_chat_member"]["status"] == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(CHAT, "hello")
    assert not (await run.people.type("telegram", "hello")).ok
    await run.people.unblock("telegram")
    assert (await bot.send_message(CHAT, "hello")).text == "hello"


async def test_an_answer_to_a_forced_reply_is_a_reply(run: Running, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "Why?", reply_markup=ForceReply(input_field_placeholder="because"))
    await run.people.type("telegram", "slow")
    message = run.bot.at("/telegram")[-1].json["message"]
    assert message["reply_to_message"]["message_id"] == sent.message_id
    mine = run.world.messages("telegram")[-1]
    await run.people.edit("telegram", mine.id, "too slow")
    assert run.bot.at("/telegram")[-1].json["edited_message"]["text"] == "too slow"


# -- getUpdates


async def test_polling_confirms_by_offset_and_conflicts_with_a_webhook(run: Running, bot: Bot) -> None:
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await run.people.type("telegram", "8")
    await run.people.type("telegram", "9")
    updates = await bot.get_updates(timeout=1)
    assert [update.message.text for update in updates if update.message] == ["8", "9"]
    rest = await bot.get_updates(offset=updates[0].update_id + 1, timeout=1)
    assert [update.update_id for update in rest] == [updates[1].update_id]
    assert await bot.get_updates(offset=updates[1].update_id + 1, timeout=0) == ()


async def test_a_long_poll_ends_with_news_and_the_older_poller_loses(run: Running, bot: Bot) -> None:
    await bot.delete_webhook()
    older = asyncio.ensure_future(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    async with bot_of(run) as second:
        newer = asyncio.ensure_future(second.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await older
        await run.people.type("telegram", "8")
        [update] = await newer
        assert update.message is not None
        assert update.message.text == "8"


async def test_a_webhook_is_set_once_a_second_and_takes_what_waits() -> None:
    async with running(telegram={"url": ""}) as run, bot_of(run) as bot:
        assert (await run.people.type("telegram", "8")).ok
        await bot.set_webhook(f"{run.bot.url}/telegram", secret_token="other")
        [delivery] = await run.bot.wait("/telegram", 1)
        assert delivery.headers["x-telegram-bot-api-secret-token"] == "other"
        with pytest.raises(RetryAfter):
            await bot.set_webhook(f"{run.bot.url}/telegram")
        run.clock.jump(1)
        with pytest.raises(BadRequest, match="resolve host"):
            await bot.set_webhook("https://bot.acme.example/telegram")


async def test_one_message_comes_under_several_update_ids(run: Running) -> None:  # field A4
    run.world.fault(Fault("telegram", "other_ids", on="deliver:message", copies=1, seconds=60.0))
    await run.people.type("telegram", "8")
    await run.clock.forward(60)
    first, second = [delivery.json for delivery in await run.bot.wait("/telegram", 2)]
    assert first["message"] == second["message"]
    assert first["update_id"] < second["update_id"]


async def test_a_webhook_that_another_program_removed_is_gone_and_what_is_said_waits(
    run: Running, bot: Bot
) -> None:  # field A12
    assert (await run.people.remove_webhook()).ok
    assert (await bot.get_webhook_info()).url == ""
    assert not (await run.people.type("telegram", "8")).delivered
    assert run.bot.at("/telegram") == []
    run.clock.jump(1)
    await bot.set_webhook(f"{run.bot.url}/telegram")
    await run.bot.wait("/telegram", 1)


# -- faults


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("telegram", "rate_limited", retry_after=7), RetryAfter),
        (Fault("telegram", "server_error", status=502), NetworkError),
        (Fault("telegram", "drop_before"), NetworkError),
        (Fault("telegram", "wrong_token"), InvalidToken),
        (Fault("telegram", "blocked", to=str(CHAT)), Forbidden),
        (Fault("telegram", "error", error="Bad Request: chat not found"), BadRequest),
    ],
)
async def test_a_fault_looks_like_the_real_thing_and_nothing_is_sent(
    run: Running, bot: Bot, fault: Fault, error: type[Exception]
) -> None:
    run.world.fault(fault)
    with pytest.raises(error):
        await bot.send_message(CHAT, "hello")
    assert run.world.messages("telegram") == []
    assert (await bot.send_message(CHAT, "hello")).text == "hello"


async def test_a_held_press_arrives_after_the_message_that_followed(run: Running, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "?", reply_markup=KEYBOARD)
    run.world.fault(Fault("telegram", "reorder", on="deliver:callback_query", seconds=60))
    assert not (await run.people.press("telegram", str(sent.message_id), "0.0")).delivered
    await run.people.type("telegram", "3")
    deliveries = await run.bot.wait("/telegram", 2)
    assert ["message" in delivery.json for delivery in deliveries] == [True, False]
