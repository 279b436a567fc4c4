"""What a conversation should have come to, worked out from what was said in it and from nothing of the bot's.

Written from the rules in docs/architecture.md and docs/conversation.md, in its own words, and simpler: it keeps
no texts that are sent. Where nobody can be sure how a text is taken it says so (`sure` is False) and from then
on expects nothing of this conversation but the laws that hold for all.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.dialogue.conversation import COPIES_WITHIN
from tests.simulation.words import Utterance

HINTS = 2
BARE_STOP = 3  # words; more tell something besides
TAKES_LATE = timedelta(days=30)
EXPLAINS = timedelta(hours=24)  # for so long words behind a late score are why it was given
_WORDS = ("words", "two numbers", "off the scale", "code")


@dataclass(slots=True)
class Part:
    """A message of the reason; its place is by when it was said, and an edit is newer by when it was made."""

    ref: str | None
    text: str
    said: datetime
    edited: datetime


@dataclass(slots=True)
class Expectation:
    """One conversation, from the moment its question is on its way."""

    state: str = "asked"  # asked, reason, thanked or closed
    ending: str | None = None
    closed_at: datetime | None = None
    score: int | None = None
    score_ref: str | None = None
    first_score: int | None = None
    scores: list[int] = field(default_factory=list)
    scored: datetime | None = None  # when the score that stands was said
    reason_since: datetime | None = None  # when praise stopped being a reason
    parts: list[Part] = field(default_factory=list)
    edited: set[str] = field(default_factory=set)  # the messages of which an edit was kept
    unread: int = 0
    hints: int = 0
    clarified: bool = False
    late: bool = False  # the score came after it was over
    wordless: bool = False  # something came without words since the score, or while there is none
    sure: bool = True

    @property
    def reason(self) -> str | None:
        return "\n".join(part.text for part in self.parts) or None

    @property
    def detractor_once(self) -> bool:
        """Whether a detractor's score ever stood, so that there must be a case."""
        return any(score <= 6 for score in self.scores)

    def hear(self, said: Utterance, now: datetime, when: datetime, *, before_leaving: bool = False) -> None:
        """Take what was said at `when`, and came `now`, into account. `before_leaving`: who left since had not then."""
        if said.kind == "taken back":
            self._taken_back(said)
            return
        again = said.edits is None and said.ref in self.edited and (self.score is not None or self.unread > 0)
        if again and said.kind not in ("stop", "start"):
            return  # an edit of it came before it
        keeps_nothing = ("start", "help", "right", "none", "command", "press")
        if said.edits is not None and said.kind not in keeps_nothing and not _is_bare_stop(said):
            self.edited.add(said.edits)
        if self.state == "closed":
            if before_leaving and self.ending == "opted_out" and self.score is None and said.kind != "press":
                self._scored_before_leaving(said, now, when)
            else:
                self._hear_late(said, now, when)
            return
        match said.kind:
            case "stop":
                if self.score is not None and not _is_bare_stop(said):
                    self._add(said, when)
                self.close("opted_out", now)
            case "machine" if self.state == "reason":
                self._hear_words(said, now, when)  # then it is the reason
            case "start" | "help" | "right" | "machine" | "none" | "command":
                return
            case "wordless":
                self._came()
            case "other":
                self.sure = False
            case "score" | "press" if said.score is not None:
                self._scored(said, said.score, when)
            case "score and reason" if said.score is not None and said.reason is not None:
                if self.state == "asked":
                    self._scored(said, said.score, when)
                    self._insert(Part(said.ref, said.reason, when, when))
                    self.state = "thanked"
                else:
                    self.sure = False  # whether it corrects the score is the reader's to say
            case kind if kind in _WORDS:
                self._hear_words(said, now, when)

    def _came(self) -> None:
        """One hint in words, and only where a score is awaited does it count as one."""
        if self.state == "asked":
            self.unread += 1
            if not self.wordless and self.hints < HINTS:
                self.hints += 1
        self.wordless = True

    def _taken_back(self, said: Utterance) -> None:
        """The words go; the score stands, and no edit of that message gives another."""
        self.parts = [part for part in self.parts if part.ref != said.edits]
        if self.state != "closed" and said.edits == self.score_ref:
            self.score_ref = None

    def _scored(self, said: Utterance, score: int, when: datetime) -> None:
        if self.scored is not None and when < self.scored:
            self._older_score(score)
            return
        if self.score is None:
            self.first_score = score
        elif self.score >= 7 and score <= 6:
            self.parts = []  # what was said of a better score is no reason for a detractor's: it is asked for anew
            self.reason_since = when
            self.state = "reason"
        self.scored = when
        if self.score != score:
            self.wordless = False
            self.scores.append(score)
            self.score = score
            self.score_ref = said.ref
            if self.state == "thanked" and not self.parts:
                self.state = "reason"  # what they had said of it was taken back
        else:
            self.score_ref = said.ref or self.score_ref
        if self.state == "asked":
            self.state = "reason"

    def _older_score(self, score: int) -> None:
        if score >= 7 and self.score is not None and self.score <= 6 and self.scored is not None:
            since = self.reason_since = self.scored
            self.parts = [part for part in self.parts if part.said >= since]
            if self.state == "thanked" and not self.parts:
                self.state = "reason"

    def _hear_words(self, said: Utterance, now: datetime, when: datetime) -> None:
        if self.state == "asked":
            self.unread += 1
            if said.kind == "two numbers" and not self.clarified:
                self.clarified = True
            elif self.hints < HINTS:
                self.hints += 1
            else:
                self.close("unread", now)
        elif said.edits is not None and said.edits == self.score_ref:
            if said.kind != "words":
                self.sure = False  # read as a score again
        elif not self._is_older(said, when):
            self._add(said, when)
            self.state = "thanked"

    def _is_older(self, said: Utterance, when: datetime) -> bool:
        edited = next((part.edited for part in self.parts if part.ref == said.edits is not None), None)
        stands = edited or self.reason_since
        return stands is not None and when < stands

    def _add(self, said: Utterance, when: datetime) -> None:
        refs = [part.ref for part in self.parts]
        if said.edits is not None and said.edits in refs:
            for part in self.parts:
                if part.ref == said.edits:
                    part.text, part.edited = said.text, when
        else:
            self._insert(Part(said.ref, said.text, when, when))

    def _insert(self, new: Part) -> None:
        same = next(
            (
                part
                for part in self.parts
                if part.text == new.text and abs(part.said - new.said) < COPIES_WITHIN
            ),
            None,
        )
        if same is not None and same.said <= new.said:
            return
        self.parts = [part for part in self.parts if part is not same]
        later = [place for place, part in enumerate(self.parts) if part.said > new.said]
        self.parts.insert(later[0] if later else len(self.parts), new)

    def _hear_late(self, said: Utterance, now: datetime, when: datetime) -> None:
        takes = self.score is None and self.ending in ("window", "unread", "undelivered")
        if self.closed_at is not None and now - self.closed_at >= TAKES_LATE:
            return
        match said.kind:
            case "stop" if self._ended_by_time():
                self.ending = "opted_out"
            case "score" | "press" if takes and said.score is not None:
                self._late_score(said, said.score, when)
            case "score and reason" if takes and said.score is not None and said.reason is not None:
                self._late_score(said, said.score, when)
                self._insert(Part(said.ref, said.reason, when, when))
            case "other" if takes:
                self.sure = False
            case "wordless" if self.score is None and self.ending == "window":
                self.unread += 1
                self.ending = "unread"
            case kind if kind in _WORDS and self.score is None and self.ending == "window":
                self.unread += 1
                self.ending = "unread"
            case "other" | "score and reason" if self._is_explained(when):
                self.sure = False  # whether it gives another score or tells why is the reader's to say
            case kind if kind in _WORDS and self._is_explained(when) and not self._is_older(said, when):
                self._add(said, when)

    def _scored_before_leaving(self, said: Utterance, now: datetime, when: datetime) -> None:
        """A score of before the STOP stands as if it had come in its order."""
        if said.kind == "other" or (self.closed_at is not None and now - self.closed_at >= TAKES_LATE):
            self.sure = self.sure and said.kind != "other"
            return
        if said.kind in ("score", "score and reason") and said.score is not None:
            self.score = self.first_score = said.score
            self.scores.append(said.score)
            self.score_ref, self.scored = said.ref, when
            if said.reason is not None and said.kind == "score and reason":
                self._insert(Part(said.ref, said.reason, when, when))

    def _ended_by_time(self) -> bool:
        """Whether nobody but time ended it, so that who leaves now ended it after all."""
        return self.ending in ("window", "unread", "no_reason") or (
            self.ending == "done" and bool(self.parts)
        )

    def _is_explained(self, when: datetime) -> bool:
        if not self.late or self.ending == "opted_out" or self.scored is None:
            return False
        return timedelta(0) <= when - self.scored <= EXPLAINS

    def _late_score(self, said: Utterance, score: int, when: datetime) -> None:
        self.score = self.first_score = score
        self.scores.append(score)
        self.score_ref = said.ref
        self.scored = when
        self.late = True

    def close(self, ending: str, now: datetime) -> None:
        """It is over."""
        if self.state != "closed":
            self.state, self.ending, self.closed_at = "closed", ending, now


def _is_bare_stop(said: Utterance) -> bool:
    return said.kind == "stop" and len(said.text.split()) <= BARE_STOP
