"""Why a person is asked and what is held about them: as data, in plain words, and in messages that fit."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from typer.testing import CliRunner

from bot.app import running
from bot.cli.contacts import contacts_app
from bot.dialogue.messages import Voice
from bot.people.consent import opt_out
from bot.people.contacts import person
from bot.people.importing import import_contacts
from bot.people.suppression import KeyMissing
from bot.privacy import erasure_code
from bot.privacy.erasure_code import TRIES, VALID, code_in
from bot.privacy.held import held, messages_of, my_data, this_conversation, why_me
from bot.reading.bounds import Bounds
from bot.store.store import Store
from bot.words import load_words, words_for
from channels.base import Address
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import MONDAY

DATABASE = "sqlite+aiosqlite:///npsbot.db"
HOME = ZoneInfo("Europe/Amsterdam")
SLACK, PHONE = Address("slack", "U1AB"), Address("sms", "+31655512399")
BUYER = (
    "contact_id,name,account,account_manager,language,timezone,slack,telegram,phone,plan\n"
    "C1,Head of Purchasing,Globex,Manager,en,Europe/Lisbon,U1AB,,+31655512399,gold\n"
)


def voice(language: str = "en", *, sms: bool = False) -> Voice:
    return Voice(words_for("customer", language), "Acme", Bounds(0, 10), buttons=not sms, paid_by_length=sms)


async def load(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(BUYER, encoding="utf-8")
    result = await import_contacts(bot.store, tmp_path / "c.csv", bot.settings, bot.clock.now())
    assert result.refused == []


@pytest.fixture
async def talked(store: Store, tmp_path: Path) -> Bot:
    """Somebody who answered one wave of a campaign for gold customers and was skipped in the next."""
    campaign = {"send_between": "always", "audience": {"plan": ["gold", "silver"], "language": "en"}}
    bot = Bot(store, settings_of(campaigns={"demo": campaign}))
    await load(bot, tmp_path)
    await bot.start()
    await bot.say("slack:U1AB", "5")
    await bot.say("slack:U1AB", "*3")
    await bot.say("slack:U1AB", "The invoices are wrong.")
    await bot.later(days=8)
    await bot.start()
    await bot.store.write(opt_out, PHONE, bot.clock.now(), "words")
    return bot


async def whole(bot: Bot) -> dict[str, Any]:
    def read(connection: Connection) -> dict[str, Any]:
        one = person(connection, "C1")
        assert one is not None
        return held(connection, one)

    return await bot.store.read(read)


async def test_everything_that_is_held(talked: Bot) -> None:
    found = await whole(talked)
    assert found["name"] == "Head of Purchasing"
    assert (found["account"], found["account_manager"]) == ("Globex", "Manager")
    assert (found["language"], found["timezone"]) == ("en", "Europe/Lisbon")
    assert found["attributes"] == {"plan": "gold"}
    assert found["added_at"] == "2026-03-02T10:00:00+00:00"
    assert {(one["channel"], one["address"]) for one in found["addresses"]} == {
        ("slack", "U1AB"),
        ("sms", "+31655512399"),
    }
    assert [one["source"] for one in found["opt_outs"]] == ["words"]
    first, second = found["conversations"]
    assert (first["campaign"], first["first_score"], first["score"]) == ("demo", 5, 3)
    assert first["reason"] == "The invoices are wrong."
    assert first["case"]["manager"] == "Manager"
    assert [one["kind"] for one in first["answers"]] == ["score", "score", "reason"]
    assert (second["state"], second["skipped"]) == ("skipped", "too_soon")
    assert [one["text"] for one in found["received"]] == ["5", "*3", "The invoices are wrong."]
    assert "How likely" in found["sent"][0]["text"] or "how likely" in found["sent"][0]["text"]
    assert json.loads(json.dumps(found)) == found, "it is JSON"


async def told(bot: Bot, function: Any, *arguments: Any) -> Any:
    def read(connection: Connection) -> Any:
        one = person(connection, "C1")
        assert one is not None
        return function(connection, one, *arguments)

    return await bot.store.read(read)


@pytest.mark.parametrize("language", sorted(load_words("customer")))
async def test_my_data_in_plain_words(talked: Bot, language: str) -> None:
    speaker = voice(language)
    text = "\n".join(await told(talked, my_data, speaker, HOME))
    for value in (
        *("Head of Purchasing", "Globex", "Manager", "Slack U1AB", "SMS +31655512399", "Europe/Lisbon"),
        *("plan: gold", "demo", "3 (5)", "The invoices are wrong.", "*3", "24"),
        *(speaker.date(date(2026, 3, day)) for day in (2, 10)),
    ):
        assert value in text
    assert "{" not in text
    assert "None" not in text


async def test_by_sms_one_conversation_and_nothing_else(talked: Bot) -> None:
    at_slack = await told(talked, this_conversation, SLACK, voice(sms=True), HOME)
    assert "score 3" in at_slack
    at_phone = await told(talked, this_conversation, PHONE, voice(sms=True), HOME)
    assert at_phone.startswith("Acme keeps no conversation with this number")
    for secret in ("Purchasing", "Globex", "gold", "invoices", "U1AB"):
        assert secret not in at_phone


async def test_why_me(talked: Bot) -> None:
    assert await told(talked, why_me, voice(), HOME) == (
        "Acme has you as a contact of Globex, since 2 March 2026. "
        "You were asked on 2 March 2026 in the survey demo, which is for contacts with plan: gold, language: en."
    )
    by_sms = await told(talked, why_me, voice(sms=True), HOME)
    assert by_sms.endswith("You were asked on 2 March 2026 in the survey demo.")


async def test_why_me_before_anything_was_asked(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1AB"))
    assert (await told(bot, why_me, voice(), HOME)).endswith("It has not asked you anything yet.")


# ------------------------------------------------------------------------------------------------ messages


@given(
    st.lists(st.text(max_size=80), max_size=8),
    st.integers(10, 60),
)
def test_messages_fit_and_hold_everything(paragraphs: list[str], limit: int) -> None:
    messages = messages_of(paragraphs, limit, 10_000, "rest")
    assert all(len(message.encode("utf-16-le")) // 2 <= limit for message in messages)
    assert "".join(messages).replace("\n", "") == "".join(paragraphs).replace("\n", "")


def test_escaping_is_counted() -> None:
    assert messages_of(["&" * 10], 25, 9, "rest") == ["&" * 5, "&" * 5]


def test_too_much_is_cut_off_with_a_word() -> None:
    assert messages_of(["a" * 10] * 9, 10, 3, "rest") == ["a" * 10, "a" * 10, "rest"]


# -------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234", "1234"),
        (" 1234. ", "1234"),
        ("(1234)", "1234"),
        ("123", None),
        ("12345", None),
        ("code 1234", None),
        ("12 34", None),
        ("８８８８", None),
        ("yes", None),
        ("", None),
    ],
)
def test_a_code_is_four_digits_and_nothing_else(text: str, code: str | None) -> None:
    assert code_in(text) == code


async def expected(bot: Bot, at: Address = SLACK) -> None:
    def write(connection: Connection) -> None:
        one = person(connection, "C1")
        assert one is not None
        erasure_code.expect(connection, one, at, "4711", bot.clock.now())

    await bot.store.write(write)


async def checked(bot: Bot, code: str, at: Address = SLACK) -> Any:
    """What the code is, which is used up by it."""

    def write(connection: Connection) -> Any:
        found = erasure_code.check(connection, at, code, bot.clock.now())
        assert erasure_code.check(connection, at, code, bot.clock.now()) == found, "looking uses nothing up"
        if found is not None:
            erasure_code.spend(connection, at, found)
        return found

    return await bot.store.write(write)


async def test_a_code_is_good_once(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1AB"))
    assert await checked(bot, "4711") is None
    await expected(bot)
    assert await checked(bot, "4711") == "right"
    assert await checked(bot, "4711") is None


async def test_a_code_has_three_tries(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1AB"))
    await expected(bot)
    assert [await checked(bot, "0000") for _ in range(TRIES)] == [2, 1, "over"]
    assert await checked(bot, "4711") is None


async def test_a_code_lasts_an_hour(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1AB"))
    await expected(bot)
    bot.clock.set(MONDAY + VALID)
    assert await checked(bot, "4711") == "over"
    await expected(bot)
    bot.clock.set(MONDAY + 2 * VALID)
    assert await checked(bot, "2024") is None, "after an hour other digits mean something else"


async def test_a_code_that_nobody_repeats_is_forgotten(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1AB"))
    await expected(bot)
    bot.clock.set(MONDAY + VALID + timedelta(hours=23))
    await bot.store.write(erasure_code.forget_expired, bot.clock.now())
    assert await checked(bot, "4711") == "over"
    await expected(bot)
    bot.clock.set(bot.clock.now() + VALID + timedelta(days=1, seconds=1))
    await bot.store.write(erasure_code.forget_expired, bot.clock.now())
    assert await checked(bot, "4711") is None


async def test_a_code_is_good_at_the_address_that_asked(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1AB", sms=PHONE.id))
    await expected(bot)
    assert await checked(bot, "4711", PHONE) is None


async def test_a_code_dies_with_the_address(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path)
    await expected(bot)
    (tmp_path / "c.csv").write_text("contact_id,slack\nC1,-\nC2,U1AB\n", encoding="utf-8")
    await import_contacts(bot.store, tmp_path / "c.csv", bot.settings, bot.clock.now())
    assert await checked(bot, "4711") is None


# ---------------------------------------------------------------------------------------- on the command line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a configuration and a contact."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("company: Acme\naccount_managers: {Manager: 'slack:UM'}\n")
    (tmp_path / "c.csv").write_text(BUYER, encoding="utf-8")
    assert run("import", "c.csv").exit_code == 0
    return tmp_path


def run(*arguments: str, answer: str = "") -> Any:
    return CliRunner().invoke(contacts_app, arguments, input=answer)


@pytest.mark.usefixtures("folder")
def test_show_prints_json() -> None:
    result = run("show", "C1")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["name"] == "Head of Purchasing"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [("show", "C9"), ("erase", "C9", "--yes")])
def test_an_unknown_contact_is_said_to_be_unknown(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "no contact has the key 'C9'; look for it in the file you imported\n"


@pytest.mark.usefixtures("folder")
def test_erase_asks_first() -> None:
    assert run("erase", "C1", answer="n\n").exit_code == 1
    assert run("show", "C1").exit_code == 0
    result = run("erase", "C1", answer="y\n")
    assert result.exit_code == 0
    assert result.stdout.endswith("contact C1 is erased: 0 conversations, 0 messages\n")
    assert run("show", "C1").exit_code == 2


@pytest.mark.usefixtures("folder")
def test_erase_with_yes_does_not_ask() -> None:
    assert run("erase", "C1", "--yes").exit_code == 0


def test_a_key_that_was_used_must_be_there(folder: Path) -> None:
    config = folder / "config.yaml"
    plain = config.read_text()
    config.write_text(f"{plain}secret_key: a-secret-of-some-length\n")
    assert run("erase", "C1", "--yes").exit_code == 0
    config.write_text(plain)
    again = run("import", "c.csv")
    assert again.exit_code == 2
    assert again.stderr.startswith(
        "secret_key is not the one with which 3 opt-outs of erased people were kept"
    )

    async def serve() -> None:
        async with running(settings_of(channels={}, campaigns={}, database_url=DATABASE)):
            raise AssertionError("it started")

    with pytest.raises(KeyMissing):
        asyncio.run(serve())
