"""What providers send beside plain texts, by their signed webhooks: what a customer then is told, and what is kept.

Each row is one input of a kind of docs/field.md that nobody had written down. Everybody in a world is another customer.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from bot.store.schema import opt_out
from tests.support.bot_under_test import Customer
from tests.support.door import ACCOUNT, FORM, JSON, Door, door

US: Final = "U0NPSBOT"
OUR_NUMBER: Final = "+3197010000000"


def address_of(channel: str, number: int) -> str:
    """Where the customer with this number is."""
    return {"slack": f"U0{number}", "telegram": f"{5000 + number}", "sms": f"+316123456{number:02}"}[channel]


@dataclass
class One:
    """One customer, by the number of the row: how each provider brings what they do."""

    opened: Door
    number: int
    channel: str
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    # ------------------------------------------------------------------------------------- what is there

    @property
    def address(self) -> str:
        return address_of(self.channel, self.number)

    @property
    def phone(self) -> str:
        return address_of("sms", self.number)

    def talk(self) -> Any:
        return self.opened.runner.run(self.opened.bot.conversation(f"c{self.number}"))

    def told(self) -> list[str]:
        """What we said to them since the question, each message once."""
        taken = self.opened.bot.channels[self.channel].taken
        mine = [one for one in taken if one.address.id == self.address and not one.replaces]
        return ["".join(span.text for span in one.body) for one in mine[1:]]

    def left(self) -> bool:
        rows = self.opened.runner.run(self.opened.bot.rows(opt_out))
        return any((row.channel, row.value) == (self.channel, self.address) for row in rows)

    # -------------------------------------------------------------------------------------------- posting

    def post(self, path: str, body: bytes, kind: str) -> int:
        status = self.opened.post(path, body, self.opened.signed(path, body, kind))
        self.opened.runner.run(self.opened.bot.work())
        return status

    def now(self) -> float:
        """A moment that nobody spoke at before."""
        self.opened.bot.clock.advance(seconds=3)
        return self.opened.bot.clock.now().timestamp()

    # ---------------------------------------------------------------------------------------------- Slack

    def slack(self, event: Mapping[str, Any], event_id: str = "") -> int:
        payload = {
            "type": "event_callback",
            "team_id": "T0ACME",
            "event_id": event_id or f"Ev{self.number}-{next(self._ids)}",
            "event": event,
            "authorizations": [{"team_id": "T0ACME", "user_id": US, "is_bot": True}],
        }
        return self.post("/slack/events", json.dumps(payload).encode(), JSON)

    def message(self, text: str = "", **more: Any) -> dict[str, Any]:
        ts = more.pop("ts", None) or f"{self.now():.6f}"
        said = {
            "type": "message",
            "channel": f"D0{self.number}",
            "channel_type": "im",
            "user": f"U0{self.number}",
        }
        return {**said, "text": text, "ts": ts, "event_ts": ts, **more}

    def changed(self, before: Mapping[str, Any], **now: Any) -> dict[str, Any]:
        """A `message_changed` of a message; without `edited` it is Slack's own change."""
        kept = {key: value for key, value in before.items() if key not in ("channel", "channel_type")}
        previous = now.pop("previous", kept)
        event = self.message(subtype="message_changed", hidden=True, message={**kept, **now})
        return event | ({} if previous is None else {"previous_message": previous})

    def edited(self, before: Mapping[str, Any], text: str) -> dict[str, Any]:
        return self.changed(before, text=text, edited={"user": before["user"], "ts": f"{self.now():.6f}"})

    # ------------------------------------------------------------------------------------------- Telegram

    def telegram(self, message: Mapping[str, Any], kind: str = "message") -> int:
        update = {"update_id": self.number * 1000 + next(self._ids), kind: message}
        return self.post("/telegram/webhook", json.dumps(update).encode(), JSON)

    def said(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        person = {"id": 5000 + self.number, "first_name": "Ann"}
        message = {
            "message_id": next(self._ids),
            "date": int(self.now()),
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False},
        }
        return {**message, **({} if text is None else {"text": text}), **more}

    def reworded(self, before: Mapping[str, Any], **now: Any) -> dict[str, Any]:
        return {**before, "edit_date": int(self.now()), **now}

    # ------------------------------------------------------------------------------------------------ SMS

    def text(self, body: str = "", **more: str) -> int:
        self.now()
        form = {
            "MessageSid": f"SM{self.number * 1000 + next(self._ids):032x}",
            "AccountSid": ACCOUNT,
            "From": self.phone,
            "To": OUR_NUMBER,
            "Body": body,
            "NumMedia": "0",
        }
        return self.post("/sms/inbound", urlencode(form | more).encode(), FORM)


