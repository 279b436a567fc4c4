"""config.yaml that changes while the server runs: taken in whole, refused whole, the same in all processes."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands.worker import CommandWorker
from bot.config.accepted import KeyValues, changed_keys, newest_accepted
from bot.config.settings import load
from bot.sending.rereading import Rereading
from bot.store.schema import accepted_settings, wave
from bot.store.store import Store
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.told import told

BEGAN: Mapping[str, Any] = {
    "company": "Acme",
    "undo": "off",
    "admins": ["slack:UADMIN"],
    "account_managers": {"North": "slack:UNORTH"},
    "fallback_manager": "North",
    "channels": {"slack": {"bot_token": "xoxb-1", "signing_secret": "hush"}},
    "campaigns": {"spring": {"survey": "nps"}},
}


class File:
    """A config.yaml, and what is saved into it; each state has a later time than the one before."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "config.yaml"
        self._at = 1_000_000_000
        self.save()

    def save(self, text: str | None = None, **values: Any) -> None:
        self.path.write_text(
            yaml.safe_dump({**BEGAN, **values}, sort_keys=False) if text is None else text, encoding="utf-8"
        )
        self._at += 1_000_000_000
        os.utime(self.path, ns=(self._at, self._at))


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path)


async def _process(store: Store, file: File) -> tuple[Bot, Rereading]:
    bot = Bot(store, load(file.path, {}))
    rereading = Rereading(store, bot.context, file.path, bot.clock)
    await rereading.begin()
    return bot, rereading


async def _settle(*processes: Rereading) -> None:
    """Long enough for a file that lies still to be taken in, and for the others to hear of it."""
    for _ in range(3):
        for each in processes:
            await each.look()


async def _told(bot: Bot) -> list[str]:
    await bot.work()
    return [text for text in bot.slack.texts("UADMIN") if "config.yaml" in text]


async def test_a_change_is_in_use_at_once_and_told_once(store: Store, file: File) -> None:
    bot, rereading = await _process(store, file)
    file.save(campaigns={"spring": {"survey": "nps"}, "autumn": {"survey": "nps"}}, company="Acme Group")
    await _settle(rereading)
    assert tuple(bot.context.settings.campaigns) == ("spring", "autumn")
    await _settle(rereading)
    assert await _told(bot) == [
        "npsbot: config.yaml was changed and is in use now. Changed: campaigns.autumn, company. "
        "Waves that run keep their terms."
    ]
    await bot.say(str(ADMIN), "/nps status")
    await CommandWorker(store, bot.context, bot.clock).look()
    await bot.work()
    assert "autumn" in bot.slack.texts("UADMIN")[-1]


async def test_a_file_that_cannot_be_used_changes_nothing_and_says_where(store: Store, file: File) -> None:
    bot, rereading = await _process(store, file)
    file.save(text=file.path.read_text(encoding="utf-8") + "compny: Globex\n")
    lines = len(file.path.read_text(encoding="utf-8").splitlines())
    await _settle(rereading)
    await _settle(rereading)
    assert bot.context.settings.company == "Acme"
    (told,) = await _told(bot)
    assert told.endswith(f"\nconfig.yaml, line {lines}: compny is not a key; did you mean company?")
    file.save(company="Globex")
    await _settle(rereading)
    assert bot.context.settings.company == "Globex"


@pytest.mark.parametrize("text", ["company: [", "", "company: ${NOT_THERE}"])
async def test_what_is_no_configuration_loses_nothing(store: Store, file: File, text: str) -> None:
    bot, rereading = await _process(store, file)
    before = bot.context.settings
    file.save(text=text)
    await _settle(rereading)
    assert bot.context.settings is before
    assert len(await _told(bot)) == 1
    file.path.unlink()  # an editor may take it away for a moment, and nobody needs to hear of that
    await _settle(rereading)
    assert bot.context.settings is before
    assert len(await _told(bot)) == 1


