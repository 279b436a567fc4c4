"""Twilio's stand-in, driven by twilio's REST client and checked by its RequestValidator."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse, Response
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]  # twilio ships no types
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # twilio ships no types
from twilio.rest import Client  # type: ignore[import-untyped]  # twilio ships no types

from sandbox import Fault
from sandbox.sms.segments import GSM, GSM_EXTENDED, segments
from tests.support.running import ACCOUNT, AUTH_TOKEN, NUMBER, SERVICE, Running, running

CUSTOMER = "+31612345678"


def client_of(run: Running, sid: str = ACCOUNT, token: str = AUTH_TOKEN) -> Client:
    client = Client(sid, token)
    client.api.base_url = f"{run.url}/twilio"
    return client


async def call(function: Callable[..., Any], *positional: Any, **named: Any) -> Any:
    """The blocking client, beside the sandbox's own loop."""
    return await asyncio.to_thread(function, *positional, **named)


async def test_a_text_arrives_and_its_states_are_told_in_order(run: Running) -> None:
    sent = await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="How likely? 0-10")
    assert (sent.status, sent.num_segments, sent.direction) == ("queued", "1", "outbound-api")
    await run.clock.asleep()
    run.clock.run_at(50)
    message = await run.world.wait_for("sms", lambda message: message.status == "delivered")
    assert (message.id, message.text, message.author) == (sent.sid, "How likely? 0-10", "bot")
    told = await run.bot.wait("/sms/status", 3)
    assert [delivery.form["MessageStatus"] for delivery in told] == ["sending", "sent", "delivered"]
    validator = RequestValidator(AUTH_TOKEN)
    for delivery in told:
        assert validator.validate(delivery.url, delivery.form, delivery.headers["x-twilio-signature"])
    fetched = await call(client_of(run).messages(sent.sid).fetch)
    assert (fetched.status, fetched.date_sent is not None) == ("delivered", True)


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        ({"from_": NUMBER, "body": "x"}, 21604, 400),
        ({"to": CUSTOMER, "body": "x"}, 21603, 400),
        ({"to": CUSTOMER, "from_": NUMBER}, 21602, 400),
        ({"to": CUSTOMER, "from_": NUMBER, "body": "x" * 1601}, 21617, 400),
        ({"to": "0612345678", "from_": NUMBER, "body": "x"}, 21211, 400),
        ({"to": CUSTOMER, "from_": "+31600000000", "body": "x"}, 21606, 400),
        ({"to": NUMBER, "from_": NUMBER, "body": "x"}, 21266, 400),
        ({"to": CUSTOMER, "messaging_service_sid": SERVICE, "body": "x"}, 21701, 404),
        ({"to": CUSTOMER, "from_": NUMBER, "body": "x", "status_callback": "http://my_host/x"}, 21609, 400),
        ({"to": CUSTOMER, "from_": NUMBER, "body": "x", "schedule_type": "fixed"}, 35118, 400),
        ({"to": "+31201234567", "from_": NUMBER, "body": "x"}, 21635, 400),
    ],
)
async def test_a_wrong_text_gets_twilios_own_error(
    run: Running, arguments: dict[str, Any], code: int, status: int
) -> None:
    run.world.add_number("+31201234567", "A landline", fate="refused", code=21635)
    arguments = {"to": "", **arguments}
    with pytest.raises(TwilioRestException) as caught:
        await call(client_of(run).messages.create, **arguments)
    assert (caught.value.code, caught.value.status) == (code, status)


async def test_a_wrong_token_is_20003_and_the_account_answers(run: Running) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await call(client_of(run, token="wrong").api.accounts(ACCOUNT).fetch)
    assert (caught.value.code, caught.value.status) == (20003, 401)
    account = await call(client_of(run).api.accounts(ACCOUNT).fetch)
    assert (account.sid, account.status) == (ACCOUNT, "active")
    with pytest.raises(TwilioRestException) as caught:
        await call(client_of(run).messages("SM" + "0" * 32).fetch)
    assert (caught.value.code, caught.value.status) == (20404, 404)


