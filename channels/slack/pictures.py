"""Slack: a picture and its caption as one message, in three calls.

A place for the file is asked for, the bytes are put there, and the file is shared with the caption
(docs.slack.dev/reference/methods/files.completeUploadExternal). The other way, an image block in
chat.postMessage, fails until Slack has looked at the file, and waiting for that needs one scope more.
"""

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from channels.base import (
    Image,
    Misconfigured,
    OutboundMessage,
    RateLimited,
    Receipt,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
)
from channels.layout import cut
from channels.slack.errors import retry_after, send_error
from channels.slack.outbound import caption

ALT_LIMIT: Final = 1000
"""docs.slack.dev/reference/methods/files.getUploadURLExternal (alt_txt_too_large)"""
SCOPE: Final = "files:write"
_PREPARING: Final = 5.0  # seconds, of the eight that sending may take
_USERS: Final = ("U", "W")  # ids of people; to share a file takes the id of a conversation
_SCOPES: Final = ("missing_scope", "no_permission")


async def post(
    web: AsyncWebClient, message: OutboundMessage, image: Image, is_slack: Callable[[str], bool]
) -> Receipt:
    """Share the picture with its caption. Slack names no message for it, so that it cannot be edited later.

    What fails before the last call has posted nothing, and is never `Unknown`. A scope that is missing
    rejects the picture and does not pause the channel: text still goes out without it.
    """
    try:
        async with asyncio.timeout(_PREPARING):
            place = await _conversation(web, message.address.id)
            file = await _uploaded(web, image, is_slack)
    except Exception as error:
        raise _not_posted(error) from error
    try:
        await web.api_call(
            "files.completeUploadExternal",
            data={
                "files": json.dumps([{"id": file, "title": image.name}]),
                "channel_id": place,
                # Rich text: in an initial_comment a customer's words would be read as mark-up.
                "blocks": json.dumps(caption(message.body)),
            },
        )
    except SlackApiError as error:
        raise _refusal(error) from error
    return Receipt(None)


async def _conversation(web: AsyncWebClient, id_: str) -> str:
    """The conversation that an address names; with a user it is opened, which changes nothing where it is
    open."""
    if not id_.startswith(_USERS):
        return id_
    opened = await web.api_call("conversations.open", data={"users": id_})
    channel = opened.get("channel")
    if not isinstance(channel, dict) or not channel.get("id"):
        raise Unavailable("Slack's answer does not name the conversation")
    return str(channel["id"])


async def _uploaded(web: AsyncWebClient, image: Image, is_slack: Callable[[str], bool]) -> str:
    """Put the bytes at Slack; the file's id."""
    begun = await web.api_call(
        "files.getUploadURLExternal",
        data={"filename": image.name, "length": len(image.png), "alt_txt": cut(image.alt, ALT_LIMIT - 1)},
    )
    url, file = str(begun.get("upload_url") or ""), str(begun.get("file_id") or "")
    if not file or not is_slack(url):
        raise Rejected("Slack's answer names no place of its own for the picture")
    session: aiohttp.ClientSession | None = web.session
    if session is None:  # the adapter always gives one
        raise Unavailable("the connection to Slack is closed")
    async with session.post(
        url,
        data=image.png,
        headers={"Content-Type": "application/octet-stream"},
        proxy=web.proxy,
        allow_redirects=False,
    ) as answer:
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise RateLimited("Slack asks for a pause", retry_after(answer.headers) or 1.0)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"Slack answered the upload with HTTP status {answer.status}")
        if answer.status != HTTPStatus.OK:
            raise Rejected(f"Slack does not take the picture (HTTP status {answer.status})")
    return file


def _not_posted(error: Exception) -> SendError:
    """An error before the last call."""
    found = _refusal(error) if isinstance(error, SlackApiError) else send_error(error)
    return Unavailable(str(found)) if isinstance(found, Unknown) else found


def _refusal(error: SlackApiError) -> SendError:
    """The same as elsewhere, but for a scope that only pictures need."""
    found, data = send_error(error), getattr(error.response, "data", None)
    if isinstance(found, Misconfigured) and isinstance(data, dict) and data.get("error") in _SCOPES:
        return Rejected(
            f"the bot token may not send pictures; add the scope {SCOPE} and install the app again"
        )
    return found
