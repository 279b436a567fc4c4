"""Twilio's callbacks come repeated and in any order: a message goes forward, and never back."""

from itertools import permutations
from urllib.parse import urlencode

from bot.outbox import RANK
from bot.store.schema import outbox
from tests.support.bot_under_test import Customer
from tests.support.door import ACCOUNT, FORM, Door, door

ORDERS = tuple(permutations(("queued", "sent", "delivered", "undelivered")))


def called_back(at: Door, ref: str, status: str) -> int:
    """Twilio tells how far a message is; the status of our answer."""
    form = {"MessageSid": ref, "MessageStatus": status, "AccountSid": ACCOUNT, "To": "+31612345678"}
    form |= {"ErrorCode": "30003"} if status == "undelivered" else {}
    body = urlencode(form).encode()
    return at.post("/sms/status", body, at.signed("/sms/status", body, FORM))


def test_callbacks_in_any_order(migrated_url: str) -> None:
    customers = [Customer(f"texter-{n}", sms=f"+316120000{n:02}") for n in range(len(ORDERS))]
    with door(migrated_url, customers) as at:
        for customer, order in zip(customers, ORDERS, strict=True):
            talk = at.runner.run(at.bot.conversation(customer.id))
            reached = 0
            arrived = False
            for status in (*order, *order, *reversed(order)):
                assert called_back(at, talk.question_ref, status) == 204
                (row,) = at.runner.run(at.bot.rows(outbox, message_ref=talk.question_ref))
                reached = max(reached, RANK[status])
                assert RANK[row.status] == reached, (order, status)
                now = at.runner.run(at.bot.conversation(customer.id))
                arrived |= status == "delivered"
                assert (now.delivered_at is not None) == arrived