@pytest.mark.parametrize(
    ("fate", "code", "states"),
    [
        ("sent", None, ["sending", "sent"]),
        ("undelivered", 30003, ["sending", "sent", "undelivered"]),
        ("failed", 30006, ["sending", "sent", "failed"]),
    ],
)
async def test_a_text_ends_as_its_number_has_it(
    run: Running, fate: str, code: int | None, states: list[str]
) -> None:
    run.world.sms.change(CUSTOMER, fate=fate, code=code)
    run.clock.run_at(50)
    await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="x")
    told = await run.bot.wait("/sms/status", len(states))
    await asyncio.sleep(0.05)  # long enough at this speed for a state too many
    assert [delivery.form["MessageStatus"] for delivery in run.bot.at("/sms/status")] == states
    assert told[-1].form.get("ErrorCode") == (str(code) if code else None)


async def test_an_inbound_text_is_signed_over_all_its_fields(run: Running) -> None:
    act = await run.people.type("sms", "een 8 😀 & meer")
    assert act.delivered
    [delivery] = run.bot.at("/sms/inbound")
    assert RequestValidator(AUTH_TOKEN).validate(
        delivery.url, delivery.form, delivery.headers["x-twilio-signature"]
    )
    assert (delivery.form["From"], delivery.form["To"], delivery.form["Body"]) == (
        CUSTOMER,
        NUMBER,
        "een 8 😀 & meer",
    )
    assert run.world.messages("sms")[0].status == "delivered"
    [listed] = await call(client_of(run).messages.list, to=NUMBER)
    assert (listed.sid, listed.direction, listed.status) == (
        delivery.form["MessageSid"],
        "inbound",
        "received",
    )


async def test_the_public_address_is_signed_and_the_local_one_reached() -> None:
    async with running(public="https://nps.acme.example") as run:
        assert (await run.people.type("sms", "8")).delivered
        [delivery] = run.bot.at("/sms/inbound")
        signed = delivery.headers["x-twilio-signature"]
        assert RequestValidator(AUTH_TOKEN).validate(
            "https://nps.acme.example/sms/inbound", delivery.form, signed
        )


async def test_twiml_replies_are_sent(run: Running) -> None:
    run.bot.answers["/sms/inbound"] = lambda _: Response(
        "<Response><Message>Thanks: 8 &amp; bye</Message></Response>", media_type="application/xml"
    )
    run.clock.run_at(50)
    await run.people.type("sms", "8")
    await run.world.wait_for("sms", lambda message: message.text == "Thanks: 8 & bye")


async def test_stop_is_twilios_own_and_start_undoes_it(run: Running) -> None:
    await run.people.type("sms", " stop ")
    assert [delivery.form["Body"] for delivery in run.bot.at("/sms/inbound")] == [" stop "]
    reply = run.world.messages("sms")[-1]
    assert (reply.author, "unsubscribed" in reply.text) == ("provider", True)
    with pytest.raises(TwilioRestException) as caught:
        await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="x")
    assert caught.value.code == 21610
    await run.people.type("sms", "START")
    assert (
        await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="x")
    ).status == "queued"
    await run.people.type("sms", "ik stop ermee")
    assert run.world.messages("sms")[-1].author != "provider"


async def test_a_lost_or_refused_webhook_is_not_repeated_but_listed(run: Running) -> None:
    run.world.fault(Fault("sms", "lose", on="deliver:inbound"))
    await run.people.type("sms", "8")
    run.bot.answers["/sms/inbound"] = lambda _: PlainTextResponse("", 500)
    assert not (await run.people.type("sms", "9")).delivered
    await run.clock.forward(60)
    assert len(run.bot.at("/sms/inbound")) == 1
    assert [each.body for each in await call(client_of(run).messages.list, to=NUMBER)] == ["9", "8"]


async def test_connection_overrides_ask_for_retries_with_one_token() -> None:
    async with (
        running() as plain,
        running(sms={"inbound_url": f"{plain.bot.url}/sms/inbound#rc=2&rp=5xx"}) as run,
    ):
        plain.bot.answers["/sms/inbound"] = lambda _: PlainTextResponse("", 503)
        run.clock.run_at(50)
        await run.people.type("sms", "8")
        deliveries = await plain.bot.wait("/sms/inbound", 3)
        assert len({delivery.headers["i-twilio-idempotency-token"] for delivery in deliveries}) == 1
        for delivery in deliveries:  # the fragment is not part of the signed address
            signed = delivery.headers["x-twilio-signature"]
            assert RequestValidator(AUTH_TOKEN).validate(delivery.url, delivery.form, signed)


