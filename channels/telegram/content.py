"""What a Telegram message holds: its words, what it brings beside them, or that it only tells of something. PURE.

The fields are those of core.telegram.org/bots/api#message. The SDK knows those of its own version alone, so they are
looked up in the message as Telegram wrote it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from channels.base import Brought
from channels.values import Payload

WORDS: Final = frozenset({"text", "caption", "rich_message"})
"""Fields that hold words."""

BRINGS: Final[Mapping[str, Brought]] = {
    "voice": "voice",
    "audio": "voice",
    "video_note": "video",
    "video": "video",
    "animation": "picture",
    "live_photo": "picture",
    "photo": "picture",
    "sticker": "sticker",
    "document": "file",
    "venue": "place",
    "location": "place",
    "contact": "contact",
    "poll": "poll",
    "checklist": "checklist",
    "dice": "other",
    "game": "other",
    "giveaway": "other",
    "giveaway_winners": "other",
    "invoice": "other",
    "paid_media": "other",
    "passport_data": "other",
    "story": "other",
}
"""What a person sends, the plainest name first: an animation has `document` too, a venue `location`."""

SERVICE: Final = frozenset(
    {
        *(
            "boost_added",
            "channel_chat_created",
            "chat_background_set",
            "chat_owner_changed",
            "chat_owner_left",
        ),
        *("chat_shared", "checklist_tasks_added", "checklist_tasks_done", "community_chat_added"),
        *("community_chat_joined", "community_chat_removed", "connected_website", "delete_chat_photo"),
        *("direct_message_price_changed", "forum_topic_closed", "forum_topic_created", "forum_topic_edited"),
        *("forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift"),
        *("gift_upgrade_sent", "giveaway_completed", "giveaway_created", "group_chat_created"),
        *("left_chat_member", "managed_bot_created", "message_auto_delete_timer_changed"),
        *(
            "migrate_from_chat_id",
            "migrate_to_chat_id",
            "new_chat_members",
            "new_chat_photo",
            "new_chat_title",
        ),
        *("paid_message_price_changed", "pinned_message", "poll_option_added", "poll_option_deleted"),
        *("proximity_alert_triggered", "refunded_payment", "successful_payment"),
        *("suggested_post_approval_failed", "suggested_post_approved", "suggested_post_declined"),
        *("suggested_post_paid", "suggested_post_refunded", "supergroup_chat_created", "unique_gift"),
        *("users_shared", "video_chat_ended", "video_chat_participants_invited", "video_chat_scheduled"),
        *("video_chat_started", "web_app_data", "write_access_allowed"),
    }
)
"""Fields of service messages, which Telegram writes about something that happened: nobody awaits an answer."""

ABOUT: Final = frozenset(
    {
        *("author_signature", "business_connection_id", "caption_entities", "chat", "date"),
        *("direct_messages_topic", "edit_date", "effect_id", "entities", "ephemeral_message_id"),
        *("external_reply", "forward_origin", "from", "guest_bot_caller_chat", "guest_bot_caller_user"),
        *("guest_query_id", "has_media_spoiler", "has_protected_content", "is_automatic_forward"),
        *("is_from_offline", "is_paid_post", "is_topic_message", "link_preview_options", "media_group_id"),
        *("message_id", "message_thread_id", "paid_star_count", "quote", "receiver_user", "reply_markup"),
        *("reply_to_checklist_task_id", "reply_to_message", "reply_to_poll_option_id", "reply_to_story"),
        *("sender_boost_count", "sender_business_bot", "sender_chat", "sender_tag"),
        *("show_caption_above_media", "suggested_post_info", "via_bot"),
    }
)
"""Fields about a message, which say nothing by themselves."""


def is_service(message: Payload) -> bool:
    """Whether a message only tells of something. One of a kind that is newer than these lists is a person's: better
    an answer too many than a customer who is never heard."""
    return not SERVICE.isdisjoint(message)


def brought(message: Payload) -> Brought | None:
    """What a message brings beside words; `other` where it has none and what it has is not known here."""
    for name, kind in BRINGS.items():
        if name in message:
            return kind
    return None if words_of(message).strip() else "other"


def words_of(message: Payload) -> str:
    """The words of a message. What a person formatted, or pasted from a page, comes as a rich message since Bot API
    10.1, and then `text` is absent or stands in for it (github.com/nanocoai/nanoclaw/issues/3151)."""
    rich = message.get("rich_message")
    if isinstance(rich, dict) and (lines := [line for line in _lines(rich.get("blocks")) if line.strip()]):
        return "\n".join(lines)
    for name in ("text", "caption"):
        if (text := message.get(name)) is not None:
            if not isinstance(text, str):
                raise TypeError("a text is none")
            return text
    return ""


_SAID: Final = ("text", "summary", "expression")  # keys of a block that hold words in a line
_INLINE: Final = ("text", "alternative_text", "expression")  # the same of a piece of a line
_NO_WORDS: Final = frozenset({"type", "label", "language", "name", "url"})


def _lines(block: object) -> Iterator[str]:
    """The lines of a block, or of blocks, however deep they stand: of lists, tables, quotations and whatever block
    is newer than these words (core.telegram.org/bots/api#richblock)."""
    if isinstance(block, list):
        for one in block:
            yield from _lines(one)
    elif isinstance(block, dict):
        inner = [_inline(block[key]) for key in _SAID if key in block]
        inner += [
            line
            for key, value in block.items()
            if key not in _SAID and key not in _NO_WORDS and isinstance(value, list | dict)
            for line in _lines(value)
        ]
        label = block.get("label")
        if isinstance(label, str) and inner:  # "3." before the words of an item, as it was shown
            inner[0] = f"{label} {inner[0]}".strip()
        yield from inner


def _inline(text: object) -> str:
    """Rich text in one line: a string, pieces of it, or a piece with its style."""
    match text:
        case str():
            return text
        case list():
            return "".join(_inline(piece) for piece in text)
        case dict():
            return next((_inline(text[key]) for key in _INLINE if key in text), "")
    return ""
