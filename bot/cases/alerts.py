"""What the account manager sees of a case: written anew from the rows each time it is shown. PURE."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from bot.cases.faces import NO_FACE, AlertFace, buttons, standing, when
from bot.cases.shown_facts import Fact, by_sms, links
from bot.dialogue.kinds import SCALES
from bot.dialogue.wording import Words
from channels.base import Body, Brought, Choice, Choices, Span, bold, link, plain, quote
from channels.known import limits_of, title_of
from channels.layout import cut

QUOTED: Final = 2000
QUOTED_BY_SMS: Final = 600
"""Characters of a reason that an alert shows. Each SMS segment of 153 is paid for."""

_NPS: Final = SCALES["nps"]
_PLAIN: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-"})


PassedBecause = Literal["unreached", "away", "late"]
_PASSED_ON: Final[Mapping[PassedBecause, str]] = {
    "unreached": "meant_for",
    "away": "meant_for_away",
    "late": "meant_for_late",
}
_SENT: Final[Mapping[Brought, str]] = {
    "voice": "sent_voice",
    "picture": "sent_picture",
    "video": "sent_video",
    "sticker": "sent_sticker",
    "file": "sent_file",
    "place": "sent_place",
    "contact": "sent_contact",
    "poll": "sent_poll",
    "checklist": "sent_checklist",
    "reaction": "sent_reaction",
    "blank": "sent_blank",
    "other": "sent_other",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Who took or finished a case, and when at the manager's place."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """A score that the customer gave before, on whatever scale."""

    score: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """What they were asked after *Done*: `solved` is None while they have not said. The score is on the scale of the
    survey, and counted nowhere."""

    solved: bool | None
    score: int | None


@dataclass(frozen=True, slots=True)
class Came:
    """What came beside words: its kind, of a reaction the emoji, and where a colleague can write to its sender."""

    brings: Brought
    emoji: str = ""
    chat_url: str | None = None


@dataclass(frozen=True, slots=True)
class AlertView:
    """Everything that an alert can show. `words` are the messages that held no score."""

    case_id: int
    company: str
    name: str
    account: str
    campaign: str
    wave: int
    channel: str
    there: datetime | None
    phone: str | None
    score: int | None
    first_score: int | None
    low: int
    high: int
    reason: str | None
    words: tuple[str, ...]
    waiting_for_reason: bool
    no_reason: bool  # there is a score, and why will not be told in writing: somebody has to call
    opted_out: bool
    earlier: tuple[Earlier, ...]
    corrected: bool  # it was opened for a score that alerts, and the score is none any more
    late: bool  # the score came after the conversation had ended
    state: str
    taken: Deed | None
    done: Deed | None
    new_words: bool
    wish: bool = False  # they want somebody to get in touch, or an answer
    erased: Literal["request", "retention"] | None = None  # the customer is gone from here
    opened: datetime | None = None  # when, at the manager's place
    came: tuple[Came, ...] = ()  # what came beside words: a voice message, a picture, a reaction
    took_back: bool = False  # they deleted a message of theirs
    meant_for: str | None = None  # the manager who could not be reached, where the fallback has it
    facts: tuple[Fact, ...] = ()  # what the settings want shown of the import
    profile_url: str | None = None  # the customer's page in the company's own system
    chat_url: str | None = None  # where a colleague can write to the customer
    passed_because: PassedBecause = "unreached"  # why somebody else has what is `meant_for` a manager
    reminded: bool = False  # who has it was reminded, and has not taken it
    face: AlertFace = NO_FACE  # which buttons it has, and what they need
    code: str | None = None  # by which a text message names it
    answered_by: str | None = (
        None  # the channel by which a colleague's words reach them; None where none may go
    )
    in_thread: bool = False  # where this alert stands, words for the customer go in its thread
    recovered: Recovered | None = None  # whether it is solved, says the customer
    by_another: bool = False  # somebody else than who has the alert took it
    written: bool = False  # before it was handed over a colleague and the customer wrote each other
    review_by: date | None = None  # they would write a review, which should be there by then


def alert(view: AlertView, words: Words) -> tuple[Body, Choices]:
    """The alert as rich text with its buttons, for a channel that can edit what it showed. What decides whether to
    call stands first: who, which score and why; on a phone's lock screen the rest is cut off."""
    if view.erased is not None:
        return (bold(_erased(view, words)),), ()
    name = view.name or words.text("nobody")
    spans: list[Span] = [bold(_title(view, words, name)), plain("\n")]
    spans += [bold(line + "\n") for line in _afterwards(view, words)]
    spans += [plain(line + "\n") for line in _passed_on(view, words)]
    if view.corrected:
        spans.append(plain(_correction(view, words) + "\n"))
    if view.late:
        spans.append(plain(words.text("late") + "\n"))
    if view.wish:
        spans.append(bold(words.text("wish") + "\n"))
    spans += _reason(view, words)
    if view.opted_out:
        spans.append(plain(words.text("reason_opted_out") + "\n"))
    facts = [
        (words.text("account"), view.account or "-"),
        (words.text("campaign"), f"{view.campaign} {view.wave}" if view.wave > 0 else view.campaign),
        (words.text("channel"), title_of(view.channel)),
    ]
    if view.there is not None:
        facts.append((words.text("local_time"), view.there.strftime("%H:%M")))
    facts.append((words.text("earlier"), _earlier(view, words)))
    facts += view.facts
    facts.append((words.text("case"), str(view.case_id)))
    spans.append(plain("\n".join(f"{label}: {value}" for label, value in facts)))
    if view.phone:
        spans += [plain(f"\n{words.text('phone')}: "), link(view.phone, f"tel:{view.phone}")]
    spans += links(_links(view, words))
    spans += _followed_up(view, words)
    shown = (*spans, *_how_to_answer(view, words, name))
    return shown, buttons(view.case_id, view.state, view.face, words)


