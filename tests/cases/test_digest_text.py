"""The digest of customers as text: by account, small, and nothing left out without a word."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.digests.text import (
    LONGEST,
    LONGEST_BY_SMS,
    Digest,
    FollowedUp,
    Told,
    digest_sms,
    digest_text,
)
from bot.words import words_for
from channels.base import Body
from channels.sms.lengths import segments

DAY = date(2026, 11, 30)
TOLD = (
    Told("promoter", "Globex", "Jan", 9, reason="Great service,\nalways on time"),
    Told("silent", "Globex", "Director"),
    Told("passive", "Initech", "Buyer", 4, 1, 5, "a bit slow"),
    Told("passive", "Globex", "Engineer", 8, reason="manuals are thin"),
    Told("promoter", "", "", 10, reason="thanks"),
)


def text_of(body: Body) -> str:
    return "".join(span.text for span in body)


def digest_of(*told: Told) -> Digest:
    return Digest("Acme", DAY, told)


def test_it_is_told_by_account_and_what_can_be_won_stands_first() -> None:
    body = digest_text(digest_of(*TOLD), words_for("manager", "en"))
    assert text_of(body) == (
        "Your customers, 30 November 2026: 2 passives, 2 promoters, 1 key contact silent\n\n"
        "Globex\n"
        "Engineer (8): “manuals are thin”\n"
        "Jan (9): “Great service, always on time”\n"
        "Director, a key contact, did not answer\n\n"
        "Initech\n"
        "Buyer (4 of 5): “a bit slow”\n\n"
        "Without an account\n"
        "A customer (10): “thanks”\n\n"
        "This comes on working days, when there is news. “/nps digest weekly” or “off” changes that."
    )
    assert [span.text.strip() for span in body if span.kind == "bold"][1:] == [
        "Globex",
        "Initech",
        "Without an account",
    ]


def test_in_dutch_and_by_sms_it_is_one_short_message() -> None:
    said = text_of(digest_sms(digest_of(*TOLD[:4]), words_for("manager", "nl")))
    assert said == (
        'npsbot Acme, vandaag. Globex: Engineer (8): "manuals are thin"; Jan (9): "Great service, always on time"; '
        'Director, een belangrijke contactpersoon, antwoordde niet. Initech: Buyer (4 van de 5): "a bit slow"'
    )


WEEKLY = Digest(
    "Acme",
    DAY,
    TOLD[:1],
    repeats="weekly",
    since=date(2026, 11, 23),
    last=date(2026, 11, 29),
    answers={"promoter": 5, "detractor": 1},
    followed=FollowedUp(opened=1, done=2),
)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Your customers, 23 to 29 November 2026",
                "6 new answers: 5 promoters, 1 detractor",
                "Follow-up: 1 new case, 2 done",
                "",
                "Globex",
                "Jan (9): “Great service, always on time”",
                "",
                "This comes every week, when there is news. “/nps digest daily”, “monthly” or “off” changes that.",
            ],
        ),
        (
            "nl",
            [
                "Uw klanten, 23 tot en met 29 november 2026",
                "6 nieuwe antwoorden: 5 promotors, 1 criticaster",
                "Opvolging: 1 nieuwe zaak, 2 afgerond",
                "",
                "Globex",
                "Jan (9): “Great service, always on time”",
                "",
                "Dit komt elke week, als er nieuws is. “/nps digest dagelijks”, “maandelijks” of “uit” verandert dat.",
            ],
        ),
    ],
)
def test_of_a_week_it_begins_with_what_came_and_what_was_done(language: str, lines: list[str]) -> None:
    assert text_of(digest_text(WEEKLY, words_for("manager", language))).splitlines() == lines


def test_of_a_week_by_sms_the_numbers_stand_there_too() -> None:
    assert text_of(digest_sms(WEEKLY, words_for("manager", "en"))) == (
        "npsbot Acme, 23 to 29 November 2026. 6 new answers: 5 promoters, 1 detractor. "
        'Follow-up: 1 new case, 2 done. Globex: Jan (9): "Great service, always on time"'
    )


def test_after_a_while_without_news_it_says_since_when() -> None:
    quiet = replace(WEEKLY, quiet=3, since=date(2026, 11, 2))
    assert "\nBefore that there was nothing to tell, from 2 November 2026 on.\n" in text_of(
        digest_text(quiet, words_for("manager", "en"))
    )


def test_a_score_that_changed_says_what_it_was() -> None:
    told = (
        Told("promoter", "Globex", "Jan", 9, was=7),
        Told("passive", "Globex", "Ann", 8, was=9, reason="slow"),
    )
    said = text_of(digest_text(digest_of(*told), words_for("manager", "en")))
    assert "Globex\nAnn (8, was 9): “slow”\nJan: 9, was 7\n" in said


def test_what_does_not_fit_is_counted() -> None:
    many = [Told("promoter", f"Account {n:03}", "Jan", 9, reason="very good " * 20) for n in range(60)]
    chat = text_of(digest_text(digest_of(*many), words_for("manager", "en")))
    assert "60 promoters" in chat
    shown = chat.count("Jan (9)")
    assert f"\n\nAnd {60 - shown} more; “/nps answers CAMPAIGN” shows the answers.\n\n" in chat
    sms = text_of(digest_sms(digest_of(*many), words_for("manager", "en")))
    assert segments(sms) <= 3


lines = st.builds(
    Told,
    remark=st.sampled_from(("passive", "promoter")),
    account=st.sampled_from(("", "Globex", "Initech", "initech")),
    name=st.text(max_size=30),
    score=st.integers(7, 10),
    reason=st.text(min_size=1, max_size=400),
)


@given(st.lists(lines, min_size=1, max_size=40), st.sampled_from(("en", "nl")))
def test_it_stays_small_whatever_customers_write(told: list[Told], language: str) -> None:
    words = words_for("manager", language)
    assert len(text_of(digest_text(digest_of(*told), words))) < LONGEST + 250
    assert len(text_of(digest_sms(digest_of(*told), words))) < LONGEST_BY_SMS + 200


@pytest.mark.parametrize("language", ["en", "nl"])
def test_one_long_line_is_told_all_the_same(language: str) -> None:
    one = Told("promoter", "A" * 200, "N" * 200, 9, reason="x" * 5000)
    assert "N" * 200 in text_of(digest_sms(digest_of(one), words_for("manager", language)))
