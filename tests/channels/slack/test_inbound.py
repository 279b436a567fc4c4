"""What Slack's payloads tell."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Address, InboundMessage
from channels.slack.inbound import events_of
from channels.slack.words import plain_text, written
from tests.channels.contract import NOW, PAYLOADS

CUSTOMER, PRIVATE = Address("slack", "U0CUSTOMER"), Address("slack", "D0CUSTOMER")
COLLEAGUE, ALERTS = Address("slack", "U0COLLEAGUE"), Address("slack", "C0ALERTS")

CHAT = "https://slack.com/app_redirect?channel=U0CUSTOMER&team=T0ACME"


def told(name: str) -> list[object]:
    return list(events_of(json.loads((PAYLOADS / "slack" / f"{name}.json").read_text()), NOW))


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


EXPECTED = {
    "message": InboundMessage(
        "Ev0ACME0001",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795337999.0002),
        text="6, the delivery was three weeks late & nobody called <sigh>",
        message_ref="D0CUSTOMER:1795337999.000200",
    ),
    "message_in_thread": InboundMessage(
        "Ev0ACME0002",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338001.0003),
        text="8",
        message_ref="D0CUSTOMER:1795338001.000300",
        reply_to="D0CUSTOMER:1795337000.000100",
    ),
    "message_with_file": InboundMessage(
        "Ev0ACME0003",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338002.0003),
        message_ref="D0CUSTOMER:1795338002.000300",
        brings="picture",
    ),
    "message_with_codes": InboundMessage(  # field A9
        "Ev0ACME0015",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338073.0001),
        text="9  🙂 ",
        message_ref="D0CUSTOMER:1795338073.000100",
    ),
    "reply_to_us_in_channel": InboundMessage(
        "Ev0ACME0020",
        place=ALERTS,
        actor=COLLEAGUE,
        sent_at=at(1795338100.0002),
        text="Ik bel u morgen om tien uur.",
        message_ref="C0ALERTS:1795338100.000200",
        reply_to="C0ALERTS:1795337900.000100",
        shared=True,
    ),
    "reply_to_us_broadcast": InboundMessage(
        "Ev0ACME0023",
        place=Address("slack", "G0ALERTS"),
        actor=COLLEAGUE,
        sent_at=at(1795338100.0002),
        text="Ik bel u morgen om tien uur.",
        message_ref="G0ALERTS:1795338100.000200",
        reply_to="G0ALERTS:1795337900.000100",
        shared=True,
    ),
    "reply_to_us_edited": InboundMessage(
        "Ev0ACME0025",
        place=ALERTS,
        actor=COLLEAGUE,
        sent_at=at(1795338120),
        text="Ik bel u overmorgen.",
        message_ref="C0ALERTS:1795338100.000200",
        edits="C0ALERTS:1795338100.000200",
        reply_to="C0ALERTS:1795337900.000100",
        shared=True,
    ),
    "reply_to_us_deleted": InboundMessage(
        "Ev0ACME0026",
        place=ALERTS,
        actor=COLLEAGUE,
        sent_at=at(1795338130.0005),
        message_ref="C0ALERTS:1795338100.000200",
        edits="C0ALERTS:1795338100.000200",
        reply_to="C0ALERTS:1795337900.000100",
        shared=True,
    ),
    "message_deleted": InboundMessage(
        "Ev0ACME0008",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338030.0005),
        message_ref="D0CUSTOMER:1795337999.000200",
        edits="D0CUSTOMER:1795337999.000200",
    ),
    "message_deleted_in_thread": InboundMessage(
        "Ev0ACME0016",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338031.0005),
        message_ref="D0CUSTOMER:1795337999.000200",
        edits="D0CUSTOMER:1795337999.000200",
    ),
    "reaction": InboundMessage(  # field A5
        "Ev0ACME0012",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338070.0001),
        text="👍🏼",
        reply_to="D0CUSTOMER:1795337000.000100",
        brings="reaction",
    ),
    "message_edited": InboundMessage(
        "Ev0ACME0004",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338020),
        text="7, the delivery was three weeks late",
        message_ref="D0CUSTOMER:1795337999.000200",
        edits="D0CUSTOMER:1795337999.000200",
    ),
    "press": InboundMessage(
        "press:U0CUSTOMER:1795338050.123456:choice-6",
        place=PRIVATE,
        actor=CUSTOMER,
        sent_at=at(1795338050.123456),
        choice="v1.6",
        reply_to="D0CUSTOMER:1795337000.000100",
        answer_ref="https://hooks.slack.com/actions/T0ACME/1795338050/abcdef",
        actor_name="customer",
    ),
    "command": InboundMessage(
        "command:1795338060.333.cccc",
        place=Address("slack", "D0ADMIN"),
        actor=Address("slack", "U0ADMIN"),
        sent_at=NOW,
        text="start  demo",
        command="nps start  demo",
        answer_ref="https://hooks.slack.com/commands/T0ACME/1795338060/ghijkl",
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_recorded_payload(name: str) -> None:
    (event,) = told(name)
    assert isinstance(event, InboundMessage)
    assert replace(event, chat_url=None) == EXPECTED[name]
    assert event.chat_url == (None if name == "command" or event.shared else CHAT)


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("plain", "plain"),
        ("&lt;b&gt; &amp; co", "<b> & co"),
        ("&amp;lt;", "&lt;"),
        ("<https://acme.example>", "https://acme.example"),
        ("<http://acme.example|acme.example>", "acme.example"),
        ("<https://acme.example/?a=1&amp;b=2>", "https://acme.example/?a=1&b=2"),
        ("<mailto:a@acme.example|a@acme.example>", "a@acme.example"),
        ("<tel:+31612345678|+31 6 12345678>", "+31 6 12345678"),
        ("<@U0MANAGER>", "@U0MANAGER"),
        ("<@U0MANAGER|ann>", "@ann"),
        ("<#C0GENERAL|general>", "#general"),
        ("<#C0GENERAL|>", "#C0GENERAL"),
        ("<!here>", "@here"),
        ("<!subteam^S0TEAM|@support>", "@support"),
        ("<!subteam^S0TEAM>", "@subteam"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("a < b", "a < b"),
        ("<>", ""),
        ("8 <https://x.example|of &lt;9&gt;>", "8 of <9>"),
    ],
)
def test_words_as_the_person_saw_them(sent: str, seen: str) -> None:
    assert plain_text(sent) == seen


# field A9
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (":+1:", "👍"),
        (":-1:", "👎"),
        ("9 :slightly_smiling_face:", "9 🙂"),
        ("10 :heart:", "10 ❤️"),
        ("8 :+1::skin-tone-3:", "8 👍🏼"),
        (":keycap_ten:", "🔟"),
        (":eight:", "8️⃣"),
        (":one::zero:", "1️⃣0️⃣"),
        ("8:+1:", "8👍"),
        ("at 10:30:heart:", "at 10:30❤️"),
        ("our :no-such-emoji: code", "our :no-such-emoji: code"),
        ("a::b", "a::b"),
        ("9 <@U0NPSBOT>", "9 "),
        ("<@U0NPSBOT|npsbot> 9", " 9"),
        ("9 <@U0MANAGER|ann>", "9 @ann"),
        ("<https://x.example/:heart:/>", "https://x.example/:heart:/"),
        ("3 &amp; late &lt;sigh&gt; :cry:", "3 & late <sigh> 😢"),
    ],
)
def test_codes_as_the_person_saw_them(text: str, words: str) -> None:
    assert written({"text": text}, "U0NPSBOT") == words


def emoji(name: str, **more: object) -> dict[str, object]:
    return {"type": "emoji", "name": name, **more}


# field A9
@pytest.mark.parametrize(
    ("text", "elements", "words"),
    [
        ("8 :newest-face:", [emoji("newest-face", unicode="1fae9")], "8 🫩"),
        ("10 :acme-logo:", [emoji("acme-logo")], "10 "),
        (":wave::skin-tone-2:", [emoji("wave", skin_tone=2, unicode="1f44b-1f3fb")], "👋🏻"),
        (":wave::skin-tone-2:", [emoji("wave::skin-tone-2")], "👋🏻"),
        (":heart:", [emoji("heart", unicode="no hexadecimal")], "❤️"),
        ("", [{"type": "text", "text": "7 "}, emoji("+1"), {"type": "user", "user_id": "U0NPSBOT"}], "7 👍"),
    ],
)
def test_the_blocks_tell_what_a_code_is(text: str, elements: list[object], words: str) -> None:
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]
    assert written({"text": text, "blocks": blocks}, "U0NPSBOT") == words


# field A9
def test_where_the_payload_does_not_tell_who_we_are_slack_was_asked() -> None:
    payload = json.loads((PAYLOADS / "slack" / "message_with_codes.json").read_text())
    del payload["authorizations"]
    (event,) = events_of(payload, NOW, "U0NPSBOT")
    assert isinstance(event, InboundMessage)
    assert event.text == "9  🙂 "


# field A5
@pytest.mark.parametrize(
    ("more", "brings"),
    [
        ({"files": [{"mimetype": "audio/mp4", "subtype": "slack_audio"}]}, "voice"),
        ({"files": [{"mimetype": "video/mp4"}]}, "video"),
        ({"files": [{"mimetype": "application/pdf"}]}, "file"),
        ({"files": [{}]}, "file"),
        ({"files": [None]}, "other"),
        ({"attachments": [{"is_share": True, "text": "somebody else's words"}]}, "other"),
        ({"subtype": "newer_than_this"}, "other"),
        ({}, "other"),
    ],
)
def test_what_a_message_without_words_brings(more: dict[str, object], brings: str) -> None:
    payload = json.loads((PAYLOADS / "slack" / "message.json").read_text())
    payload["event"] = {**payload["event"], "text": "", "blocks": [], **more}
    (event,) = events_of(payload, NOW)
    assert isinstance(event, InboundMessage)
    assert (event.text, event.brings) == ("", brings)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.sampled_from(sorted(EXPECTED)), st.data())
def test_an_odd_payload_never_raises(name: str, data: st.DataObject) -> None:
    """A recorded payload with one value anywhere in it swapped for another."""
    payload = json.loads((PAYLOADS / "slack" / f"{name}.json").read_text())
    events_of(data.draw(spoilt(payload)), NOW)


@st.composite
def spoilt(draw: st.DrawFn, payload: dict[str, object]) -> dict[str, object]:
    """The payload with one value in it replaced by any JSON value."""
    place: object = payload
    while True:
        assert isinstance(place, dict | list)
        key = draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
        inner = place[key]
        if isinstance(inner, dict | list) and inner and draw(st.booleans()):
            place = inner
            continue
        place[key] = draw(json_values)
        return payload


@pytest.mark.parametrize("ts", ["", "nonsense", "1e400", "nan", "-1e300", 17, None])
def test_a_senseless_time_is_now(ts: object) -> None:
    payload = json.loads((PAYLOADS / "slack" / "press.json").read_text())
    payload["actions"][0]["action_ts"] = ts
    assert all(event.sent_at == NOW for event in events_of(payload, NOW) if isinstance(event, InboundMessage))


# field A9
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("8 :party-parrot:", "8"),
        (":acme::acme2: 9 :+1:", "9 👍"),
        ("price:quality:service", "price:quality:service"),
        ("at 10:30:45", "at 10:30:45"),
    ],
)
def test_where_no_blocks_tell_the_workspaces_own_emoji_say_nothing(text: str, shown: str) -> None:
    assert written({"text": text}).strip() == shown
    typed = [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
        }
    ]
    assert written({"text": ":acme: 8", "blocks": typed}) == ":acme: 8"
