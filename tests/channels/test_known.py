"""The table of channels holds for everything else: the registry, the settings, the tests, and that no room of
the bot asks for a channel by its name."""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, get_args

import pytest

import bot
from bot.app import build_channels
from bot.config.sections.campaign import ChannelName
from bot.config.sections.channel import Channels
from channels.known import CHANNELS, limits_of, those_that, title_of
from tests.channels.contract import ChannelContract
from tests.support.campaign_world import settings_of

BOT: Final = Path(bot.__path__[0])
BY_NAME: Final[Mapping[str, str]] = {
    "app": "the registry: which adapter a channel's settings make",
    "config": "keys, and the form of an address, are each channel's own",
    "demo": "plays people on the three channels that its page shows",
    "people/rows": "the import's columns are named for channels",
    "people/files/header": "the names that people give those columns",
    "people/importing": "an e-mail address in the column slack is looked up in Slack",
    "cli/contacts": "asks Slack for people by e-mail, and Telegram for the bot's name, which links are made of",
    "cli/check": "Slack's events over HTTP are the one thing that cannot be fetched without a public address",
    "cli/laptop": "writes Telegram's links, and says where the admin is to write",
    "cli/laptop_choices": "asks for each channel's own tokens",
    "cli/try_out": "talks as on Telegram where nothing is said",
}
"""The modules and packages of `bot` that may name a channel, each with its reason."""


def test_the_registry_makes_each_channel_of_the_table() -> None:
    made = build_channels(settings_of())
    assert tuple(made) == tuple(CHANNELS)
    for name, channel in made.items():
        assert channel.name == name
        assert channel.limits is limits_of(name)


def test_the_settings_know_the_same_channels() -> None:
    assert tuple(Channels.model_fields) == get_args(ChannelName) == tuple(CHANNELS)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_is_held_to_the_contract(name: str) -> None:
    tests = vars(import_module(f"tests.channels.{name}.test_channel")).values()
    suites = [
        each
        for each in tests
        if isinstance(each, type) and issubclass(each, ChannelContract) and each is not ChannelContract
    ]
    assert [suite.address.channel for suite in suites] == [name]


def test_abilities_are_asked_of_the_table() -> None:
    assert those_that(lambda limits: limits.joins_by_link) == ("telegram",)
    assert title_of("sms") == "SMS"
    assert title_of("pigeon") == "pigeon"


def test_no_room_asks_for_a_channel_by_its_name() -> None:
    found = {
        f"{module}:{line}"
        for module, line in _named()
        if not any(module == one or module.startswith(f"{one}/") for one in BY_NAME)
    }
    assert not found, "ask for an ability (channels.base.Limits) instead"


def test_each_exception_is_still_one() -> None:
    modules = {module for module, _ in _named()}
    assert not [
        one for one in BY_NAME if not any(each == one or each.startswith(f"{one}/") for each in modules)
    ]


def _named() -> Iterator[tuple[str, int]]:
    """Where a module of the bot names a channel: as a text of its own, as a field of the settings, or by an
    import. How long an SMS is (`lengths`) is a matter of texts, and may be asked by whoever writes them."""
    for file in sorted(BOT.rglob("*.py")):
        module = file.relative_to(BOT).with_suffix("").as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)) if text in CHANNELS:
                    yield module, node.lineno
                case ast.ImportFrom(module=str(source)) if _is_channels(source):
                    yield module, node.lineno
                case ast.Attribute(value=ast.Attribute(attr="channels"), attr=name) if name in CHANNELS:
                    yield module, node.lineno


def _is_channels(module: str) -> bool:
    package, _, rest = module.partition(".")
    channel, _, part = rest.partition(".")
    return package == "channels" and channel in CHANNELS and part != "lengths"
