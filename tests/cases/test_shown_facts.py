"""What an alert shows of the import: on one line, cut, and never as anything but text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.alerts import Came, alert, alert_sms
from bot.cases.shown_facts import LONGEST_VALUE, by_sms, on_one_line, profile_of, shown_facts
from bot.words import words_for
from channels.base import plain
from channels.slack.outbound import notification
from channels.sms.lengths import segments
from channels.telegram.outbound import rendered
from tests.cases.test_alerts import VIEW
from tests.support.fake_channel import text_of

WORDS = words_for("manager", "en")
SHOWS = {"project": "Project", "renewal": "Renews on"}
PAGE, CHAT = "https://crm.example.com/contacts/1234", "https://t.me/customer_at_globex"


def test_an_alert_shows_them_by_their_labels_with_both_links() -> None:
    view = replace(
        VIEW,
        facts=shown_facts(SHOWS, {"renewal": "1 March 2027", "project": "Harbour", "plan": "gold"}),
        profile_url=PAGE,
        chat_url=CHAT,
    )
    body, _ = alert(view, WORDS)
    assert text_of(body).endswith(
        "Earlier scores: 9, 7\nProject: Harbour\nRenews on: 1 March 2027\nCase: 7\nPhone: +31612345678\n"
        "the customer's page\nopen the chat"
    )
    assert [span.url for span in body if span.kind == "link"] == ["tel:+31612345678", PAGE, CHAT]


def test_the_chat_is_linked_once() -> None:
    body, _ = alert(replace(VIEW, came=(Came("voice", chat_url=CHAT),), chat_url=CHAT), WORDS)
    assert [span.url for span in body].count(CHAT) == 1


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ({}, ()),
        ({"project": "", "renewal": "-"}, (("Renews on", "-"),)),
        ({"project": " Har\n\tbour  1 "}, (("Project", "Har bour 1"),)),
        ({"project": "\u202egnp.exe\u2069"}, (("Project", "gnp.exe"),)),
        ({"project": "x" * 200}, (("Project", "x" * LONGEST_VALUE + "…"),)),
    ],
)
def test_what_stands_behind_a_label(attributes: dict[str, str], shown: tuple[tuple[str, str], ...]) -> None:
    assert shown_facts(SHOWS, attributes) == shown


def test_the_page_is_a_link_alone() -> None:
    assert shown_facts({"profile_url": "Page"}, {"profile_url": PAGE}) == ()


@given(st.text(max_size=300))
def test_a_value_is_one_short_line(text: str) -> None:
    shown = on_one_line(text)
    assert len(shown) <= LONGEST_VALUE + 1
    assert "\n" not in shown
    assert "\r" not in shown


@pytest.mark.parametrize(
    "value", ["<!channel> & <@U1>", "<b>x</b>", "=HYPERLINK(1)", "@everyone", "[a](https://x.example)"]
)
def test_a_value_is_text_and_calls_nobody(value: str) -> None:
    body = (plain(f"Project: {on_one_line(value)}"),)
    slack, telegram = notification(body), rendered(body)
    assert not any(one in slack for one in ("<!", "<@", "<b"))
    assert not any(one in telegram for one in ("<b", "@everyone", "<a"))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://crm.example.com/1",
            "javascript:alert(1)",
            "ftp://x.example",
            "https://",
            "crm.example.com",
        ),
        *(
            "https://me:secret@crm.example.com/",
            "https://good.example\\@bad.example",
            "https://x.example/a b",
        ),
        "https://x.example/" + "a" * 1000,
    ],
)
def test_a_page_that_may_not_be_linked_is_not(url: str) -> None:
    """Of a row that is older than the rule."""
    assert profile_of({"profile_url": url}) is None
    assert profile_of({"profile_url": PAGE}) == PAGE


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60), st.text(max_size=400))
def test_an_sms_costs_no_more_for_them(value: str, text: str) -> None:
    assert segments(by_sms(text, [("Project", value)], " +31612345678")) == segments(text + " +31612345678")


def test_the_first_sms_alone_shows_the_first_where_it_fits() -> None:
    view = replace(VIEW, facts=(("Project", "Harbour"), ("Renews on", "1 March")), profile_url=PAGE)
    first = text_of(alert_sms(view, WORDS, first=True))
    assert "Project: Harbour. Call +31612345678" in first
    assert "Renews" not in first
    assert PAGE not in first
    assert "Project" not in text_of(alert_sms(view, WORDS, first=False))
    long = replace(view, facts=(("Project", "x" * 80),), reason="y" * 20)
    assert "Project" not in text_of(alert_sms(long, WORDS, first=True))
