"""What is answered to a command: a rich text in the company's language, and how to say what was not understood."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from bot.commands import grammar
from bot.commands.typed.absence import BadAbsence
from bot.commands.typed.case import BareDeed, MissingCase
from bot.commands.typed.deed import BadDeed
from bot.commands.typed.hold import BadHold
from bot.reports.phrases import Phrases
from channels.base import Body, Choices, Image, Span, bold, plain

ReplyKind = Literal["done", "refused", "misread"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a command, with the buttons under it. `outcome` tells programs how it went; an
    `image` goes after it, as a message of its own with a `caption`. One that is `private` is for who asked
    alone: it holds customers' words, and goes to their own chat where they asked among others."""

    body: Body
    choices: Choices = ()
    outcome: ReplyKind = "done"
    image: Image | None = None
    caption: Body = ()
    private: bool = False

    @property
    def text(self) -> str:
        """The answer without its emphasis."""
        return "".join(span.text for span in self.body)


class Phrasing(Phrases):
    """How to answer: what is said to each command, in those words."""

    def refusal(self, key: str, **values: object) -> Reply:
        return Reply((plain(self.text(key, **values)),), outcome="refused")

    def note(self, key: str, **values: object) -> Reply:
        return Reply((plain(self.text(key, **values)),))

    def help(self, campaigns: Iterable[str], *, admin: bool = True) -> Reply:
        """Which commands there are for whoever asks."""
        names = ", ".join(campaigns)
        reports = (
            "help_report",
            "help_trend",
            "help_themes",
            "help_accounts",
            "help_churn",
            "help_movers",
            "help_managers",
            "help_answers",
            "help_why",
            "help_away",
            "help_hold",
            "help_audit",
        )
        cases = ("help_cases", "help_case", "help_deeds", "help_dashboard", "help_digest")
        keys = (
            (
                "help_try",
                "help_start",
                "help_start_on",
                "help_schedule",
                "help_status",
                "help_pause",
                "help_stop",
                *reports,
                "help_board",
                "help_who",
                *cases,
                "help_improved",
            )
            if admin
            else (*reports, *cases)
        )
        last = self.text("help_campaigns", campaigns=names) if names else self.text("help_no_campaigns")
        return titled(self.text("help_title"), *(self.text(key) for key in keys), last)

    def misread(self, misread: grammar.Misread, campaigns: tuple[str, ...]) -> Reply:
        """Why a line was not understood, and what to write instead."""
        parts = self._misread(misread) or self._misread_of_campaign(misread, campaigns)
        return Reply((plain(" ".join(part for part in parts if part)),), outcome="misread")

    def _misread(self, misread: grammar.Misread) -> tuple[str, ...]:
        """What to say where it was about no campaign; nothing where it was."""
        match misread:
            case grammar.UnknownWord(word, near):
                hint = self.text("did_you_mean", near=f"{self.prefix} {near}") if near else ""
                return self.text("unknown_word", word=word), hint, self.text("see_help")
            case BadAbsence(why, text):
                return (self.text(_BAD_ABSENCE[why], text=text),)
            case BadHold(why, text):
                return (self.text(_BAD_HOLD[why], text=text),)
            case grammar.MissingContact(verb):
                return (self.text("missing_contact" if verb == "why" else "missing_contact_who"),)
            case MissingCase(said):
                return (self.text("bad_case_shown" if said else "missing_case", text=said),)
            case BareDeed(deed, number):
                return (self.text("bare_deed", deed=deed, case=number or 12),)
            case BadDeed(why, number, text):
                return (self.text(_BAD_DEED[why], case=number or 12, text=text),)
            case _:
                return ()

    def _misread_of_campaign(self, misread: grammar.Misread, campaigns: tuple[str, ...]) -> tuple[str, ...]:
        known = self.text("known_campaigns", campaigns=", ".join(campaigns))
        match misread:
            case _ if not campaigns and not isinstance(misread, grammar.Surplus):
                return (self.text("help_no_campaigns"),)
            case grammar.MissingCampaign(verb):
                return self.text("missing_campaign", verb=verb, example=campaigns[0]), known
            case grammar.UnknownCampaign(verb, name, near_names):
                hint = (
                    self.text("did_you_mean", near=f"{self.prefix} {verb} {near_names[0]}")
                    if near_names
                    else known
                )
                return self.text("unknown_campaign", name=name), hint
            case grammar.Surplus("trend" | "answers" | "digest" as verb, text):
                return (self.text(f"surplus_{verb}", text=text),)
            case grammar.Surplus(verb, text):
                return self.text("surplus", verb=verb, text=text), self.text("see_help")
            case grammar.BadWave(text) if text:
                return (self.text("bad_wave", text=text, campaign=campaigns[0]),)
            case grammar.BadWave():
                return (self.text("no_wave_number", campaign=campaigns[0]),)
            case grammar.BadDate(text):
                return (self.text("bad_date" if text else "no_date", text=text),)
            case grammar.MissingName(clause=clause):
                return (self.text(f"missing_{clause}", campaign=campaigns[0]),)
            case _:
                return ()


_BAD_DEED: Final = {
    "number": "bad_case_number",
    "deed": "bad_deed",
    "day": "bad_snooze",
    "name": "missing_colleague",
    "note": "long_note",
}
_BAD_HOLD: Final = {
    "no_contact": "hold_no_contact",
    "no_day": "hold_no_day",
    "no_reason": "hold_no_reason",
    "bad_day": "away_bad_day",
    "past": "away_past",
    "too_long": "hold_too_long",
}
_BAD_ABSENCE: Final = {
    "no_day": "away_no_day",
    "no_name": "away_no_name",
    "bad_day": "away_bad_day",
    "past": "away_past",
    "surplus": "away_surplus",
}


def titled(title: str, *lines: str) -> Reply:
    """A bold title with lines under it."""
    return Reply((bold(title), plain("".join(f"\n{line}" for line in lines))))


def together(bodies: Iterable[Body]) -> Reply:
    """Several answers as one, with a line between them."""
    spans: list[Span] = []
    for body in bodies:
        spans += [*((plain("\n\n"),) if spans else ()), *body]
    return Reply(tuple(spans))
