"""What is Slack's own about pictures."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from channels.base import (
    Address,
    Misconfigured,
    OutboundMessage,
    RateLimited,
    Rejected,
    SendError,
    Unavailable,
    Unreachable,
    plain,
)
from channels.slack.channel import SlackChannel
from channels.slack.scopes import SCOPES
from tests.channels.contract import PICTURE
from tests.channels.slack.test_channel import TestSlack as Contract
from tests.channels.slack.test_channel import refused
from tests.support.far_side import Answer, FarSide, far_side

TO_A_USER = OutboundMessage(
    id=1, address=Address("slack", "U0CUSTOMER"), body=(plain("NPS +40"),), image=PICTURE
)
TO_A_CHANNEL = replace(TO_A_USER, address=Address("slack", "C0TEAM"))


@pytest.fixture
async def side() -> AsyncIterator[FarSide]:
    async with far_side(Contract().usual) as side:
        yield side


@pytest.fixture
async def slack(side: FarSide) -> AsyncIterator[SlackChannel]:
    channel = Contract().channel(side.url)
    yield channel
    await channel.aclose()


async def test_it_is_shared_in_the_conversation_with_a_user(slack: SlackChannel, side: FarSide) -> None:
    receipt = await slack.send(TO_A_USER)
    assert receipt.message_ref is None
    assert side.sent[0].data["users"] == "U0CUSTOMER"
    assert side.last.data["channel_id"] == "D0CUSTOMER"


async def test_a_conversation_needs_no_opening(slack: SlackChannel, side: FarSide) -> None:
    await slack.send(TO_A_CHANNEL)
    assert len(side.sent) == 3
    assert side.last.data["channel_id"] == "C0TEAM"


async def test_the_token_does_not_go_with_the_bytes(slack: SlackChannel, side: FarSide) -> None:
    await slack.send(TO_A_CHANNEL)
    upload = side.sent[1]
    assert upload.content == PICTURE.png
    assert "authorization" not in upload.headers


async def test_it_never_goes_through_a_response_url(slack: SlackChannel, side: FarSide) -> None:
    answer = f"{side.url}/response/T0/1/x"
    await slack.send(replace(TO_A_CHANNEL, answer_ref=answer, replaces="C0TEAM:1.2"))
    assert not any(sent.path.startswith("/response") or "chat." in sent.path for sent in side.sent)


async def test_long_words_for_who_cannot_see_it_are_cut(slack: SlackChannel, side: FarSide) -> None:
    await slack.send(replace(TO_A_CHANNEL, image=replace(PICTURE, alt="detractors 1, " * 200)))
    alt = str(side.sent[0].data["alt_txt"])
    assert 900 < len(alt) <= 1000
    assert alt.endswith("…")


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        (0, refused("user_disabled"), Unreachable),
        (0, refused("missing_scope"), Rejected),
        (0, Answer(200, {"ok": True, "channel": {}}), Unavailable),
        (1, refused("missing_scope"), Rejected),
        (1, refused("invalid_auth"), Misconfigured),
        (1, refused("file_uploads_disabled"), Rejected),
        (1, refused("internal_error"), Unavailable),
        (1, Answer(200, {"ok": True, "upload_url": "https://files.example/x", "file_id": "F1"}), Rejected),
        (2, Answer(404, "no such upload"), Rejected),
        (2, Answer(503, "busy"), Unavailable),
        (2, Answer(429, "slow down", {"Retry-After": "7"}), RateLimited),
        (3, refused("missing_scope"), Rejected),
        (3, refused("channel_not_found"), Unreachable),
        (3, refused("not_in_channel"), Unreachable),
        (3, refused("token_revoked"), Misconfigured),
    ],
)
async def test_an_error_in_each_call(
    slack: SlackChannel, side: FarSide, step: int, answer: Answer, kind: type[SendError]
) -> None:
    side.answers.extend([*[Answer()] * step, answer])
    with pytest.raises(kind):
        await slack.send(TO_A_USER)
    assert len(side.sent) == step + 1


async def test_an_upload_that_takes_too_long_was_not_posted(
    slack: SlackChannel, side: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.slack.pictures._PREPARING", 0.2)
    side.answers.extend([Answer(), Answer(), Answer(after=1.0)])
    with pytest.raises(Unavailable):
        await slack.send(TO_A_USER)
    assert len(side.sent) == 3


async def test_being_cancelled_is_no_error(slack: SlackChannel, side: FarSide) -> None:
    side.answers.append(Answer(after=5.0))
    with pytest.raises(TimeoutError):  # the caller's own, and no SendError
        async with asyncio.timeout(0.2):
            await slack.send(TO_A_USER)
    assert len(side.sent) == 1


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (None, "@npsbot in the workspace Acme"),
        (",".join(SCOPES), "@npsbot in the workspace Acme"),
        (
            ",".join(sorted(SCOPES.keys() - {"files:write"})),
            "@npsbot in the workspace Acme; without files:write it sends no pictures",
        ),
        (
            ",".join(sorted(SCOPES.keys() - {"reactions:read", "groups:read"})),
            "@npsbot in the workspace Acme; without reactions:read it hears no reactions; "
            "without groups:read it cannot look private channels up",
        ),
    ],
)
async def test_the_check_names_every_scope_that_is_missing(
    slack: SlackChannel, side: FarSide, scopes: str | None, said: str
) -> None:
    side.answers.append(Answer(headers={} if scopes is None else {"x-oauth-scopes": scopes}))
    assert await slack.identify() == said
