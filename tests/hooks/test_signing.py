"""The signature, against the library of receivers and against one written from the specification alone."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.hooks import hooks
from bot.hooks.signing import new_hook_secret, signed_headers
from tests.hooks.receivers import Got, Receiver, hook_sender, rows_of, subscribed, told
from tests.hooks.test_sending import answered
from tests.support.bot_under_test import Bot

BODY = '{"type":"answer.given","data":{"reason":"zó traag…"}}'


def from_the_specification(secret: str, got: Got) -> bool:
    """Standard Webhooks 1.0: HMAC-SHA256 over `{id}.{timestamp}.{payload}` with the base64-decoded secret; any of the
    space-delimited `v1,<base64>` may match."""
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.{got.body}".encode()
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(one, f"v1,{mine}") for one in got.headers["webhook-signature"].split(" "))


def test_both_agree() -> None:
    now, secret = datetime.now(UTC), new_hook_secret()
    headers = signed_headers([secret], "evt_1", now, BODY)
    assert from_the_specification(secret, Got("", headers, BODY))
    assert Webhook(secret).verify(BODY, headers)["type"] == "answer.given"
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_the_example_of_the_specification_has_this_form() -> None:
    at = datetime(2023, 1, 19, 0, 13, 51, tzinfo=UTC)
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, "{}"
    )
    assert headers["webhook-timestamp"] == "1674087231"
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["webhook-signature"].endswith("=")


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "secret"])
def test_whatever_is_changed_is_found(change: str) -> None:
    now, secret = datetime.now(UTC), new_hook_secret()
    headers = signed_headers([secret], "evt_1", now, BODY)
    body = BODY + " " if change == "body" else BODY
    if change in headers:
        headers[change] = headers[change] + "1" if change == "webhook-id" else str(int(now.timestamp()) - 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_hook_secret() if change == "secret" else secret).verify(body, headers)


async def test_for_a_day_both_secrets_sign(bot: Bot) -> None:
    old = await subscribed(bot, "crm", "answer.given")
    new = new_hook_secret()
    await bot.store.write(hooks.rotate, (await rows_of(bot)).id, new, bot.clock.now())
    await answered(bot, "9", "9")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    first = receiver.got[0]
    assert first.headers["webhook-signature"].count(" ") == 1
    assert "  " not in first.headers["webhook-signature"]
    assert from_the_specification(old, first)
    assert from_the_specification(new, first)
    bot.clock.advance(hours=24)
    row = await rows_of(bot)
    assert hooks.secrets_of(row, bot.clock.now()) == [new]
    assert hooks.secrets_of(row, bot.clock.now() - timedelta(seconds=1)) == [new, old]
