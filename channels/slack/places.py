"""Where in Slack something was said: in a direct message, or where many talk; and by whom of which company. PURE.

In a channel people talk to each other, and an app that may read it is told everything. Ours is only what stands in the
thread of a message of ours; the rest is passed over before anything looks at its words
(docs.slack.dev/reference/events/message.channels, /message.groups).
"""

from channels.slack.words import part
from channels.values import Payload

_MANY = frozenset({"channel", "group"})


def is_direct(event: Payload) -> bool:
    """Whether it was said in a direct message with us. Where an event does not tell the kind of its conversation, as
    that of a reaction does not, its id does (docs.slack.dev/reference/objects/conversation-object)."""
    kind = event.get("channel_type")
    return kind == "im" if kind is not None else str(event.get("channel") or "")[:1] == "D"


def is_shared(event: Payload) -> bool:
    """Whether it was said where many talk. The kind `mpim`, of a few people's direct messages, is not asked for."""
    kind = event.get("channel_type")
    return isinstance(kind, str) and kind in _MANY


def in_thread_of_ours(event: Payload, ours: str) -> bool:
    """Whether it stands in a thread where many talk that may be one of ours: begun by us, where Slack says who began
    it, which it does for what is new and what was changed, as `parent_user_id`. `ours` is our own user."""
    if not is_shared(event):
        return False
    message = next((found for name in ("message", "previous_message") if (found := part(event, name))), event)
    thread, began = message.get("thread_ts"), message.get("parent_user_id")
    if not isinstance(thread, str) or not thread or thread == message.get("ts"):
        return False
    return not (ours and isinstance(began, str) and began) or began == ours


def of_another_company(payload: Payload, team: str | None) -> bool | None:
    """Whether who wrote this is of another company, in a channel that Slack Connect shares with it. None where the
    event does not tell, which happens (github.com/superset-sh/superset/pull/4531): then users.info does. `team` is our
    workspace, where it is known; else the event says for whose installation it is."""
    if not payload.get("is_ext_shared_channel"):
        return False
    given = payload.get("authorizations")
    first = given[0] if isinstance(given, list) and given else None
    named_team = first.get("team_id") if isinstance(first, dict) else None
    team = team or (named_team if isinstance(named_team, str) else None)
    event = part(payload, "event")
    message = next((found for name in ("message", "previous_message") if (found := part(event, name))), event)
    theirs = next(
        (
            named
            for name in ("user_team", "team", "source_team")
            if isinstance(named := message.get(name), str)
        ),
        None,
    )
    return None if theirs is None or team is None else theirs != team


def is_foreign_command(payload: Payload, team: str | None) -> bool:
    """Whether a command was given in another workspace than the bot's: an id is one person's within a workspace
    alone, and an admin's there may be anybody's here. `team` is ours, None where it is not known."""
    theirs = payload.get("team_id")
    return team is not None and "command" in payload and isinstance(theirs, str) and theirs != team


def is_foreign_press(payload: Payload, team: str | None) -> bool:
    """Whether a button under an alert was pressed, in a channel that Slack Connect shares, by somebody of another
    company. In an organisation of many workspaces nobody can tell, and it counts as ours; so does a press in direct
    messages, where customers of other companies are asked."""
    place, presser = part(payload, "channel"), part(payload, "user")
    if payload.get("type") != "block_actions" or str(place.get("id", ""))[:1] not in ("C", "G"):
        return False
    theirs = presser.get("team_id")
    return team is not None and not payload.get("enterprise") and isinstance(theirs, str) and theirs != team