def _how_to_answer(view: AlertView, words: Words, name: str) -> Body:
    """That words written under the alert go to the customer, and how to keep them inside."""
    if view.answered_by is None or view.state == "done":
        return ()
    key = "answer_in_thread" if view.in_thread else "answer_by_reply"
    return (plain("\n" + words.text(key, name=name, channel=title_of(view.answered_by))),)


def alert_sms(view: AlertView, words: Words, *, first: bool) -> Body:
    """The alert where nothing can be edited: one message at once, a short one when more is known."""
    if view.erased is not None:
        return (plain(f"npsbot: {_erased(view, words)}"),)
    reason = cut(" ".join(part for part in (view.reason, *view.words) if part), QUOTED_BY_SMS)
    if reason:
        # Typographic characters would make an SMS of 160 letters one of 70.
        reason = f'"{reason}"'.translate(_PLAIN)
    elif not (_tells(view) or (view.opted_out and not first)):
        key = "reason_missing" if view.no_reason else "reason_opted_out"
        reason = words.text("reason_awaited" if view.waiting_for_reason else key)
    beside = [came_in_words(one, words) for one in view.came]
    if view.took_back:
        beside.append(words.text("took_back"))
    reason = ". ".join(part for part in (*_afterwards(view, words), reason, *beside) if part)
    if view.wish:
        reason = f"{words.text('wish')}. {reason}"
    if view.corrected:
        reason = f"{_correction(view, words)}. {reason}"
    corrected = view.score is not None and view.first_score is not None and view.first_score != view.score
    score = "?" if view.score is None else _given(view.score, view.low, view.high, words)
    if view.late:
        score = words.text("sms_late", score=score)
    text = words.text(
        "sms_first" if first else "sms_corrected" if corrected else "sms_update",
        name=view.name or words.text("nobody"),
        account=view.account or "-",
        company=view.company,
        score=score,
        code=f", {view.code}" if view.answered_by is not None and view.code is not None else "",
        a_score=_with_article(view, score, words),
        first="?" if view.first_score is None else view.first_score,
        reason=reason,
        campaign=f"{view.campaign} {view.wave}" if view.wave > 0 else view.campaign,
        channel=title_of(view.channel),
        time="-" if view.there is None else view.there.strftime("%H:%M"),
        earlier=_earlier(view, words),
    )
    if not first:
        news = "".join(f"{line}. " for line in _news(view, words))
        text = f"npsbot: {news}{text.removeprefix('npsbot: ')}"
        return (plain(text), *_to_call(view, words)) if view.opted_out else (plain(text),)
    text = " ".join((text, *_passed_on(view, words)))
    if view.answered_by is not None and view.code is not None:
        text += " " + words.text("answer_by_code", name=view.name or words.text("nobody"), code=view.code)
    call = _to_call(view, words)
    return plain(by_sms(text, view.facts, "".join(span.text for span in call))), *call


