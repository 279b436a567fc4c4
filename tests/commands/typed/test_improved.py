"""What `improved` means: the theme, the words for customers as they were typed, and what is to be done."""

from datetime import date

import pytest

from bot.commands.grammar import Command, Misread, MissingCampaign, UnknownCampaign, parse
from bot.commands.typed.improved import Improved, OfATheme, of_theme

CAMPAIGNS = ("demo", "key accounts")
THEMES = {"levering": "delivery", "ease of use": "ease of use"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('improved demo delivery "Now faster."', Improved("demo", ("delivery", "Now faster."))),
        (
            "/nps verbeterd demo delivery “Nu sneller – echt.”",
            Improved("demo", ("delivery", "Nu sneller – echt.")),
        ),
        ("improved demo delivery „Jetzt’s schneller.“", Improved("demo", ("delivery", "Jetzt’s schneller."))),
        (
            "improved key accounts delivery Now faster",
            Improved("key accounts", ("delivery", "Now", "faster")),
        ),
        ('improved "key accounts" "ease of use" "Now."', Improved("key accounts", ("ease of use", "Now."))),
        ('improved demo wave 2 delivery "Now."', Improved("demo", ("delivery", "Now."), 2)),
        ('improved demo delivery ronde #2 "Now."', Improved("demo", ("delivery", "Now."), 2)),
        ("improved demo delivery confirm", Improved("demo", ("delivery", "confirm"))),
        ("improved demo", Improved("demo")),
        ("improved", MissingCampaign("improved")),
        ("verbeterd", MissingCampaign("improved")),
        ("improved dem x", UnknownCampaign("improved", "dem x", ("demo",))),
    ],
)
def test_the_line(line: str, expected: Command | Misread) -> None:
    assert parse(line, CAMPAIGNS, date(2026, 11, 22)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), OfATheme("plan")),
        (("Delivery", "Now faster."), OfATheme("plan", "delivery", "Now faster.")),
        (("ease", "of", "use", "Now", "easier"), OfATheme("plan", "ease of use", "Now easier")),
        (("delivery",), OfATheme("plan", "delivery")),
        (("Levering", "bevestig"), OfATheme("confirm", "delivery")),
        (("delivery", "confirm"), OfATheme("confirm", "delivery")),
        (("bevestig",), OfATheme("confirm")),
        (("ease of use", "STOP"), OfATheme("stop", "ease of use")),
        (("delivery", "we", "stop"), OfATheme("plan", "delivery", "we stop")),
        (("moon", "stop"), OfATheme("plan", unknown=("moon",))),
        (("dark", "moon", "Now faster."), OfATheme("plan", unknown=("dark", "moon"))),
    ],
)
def test_the_theme_and_what_is_to_be_done(said: tuple[str, ...], expected: OfATheme) -> None:
    assert of_theme(said, THEMES) == expected