async def test_the_list_filters_and_pages(run: Running) -> None:
    start = run.world.now()
    for number in range(5):
        await run.people.type("sms", str(number))
        run.clock.jump(60)
    client = client_of(run)
    assert [each.body for each in await call(client.messages.list, from_=CUSTOMER, page_size=2)] == [
        "4",
        "3",
        "2",
        "1",
        "0",
    ]
    assert [each.body for each in await call(client.messages.list, limit=2)] == ["4", "3"]
    late = start + timedelta(seconds=150)
    assert [each.body for each in await call(client.messages.list, date_sent_after=late)] == ["4", "3"]
    assert [each.body for each in await call(client.messages.list, date_sent_before=late)] == ["2", "1", "0"]
    assert await call(client.messages.list, to=CUSTOMER) == []


async def test_a_service_accepts_first_and_can_be_cancelled_and_emptied() -> None:
    async with running(sms={"messaging_service_sid": SERVICE}) as run:
        messages = client_of(run).messages
        sent = await call(messages.create, to=CUSTOMER, messaging_service_sid=SERVICE, body="x")
        assert sent.status == "accepted"
        later = run.world.now() + timedelta(hours=1)
        planned = await call(
            messages.create,
            to=CUSTOMER,
            messaging_service_sid=SERVICE,
            body="y",
            schedule_type="fixed",
            send_at=later,
        )
        assert planned.status == "scheduled"
        assert (await call(messages(planned.sid).update, status="canceled")).status == "canceled"
        assert (await call(messages(sent.sid).update, body="")).body == ""
        assert await call(messages(sent.sid).delete)
        with pytest.raises(TwilioRestException):
            await call(messages(sent.sid).fetch)


async def test_a_number_sends_one_segment_a_second_and_its_queue_is_finite() -> None:
    async with running(sms={"segments_per_second": 1.0}) as run:
        messages = client_of(run).messages
        first = await call(messages.create, to=CUSTOMER, from_=NUMBER, body="a" * 300)
        second = await call(messages.create, to=CUSTOMER, from_=NUMBER, body="b")
        await run.clock.asleep(2)
        await run.clock.forward(1.5)
        states = {sid: run.world.sms.messages[sid].status for sid in (first.sid, second.sid)}
        assert states == {first.sid: "delivered", second.sid: "queued"}
        await run.clock.forward(2)
        assert run.world.sms.messages[second.sid].status == "delivered"


async def test_callbacks_come_out_of_order_when_told_to(run: Running) -> None:
    run.world.fault(Fault("sms", "reorder", on="deliver:status", skip=1, seconds=60))
    run.clock.run_at(20)
    await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="x")
    told = await run.bot.wait("/sms/status", 3)
    assert [delivery.form["MessageStatus"] for delivery in told] == ["sending", "delivered", "sent"]


async def test_after_a_time_out_the_text_is_in_the_list(run: Running) -> None:
    run.world.fault(Fault("sms", "timeout_after", on="Messages.create"))
    client = client_of(run)
    client.http_client.timeout = 0.3
    with pytest.raises(Exception, match="timed out"):
        await call(client.messages.create, to=CUSTOMER, from_=NUMBER, body="once")
    assert [each.body for each in await call(client.messages.list, to=CUSTOMER)] == ["once"]


async def test_a_blocked_phone_makes_30004(run: Running) -> None:
    await run.people.block("sms")
    run.clock.run_at(50)
    await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="x")
    told = await run.bot.wait("/sms/status", 3)
    assert (told[-1].form["MessageStatus"], told[-1].form["ErrorCode"]) == ("undelivered", "30004")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_carriers_do(text: str, count: int) -> None:
    assert segments(text) == count


@given(st.text(alphabet=sorted(GSM | GSM_EXTENDED), max_size=400), st.sampled_from("ç😀’"))
def test_one_character_outside_gsm_never_makes_a_text_cheaper(text: str, foreign: str) -> None:
    assert segments(text + foreign) >= segments(text)


async def test_a_carrier_that_thinks_better_of_it_tells_so_late(run: Running) -> None:  # field A2
    run.world.sms.change(CUSTOMER, fate="undelivered", code=30003, late=600.0)
    run.clock.run_at(50)
    await call(client_of(run).messages.create, to=CUSTOMER, from_=NUMBER, body="x")
    told = await run.bot.wait("/sms/status", 2)
    assert told[-1].form["MessageStatus"] == "sent"
    run.clock.jump(601)
    told = await run.bot.wait("/sms/status", 3)
    assert (told[-1].form["MessageStatus"], told[-1].form["ErrorCode"]) == ("undelivered", "30003")
