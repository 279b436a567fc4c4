"""The second opinion: it asks and decides nothing, and its weights are what they are learnt from."""

import json

import pytest

from bot.reading.reader import NotAScore, OptOut, Score, offers_stop
from bot.reading.second_opinion import BUCKETS, buckets_of, weights_of, wish_to_leave
from tests.support.bot_under_test import languages
from tests.support.held_out import FIFTH, held_out
from tests.support.reading import reading
from tests.support.second_opinion import APART, DATA, FILE, examples, learnt


def offered(text: str, language: str = "en", awaiting: str = "score") -> bool:
    found = reading(text, language, awaiting=awaiting)  # type: ignore[arg-type] # a literal from the rows
    return offers_stop(text, found, language, languages())


def test_the_weights_are_learnt_from_the_labelled_rows() -> None:
    """Where they are not: `python -m tests.support.second_opinion`."""
    again, kept = weights_of(learnt(examples())), weights_of(FILE.read_bytes())
    # the last digit of an exponential is the platform's
    assert max(abs(one - other) for one, other in zip(again, kept, strict=True)) <= 1
    assert len(FILE.read_bytes()) == BUCKETS < 100_000


def test_what_no_rule_knows_and_looks_like_leaving_is_asked_about() -> None:
    text = "get these texts off my phone plz"
    assert reading(text) == NotAScore()
    assert offered(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "i want to be remvoed from this stupid thing at your branch"),
        ("en", "dont contcat me ever again about that boiler of yours"),
        ("de", "keine Nachrichten mehr bekommen"),
        ("de", "keine Nachrihcten mehr bekommen"),
    ],
)
def test_what_is_no_plain_wish_once_its_typing_errors_are_mended_is_asked_about(
    language: str, text: str
) -> None:
    assert reading(text, language) == NotAScore()
    assert offered(text, language)


@pytest.mark.parametrize(
    "text",
    ["my name was remvoed from the list", "dont contcat me by phone only by mail"],
)
def test_what_tells_of_something_else_is_not_asked_about_for_its_typing_errors(text: str) -> None:
    assert not offered(text)


@pytest.mark.parametrize("text", ["9", "STOP", "who is this?", "8, call me", "the driver was late", "7 or 8"])
def test_nobody_else_is_asked(text: str) -> None:
    assert not offered(text)


def test_the_end_of_the_relation_is_a_reason_and_asks_whether_messages_end_too() -> None:
    text = "ik stop ermee, te duur geworden. 4"
    assert reading(text, "nl") == Score(4, "ik stop ermee, te duur geworden.")
    assert offered(text, "nl")
    assert reading("ik stop ermee", "nl") == OptOut()


@pytest.mark.parametrize("name", [name for name, share in APART.items() if share == FIFTH])
def test_nobody_of_the_second_round_who_stays_is_asked_for_their_looks(name: str) -> None:
    rows = [
        json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()
    ]
    out = held_out((row["id"] for row in rows), APART[name])
    asked = [
        row["text"]
        for row in rows
        if row["id"] in out
        and row["expect"]["kind"] != "opt_out"
        and row["tag"] != "relation"  # who ends doing business is asked whether the messages should end too
        and offered(row["text"], row["lang"], row.get("awaiting", "score").replace("confirm", "score"))
    ]
    assert asked == []


def test_without_weights_nothing_looks_like_anything() -> None:
    assert wish_to_leave("please stop texting me", weights_of(b"")) == 0
    assert wish_to_leave("", weights_of(FILE.read_bytes())) == 0


@pytest.mark.parametrize("text", ["stop", "\N{FIRE}" * 500, "a" * 100_000, "Ä'b\n\x00c", "自動返信"])
def test_the_work_is_bounded_whatever_the_text(text: str) -> None:
    assert len(buckets_of(text)) < 2_000
