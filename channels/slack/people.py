"""What Slack's users.info and conversations.info say of an address: whether somebody would read it."""

from collections.abc import Mapping
from typing import Any, Protocol

from channels.base import Unreachable
from channels.slack.errors import UNREACHABLE
from channels.slack.words import part


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


def is_foreign_command(payload: Mapping[str, object], team: str | None) -> bool:
    """Whether a command was given in another workspace than the bot's: an id is one person's within a workspace
    alone, and an admin's there may be anybody's here. `team` is ours, None where it is not known."""
    theirs = payload.get("team_id")
    return team is not None and "command" in payload and isinstance(theirs, str) and theirs != team


def is_foreign_press(payload: Mapping[str, object], team: str | None) -> bool:
    """Whether a button under an alert was pressed, in a channel that Slack Connect shares, by somebody of another
    company. In an organisation of many workspaces nobody can tell, and it counts as ours; so does a press in direct
    messages, where customers of other companies are asked."""
    place, presser = part(payload, "channel"), part(payload, "user")
    if payload.get("type") != "block_actions" or str(place.get("id", ""))[:1] not in ("C", "G"):
        return False
    theirs = presser.get("team_id")
    return team is not None and not payload.get("enterprise") and isinstance(theirs, str) and theirs != team


def own_team(answer: CallAnswer) -> str | None:
    """Our workspace, from auth.test; None for an app of a whole organisation, which is in many."""
    return None if answer.get("is_enterprise_install") else str(answer.get("team_id") or "") or None


def _part(answer: CallAnswer, name: str) -> Mapping[str, Any]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}
