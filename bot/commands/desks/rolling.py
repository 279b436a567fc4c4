"""What an admin may do with a campaign that asks after events: hear how it is, stop it, have it ask again."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.campaigns.rolling import is_stopped, start_again, stop_rolling
from bot.campaigns.runs import close_stopped, numbered
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.running import stopped_answer
from bot.config.sections.after import After
from bot.config.settings import Settings
from bot.people import colleagues
from bot.store.store import Store
from channels.base import plain


@dataclass(frozen=True, slots=True)
class RollingDesk:
    """Carries out the commands of one admin."""

    store: Store
    settings: Settings
    admin: str
    now: datetime

    async def start(self, p: Phrasing, campaign: str, on: After, *, confirm: bool) -> Reply:
        """There is nothing to start, unless it was stopped: then it asks again once that is confirmed."""
        after = after_text(p, on)
        stopped = await self.store.read(is_stopped, campaign)
        if stopped is None or stopped.stopped_at is None:
            return p.refusal("rolling_runs", campaign=campaign, after=after)
        if not confirm:
            by = colleagues.called(self.settings, stopped.stopped_by)
            return p.note(
                "rolling_stopped", campaign=campaign, at=p.when(stopped.stopped_at), by=by, after=after
            )
        await close_stopped(self.store)
        await numbered(self.store, start_again, self.settings, campaign, self.admin, self.now)
        return p.note("rolling_again", campaign=campaign, after=after)

    async def stop(self, p: Phrasing, campaign: str) -> Reply:
        """Ask nobody more, in later periods either."""
        stop = await numbered(self.store, stop_rolling, self.settings, campaign, self.admin, self.now)
        answer = stopped_answer(p, campaign, stop)
        if not stop.waves:
            return answer
        return replace(answer, body=(*answer.body, plain(f" {p.text('rolling_stays', campaign=campaign)}")))


def after_text(p: Phrasing, on: After) -> str:
    """When it asks: "3 days after project.finished"."""
    if on.offset == 0:
        return p.text("rolling_at", event=on.name)
    return p.counted("rolling_after" if on.offset > 0 else "rolling_before", abs(on.offset), event=on.name)
