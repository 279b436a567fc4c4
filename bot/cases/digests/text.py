"""The digest that an account manager reads: what customers of theirs said that asks for no alert. PURE.

One message, by account. Why somebody is not yet a promoter stands before thanks, and key contacts who stayed silent
stand last: what can still be won comes first. A weekly or monthly one begins with how many answered and what became of
their cases.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final, Literal

from bot.dialogue.kinds import SCALES, Box
from bot.dialogue.wording import Words
from bot.when.repeats import Repeats
from channels.base import Body, Span, bold, plain
from channels.layout import cut

QUOTED: Final = 240
QUOTED_BY_SMS: Final = 60
LONGEST: Final = 3_000
LONGEST_BY_SMS: Final = 300
"""Characters of one customer's words, and of the whole. What does not fit is counted: nothing is left out silently."""

_NPS: Final = SCALES["nps"]
_PLAIN: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-"})
Remark = Literal["passive", "promoter", "silent"]
_ORDER: Final[tuple[Remark, ...]] = ("passive", "promoter", "silent")
_BOXES: Final[tuple[Box, ...]] = ("promoter", "passive", "detractor")
QUIET: Final = 2
"""After so many turns in a row with nothing to tell a digest says since when that was."""

_COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "passive": ("digest_passive_one", "digest_passive"),
    "promoter": ("digest_promoter_one", "digest_promoter"),
    "detractor": ("digest_detractor_one", "digest_detractor"),
    "silent": ("digest_silent_one", "digest_silent"),
    "answer": ("digest_answer_one", "digest_answer"),
    "opened": ("digest_case_one", "digest_case"),
    "done": ("digest_done_one", "digest_done"),
}
_ENDINGS: Final[Mapping[Repeats, str]] = {
    "daily": "digest_daily",
    "weekly": "digest_weekly",
    "monthly": "digest_monthly",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one customer said, or that a key contact said nothing. `low` and `high` are the ends of the scale."""

    remark: Remark
    account: str
    name: str
    score: int | None = None
    low: int = _NPS.minimum
    high: int = _NPS.maximum
    reason: str = ""
    was: int | None = None  # the score that an earlier digest told


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """How many cases came, and how many were done."""

    opened: int = 0
    done: int = 0

    @property
    def any(self) -> bool:
        return bool(self.opened or self.done)


@dataclass(frozen=True, slots=True)
class Digest:
    """All that there is to tell; `day` is that on which it goes, as it is where its reader is. It tells of the days
    from `since` to `last`; the `quiet` turns before had nothing to tell. `answers` counts those that no digest told of,
    of a daily one not at all."""

    company: str
    day: date
    told: tuple[Told, ...]
    repeats: Repeats = "daily"
    since: date = date.min
    last: date = date.min
    quiet: int = 0
    answers: Mapping[Box, int] = field(default_factory=dict)
    followed: FollowedUp = FollowedUp()


def days_told(repeats: Repeats, day: date, since: date, last: date, words: Words) -> str:
    """Of which days a digest tells."""
    if repeats == "daily":
        return words.forms.day(day)
    if since == last:
        return words.forms.day(last)
    same = (since.year, since.month) == (last.year, last.month)
    begin = str(since.day) if same else words.forms.day(since)
    return words.text("digest_days", since=begin, last=words.forms.day(last))


def quiet_line(quiet: int, since: date, words: Words) -> str | None:
    """Since when there was nothing to tell, where that was for a while."""
    return words.text("digest_quiet", since=words.forms.day(since)) if quiet >= QUIET else None


def ending_line(repeats: Repeats, words: Words) -> str:
    """How often it comes, and how to change that."""
    return words.text(_ENDINGS[repeats])


def digest_text(digest: Digest, words: Words) -> Body:
    """The digest for a chat."""
    days = days_told(digest.repeats, digest.day, digest.since, digest.last, words)
    counts = _counts(digest, words) if digest.repeats == "daily" else ""
    title = (
        words.text("digest_title", day=days, counts=counts) if counts else words.text("digest_of", days=days)
    )
    spans: list[Span] = [bold(title)]
    spans += [plain(f"\n{line}") for line in _figures(digest, words)]
    quiet = quiet_line(digest.quiet, digest.since, words)
    spans += [plain(f"\n{quiet}")] if quiet else []
    spans += _said(digest, words, sum(len(span.text) for span in spans))
    return (*spans, plain(f"\n\n{ending_line(digest.repeats, words)}"))


def _figures(digest: Digest, words: Words) -> Iterator[str]:
    """How many answered, and what became of cases."""
    total = sum(digest.answers.values())
    if total:
        boxes = _listed(words, {box: digest.answers.get(box, 0) for box in _BOXES})
        yield words.text("digest_answers", answers=_listed(words, {"answer": total}), boxes=boxes)
    if digest.followed.any:
        cases = {"opened": digest.followed.opened, "done": digest.followed.done}
        yield words.text("digest_cases", cases=_listed(words, cases))


def _listed(words: Words, counts: Mapping[str, int]) -> str:
    """`2 passives, 1 promoter`; what there is none of is left out."""
    return ", ".join(
        words.text(_COUNTED[kind][count > 1], count=words.forms.number(count))
        for kind, count in counts.items()
        if count
    )


def _said(digest: Digest, words: Words, length: int) -> list[Span]:
    """What customers said, by account."""
    spans: list[Span] = []
    shown = 0
    for account, customers in _by_account(digest.told):
        before = [bold(f"\n\n{account or words.text('digest_no_account')}")]
        for one in customers:
            line = [*before, plain(f"\n{_line(one, words, QUOTED)}")]
            length += sum(len(span.text) for span in line)
            if shown and length > LONGEST:
                return [*spans, plain(f"\n\n{_more(digest, shown, words)}")]
            spans += line
            before, shown = [], shown + 1
    return spans


def digest_sms(digest: Digest, words: Words) -> Body:
    """The digest where each character is paid for: words alone."""
    days = days_told(digest.repeats, digest.day, digest.since, digest.last, words)
    begin = {"company": digest.company, "days": days}
    text = words.text("digest_sms" if digest.repeats == "daily" else "digest_of_sms", **begin)
    text += "".join(f" {line}." for line in _figures(digest, words))
    shown = 0
    for account, customers in _by_account(digest.told):
        before = f"{'.' if shown else ''} {account or words.text('digest_no_account')}: "
        for one in customers:
            more = before + _line(one, words, QUOTED_BY_SMS)
            if shown and len(text) + len(more) > LONGEST_BY_SMS:
                text += f". {_more(digest, shown, words, '_sms')}"
                return (plain(text.translate(_PLAIN)),)
            text, before, shown = text + more, "; ", shown + 1
    return (plain(text.translate(_PLAIN)),)


def _by_account(told: Iterable[Told]) -> Iterator[tuple[str, Iterator[Told]]]:
    """By account in the order of their names; those without one last."""
    ordered = sorted(
        told,
        key=lambda one: (
            not one.account,
            one.account.casefold(),
            one.account,
            _ORDER.index(one.remark),
            -1 if one.score is None else one.score,
            one.name,
        ),
    )
    yield from groupby(ordered, key=lambda one: one.account)


def _counts(digest: Digest, words: Words) -> str:
    kinds = [one.remark for one in digest.told]
    return _listed(words, {kind: kinds.count(kind) for kind in _ORDER})


def _line(one: Told, words: Words, most: int) -> str:
    name = " ".join(one.name.split()) or words.text("nobody")
    if one.remark == "silent":
        return words.text("digest_was_silent", name=name)
    nps = (one.low, one.high) == (_NPS.minimum, _NPS.maximum)
    score = str(one.score) if nps else words.text("score_on_scale", score=one.score, high=one.high)
    if one.was is not None:
        score = words.text("digest_was", score=score, was=one.was)
    reason = cut(" ".join(one.reason.split()), most)
    key = "digest_said" if reason else "digest_score"
    return words.text(key, name=name, score=score, **({"reason": reason} if reason else {}))


def _more(digest: Digest, shown: int, words: Words, by: str = "") -> str:
    more = len(digest.told) - shown
    key = "digest_more_one" if more == 1 else "digest_more"
    return words.text(key + by, count=words.forms.number(more))
