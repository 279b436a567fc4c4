"""Telling customers what is better now: the plan, its confirmation, and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.campaigns.waves import Wave, find_wave
from bot.commands.lines import near, short
from bot.commands.replies.improved import (
    NO,
    STOP,
    improvement_plan,
    improvement_plan_answer,
    improvement_stopped_answer,
    improvement_told_answer,
)
from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.commands.typed.improved import Improved, OfATheme, of_theme
from bot.config.sections.report import theme_lists
from bot.config.settings import Settings
from bot.context import voice_of
from bot.conversations import improvements
from bot.conversations.improvements import ImprovementGone, ImprovementTooOld
from bot.dialogue import messages
from bot.dialogue.kinds import SCALES
from bot.dialogue.wording import Wording
from bot.reading.bounds import Bounds
from bot.store.store import Store
from channels.base import Limits
from channels.known import limits_of
from channels.layout import width
from channels.sms.lengths import segments


@dataclass(frozen=True, slots=True)
class ImprovedDesk:
    """Tells the customers of one store, under one set of settings, at a moment. `by` is the admin; `buttons`, whether
    they can press some."""

    store: Store
    settings: Settings
    limits: Mapping[str, Limits]
    by: str
    buttons: bool
    now: datetime

    async def answer(self, phrasing: Phrasing, command: Improved) -> Reply:
        """Do what a command says."""
        # Each as reports tell of it; a list may go on under its own names.
        themes = {
            phrasing.theme(name): name
            for each in theme_lists(self.settings.themes).values()
            for name in each.names
        }
        what = of_theme(command.said, themes)
        if what.deed == "confirm":
            token = await self.store.read(improvements.newest_plan, command.campaign, what.theme, self.by)
            return await self._confirm(phrasing, token)
        if what.deed == "stop":
            token = await self.store.read(improvements.newest_told, command.campaign, what.theme)
            return await self._take_back(phrasing, token)
        if what.theme is None:
            return _which_theme(phrasing, command, what, tuple(themes))
        if not any(character.isalnum() for character in what.words):
            theme = phrasing.theme(what.theme)
            return phrasing.refusal("improved_no_words", campaign=command.campaign, theme=theme)
        run = await self.store.read(find_wave, command.campaign, command.wave)
        if run is None:
            key = "never_started" if command.wave is None else "no_such_wave"
            return phrasing.refusal(key, campaign=command.campaign, wave=command.wave)
        return await self._plan(phrasing, run, what.theme, what.words)

    async def press(self, phrasing: Phrasing, value: str) -> Reply:
        """Carry out a button: `TOKEN` tells, `TOKEN:no` cancels the plan, `TOKEN:stop` takes back."""
        if value.endswith(STOP):
            return await self._take_back(phrasing, value.removesuffix(STOP))
        if not value.endswith(NO):
            return await self._confirm(phrasing, value)
        try:
            one = await self.store.write(improvements.drop, value.removesuffix(NO))
        except ImprovementGone:
            return phrasing.refusal("improved_gone")
        if one.confirmed:
            return improvement_told_answer(phrasing, one, first=False)
        return phrasing.note("cancelled", campaign=one.wave.campaign)

    async def _plan(self, phrasing: Phrasing, run: Wave, theme: str, words: str) -> Reply:
        told = await improvements.who_is_told(
            self.store, self.settings, run.id, theme, tuple(self._on), self.now
        )
        texts = {at: self._text(run, *at, words) for at in told.told}
        for (channel, _), text in texts.items():
            over = width(text) - limits_of(channel).text
            if over > 0:
                return phrasing.refusal("improved_too_long", channel=phrasing.channel(channel), over=over)
        paid = [segments(text) for (channel, _), text in texts.items() if limits_of(channel).paid_by_length]
        most = max(told.told, key=lambda at: told.told[at], default=None)
        example = texts[most] if most is not None else ""
        title, lines = improvement_plan(phrasing, run, theme, told, example, max(paid, default=0))
        if not told.people:
            return titled(title, *lines, phrasing.text("improved_nobody"))
        token = await self.store.write(improvements.keep_plan, run, theme, words, self.by, self.now)
        return improvement_plan_answer(phrasing, title, lines, run, theme, token, buttons=self.buttons)

    @property
    def _on(self) -> list[str]:
        return [name for name in self.limits if name in self.settings.channels.on]

    def _text(self, run: Wave, channel: str, language: str, words: str) -> str:
        """The message as somebody reads it whose name is not known."""
        scale = SCALES[run.terms.kind]
        voice = voice_of(
            self.settings.company,
            channel,
            False,
            language,
            Bounds(scale.minimum, scale.maximum),
            Wording.from_terms(run.terms.as_dict()),
        )
        return "".join(span.text for span in messages.improvement(voice, words))

    async def _confirm(self, phrasing: Phrasing, token: str | None) -> Reply:
        try:
            one, first = await self.store.write(improvements.confirm, token or "", self.now)
        except ImprovementTooOld:
            return phrasing.refusal("improved_too_old")
        except ImprovementGone:
            return phrasing.refusal("improved_gone")
        return improvement_told_answer(phrasing, one, first=first)

    async def _take_back(self, phrasing: Phrasing, token: str | None) -> Reply:
        try:
            one, count = await self.store.write(improvements.take_back, token or "", self.now)
        except ImprovementGone:
            return phrasing.refusal("improved_none_told")
        return improvement_stopped_answer(phrasing, one, count)


def _which_theme(phrasing: Phrasing, command: Improved, what: OfATheme, themes: tuple[str, ...]) -> Reply:
    known = phrasing.text("improved_themes", themes=", ".join(themes))
    if not what.unknown:
        return phrasing.refusal("improved_which_theme", campaign=command.campaign, themes=known)
    likely = near(what.unknown, themes)
    hint = phrasing.text("did_you_mean", near=likely[0]) if likely else known
    return phrasing.refusal("improved_unknown_theme", theme=short(what.unknown), hint=hint)
