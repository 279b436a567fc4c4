"""Slack's error codes in our words. Lists: the error tables of chat.postMessage, chat.update and
users.lookupByEmail at docs.slack.dev/reference/methods."""

import asyncio
import json
import re
from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError

from channels.base import (
    GATEWAY,
    Away,
    Misconfigured,
    RateLimited,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)

UNREACHABLE: Mapping[str, str] = {
    "user_disabled": "this person's Slack account is deactivated",
    "user_not_found": "Slack knows no such user; look the person up again",
    "user_not_visible": "this bot may not see that Slack user",
    "users_not_found": "Slack knows nobody with that e-mail address",
    "cannot_dm_bot": "the address is a bot's; give a person's",
    "invalid_user_combination": "this person shares no Slack channel with the bot's workspace",
    "channel_not_found": "Slack knows no such conversation, or the bot may not enter it; invite it there",
    "not_in_channel": "the bot is not a member of that Slack channel; invite it there",
    "is_archived": "that Slack channel is archived",
    "restricted_action": "a workspace setting forbids posting there; ask a Slack admin",
    "restricted_action_read_only_channel": "that Slack channel is read-only; choose another",
    "restricted_action_thread_only_channel": "that Slack channel takes only replies in threads",
    "restricted_action_non_threadable_channel": "that Slack channel takes no replies in threads",
    # Of one conversation: "make sure your app is a member of the conversation it's attempting to post to" (page of
    # chat.postMessage), and "access to a resource specified in the request is denied" (the same).
    "no_permission": "the bot may not write in that Slack conversation; invite it there",
    "access_denied": "Slack denies the bot that conversation; ask a Slack admin",
    "app_access_restricted": "this person may not use the app; ask a Slack admin",
}
MISCONFIGURED: Mapping[str, str] = {
    "invalid_auth": "Slack does not accept the bot token; set channels.slack.bot_token anew",
    "not_authed": "Slack got no bot token; set channels.slack.bot_token",
    "account_inactive": "Slack's bot account is deactivated; install the app again",
    "token_revoked": "Slack's bot token was revoked; install the app again",
    "token_expired": "Slack's bot token expired; install the app again",
    "not_allowed_token_type": "this is another kind of Slack token; use the bot token (xoxb-…)",
    "missing_scope": "the bot token lacks a scope; install the app again from its manifest",
    "team_access_not_granted": "the Slack app is not approved for this workspace; ask a Slack admin",
    "org_login_required": "Slack is moving this workspace into an organisation; wait until that is done",
    "ekm_access_denied": "a Slack admin has suspended posting in this workspace",
    "messages_tab_disabled": "the app's Messages tab is off; turn it on under App Home",
    "team_disabled": "this Slack workspace is disabled",
}
NOT_SENT: Mapping[str, str] = {
    "service_unavailable": "Slack is not available at the moment",
    "request_timeout": "Slack got only part of the request",
    "team_added_to_org": "Slack is moving this workspace into an organisation",
    "external_channel_migrating": "Slack is moving this conversation",
}
MAYBE_SENT: Mapping[str, str] = {
    # Both entries in Slack's lists say that part of the operation may have been done.
    "fatal_error": "Slack failed in the middle of the request",
    "internal_error": "Slack failed in the middle of the request",
}
REJECTED: Mapping[str, str] = {
    # docs.slack.dev/reference/methods/files.getUploadURLExternal and files.completeUploadExternal
    "file_uploads_disabled": "this Slack workspace takes no files; ask a Slack admin",
    "file_upload_size_restricted": "the picture is larger than this Slack workspace takes",
    "file_type_not_allowed": "this Slack workspace takes no pictures; ask a Slack admin",
    "posting_to_channel_denied": "the bot may not post in that Slack channel; ask a Slack admin",
    "file_not_found": "Slack has lost the picture between two steps",
}
SPENT = ("used_url", "expired_url")
RATE_LIMITED: Mapping[str, float] = {
    "ratelimited": 1.0,
    "rate_limited": 1.0,
    "message_limit_exceeded": 60.0,
}
"""The code, and the seconds to wait where Slack sends no Retry-After with it."""


_SCOPES = re.compile(r"[a-z_:.,]{1,100}")


def send_error(error: Exception) -> SendError:
    """An SDK's or transport's exception as one of ours. Its text never quotes what Slack answered in full."""
    if isinstance(error, SendError):
        return error
    if isinstance(error, SlackApiError):
        return _of_response(error.response)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unavailable("Slack cannot be reached; look at the network")
    if isinstance(error, asyncio.TimeoutError):
        return Unknown("Slack did not answer in time")
    if isinstance(error, aiohttp.InvalidURL):
        return Misconfigured("channels.slack.api_url is no URL; correct it")
    return Unknown(f"the connection to Slack broke ({type(error).__name__})")


def _of_response(response: object) -> SendError:
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if code == "missing_scope" and isinstance(data, dict) and _SCOPES.fullmatch(str(data.get("needed"))):
        return Misconfigured(
            f"the Slack app lacks the scope {data['needed']}; install it again from its manifest"
        )
    return of_code(code if isinstance(code, str) else "", int(status), retry_after(headers))


def of_code(code: str, status: int, retry_after: float | None) -> SendError:
    """What Slack's error `code`, its HTTP `status` and its Retry-After in seconds mean."""
    if status == 429 or code in RATE_LIMITED:
        return RateLimited("Slack asks for a pause", retry_after or RATE_LIMITED.get(code, 1.0))
    if code in UNREACHABLE:
        return Unreachable(UNREACHABLE[code])
    if code in MISCONFIGURED:
        return Misconfigured(MISCONFIGURED[code])
    if code in REJECTED:
        return Rejected(REJECTED[code])
    if code in NOT_SENT:
        return Unavailable(NOT_SENT[code])
    if code in MAYBE_SENT:
        return Unknown(MAYBE_SENT[code])
    if status in GATEWAY and not code:
        return Away("Slack", status)
    if status >= 500 or not code:
        return Unknown(f"Slack answered with HTTP status {status}")
    return Rejected(f"Slack refuses the message: {code[:60]}")


def webhook_code(body: str) -> str:
    """The error in a response_url's answer: `ok`, a bare code, or JSON with `ok` and `error`."""
    text = body.strip()
    if text == "ok" or not text:
        return ""
    try:
        answer = json.loads(text)
    except ValueError:
        return text if text.replace("_", "").isalnum() else "unreadable_answer"
    if isinstance(answer, dict) and answer.get("ok") is not True:
        return str(answer.get("error", "unreadable_answer"))
    return ""


def is_spent(code: str, status: int) -> bool:
    """Whether a response_url has been used too often, or is too old."""
    return status in (404, 410) or code in SPENT


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header (whole or fractional), None where there is none that can be
    read."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 < seconds < 86_400 else None
