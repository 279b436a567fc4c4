"""Keys: shown once, kept hashed, good until they are revoked."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.api.keys import SCOPES, BadKey, add_key, key_of, listed_keys, note_use, revoke_key
from bot.store.schema import api_key
from tests.support.bot_under_test import Bot
from tests.support.shell import Shell


async def test_a_key_is_known_by_its_secret_which_is_kept_nowhere(bot: Bot) -> None:
    secret = await bot.store.write(add_key, "crm", ["words", "cases:read"], "terminal:me", bot.clock.now())
    assert secret.startswith("npsbot_")
    (row,) = await bot.rows(api_key)
    assert secret.removeprefix("npsbot_") not in str(tuple(row))
    key = await bot.store.read(key_of, secret)
    assert key is not None
    assert (key.name, sorted(key.scopes), key.per_minute) == ("crm", ["cases:read", "words"], 600)
    assert await bot.store.read(key_of, secret + "x") is None


async def test_a_revoked_key_keeps_its_name_and_is_good_for_nothing(bot: Bot) -> None:
    now = bot.clock.now()
    secret = await bot.store.write(add_key, "crm", ["cases:read"], "terminal:me", now)
    assert await bot.store.write(revoke_key, "crm", now) is True
    assert await bot.store.write(revoke_key, "crm", now) is False
    assert await bot.store.write(revoke_key, "other", now) is None
    key = await bot.store.read(key_of, secret)
    assert key is not None
    assert key.revoked_at == now
    with pytest.raises(BadKey, match="a key crm is there, or was; choose another name"):
        await bot.store.write(add_key, "crm", ["cases:read"], "terminal:me", now)


async def test_its_last_use_is_written_once_a_minute(bot: Bot) -> None:
    now = bot.clock.now()
    secret = await bot.store.write(add_key, "crm", ["cases:read"], "terminal:me", now)
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        await bot.store.write(note_use, 1, now + timedelta(seconds=seconds))
        key = await bot.store.read(key_of, secret)
        assert key is not None
        assert key.used_at == now + timedelta(seconds=noted)
        assert not key.unnoted(now + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("name", "scopes", "why"),
    [
        ("a b", ["cases:read"], "'a b' is no name of a key"),
        ("", ["cases:read"], "'' is no name of a key"),
        ("crm", [], "a key needs a scope; give --scope one of contacts:read"),
        ("crm", ["all"], "'all' is no scope; give --scope one of contacts:read"),
        ("crm", ["words"], "words says how much is shown"),
    ],
)
async def test_what_makes_no_key(bot: Bot, name: str, scopes: list[str], why: str) -> None:
    with pytest.raises(BadKey) as refused:
        await bot.store.write(add_key, name, scopes, "terminal:me", bot.clock.now())
    assert str(refused.value).startswith(why)
    assert await bot.store.read(listed_keys) == []


def test_in_the_terminal(database_url: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, database_url)
    made = shell("keys", "add", "crm", "--scope", "contacts:write", "--scope", "words", "--per-minute", "30")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("npsbot_")
    assert made.stderr == "keep it now: it cannot be shown again\n"
    again = shell("keys", "add", "crm", "--scope", "cases:read")
    assert (again.exit_code, again.stderr) == (
        2,
        "a key crm is there, or was; choose another name (npsbot keys list)\n",
    )
    listed = shell("keys", "list")
    assert listed.exit_code == 0
    assert "contacts:write words" in listed.stdout
    assert "times: " in listed.stdout
    (told,) = json.loads(shell("keys", "list", "--json").stdout)
    assert (told["name"], told["scopes"], told["per_minute"]) == ("crm", ["contacts:write", "words"], 30)
    assert told["made_at"].endswith("+00:00")
    assert (told["used_at"], told["revoked_at"]) == (None, None)
    everything = [part for scope in SCOPES for part in ("--scope", scope)]
    assert shell("keys", "add", "a" * 60, *everything).exit_code == 0
    assert f"{'a' * 60} │ {' '.join(SCOPES)}" in shell("keys", "list").stdout
    assert secret not in listed.stdout
    assert shell("keys", "revoke", "crm").stdout == "the key crm is revoked\n"
    assert shell("keys", "revoke", "crm").stdout == "the key crm was revoked before\n"
    nobody = shell("keys", "revoke", "erp")
    assert (nobody.exit_code, nobody.stderr) == (
        1,
        "no key is called 'erp'; npsbot keys list prints all of them\n",
    )
