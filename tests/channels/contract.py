"""What every adapter promises, as one class of tests that each adapter's own tests inherit.

A subclass says how its channel is made, how its provider signs, which recorded payloads it has and what the
provider answers; everything else is here. See docs/adding-a-channel.md.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from channels.base import (
    Address,
    Channel,
    Choice,
    Image,
    Inbound,
    Misconfigured,
    OutboundMessage,
    RateLimited,
    Receipt,
    SendError,
    Unavailable,
    Unknown,
    bold,
    link,
    plain,
    quote,
)
from channels.guard import MAX_BODY
from tests.support.far_side import Answer, FarSide, Sent, far_side

PAYLOADS = Path(__file__).parent.parent / "data" / "payloads"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WORDS = "the delivery was three weeks late"


@dataclass(frozen=True)
class Hook:
    """One request of a provider to one of our webhooks."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def with_body(self, body: bytes) -> "Hook":
        return replace(self, body=body)


class Intake:
    """Where events go in a test: it keeps them, or refuses to."""

    def __init__(self) -> None:
        self.events: list[Inbound] = []
        self.fails = False
        self.app: Starlette | None = None

    async def receive(self, events: Sequence[Inbound]) -> None:
        await asyncio.sleep(0)
        if self.fails:
            raise OSError(f"disk full while keeping: {WORDS}")
        self.events.extend(events)

    @property
    def ids(self) -> list[str]:
        return [event.provider_id for event in self.events]


