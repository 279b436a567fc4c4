"""`npsbot laptop` as a process: a whole small wave, and nothing that could call this machine."""

import asyncio
import csv
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.cli.laptop_choices import LaptopChoices, managers_in, tokens_from
from bot.config.settings import load
from bot.demo.ties import HOST
from bot.store.schema import case, contact, conversation, outbox
from bot.store.store import open_store
from bot.web.listening import listening
from channels.base import Address
from sandbox import Fault, People, SlackTarget, SmsTarget, Targets, TelegramTarget, World, sandbox
from tests.support.patience import PATIENCE
from tests.support.ports import free_port

TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-laptop-bot",
    "SLACK_APP_TOKEN": "xapp-laptop-app",
    "TELEGRAM_TOKEN": "7000001:laptop-telegram-token",
    "TWILIO_ACCOUNT_SID": "AC" + "7" * 32,
    "TWILIO_AUTH_TOKEN": "laptop-twilio-token",
    "TWILIO_FROM": "+3197010000000",
}
SECRETS = [value for name, value in TOKENS.items() if name not in ("TWILIO_ACCOUNT_SID", "TWILIO_FROM")]
CONTACTS = """\
contact_id,name,account,account_manager,language,slack,telegram,phone
globex-1,Buyer at Globex,Globex,North,en,buyer@globex.example,,
initech-1,Planner at Initech,Initech,South,en,,5001,
hooli-1,Owner of Hooli,Hooli,South,en,,,+31612345678
vandelay-1,Importer at Vandelay,Vandelay,,en,,,
umbrella-1,Director of Umbrella,Umbrella,,en,,,
"""


@dataclass
class Laptop:
    """The process, and the phones of everybody it can reach."""

    world: World
    people: People
    process: Process
    folder: Path

    async def hears(self, phone: str, words: str) -> None:
        await self.world.wait_for(
            phone, lambda shown: shown.author == "bot" and words in shown.text, PATIENCE
        )

    async def says(self, words: str) -> str:
        """What the process printed, up to the line with these words."""
        said = ""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while words not in said:
                line = (await self.process.stdout.readline()).decode()
                assert line, f"it ended: {said}"
                said += line
        return said

    async def end(self) -> tuple[int, str]:
        """Ctrl-C: the exit code, and what else was printed."""
        self.process.send_signal(signal.SIGINT)
        printed, _ = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        return self.process.returncode or 0, printed.decode()


@asynccontextmanager
async def laptop(folder: Path, *options: str) -> AsyncIterator[Laptop]:
    world = World()
    world.add_slack_user("U0ADMIN", "Founder of Acme", phone="admin", role="admin")
    world.add_slack_user("U0GLOBEX", "Buyer", email="buyer@globex.example", phone="slack")
    world.add_telegram_user(5001, "Planner", phone="telegram", started=True)
    world.add_telegram_user(5002, "Importer", phone="linked")
    world.add_number("+31612345678", "Owner", phone="sms")
    port = free_port()
    url = f"http://{HOST}:{port}"
    targets = Targets(
        url=url,
        slack=SlackTarget(
            signing_secret="unused",
            bot_token=TOKENS["SLACK_BOT_TOKEN"],
            app_token=TOKENS["SLACK_APP_TOKEN"],
            mode="socket",
            patience=PATIENCE,
        ),
        telegram=TelegramTarget(token=TOKENS["TELEGRAM_TOKEN"], username="acme_bot"),
        sms=SmsTarget(
            account_sid=TOKENS["TWILIO_ACCOUNT_SID"],
            auth_token=TOKENS["TWILIO_AUTH_TOKEN"],
            number=TOKENS["TWILIO_FROM"],
        ),
    )
    (folder / "customers.csv").write_text(CONTACTS, "utf-8")
    asgi = sandbox(world, targets)
    async with listening(asgi, HOST, port):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "laptop", "--company", "Acme", "--admin", "slack:U0ADMIN"),
            *options,
            cwd=folder,
            env={**os.environ, **TOKENS, **elsewhere(url), "PYTHONPATH": str(Path.cwd())},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
        )
        try:
            yield Laptop(world, asgi.state.people, process, folder)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            await asgi.state.close()


def elsewhere(url: str) -> dict[str, str]:
    """The stand-ins in place of the providers; and the test may run at night."""
    return {
        "NPSBOT_CHANNELS__SLACK__API_URL": f"{url}/slack/api/",
        "NPSBOT_CHANNELS__TELEGRAM__API_URL": f"{url}/telegram/bot",
        "NPSBOT_CHANNELS__SMS__API_URL": f"{url}/twilio",
        "NPSBOT_CAMPAIGNS__FIRST__SEND_BETWEEN": "always",
    }