async def test_the_log_says_why_and_which_keys(store: Store, file: File) -> None:
    """Where no admin can be reached, it is all there is."""
    _, rereading = await _process(store, file)
    with told() as logged:
        file.save(compny="Globex", account_managers={"North": "sms:0612345678"})
        await _settle(rereading)
        file.save(company="Globex", public_url="https://acme.example")
        await _settle(rereading)
        file.path.unlink()
        await _settle(rereading)
        await _settle(rereading)
    lines = [{k: v for k, v in line.items() if k not in ("event", "log_level")} for line in logged]
    assert [line["event"] for line in logged] == [
        "settings.refused",
        "settings.restart_needed",
        "settings.taken",
        "settings.gone",
    ]
    sentences = "\n".join(lines[0]["sentences"])
    assert ": compny is not a key; did you mean company?" in sentences
    assert "account_managers.North is '…'; expected an address" in sentences
    assert "0612345678" not in sentences
    assert lines[1:] == [
        {"keys": ("public_url",)},
        {"version": 2, "keys": ("company",)},
        {"file": "config.yaml"},
    ]


async def test_a_file_that_is_being_written_is_left_alone(store: Store, file: File) -> None:
    bot, rereading = await _process(store, file)
    for company in ("A", "Ac", "Acm"):
        file.save(company=company)
        await rereading.look()
    assert bot.context.settings.company == "Acme"
    await rereading.look()
    assert bot.context.settings.company == "Acm"


async def test_what_needs_a_restart_is_told_and_not_taken(store: Store, file: File) -> None:
    bot, rereading = await _process(store, file)
    file.save(
        channels={"slack": {"bot_token": "xoxb-2", "signing_secret": "hush"}},
        public_url="https://acme.example",
    )
    await _settle(rereading)
    await _settle(rereading)
    slack = bot.context.settings.channels.slack
    assert slack is not None
    assert slack.bot_token.get_secret_value() == "xoxb-1"
    assert await _told(bot) == [
        "npsbot: of config.yaml, channels, public_url was changed too; that counts once npsbot is started again."
    ]
    (row,) = await bot.rows(accepted_settings)
    assert "xoxb" not in str(row.content)


async def test_all_processes_go_by_what_was_accepted_last(store: Store, file: File, tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    other_file = File(tmp_path / "beside")
    bot, one = await _process(store, file)
    beside, other = await _process(store, other_file)
    file.save(company="Globex")
    await _settle(one, other)
    assert bot.context.settings.company == beside.context.settings.company == "Globex"
    other_file.save(company="Initech")
    await _settle(one, other)
    assert bot.context.settings.company == beside.context.settings.company == "Initech"
    newest = await store.read(newest_accepted)
    assert newest is not None
    assert newest.number == 3
    assert len(await _told(bot)) == 2


async def test_a_start_goes_by_its_file_and_tells_nobody(store: Store, file: File) -> None:
    await _process(store, file)
    file.save(company="Globex")
    bot, rereading = await _process(store, file)
    await _settle(rereading)
    assert bot.context.settings.company == "Globex"
    assert await _told(bot) == []


async def test_a_wave_keeps_its_terms_and_a_new_address_gets_the_alert(store: Store, file: File) -> None:
    bot, rereading = await _process(store, file)
    await bot.start(Customer("C-1", slack="U1", manager="North"), campaign="spring")
    file.save(account_managers={"North": "slack:UNEW"}, campaigns={"spring": {"survey": "nps", "window": 2}})
    await _settle(rereading)
    await bot.say("slack:U1", "2")
    await bot.work()
    assert any("C-1" in text for text in bot.slack.texts("UNEW"))
    assert not bot.slack.texts("UNORTH")
    (wave_,) = await bot.rows(wave)
    assert wave_.terms["window"] == 7


@pytest.mark.parametrize(
    ("before", "after", "keys"),
    [
        ({"company": "A"}, {"company": "A"}, ()),
        ({"company": "A"}, {"company": "B"}, ("company",)),
        ({}, {"campaigns": {"spring": {}}}, ("campaigns.spring",)),
        ({"surveys": {"a": {}, "b": {}}}, {"surveys": {"b": {"kind": "csat"}}}, ("surveys.a", "surveys.b")),
        ({"follow_up": {"within": "4h"}}, {"follow_up": {"within": "off"}}, ("follow_up",)),
    ],
)
def test_what_changed_is_told_by_its_keys(before: KeyValues, after: KeyValues, keys: tuple[str, ...]) -> None:
    assert changed_keys(before, after) == keys