def _to_call(view: AlertView, words: Words) -> Body:
    """The number at the end of a text message; without the verb it would be read as part of what stands before it."""
    if view.phone is None:
        return ()
    return plain(f" {words.text('call')} "), link(view.phone, f"tel:{view.phone}")


def _news(view: AlertView, words: Words) -> Iterator[str]:
    """What a later text message begins with, since nobody sees in it what was changed."""
    if view.reminded:
        yield words.text("reminder")
    if view.opted_out:
        yield words.text("reason_opted_out")
    if view.new_words:
        yield words.text("new_words")
    elif view.state == "done" and view.done is not None:
        yield _deed("done", view.done, words)
    elif view.by_another and view.state == "taken" and view.taken is not None:
        yield _deed("taken", view.taken, words)


def _passed_on(view: AlertView, words: Words) -> list[str]:
    """That nobody has taken it yet, and for whom it was at first."""
    lines = [words.text("reminder")] if view.reminded else []
    if view.meant_for is not None:
        lines.append(words.text(_PASSED_ON[view.passed_because], manager=view.meant_for))
    return lines


def _afterwards(view: AlertView, words: Words) -> list[str]:
    """What they said when the survey was over."""
    lines = [] if view.recovered is None else _recovery(view.recovered, words)
    if view.review_by is not None:
        lines.append(words.text("review_promised", day=words.forms.day(view.review_by)))
    return lines


def _recovery(recovered: Recovered, words: Words) -> list[str]:
    """The customer's own word that it is solved, and the score they would give now."""
    said = {True: "recovery_solved", False: "recovery_unsolved", None: "recovery_asked"}[recovered.solved]
    lines = [words.text(said)]
    if recovered.score is not None:
        lines.append(words.text("recovery_score", score=recovered.score))
    return lines


def _followed_up(view: AlertView, words: Words) -> list[Span]:
    """Who is on it, and what became of it."""
    spans: list[Span] = []
    # Who put it aside has it, and is not on it until they take it up again.
    if view.taken and view.state != "snoozed":
        spans.append(plain("\n" + _deed("taken", view.taken, words)))
    if view.done:
        spans.append(plain("\n" + _deed("done", view.done, words)))
    spans += [
        plain("\n" + line) for line in standing(view.face, words, view.taken.who if view.taken else "-")
    ]
    if view.written:
        spans.append(plain("\n" + words.text("written_before", case=view.case_id)))
    if view.new_words:
        spans.append(bold("\n" + words.text("new_words")))
    return spans


def _links(view: AlertView, words: Words) -> list[Fact]:
    """Where more is known of the customer, and where they can be written to; not twice, where what they sent has the
    link beside it."""
    told = any(one.chat_url for one in view.came)
    found = (
        (words.text("profile"), view.profile_url),
        (words.text("open_chat"), None if told else view.chat_url),
    )
    return [(label, url) for label, url in found if url]


def _erased(view: AlertView, words: Words) -> str:
    key = "erased_on_request" if view.erased == "request" else "erased_in_time"
    day = "-" if view.opened is None else view.opened.strftime("%d-%m-%Y")
    return words.text(key, day=day)


def quoted(reason: str | None, channel: str) -> str:
    """As much of a reason as an alert shows on a manager's channel."""
    return cut(reason or "", QUOTED_BY_SMS if limits_of(channel).paid_by_length else QUOTED)