class ChannelContract(ABC):
    """Inherit it as `class TestX(ChannelContract)` and fill in what is abstract."""

    secrets: tuple[str, ...]
    """What must never be logged."""
    address: Address
    refused_token: Answer
    """What the provider answers to a wrong token."""
    too_fast: Answer
    """What the provider answers to one message too many; it asks for 7 seconds where it can."""
    pause = 7.0
    garbled: tuple[str, ...] = ("", "nonsense")
    """Bodies that the provider never sends and that are no payload, answered 400."""
    signs_body = True
    picture_calls: tuple[str, ...] = ("",)
    """The ends of the paths that sending a picture asks, in their order: only the last one posts it."""

    @abstractmethod
    def channel(self, api_url: str) -> Channel: ...

    @abstractmethod
    def usual(self, sent: Sent) -> object:
        """The provider's answer when all is well."""

    @abstractmethod
    def hook(self, name: str) -> Hook:
        """The unsigned request that a recorded payload makes."""

    @abstractmethod
    def signed(self, hook: Hook, secret: str | None = None) -> Hook:
        """The same request with the provider's signature of NOW, or with another secret's."""

    @abstractmethod
    def recorded(self) -> tuple[str, ...]:
        """The names of payloads that tell something, one event each."""

    @abstractmethod
    def unheard(self) -> tuple[str, ...]:
        """The names of payloads that must be answered 200 and tell nothing."""

    @abstractmethod
    def shorten_timeout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a request time out after 0.2 s."""

    # --------------------------------------------------------------------------------------- arrangements

    @pytest.fixture
    def intake(self) -> Intake:
        return Intake()

    @pytest.fixture
    async def side(self) -> AsyncIterator[FarSide]:
        async with far_side(self.usual) as side:
            yield side

    @pytest.fixture
    async def sender(self, side: FarSide) -> AsyncIterator[Channel]:
        channel = self.channel(side.url)
        yield channel
        await channel.aclose()

    async def post(self, hook: Hook, intake: Intake) -> httpx.Response:
        transport = httpx.ASGITransport(self.app(intake), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="https://nps.acme.example") as http:
            return await http.post(hook.path, content=hook.body, headers=hook.headers)

    def app(self, intake: Intake) -> Starlette:
        """The channel's webhooks, which hand over to that intake; made once, since an SDK's client takes a
        while."""
        if intake.app is None:
            intake.app = Starlette(routes=list(self.channel("http://127.0.0.1:9").routes(intake.receive)))
        return intake.app

    def message(self, **changes: object) -> OutboundMessage:
        message = OutboundMessage(
            id=1,
            address=self.address,
            body=(bold("Acme"), plain(" scored 3 & said:"), quote(WORDS), link("call", "tel:+31612345678")),
        )
        return replace(message, **changes)  # type: ignore[arg-type]  # each caller names real fields

    # -------------------------------------------------------------------------------------------- webhooks

    async def test_takes_what_the_provider_signed(self, intake: Intake) -> None:
        for name in self.recorded():
            answer = await self.post(self.signed(self.hook(name)), intake)
            assert answer.is_success, name
        assert len(intake.events) == len(self.recorded())
        assert all(event.provider_id for event in intake.events)
        assert len(set(intake.ids)) == len(intake.ids)

    async def test_a_replay_carries_the_same_provider_id(self, intake: Intake) -> None:
        for name in self.recorded():
            hook = self.signed(self.hook(name))
            assert (await self.post(hook, intake)).is_success
            assert (await self.post(hook, intake)).is_success
            assert intake.ids[-1] == intake.ids[-2]

    async def test_what_tells_nothing_is_answered_200(self, intake: Intake) -> None:
        for name in self.unheard():
            answer = await self.post(self.signed(self.hook(name)), intake)
            assert answer.is_success, name
        assert intake.events == []

    async def test_without_a_signature_nothing_happens(self, intake: Intake) -> None:
        for name in self.recorded():
            assert (await self.post(self.hook(name), intake)).status_code == 401
        assert intake.events == []

    async def test_another_secrets_signature_is_refused(self, intake: Intake) -> None:
        for name in self.recorded():
            hook = self.signed(self.hook(name), secret="another-secret-of-the-same-shape")
            assert (await self.post(hook, intake)).status_code == 401
        assert intake.events == []

    @pytest.mark.parametrize("signature", ["", "v0=", "é", "a" * 5000, "v0=" + "0" * 64])
    async def test_a_senseless_signature_is_refused(self, intake: Intake, signature: str) -> None:
        hook = self.hook(self.recorded()[0])
        signed = self.signed(hook)
        odd = {name: signature.encode() for name in signed.headers if name not in hook.headers}
        headers = {name: value.encode() for name, value in hook.headers.items()}
        spoilt = replace(hook, headers=headers | odd)  # type: ignore[arg-type]  # bytes: not every one is ASCII
        assert (await self.post(spoilt, intake)).status_code == 401
        assert intake.events == []

    async def test_a_changed_body_is_refused(self, intake: Intake) -> None:
        """Not where the provider signs nothing but carries a secret (Telegram): there the body goes
        through."""
        hook = self.signed(self.hook(self.recorded()[0]))
        answer = await self.post(hook.with_body(hook.body + b" "), intake)
        assert answer.status_code == (401 if self.signs_body else 200)

    @pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"\xc3", "é".encode("latin-1")])
    async def test_a_body_that_is_not_utf8_is_refused(self, intake: Intake, body: bytes) -> None:
        hook = self.hook(self.recorded()[0]).with_body(body)
        hook = replace(hook, headers=hook.headers | self.signed(self.hook(self.recorded()[0])).headers)
        assert (await self.post(hook, intake)).status_code == 400
        assert intake.events == []

    async def test_a_garbled_body_changes_nothing(self, intake: Intake) -> None:
        whole = self.hook(self.recorded()[0])
        for body in (*(text.encode() for text in self.garbled), whole.body[: len(whole.body) // 2]):
            answer = await self.post(self.signed(whole.with_body(body)), intake)
            assert answer.status_code < 500, body
        assert all(event.provider_id for event in intake.events)

    async def test_a_body_over_one_mebibyte_is_refused(self, intake: Intake) -> None:
        hook = self.signed(self.hook(self.recorded()[0]).with_body(b"x" * (MAX_BODY + 1)))
        assert (await self.post(hook, intake)).status_code == 413
        assert intake.events == []

    async def test_a_large_body_without_a_length_is_refused(self, intake: Intake) -> None:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(17):
                yield b"x" * (MAX_BODY // 16)

        hook = self.signed(self.hook(self.recorded()[0]).with_body(b"x"))
        hook = replace(hook, body=parts())  # type: ignore[arg-type]  # httpx sends an iterator in chunks
        assert (await self.post(hook, intake)).status_code == 413
        assert intake.events == []

    async def test_what_was_not_kept_is_answered_503(self, intake: Intake) -> None:
        intake.fails = True
        for name in self.recorded():
            assert (await self.post(self.signed(self.hook(name)), intake)).status_code == 503, name

    async def test_the_answer_waits_for_the_commit(self) -> None:
        committed, asked = asyncio.Event(), asyncio.Event()

        class Slow(Intake):
            async def receive(self, events: Sequence[Inbound]) -> None:
                asked.set()
                await committed.wait()

        answer = asyncio.create_task(self.post(self.signed(self.hook(self.recorded()[0])), Slow()))
        await asked.wait()
        assert not answer.done()
        committed.set()
        assert (await answer).is_success

    async def test_only_post_is_answered(self, intake: Intake) -> None:
        transport = httpx.ASGITransport(self.app(intake))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as http:
            assert (await http.get(self.hook(self.recorded()[0]).path)).status_code == 405

    # --------------------------------------------------------------------------------------------- sending

    async def test_sends_once_and_names_the_message(self, sender: Channel, side: FarSide) -> None:
        receipt = await sender.send(self.message())
        assert isinstance(receipt, Receipt)
        assert receipt.message_ref
        assert len(side.sent) == 1

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(broken=True),
            Answer(500, {"detail": "none of the provider's shapes"}),
            Answer(502, "<html>Bad Gateway</html>", {"content-type": "text/html"}),
            Answer(200, "not the JSON that was promised"),
        ],
        ids=["broken connection", "500", "502 as HTML", "unreadable answer"],
    )
    async def test_an_unclear_outcome_is_unknown(
        self, sender: Channel, side: FarSide, answer: Answer
    ) -> None:
        side.answers.append(answer)
        with pytest.raises(Unknown):
            await sender.send(self.message())
        assert len(side.sent) == 1, "an adapter sends once; trying again is the outbox's decision"

    async def test_no_answer_in_time_is_unknown(self, side: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shorten_timeout(monkeypatch)
        channel = self.channel(side.url)
        side.answers.append(Answer(after=1.0))
        with pytest.raises(Unknown):
            await channel.send(self.message())
        assert len(side.sent) == 1
        await channel.aclose()

    async def test_a_refused_connection_is_unavailable(self) -> None:
        channel = self.channel("http://127.0.0.1:9")
        with pytest.raises(Unavailable):
            await channel.send(self.message())
        await channel.aclose()

    async def test_a_wrong_token_is_misconfigured(self, sender: Channel, side: FarSide) -> None:
        side.answers.extend([self.refused_token] * 2)
        with pytest.raises(Misconfigured):
            await sender.send(self.message())
        with pytest.raises(Misconfigured):
            await sender.identify()

    async def test_too_fast_is_rate_limited(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(self.too_fast)
        with pytest.raises(RateLimited) as limited:
            await sender.send(self.message())
        assert limited.value.retry_after == self.pause
        assert len(side.sent) == 1

    async def test_a_long_body_is_cut_to_the_limit(self, sender: Channel, side: FarSide) -> None:
        words = "wachten & nog eens <wachten> " * 2000
        await sender.send(self.message(body=(plain("Acme said:"), quote(words), plain("Call them."))))
        shown = self.shown(side.last)
        assert "Acme said:" in shown
        assert "Call them." in shown, "what gives way is the long quotation, not our own words"
        assert "…" in shown
        assert len(shown) <= sender.limits.text

    @abstractmethod
    def shown(self, sent: Sent) -> str:
        """The words that the provider would show, without mark-up."""

    # -------------------------------------------------------------------------------------------- pictures

    @abstractmethod
    def pictured(self, sent: Sequence[Sent]) -> tuple[str, str]:
        """The caption without mark-up, and the words for who cannot see the picture, of these requests."""

    def picture(self) -> OutboundMessage:
        return self.message(body=(bold("NPS +40"), plain(" of A&B <Initech>")), image=PICTURE)

    async def test_a_picture_goes_with_its_caption(self, sender: Channel, side: FarSide) -> None:
        await sender.send(self.picture())
        assert len(side.sent) == len(self.picture_calls)
        for sent, end in zip(side.sent, self.picture_calls, strict=True):
            assert sent.path.endswith(end)
        carried = [sent for sent in side.sent if PICTURE.png in sent.content]
        assert len(carried) == (1 if sender.limits.images else 0)
        alt = PICTURE.alt if sender.name == "slack" else ""
        assert self.pictured(side.sent) == ("NPS +40 of A&B <Initech>", alt)

    async def test_a_picture_that_fails_halfway_was_not_sent(self, sender: Channel, side: FarSide) -> None:
        for step in range(len(self.picture_calls)):
            last = step == len(self.picture_calls) - 1
            for answer in (Answer(broken=True), Answer(500, "oops")):
                side.sent.clear()
                side.answers.extend([*[Answer()] * step, answer])
                with pytest.raises(Unknown if last else Unavailable) as error:
                    await sender.send(self.picture())
                assert len(side.sent) == step + 1, "nothing is asked twice"
                assert "NPS" not in str(error.value)

    async def test_a_picture_is_refused_as_a_text_is(self, sender: Channel, side: FarSide) -> None:
        for step, end in enumerate(self.picture_calls):
            side.answers.extend([*[Answer()] * step, self.too_fast])
            with pytest.raises(RateLimited) as limited:
                await sender.send(self.picture())
            assert limited.value.retry_after == self.pause, end

    async def test_a_long_caption_is_cut(self, sender: Channel, side: FarSide) -> None:
        body = (bold("NPS +40"), quote("wachten & nog eens <wachten> " * 2000))
        await sender.send(replace(self.picture(), body=body))
        caption, _ = self.pictured(side.sent)
        assert caption.startswith("NPS +40")
        assert "…" in caption[-3:]
        assert len(caption) <= sender.limits.text

    async def test_identify_is_one_line(self, sender: Channel) -> None:
        said = await sender.identify()
        assert said
        assert "\n" not in said
        assert not any(secret in said for secret in self.secrets)

    async def test_closing_twice_is_fine(self, side: FarSide) -> None:
        channel = self.channel(side.url)
        await channel.send(self.message())
        await channel.aclose()
        await channel.aclose()

    async def test_an_error_says_no_words_address_or_secret(self, sender: Channel, side: FarSide) -> None:
        for answer in (self.refused_token, self.too_fast, Answer(500, "oops"), Answer(broken=True)):
            side.answers.append(answer)
            with pytest.raises(SendError) as error:
                await sender.send(self.message())
            said = str(error.value)
            assert "\n" not in said
            assert not any(text in said for text in (WORDS, self.address.id, *self.secrets))

    async def test_neither_words_nor_secrets_are_logged(
        self, sender: Channel, side: FarSide, intake: Intake, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        side.answers.append(Answer(500, f"we failed at: {WORDS}"))
        with pytest.raises(Unknown):
            await sender.send(self.message())
        await sender.send(self.message())
        for fails in (False, True):
            intake.fails = fails
            for name in (*self.recorded(), *self.unheard()):
                await self.post(self.signed(self.hook(name)), intake)
        logged = "\n".join(
            f"{record.getMessage()} {record.__dict__} {record.exc_text}" for record in caplog.records
        )
        assert not any(text in logged for text in (WORDS, *self.secrets))

    def test_states_its_limits(self) -> None:
        limits = self.channel("http://127.0.0.1:9").limits
        assert limits.text > 0
        assert limits.per_second > 0
        assert limits.burst >= 1


PICTURE = Image(
    b"\x89PNG\r\n\x1a\n\x00\xff not a real one", "Bar chart: NPS +40, 120 answers.", "nps-demo.png"
)
SOON = NOW + timedelta(hours=2)
SCALE = (
    tuple(Choice(str(score), f"v1.{score}") for score in range(6)),
    tuple(Choice(str(score), f"v1.{score}") for score in range(6, 11)),
)