@dataclass(frozen=True)
class Row:
    """One input: what comes, and what is so in the end. `told`: how many messages they got for it."""

    id: str
    play: Callable[[One], object]
    score: int | None
    reason: str | None
    told: int
    left: bool = False


VOICE: Final = [{"id": "F1", "mimetype": "audio/webm"}]
PHOTO: Final = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]
ANOTHER: Final = {"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": False, "first_name": "Bo"}}
LINK: Final = "3 see https://acme.example"


def _each(*steps: Callable[[One], object]) -> Callable[[One], object]:
    return lambda one: [step(one) for step in steps]


def _unfurled(one: One) -> None:
    """Slack unfurls a link later, and does not say how the message was."""
    first = one.message(LINK)
    one.slack(first)
    one.slack(one.message("actually a 6, I was too harsh"))
    one.slack(one.changed(first, attachments=[{"id": 1, "title": "Acme"}], previous=None))


def _link_rewritten(one: One) -> None:
    first = one.message(LINK)
    one.slack(first)
    one.slack(one.changed(first, text="3 see <https://acme.example>"))


def _words_for_voice(one: One) -> None:
    one.slack(one.message("3"))
    voice = one.message(subtype="file_share", files=VOICE)
    one.slack(voice)
    one.slack(one.edited(voice, "always late"))


def _slack_edits(*texts: str) -> Callable[[One], None]:
    def play(one: One) -> None:
        one.slack(one.message("3"))
        first = one.message("late")
        one.slack(first)
        for text in texts:
            one.slack(one.edited(first, text))

    return play


def _slack_deletes(one: One, *, known: bool = True) -> None:
    one.slack(one.message("3"))
    first = one.message("late")
    one.slack(first)
    gone = one.message(subtype="message_deleted", deleted_ts=first["ts"], hidden=True)
    del gone["user"], gone["text"]
    one.slack(gone | ({"previous_message": first} if known else {}))


def _edit_overtakes(one: One) -> None:
    first = one.message("9")
    one.slack(one.edited(first, "2"))
    one.slack(first)


def _many_ids(one: One) -> None:
    one.slack(one.message("3"))
    first = one.message("always late")
    for number in range(4):
        one.slack(first, event_id=f"Ev-{one.number}-{number}-again")


def _without_kind(one: One) -> None:
    first = one.message("4")
    del first["channel_type"]
    one.slack(first)


def _command(text: str) -> Callable[[One], object]:
    def play(one: One) -> object:
        form = {
            "command": "/nps",
            "text": text,
            "user_id": f"U0{one.number}",
            "channel_id": f"D0{one.number}",
            "team_id": "T0ACME",
            "trigger_id": f"{one.number}.1",
        }
        one.now()
        return one.post("/slack/events", urlencode(form).encode(), FORM)

    return play


def _said_slack(text: str = "", **more: Any) -> Callable[[One], object]:
    return lambda one: one.slack(one.message(text, **more))


def _blocks(one: One) -> object:
    words = [{"type": "text", "text": "2 "}, {"type": "emoji", "name": "cry", "unicode": "1f622"}]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}]}]
    return one.slack(one.message("", blocks=blocks))


