"""Who wrote in a thread where many read along: what colleagues call them, and whether they are of this company.

Slack's events name a person by their id alone, and in a channel that Slack Connect shares they do not always say of
which company they are (github.com/superset-sh/superset/pull/4531). users.info tells both, by the scope users:read.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

WITHIN: Final = 1.5
"""Seconds to be told in: Slack waits three for the acknowledgement of the whole event."""
_MOST: Final = 1000

_NOBODYS: Final = frozenset({"user_not_found", "user_not_visible", "missing_scope"})
"""What Slack answers of somebody that it will not tell us later either."""

LookUp = Callable[[str], Awaitable[Any]]
"""Asks users.info of an id."""


@dataclass(frozen=True, slots=True)
class Author:
    """What colleagues call somebody, and whether they are known to be one: of our workspace, and no guest of another
    company. docs.slack.dev/reference/objects/user-object holds the fields."""

    name: str
    ours: bool


class Authors:
    """Asks once for each person, and remembers them until it ends or they are too many."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._known: dict[str, Author] = {}

    async def who(self, user: str, team: str | None) -> Author | None:
        """Who this is; None where Slack does not tell in time. Whom it does not know is no colleague."""
        known = self._known.get(user)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(WITHIN):
                told = (await self._look_up(user)).get("user")
        except Exception as error:
            log.info("an author was not looked up", extra={"channel": "slack", "error": type(error).__name__})
            code = error.response.get("error") if isinstance(error, SlackApiError) else None
            return Author("", ours=False) if code in _NOBODYS else None
        if not isinstance(told, dict):
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        author = self._known[user] = _author(told, team)
        return author


def _author(user: dict[str, Any], team: str | None) -> Author:
    profile = user.get("profile") if isinstance(user.get("profile"), dict) else {}
    named = (profile or {}).get("real_name") or (profile or {}).get("display_name") or user.get("real_name")
    elsewhere = team is not None and user.get("team_id") not in (None, team)
    return Author(str(named or "")[:80], ours=not user.get("is_stranger") and not elsewhere)
