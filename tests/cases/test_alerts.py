"""What an alert says, whatever stands in the rows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cases.alerts import (
    QUOTED,
    QUOTED_BY_SMS,
    AlertView,
    Deed,
    Earlier,
    alert,
    alert_sms,
    parse_case_value,
    quoted,
)
from bot.cases.faces import AlertFace
from bot.words import words_for
from channels.base import Body
from channels.sms.lengths import gsm7_segments, is_gsm7
from tests.support.fake_channel import text_of

WORDS = words_for("manager", "en")
NOON = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
VIEW = AlertView(
    case_id=7,
    company="Acme",
    name="Buyer",
    account="Globex",
    campaign="spring",
    wave=2,
    channel="sms",
    there=NOON,
    phone="+31612345678",
    score=3,
    first_score=3,
    low=0,
    high=10,
    reason=None,
    words=(),
    waiting_for_reason=True,
    no_reason=False,
    opted_out=False,
    earlier=(Earlier(9, 0, 10), Earlier(7, 0, 10)),
    corrected=False,
    late=False,
    state="open",
    taken=None,
    done=None,
    new_words=False,
)


def _text(**changes: Any) -> str:
    return text_of(alert(replace(VIEW, **changes), WORDS)[0])


def _buttons(**changes: Any) -> list[str]:
    return [choice.label for row in alert(replace(VIEW, **changes), WORDS)[1] for choice in row]


def test_an_alert_in_full() -> None:
    assert _text() == (
        # field D: name, score and reason, then the rest
        "Buyer gave a 3\nReason: asked, no answer yet\nAccount: Globex\nCampaign: spring 2\nChannel: SMS\n"
        "Time there: 12:05\nEarlier scores: 9, 7\nCase: 7\nPhone: +31612345678"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "Too late."}, "Reason:\nToo late."),
        ({"waiting_for_reason": False, "no_reason": True}, "Gave no reason: call"),
        ({"waiting_for_reason": False, "opted_out": True}, "Wants no more messages"),
        ({"meant_for": "North"}, "Buyer gave a 3\nFor North, who could not be reached\n"),
        ({"meant_for": "North", "passed_because": "away"}, "Buyer gave a 3\nFor North, who is away\n"),
        ({"meant_for": "North", "passed_because": "late"}, "Buyer gave a 3\nNot taken in time by North\n"),
        ({"reminded": True}, "Buyer gave a 3\nReminder: nobody has taken it yet\n"),
        ({"score": 9, "corrected": True}, "Buyer: 9 (was 3)\nCorrected: no longer a detractor"),
        # Where 0 to 4 alerts, a 5 does not, and is a detractor's all the same.
        ({"score": 5, "corrected": True}, "Buyer: 5 (was 3)\nCorrected: no longer a score that alerts"),
        ({"late": True}, "Buyer gave a 3\nAnswered after the conversation had ended\nReason"),
        ({"score": None, "first_score": None, "words": ("help", "me")}, "What they wrote:\nhelp\nme"),
        ({"score": None, "first_score": None}, "Buyer wrote, but gave no score"),
        ({"name": ""}, "A customer gave a 3"),
        ({"score": 8, "first_score": 8}, "Buyer gave an 8\n"),
        ({"account": ""}, "Account: -"),
        ({"earlier": ()}, "Earlier scores: none"),
        ({"wave": 0}, "Campaign: spring\n"),
        ({"taken": Deed("Manager", NOON)}, "On it: Manager, 02-03 12:05"),
        ({"done": Deed("Manager", NOON)}, "Done: Manager, 02-03 12:05"),
        ({"new_words": True}, "New words since Done"),
    ],
)
def test_what_an_alert_tells(changes: dict[str, Any], said: str) -> None:
    assert said in _text(**changes)


CSAT: dict[str, Any] = {"low": 1, "high": 5, "score": 2, "first_score": 2}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (CSAT, "Buyer gave a 2 of 5\nReason"),
        (CSAT | {"score": 4, "corrected": True}, "Buyer: 4 of 5 (was 2)\nCorrected: no longer a score that"),
        (CSAT | {"low": 1, "high": 7, "score": 3, "first_score": 3}, "Buyer gave a 3 of 7\n"),
        (CSAT, "Earlier scores: 9 of 10, 7 of 10\n"),
        (CSAT | {"earlier": (Earlier(1, 1, 5), Earlier(6, 1, 7))}, "Earlier scores: 1 of 5, 6 of 7\n"),
        ({"earlier": (Earlier(1, 1, 5), Earlier(8, 0, 10))}, "Earlier scores: 1 of 5, 8\n"),
    ],
)
def test_a_score_on_another_scale_is_told_with_its_end(changes: dict[str, Any], said: str) -> None:
    assert said in _text(**changes)


def test_no_category_is_told_on_a_scale_that_has_none() -> None:
    for score in range(1, 6):
        shown = _text(**CSAT | {"score": score, "corrected": True})
        assert "detractor" not in shown


def test_a_reason_is_quoted_up_to_a_length() -> None:
    assert "x" * QUOTED + "…" in _text(reason="x" * QUOTED + " y")
    by_sms = text_of(alert_sms(replace(VIEW, reason="x" * QUOTED_BY_SMS + " y"), WORDS, first=False))
    assert by_sms.endswith("x" * QUOTED_BY_SMS + '..."')
    assert is_gsm7(by_sms), "or each segment would hold 67 characters"


@pytest.mark.parametrize(
    ("channel", "room"), [("slack", QUOTED), ("telegram", QUOTED), ("sms", QUOTED_BY_SMS)]
)
def test_what_goes_on_beyond_that_is_not_shown(channel: str, room: int) -> None:
    assert quoted("x" * room, channel) != quoted("x" * room + " y", channel)
    assert quoted("x" * room + " y", channel) == quoted("x" * room + " z" * 900, channel)


def test_a_case_that_is_put_aside_tells_until_when_and_nobody_to_be_on_it() -> None:
    shown = _text(state="snoozed", taken=Deed("Manager", NOON), face=replace(_FACE, until=NOON))
    assert "Snoozed until 02-03 12:05: Manager" in shown
    assert "On it" not in shown


def test_who_left_is_not_said_to_have_given_no_reason() -> None:
    assert "no reason" not in _text(waiting_for_reason=False, opted_out=True)


_FACE = AlertFace(names=("Second", "Third"), causes=(("price", "Price"), ("billing", "Billing")))
_MORE = ["Hand over to …", "Snooze until …", "Why?"]


@pytest.mark.parametrize(
    ("state", "face", "buttons"),
    [
        ("open", _FACE, ["I'm on it", "Done", *_MORE]),
        ("taken", _FACE, ["Done", *_MORE]),
        ("snoozed", _FACE, ["I'm on it", "Done", *_MORE]),
        ("open", replace(_FACE, names=()), ["I'm on it", "Done", "Snooze until …", "Why?"]),
        ("done", _FACE, ["Price", "Billing", "Reopen", "Why?"]),
        ("done", replace(_FACE, causes=()), ["Reopen", "Why?"]),
        ("done", replace(_FACE, causes=(), new_words=True), ["Done", "Reopen", "Why?"]),
        ("open", replace(_FACE, shown="to"), ["Second", "Third", "Back"]),
        ("open", replace(_FACE, shown="snooze"), ["Tomorrow 9:00", "In 3 days", "Next week", "Back"]),
        ("done", replace(_FACE, shown="to"), ["Price", "Billing", "Reopen", "Why?"]),
        ("done", replace(_FACE, over=True), ["Why?"]),
    ],
)
def test_the_buttons_of_a_state(state: str, face: AlertFace, buttons: list[str]) -> None:
    assert _buttons(state=state, face=face) == buttons


def test_the_values_of_all_faces_fit_and_are_read_back() -> None:
    names = tuple(
        "An account manager with a name that is as long as any may be " * 3 + str(n) for n in range(40)
    )
    causes = tuple(("a" * 30 + str(n), "x") for n in range(9))
    for state in ("open", "taken", "snoozed", "done"):
        for shown in (None, "to", "snooze"):
            face = AlertFace(shown=shown, names=names, causes=causes)
            for row in alert(replace(VIEW, case_id=10**17, state=state, face=face), WORDS)[1]:
                for choice in row:
                    assert len(choice.value.encode()) <= 64
                    assert parse_case_value(choice.value) is not None, choice.value


def test_what_stands_of_a_life_in_the_text() -> None:
    face = AlertFace(cause="Billing", note="paid back", until=NOON, given=("Second", NOON))
    text = _text(face=face)
    for line in (
        "Handed over by Second, 02-03 12:05",
        "Snoozed until 02-03 12:05: -",
        "Cause: Billing",
        "Note: paid back",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("words", ["<!channel> @here", "<b>bold</b>", "`code` *bold*", "line\nline"])
def test_a_customers_words_are_a_quotation_and_nothing_else(words: str) -> None:
    body, _ = alert(replace(VIEW, reason=words), WORDS)
    assert [span.text for span in body if span.kind == "quote"] == [words]
    assert [span for span in body if words in span.text and span.kind != "quote"] == []


def test_the_phone_can_be_tapped() -> None:
    body, _ = alert(VIEW, WORDS)
    assert [span.url for span in body if span.kind == "link"] == ["tel:+31612345678"]


def test_an_sms_at_once_and_a_short_one_after_it() -> None:
    assert text_of(alert_sms(VIEW, WORDS, first=True)) == (
        "npsbot: Buyer (Globex) gave Acme a 3. Reason: asked, no answer yet "
        "(spring 2, SMS, 12:05 there, earlier: 9, 7) Call +31612345678"
    )
    later = text_of(alert_sms(replace(VIEW, reason="Too late."), WORDS, first=False))
    assert later == 'npsbot: Buyer (Globex), score 3. "Too late."'
    assert gsm7_segments(later) == 1
    late = text_of(alert_sms(replace(VIEW, **CSAT, late=True), WORDS, first=False))
    assert late == "npsbot: Buyer (Globex), score 2 of 5 (late). Reason: asked, no answer yet"
    corrected = text_of(
        alert_sms(replace(VIEW, score=8, first_score=3, reason="Mended."), WORDS, first=False)
    )
    assert corrected == 'npsbot: Buyer (Globex), score 8 (was 3). "Mended."'
    mended = replace(VIEW, score=8, first_score=3, reason="Mended.", corrected=True)
    assert text_of(alert_sms(mended, WORDS, first=False)) == (
        'npsbot: Buyer (Globex), score 8 (was 3). Corrected: no longer a detractor. "Mended."'
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opted_out": True}, "Wants no more messages. Buyer (Globex), score 3. Call +31612345678"),
        ({"new_words": True, "state": "done"}, "New words since Done. Buyer (Globex), score 3, 7-kfmr."),
        (
            {"state": "done", "done": Deed("Second", NOON)},
            "Done: Second, 02-03 12:05. Buyer (Globex), score 3",
        ),
        (
            {"state": "taken", "by_another": True, "taken": Deed("Second", NOON)},
            "On it: Second, 02-03 12:05. Buyer (Globex)",
        ),
    ],
)
def test_a_later_sms_begins_with_what_happened(changes: dict[str, Any], said: str) -> None:
    reached: dict[str, Any] = {"answered_by": None if "opted_out" in changes else "slack", "code": "7-kfmr"}
    view = replace(VIEW, waiting_for_reason=False, **reached, **changes)
    told = text_of(alert_sms(view, WORDS, first=False))
    assert " ".join(told.split()).startswith(f"npsbot: {said}")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_face_can_be_written(language: str) -> None:
    words = words_for("manager", language)
    faces: list[Body] = []
    for score in (None, 3, 9):
        for waiting in (True, False):
            view = replace(VIEW, score=score, waiting_for_reason=waiting, corrected=score == 9)
            faces += [
                alert(view, words)[0],
                alert_sms(view, words, first=True),
                alert_sms(view, words, first=False),
            ]
    assert all("{" not in text_of(face) for face in faces)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("c:7:take", (7, "take")),
        ("c:7:done", (7, "done")),
        ("c:7:why", (7, "why")),
        ("c:7:to", (7, "to")),
        ("c:7:to:1f9a03c2", (7, "to:1f9a03c2")),
        ("c:7:done:billing", (7, "done:billing")),
        ("c:7:snooze:3d", (7, "snooze:3d")),
        ("c:7:take:", None),
        ("c:7:done:a b", None),
        ("c:²:take", None),
        ("c:7:eat", None),
        ("s:7:8", None),
        ("c:-1:take", None),
        ("", None),
    ],
)
def test_the_values_of_the_buttons(value: str, parsed: object) -> None:
    assert parse_case_value(value) == parsed


def test_a_wish_is_told_on_every_channel() -> None:
    view = replace(VIEW, score=9, first_score=9, reason="great, but call me", wish=True)
    assert "Wants to hear from you" in text_of(alert(view, WORDS)[0])
    assert 'Wants to hear from you. "great, but call me"' in text_of(alert_sms(view, WORDS, first=True))


def test_by_sms_a_reminder_begins_with_being_one_and_who_is_new_reads_why() -> None:
    reminder = text_of(alert_sms(replace(VIEW, reminded=True, reason="Too late"), WORDS, first=False))
    assert reminder == 'npsbot: Reminder: nobody has taken it yet. Buyer (Globex), score 3. "Too late"'
    passed = replace(VIEW, meant_for="North", passed_because="late")
    assert "Not taken in time by North" in text_of(alert_sms(passed, WORDS, first=True))