SLACK: Final = (
    Row("A8 a direct message whose event does not name its kind", _without_kind, 4, None, 1),
    Row("A8 another direct message", _said_slack("4", channel="D0ELSEWHERE"), 4, None, 1),
    Row("A8 a group's direct message", _said_slack("3", channel="G1", channel_type="mpim"), None, None, 0),
    Row("A8 a channel", _said_slack("3", channel="C1", channel_type="channel"), None, None, 0),
    Row(
        "A8 a private channel, with a mention of us",
        _said_slack(f"<@{US}> 3", channel="C1", channel_type="group"),
        None,
        None,
        0,
    ),
    Row("A8 behind our command", _command("3, too slow"), 3, "too slow", 1),
    Row("A8 in a thread of something else", _said_slack("5", thread_ts="1.000001"), 5, None, 1),
    Row(
        "A8 in a thread, shown outside too",
        _said_slack("5", thread_ts="1.000001", subtype="thread_broadcast"),
        5,
        None,
        1,
    ),
    Row("A9 the mention of us in front", _said_slack(f"<@{US}> 3 slow"), 3, "slow", 1),
    Row("A9 words in blocks alone", _blocks, 2, None, 1),
    Row("A5 a file alone", _said_slack(subtype="file_share", files=VOICE), None, None, 1),
    Row(
        "A5 somebody's message that is passed on",
        _said_slack(attachments=[{"is_share": True, "text": "10"}]),
        None,
        None,
        1,
    ),
    Row(
        "A5 a file with words",
        _said_slack("3, too slow", subtype="file_share", files=VOICE),
        3,
        "too slow",
        1,
    ),
    Row("A5 words that are added to a voice message", _words_for_voice, 3, "always late", 3),
    Row(
        "A4 a link is unfurled after a correction",
        _unfurled,
        6,
        "see https://acme.example\nI was too harsh",
        2,
    ),
    Row("A4 Slack writes a link otherwise", _link_rewritten, 3, "see https://acme.example", 1),
    Row("A4 an edit after the thanks", _slack_edits("late", "late and rude"), 3, "late and rude", 2),
    Row("A4 an edit to nothing", _slack_edits(""), 3, None, 2),
    Row("A4 an edit to nothing, and then to words", _slack_edits("", "rude"), 3, "rude", 2),
    Row("A4 an edit that overtakes its message", _edit_overtakes, 2, None, 1),
    Row("A4 one message under four numbers", _many_ids, 3, "always late", 2),
    Row("B a deletion", _slack_deletes, 3, None, 2),
    Row("B a deletion that does not say of what", lambda one: _slack_deletes(one, known=False), 3, "late", 2),
    Row(
        "A14 a kind of message that is newer than ours",
        _said_slack("3 slow", subtype="brand_new"),
        3,
        "slow",
        1,
    ),
    Row("A14 a program's message", _said_slack("3 slow", bot_id="B1"), None, None, 0),
    Row("A14 what Slack tells", _said_slack("joined", subtype="channel_join"), None, None, 0),
)


def _said(text: str | None = None, **more: Any) -> Callable[[One], object]:
    return lambda one: one.telegram(one.said(text, **more))


def _captions(one: One) -> None:
    one.telegram(one.said("3"))
    first = one.said(photo=PHOTO, caption="broken")
    one.telegram(first)
    one.telegram(one.reworded(first, caption="broken, twice"), "edited_message")


def _telegram_edit_overtakes(one: One) -> None:
    first = one.said("9")
    one.telegram(one.reworded(first, text="2"), "edited_message")
    one.telegram(first)


def _moves(one: One) -> None:
    first = one.said(location={"latitude": 1.0, "longitude": 2.0, "live_period": 60})
    one.telegram(first)
    for step in (2.1, 2.2):
        moved = {"latitude": 1.0, "longitude": step, "live_period": 60}
        one.telegram(one.reworded(first, location=moved), "edited_message")


def _album(one: One) -> None:
    for caption in ({}, {"caption": "3, too slow"}, {}):
        one.telegram(one.said(photo=PHOTO, media_group_id=f"g{one.number}", **caption))


def _twice(one: One) -> None:
    one.telegram(one.said("3"))
    first = one.said("always late")
    one.telegram(first)
    one.telegram(first)


def _of_others(one: One) -> None:
    for kind in (
        *("business_message", "edited_business_message", "channel_post", "edited_channel_post"),
        *("guest_message", "deleted_business_messages"),
    ):
        one.telegram(one.said("3"), kind)


def _rich(*texts: str) -> dict[str, Any]:
    return {"rich_message": {"blocks": [{"type": "paragraph", "text": text} for text in texts]}}


