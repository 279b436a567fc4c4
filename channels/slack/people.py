"""What Slack answers when it is asked: of an address whether somebody would read it, and which workspace is ours."""

from collections.abc import Mapping
from typing import Any, Protocol

from channels.base import Unreachable
from channels.slack.errors import UNREACHABLE


class CallAnswer(Protocol):
    """What a call answered, by its fields."""

    def get(self, key: str, default: Any = None) -> Any: ...


def is_person(id_: str) -> bool:
    """Whether an id is a person's (U…, W…) and not a conversation's."""
    return id_[:1] in ("U", "W")


def gone_person(answer: CallAnswer) -> Unreachable | None:
    """Why nobody reads what is sent to this user."""
    user = _part(answer, "user")
    if user.get("deleted"):
        return Unreachable(UNREACHABLE["user_disabled"])
    return Unreachable(UNREACHABLE["cannot_dm_bot"]) if user.get("is_bot") else None


def gone_channel(answer: CallAnswer) -> Unreachable | None:
    """Why the bot cannot write in this conversation. A direct message has no members to be among."""
    channel = _part(answer, "channel")
    if channel.get("is_archived"):
        return Unreachable(UNREACHABLE["is_archived"])
    outside = channel.get("is_member") is False and not channel.get("is_im") and not channel.get("is_mpim")
    return Unreachable(UNREACHABLE["not_in_channel"]) if outside else None


def own_team(answer: CallAnswer) -> str | None:
    """Our workspace, from auth.test; None for an app of a whole organisation, which is in many."""
    return None if answer.get("is_enterprise_install") else str(answer.get("team_id") or "") or None


def _part(answer: CallAnswer, name: str) -> Mapping[str, Any]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}