def _given(score: int, low: int, high: int, words: Words) -> str:
    """A score, which alone is one of 0 to 10: on any other scale its end is told too."""
    return str(score) if _nps(low, high) else words.text("score_on_scale", score=score, high=high)


def _with_article(view: AlertView, score: str, words: Words) -> str:
    """`a 3`, but `an 8`."""
    return words.text("an_eight" if view.score == 8 else "a_score", score=score)


def _nps(low: int, high: int) -> bool:
    return (low, high) == (_NPS.minimum, _NPS.maximum)


def _correction(view: AlertView, words: Words) -> str:
    """What a score that alerted no longer is: a detractor's, where it was one and the scale has them."""
    passive = view.score is not None and view.score > _NPS.low_to
    return words.text("corrected" if _nps(view.low, view.high) and passive else "corrected_other")


def _earlier(view: AlertView, words: Words) -> str:
    # Beside a 2 of 5, a bare 9 would be read as one of 5 too.
    plainly = _nps(view.low, view.high)
    found = (
        _given(one.score, one.low, one.high, words)
        if plainly
        else words.text("score_on_scale", score=one.score, high=one.high)
        for one in view.earlier
    )
    return ", ".join(found) or words.text("none")


def _title(view: AlertView, words: Words, name: str) -> str:
    if view.score is None:
        return words.text("title_no_score", name=name)
    score = _given(view.score, view.low, view.high, words)
    if view.first_score is not None and view.first_score != view.score:
        return words.text("title_corrected", name=name, score=score, first=view.first_score)
    return words.text("title", name=name, a_score=_with_article(view, score, words))


def _reason(view: AlertView, words: Words) -> list[Span]:
    spans: list[Span] = []
    if view.reason:
        spans += [plain(words.text("reason") + ":\n"), quote(cut(view.reason, QUOTED)), plain("\n")]
    elif view.waiting_for_reason and not _tells(view):
        spans.append(plain(words.text("reason_awaited") + "\n"))
    elif view.no_reason and not (_tells(view) or view.took_back):
        spans.append(bold(words.text("reason_missing") + "\n"))
    if view.words:
        spans += [plain(words.text("words") + ":\n"), quote("\n".join(view.words)), plain("\n")]
    for one in view.came:
        spans.append(bold(came_in_words(one, words)))
        if one.chat_url:
            spans += [plain(": "), link(words.text("open_chat"), one.chat_url)]
        spans.append(plain("\n"))
    if view.took_back:
        spans.append(bold(words.text("took_back") + "\n"))
    return spans


def _tells(view: AlertView) -> bool:
    """Whether something came that may hold the reason, so that it is wrong to say that they gave none."""
    return any(one.brings != "reaction" for one in view.came)


def came_in_words(one: Came, words: Words) -> str:
    """What came beside words, in a line of its own."""
    return words.text(_SENT[one.brings], emoji=one.emoji)


def _deed(key: str, deed: Deed, words: Words) -> str:
    return words.text(key, who=deed.who, when=when(deed.at))


def case_buttons(case_id: int, state: str, words: Words) -> Choices:
    """What can be done with a case in this state wherever it is shown, beside its alert, with one press."""
    row: list[Choice] = []
    if state == "open":
        row.append(Choice(words.text("take_button"), f"c:{case_id}:take", "primary"))
    if state == "done":
        row.append(Choice(words.text("reopen_button"), f"c:{case_id}:reopen"))
    else:
        row.append(Choice(words.text("done_button"), f"c:{case_id}:done"))
    row.append(Choice(words.text("why_button"), f"c:{case_id}:why"))
    return (tuple(row),)


_VALUE: Final = re.compile(
    r"c:([0-9]{1,18}):((?:take|done|reopen|to|snooze|back|why|show)(?::[A-Za-z0-9_-]{1,32})?)"
)


def parse_case_value(value: str) -> tuple[int, str] | None:
    """The case and the deed of a button's value, with what the deed is about (`to:1f9a03c2`); None where it is of
    another kind."""
    found = _VALUE.fullmatch(value)
    return None if found is None else (int(found[1]), found[2])