TELEGRAM: Final = (
    Row("A8 behind our command", _said("/nps 3 slow"), 3, "slow", 1),
    Row("A8 behind our command, with our name", _said("/nps@AcmeBot 3 slow"), 3, "slow", 1),
    Row("A8 a number as a command", _said("/3"), 3, None, 1),
    Row("A8 in a topic of the chat", _said("3", message_thread_id=7, is_topic_message=True), 3, None, 1),
    Row("A8 business messages and channels' posts", _of_others, None, None, 0),
    Row("A4 an edited caption", _captions, 3, "broken, twice", 2),
    Row("A4 an edit that overtakes its message", _telegram_edit_overtakes, 2, None, 1),
    Row("A4 one message under two numbers", _twice, 3, "always late", 2),
    Row("A5 a map that moves", _moves, None, None, 1),
    Row("A5 an album", _album, 3, "too slow", 2),
    Row("A5 a die", _said(dice={"emoji": "🎲", "value": 3}), None, None, 1),
    Row("A14 a kind that is newer than ours", _said(brand_new={"value": 3}), None, None, 1),
    Row("A14 words in a rich message", _said(**_rich("3, always late")), 3, "always late", 1),
    Row("A14 leaving in a rich message", _said(**_rich("STOP")), None, None, 1, left=True),
    Row("E9 somebody's number that is passed on", _said("9", forward_origin=ANOTHER), None, None, 1),
    Row(
        "E9 passed on, and then their own",
        _each(_said("9", forward_origin=ANOTHER), _said("2")),
        2,
        None,
        2,
    ),
    Row(
        "E9 somebody's words that are passed on for the reason",
        _each(_said("3"), _said("we cannot help you", forward_origin=ANOTHER)),
        3,
        "we cannot help you",
        2,
    ),
    Row(
        "E9 another bot's number",
        _said("9", via_bot={"id": 9, "is_bot": True, "first_name": "B", "username": "b"}),
        None,
        None,
        1,
    ),
    Row("A3 a service message", _said(migrate_to_chat_id=-1001), None, None, 0),
)


def _texts(*bodies: str) -> Callable[[One], object]:
    return lambda one: [one.text(body) for body in bodies]


def _from(form: Callable[[str], str], body: str = "3 slow") -> Callable[[One], object]:
    return lambda one: one.text(body, From=form(one.phone))


def _mms(body: str, *kinds: str) -> Callable[[One], object]:
    media = {f"MediaContentType{n}": kind for n, kind in enumerate(kinds)}
    return lambda one: one.text(body, NumMedia=str(len(kinds)), **media)


SMS: Final = (
    Row("A4 one text as two", _texts("3 slow", "3 slow"), 3, "slow", 1),
    Row(
        "A4 a reason as two",
        _texts("3", "too slow", "too slow", "and rude", "too slow "),
        3,
        "too slow\nand rude",
        2,
    ),
    Row("A4 a score as two", _texts("3", "3"), 3, None, 1),
    Row("A4 STOP as two", _texts("STOP", "STOP"), None, None, 0, left=True),
    Row("A5 a picture alone", _mms("", "image/jpeg"), None, None, 1),
    Row("A5 a picture behind its layout", _mms("4", "application/smil", "image/jpeg"), 4, None, 1),
    Row("A5 nothing at all", _texts(""), None, None, 1),
    Row("A5 blanks", _texts("   "), None, None, 1),
    Row("E9 a number without its +", _from(lambda phone: phone[1:]), 3, "slow", 1),
    Row("E9 a number with 00", _from(lambda phone: "00" + phone[1:]), 3, "slow", 1),
    Row("E9 a number whose + became a blank", _from(lambda phone: " " + phone[1:]), 3, "slow", 1),
    Row(
        "E9 STOP of a number without its +", _from(lambda phone: phone[1:], "STOP"), None, None, 0, left=True
    ),
    Row("E9 another channel of Twilio's", _from(lambda phone: "whatsapp:" + phone), None, None, 0),
    Row("A3 a name", _from(lambda _: "Amazon"), None, None, 0),
    Row("A3 a short code", _from(lambda _: "12345"), None, None, 0),
    Row("A9 a keycap", _texts("3️⃣"), 3, None, 1),
    Row("A14 a button's text", lambda one: one.text("", ButtonText="3"), 3, None, 1),
    Row("E9 to another number of ours", lambda one: one.text("3", To="+15005550006"), None, None, 0),
)


ROWS: Final = {"slack": SLACK, "telegram": TELEGRAM, "sms": SMS}


# field A3, A4, A5, A8, A9, A14, E9, and the deletions of B
@pytest.mark.parametrize("channel", ROWS)
def test_what_a_provider_sends(channel: str, tmp_path: Path) -> None:
    rows = ROWS[channel]
    customers = [
        Customer(f"c{number}", **{channel: address_of(channel, number)}) for number in range(len(rows))
    ]
    with door(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}", customers) as opened:
        wrong = [
            problem
            for number, row in enumerate(rows)
            if (problem := _played(One(opened, number, channel), row))
        ]
    assert wrong == []


def _played(one: One, row: Row) -> str | None:
    """What is not as the row says; None where all is."""
    row.play(one)
    talk = one.talk()
    found, right = (
        (talk.score, talk.reason, len(one.told()), one.left()),
        (row.score, row.reason, row.told, row.left),
    )
    return None if found == right else f"{row.id}: {found}, not {right}; told {one.told()}"