async def test_a_first_wave_from_a_laptop(tmp_path: Path) -> None:
    async with laptop(tmp_path, "--contacts", "customers.csv", "--save", "acme.yaml") as on:
        # The menu of commands is not worth waiting for.
        menu = Fault("telegram", "rate_limited", "setMyCommands", times=None, retry_after=600)
        on.world.faults.add(menu)
        printed = await on.says("Leave this running")
        for line in (
            "@npsbot in the workspace Acme",
            "@acme_bot, Telegram bot 7000001",
            "5 rows kept (5 added",
            "telegram-links.csv holds a personal link for",
            "In the audience: 5",
            "Will be asked: 3",
            "telegram: not linked",
            "/nps start first",
        ):
            assert line in printed
        await on.says("server.ready")

        await on.people.type("linked", f"/start {token_of(tmp_path, 'vandelay-1')}")
        await on.hears("linked", "may now ask you")
        await typed(on, "admin", "/nps start first")
        await on.hears("admin", "Will be asked: 4")
        await on.people.press_label("admin", "Start")
        for phone in ("slack", "telegram", "linked", "sms"):
            await on.hears(phone, "how likely")

        await on.people.press_label("slack", "3")
        await on.people.press_label("telegram", "9")
        await on.people.type("sms", "a 2, nobody calls back")
        await on.hears("slack", "reason for your 3?")
        await on.people.type("slack", "late again")
        await on.hears("slack", "your 3 and your reason")
        await on.hears("telegram", "reason for your 9?")
        await on.hears("sms", "your 2 and your reason")
        await on.hears("admin", "Buyer at Globex gave a 3")
        await on.hears("admin", "nobody calls back")
        await on.people.press_label("admin", "Done")
        await on.hears("admin", "Done: ")

        code, rest = await on.end()
        assert code == 0
        states = await stored(tmp_path)
        assert states["scores"] == {"globex-1": 3, "initech-1": 9, "hooli-1": 2, "vandelay-1": None}
        assert states["cases"] == ["done", "open"]
        assert states["texted"] == ["delivered"], "Twilio's list tells what became of a question"
        saved = (tmp_path / "acme.yaml").read_text("utf-8")
        assert not [secret for secret in SECRETS if secret in saved + printed + rest]
        assert load(tmp_path / "acme.yaml", TOKENS).account_managers.keys() == {"North", "South"}


async def typed(on: Laptop, phone: str, text: str) -> None:
    """Typed once Slack has a connection: without one nothing comes through."""
    async with asyncio.timeout(PATIENCE):
        while not (await on.people.type(phone, text)).delivered:  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.1)


def token_of(folder: Path, contact_id: str) -> str:
    with (folder / "telegram-links.csv").open(encoding="utf-8-sig", newline="") as file:
        (link,) = (row["link"] for row in csv.DictReader(file) if row["contact_id"] == contact_id)
    assert link.startswith("https://t.me/acme_bot?start=")
    return link.partition("=")[2]


async def stored(folder: Path) -> dict[str, Any]:
    """What the database holds at the end."""

    def read(connection: Connection) -> dict[str, Any]:
        talks = select(contact.c.contact_id, conversation.c.score).join(
            conversation, conversation.c.contact_id == contact.c.id
        )
        texted = (outbox.c.channel == "sms") & (outbox.c.kind == "question")
        asked = talks.where(conversation.c.channel.is_not(None))
        return {
            "scores": {row.contact_id: row.score for row in connection.execute(asked)},
            "cases": sorted(connection.scalars(select(case.c.state))),
            "texted": list(connection.scalars(select(outbox.c.status).where(texted))),
        }

    store = await open_store(f"sqlite+aiosqlite:///{folder}/npsbot.db")
    try:
        return await store.read(read)
    finally:
        await store.close()


async def test_a_provider_that_refuses_ends_it(tmp_path: Path) -> None:
    async with laptop(tmp_path) as on:
        on.world.fault(Fault("telegram", "wrong_token", times=None))
        printed, _ = await asyncio.wait_for(on.process.communicate(), PATIENCE)
        assert on.process.returncode == 1
        assert "problem  telegram: " in printed.decode()
        assert not (tmp_path / "npsbot.db").exists()


# ---------------------------------------------------------------------------------------------- what is chosen


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "no channel has its tokens; set those of at least one: SLACK_BOT_TOKEN and"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is set, but SLACK_APP_TOKEN not"),
        ({"TWILIO_FROM": "+31"}, "TWILIO_FROM is set, but TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN not"),
        ({"TELEGRAM_TOKEN": "  "}, "no channel has its tokens"),
    ],
)
def test_tokens_come_together_or_not_at_all(environment: Mapping[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}"):
        tokens_from(environment, None)


def test_only_what_is_missing_is_asked_for() -> None:
    asked = []

    def ask(channel: str, token: Any) -> str:
        asked.append(token.variable)
        return {"TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": " +31 "}.get(token.variable, "")

    found = tokens_from({"TWILIO_ACCOUNT_SID": "AC1"}, ask)
    assert found == {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+31"}
    assert asked == ["SLACK_BOT_TOKEN", "TELEGRAM_TOKEN", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"]


def test_what_is_saved_is_what_was_chosen(tmp_path: Path) -> None:
    """Whatever the company is called: nothing in its name becomes a reference or another kind of value."""
    for company in ("Acme", "${HOME} & Zn: #1", "no", "010", "Wonka's\n", "€ — 价"):
        choices = LaptopChoices(
            company, Address("telegram", "900"), "nl-je", "Europe/Amsterdam", ("${X}", "yes"), TOKENS
        )
        file = tmp_path / "saved.yaml"
        file.write_text(choices.as_yaml(), "utf-8")
        settings = load(file, TOKENS)
        assert settings.company == company.strip()
        assert list(settings.account_managers) == ["${X}", "yes"]
        assert settings.channels.slack is not None
        assert settings.channels.slack.mode == "socket"
        assert settings.fallback == ("telegram:900", Address("telegram", "900"))


def test_managers_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(CONTACTS, "utf-8")
    assert managers_in(file) == ("North", "South")
    file.write_text("contact_id,name\n1,Buyer\n", "utf-8")
    assert managers_in(file) == ()
