"""`npsbot contacts` and `npsbot check` as they are called, and what they say."""

import csv
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from bot.cli.check.check import check_command
from bot.cli.contacts import contacts_app
from bot.config import zone_data
from bot.config.zone_data import ZoneData
from bot.reports.export.cells import guarded
from channels.base import Address, Misconfigured, SendError, Unreachable
from channels.slack.channel import SlackChannel
from channels.telegram.channel import TelegramChannel

CHECK = typer.Typer()
CHECK.command()(check_command)

CONFIG = """
company: Acme
account_managers: {North: 'slack:UNORTH', East: 'slack:UNORTH'}
fallback_manager: North
admins: [slack:UADMIN]
"""
SLACK = "slack: {bot_token: xoxb-1, signing_secret: hush, api_url: 'http://127.0.0.1:9/'}"
TELEGRAM = "telegram: {token: '1:hush', secret: hush, api_url: 'http://127.0.0.1:9/'}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a configuration in it."""
    monkeypatch.chdir(tmp_path)
    configure(tmp_path)
    return tmp_path


def configure(folder: Path, *channels: str, more: str = "") -> None:
    block = "channels:\n" + "".join(f"  {channel}\n" for channel in channels)
    (folder / "config.yaml").write_text(CONFIG + more + block)


def contacts(*arguments: str) -> Result:
    return CliRunner().invoke(contacts_app, arguments)


def check(*arguments: str) -> Result:
    return CliRunner().invoke(CHECK, arguments)


def answers(monkeypatch: pytest.MonkeyPatch, adapter: type, method: str, result: Any) -> None:
    """Let an adapter's question to its provider be answered by `result`, or fail by it."""

    async def answer(self: Any, *_: Any) -> Any:
        if isinstance(result, SendError):
            raise result
        return result(*_) if callable(result) else result

    monkeypatch.setattr(adapter, method, answer)


# -------------------------------------------------------------------------------------------------- import


def test_import_says_what_became_of_the_rows(folder: Path) -> None:
    (folder / "c.csv").write_text(
        "contact_id,account,account_manager,slack\nC1,Globex,North,U1AB\nC2,Globex,,\n"
    )
    first = contacts("import", "c.csv")
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == "2 rows kept (2 added, 0 updated, 0 unchanged), 0 refused\n"
    assert contacts("import", "c.csv").stdout == "2 rows kept (0 added, 0 updated, 2 unchanged), 0 refused\n"


def test_import_lists_what_it_refused_on_standard_error(folder: Path) -> None:
    (folder / "c.csv").write_bytes(
        "contact_id;acount;phone\nC1;Zoë;\nC2;[b]x[/b];12\nC3;;+31612345678\n".encode("latin-1")
    )
    result = contacts("import", "c.csv")
    assert result.exit_code == 1
    assert result.stdout == "2 rows kept (2 added, 0 updated, 0 unchanged), 1 refused\n"
    assert result.stderr.splitlines() == [
        "line 3: phone '12' is no phone number; write it with its country, such as +31612345678",
        "note: c.csv is not UTF-8 (see line 2) and was read as Windows-1252; check a name with an accent",
        "note: the column acount is kept as an attribute; did you mean account?",
    ]


def test_import_moves_accounts_where_that_is_asked_for(folder: Path) -> None:
    (folder / "c.csv").write_text("contact_id,account,account_manager\nC1,Globex,North\n")
    contacts("import", "c.csv")
    (folder / "c.csv").write_text("contact_id,account,account_manager\nC1,Globex,East\n")
    kept = contacts("import", "c.csv")
    assert (kept.exit_code, kept.stdout[:10]) == (0, "1 row kept")
    assert "note: account 'Globex' stays with 'North' and not with 'East'" in kept.stderr
    assert "(0 added, 0 updated, 1 unchanged)" in kept.stdout
    assert "1 updated" in contacts("import", "c.csv", "--move-accounts").stdout


@pytest.mark.parametrize(
    ("content", "config", "sentence"),
    [
        (None, CONFIG, "c.csv does not exist; give the name of a CSV file"),
        ("", CONFIG, "c.csv is empty; its first line should name the columns"),
        ("contact_id\n", "compny: Acme", "config.yaml, line 1: compny is not a key; did you mean company?"),
        (
            "contact_id\n",
            f"{CONFIG}database_url: sqlite:///none/npsbot.db",
            "the folder of the database none/npsbot.db does not exist; make it or change database_url",
        ),
    ],
)
def test_import_says_why_nothing_could_be_read(
    folder: Path, content: str | None, config: str, sentence: str
) -> None:
    (folder / "config.yaml").write_text(config)
    if content is not None:
        (folder / "c.csv").write_text(content)
    result = contacts("import", "c.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr.splitlines()


def test_import_asks_slack_for_the_ids_of_emails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(folder, SLACK)
    answers(monkeypatch, SlackChannel, "user_by_email", {"a@b.example": "U1AB"}.get)
    (folder / "c.csv").write_text("contact_id,slack\nC1,a@b.example\nC2,z@b.example\n")
    result = contacts("import", "c.csv")
    assert result.exit_code == 1
    assert result.stderr == (
        "line 3: slack 'z@b.example' is nobody's address in Slack; correct it or leave it blank\n"
    )


def test_which_column_is_which_is_remembered(folder: Path) -> None:  # field C4
    (folder / "c.csv").write_text("klantnummer,telefoon\nC1,0612345678\n")
    unknown = contacts("import", "c.csv")
    assert unknown.exit_code == 2
    assert 'is it klantnummer? Then import with --map "klantnummer=contact_id"' in unknown.stderr
    named = ("--map", "klantnummer=contact_id", "--map", "Telefoon=phone")
    dry = contacts("import", "c.csv", *named, "--dry-run")
    assert dry.stdout.startswith("1 row would be kept (1 added, ")
    assert not (folder / "config.columns.json").exists()
    assert contacts("import", "c.csv", *named).stdout.startswith("1 row kept (1 added, ")
    assert contacts("import", "c.csv").stdout.startswith("1 row kept (0 added, 0 updated, 1 unchanged)")
    (folder / "c.csv").write_text("contact_id,telefoon,phone\nC1,1,0612345678\n")
    both = contacts("import", "c.csv", "--map", "gsm=phone")
    assert (both.exit_code, both.stderr) == (0, "note: --map names gsm, which is no column of c.csv\n")
    wrong = contacts("import", "c.csv", "--map", "telefoon=fone")
    assert (wrong.exit_code, wrong.stderr.startswith("--map 'telefoon=fone' cannot be read")) == (2, True)


def test_the_reasons_of_refused_rows_are_counted(folder: Path) -> None:  # field C6
    (folder / "c.csv").write_text("contact_id,phone\nC1,12\nC2,34\nC3,9000000000000\n")
    result = contacts("import", "c.csv", "--rejected", "refused.csv")
    assert (result.exit_code, len((folder / "refused.csv").read_text().splitlines())) == (1, 4)
    assert "refused 2 rows: phone … is no phone number; write it with its country, such as" in result.stderr
    assert "3 refused rows written to refused.csv" in result.stderr


# -------------------------------------------------------------------------------------- list, find, remove


def test_contacts_are_listed_found_and_removed(folder: Path) -> None:
    (folder / "c.csv").write_text(
        "contact_id,name,account,account_manager,slack,phone\n"
        "C1,Purchasing,Globex,North,U1AB,+31612345678\nC2,Reception,Initech,,,\n"
    )
    contacts("import", "c.csv")
    first = "C1\tPurchasing\tGlobex\tNorth\tsms:+31612345678\tslack:U1AB\n"
    assert contacts("list").stdout == f"{first}C2\tReception\tInitech\n"
    assert contacts("list", "--account", "globex").stdout == first
    for said in ("C1", "+31 6 12345678", "purchasing"):
        assert contacts("find", said).stdout == first
    near = contacts("find", "rec")
    assert (near.exit_code, near.stdout) == (1, "C2\tReception\n")
    assert near.stderr == "no contact is called exactly 'rec'; perhaps you mean, by their keys:\n"
    assert contacts("remove", "C1").stdout == "contact C1 is removed\n"
    assert contacts("remove", "C1").exit_code == 2
    assert contacts("list").stdout == "C2\tReception\tInitech\n"
    assert "1 added" in contacts("import", "c.csv").stdout
    assert "opted out" not in contacts("list").stdout


# --------------------------------------------------------------------------------------------------- links


def test_links_are_written_to_a_file_that_a_spreadsheet_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder, TELEGRAM)
    answers(monkeypatch, TelegramChannel, "username", "acme_bot")
    (folder / "c.csv").write_text("contact_id,name,telegram\nC1,Zoë,\nC2,b,5\n")
    contacts("import", "c.csv")
    result = contacts("links", "--out", "links.csv")
    assert (result.exit_code, result.stdout) == (0, "1 link written to links.csv\n")
    with (folder / "links.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["contact_id"], row["name"]) == ("C1", "Zoë")
    assert row["link"].startswith("https://t.me/acme_bot?start=")
    assert row["text"].endswith(row["link"])
    assert (folder / "links.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_links_need_telegram(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = contacts("links", "--out", "links.csv")
    assert result.exit_code == 2
    assert result.stderr == "channels.telegram is off; links need the bot's name, so fill in its token\n"
    configure(folder, TELEGRAM)
    answers(monkeypatch, TelegramChannel, "username", Misconfigured("Telegram refuses the token; correct it"))
    result = contacts("links", "--out", "links.csv")
    assert (result.exit_code, result.stderr) == (2, "Telegram refuses the token; correct it\n")
    assert not (folder / "links.csv").exists()


# --------------------------------------------------------------------------------------------------- check


def test_check_asks_every_provider_and_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(folder, SLACK, TELEGRAM)
    monkeypatch.setenv("NPSBOT_PUBLIC_URL", "https://nps.acme.example")
    answers(monkeypatch, SlackChannel, "identify", "npsbot in the workspace Acme")
    answers(monkeypatch, TelegramChannel, "identify", "@acme_bot")
    for channel in (SlackChannel, TelegramChannel):
        answers(monkeypatch, channel, "look_up", None)
    monkeypatch.setattr(zone_data, "use_newer", lambda: ZoneData("2026f", "2025b"))
    monkeypatch.setattr(zone_data, "holiday_tables", lambda: "holidays 0.108, installed on 2026-11-30")
    result = check()
    assert (
        result.stdout.splitlines()
        == [
            "ok       config.yaml: Acme, 0 campaigns, 1 admin",
            "ok       the database sqlite+aiosqlite:///npsbot.db will be made when npsbot first starts",
            "ok       time zones 2026f; public holidays of holidays 0.108, installed on 2026-11-30",  # discovered P2
            "note     this machine's own time zones are 2025b, so npsbot uses those of 2026f that it brings; "
            "update the machine's tzdata, since other programs here go by the old ones",
            "ok       slack: npsbot in the workspace Acme",
            "ok       telegram: @acme_bot",
            "off      sms: no channels.sms in the configuration",
        ]
    )
    assert result.exit_code == 0
    assert not (folder / "npsbot.db").exists()


# field A2
def test_check_looks_every_colleague_up_and_tells_all_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder, SLACK)
    answers(monkeypatch, SlackChannel, "identify", "npsbot in the workspace Acme")
    wrong = {
        "UNORTH": Unreachable("this person's Slack account is deactivated"),
        "UADMIN": Misconfigured(
            "the Slack app lacks the scope users:read; install it again from its manifest"
        ),
    }

    async def look_up(self: SlackChannel, address: Address) -> None:
        if address.id in wrong:
            raise wrong[address.id]

    monkeypatch.setattr(SlackChannel, "look_up", look_up)
    result = check()
    lines = result.stdout.splitlines()
    assert (
        "problem  account_managers.North and account_managers.East and fallback_manager: slack:UNORTH cannot be "
        "reached, and no alert gets there: this person's Slack account is deactivated"
    ) in lines
    assert (
        "note     admins: slack:UADMIN could not be looked up: the Slack app lacks the scope users:read; "
        "install it again from its manifest"
    ) in lines
    assert result.exit_code == 1


def test_check_fails_where_a_provider_refuses_us(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(folder, SLACK)
    answers(monkeypatch, SlackChannel, "identify", Misconfigured("Slack refuses the bot token; correct it"))
    result = check()
    assert result.exit_code == 1
    assert "problem  slack: Slack refuses the bot token; correct it" in result.stdout.splitlines()


def test_check_tells_every_problem_of_the_configuration(folder: Path) -> None:
    (folder / "config.yaml").write_text("compny: Acme\nlanguage: fr\n")
    result = check()
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "problem  config.yaml: company is missing; expected the name by which customers know you",
        "problem  config.yaml, line 2: language is 'fr'; "
        "expected one of en, nl, nl-je, de, de-du (nl says u, de says Sie)",
        "problem  config.yaml, line 1: compny is not a key; did you mean company?",
    ]


def test_check_names_people_in_two_roles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone_data, "use_newer", lambda: ZoneData("2026f", "2026f"))
    (folder / "c.csv").write_text("contact_id,slack\nC1,UNORTH\nC2,UADMIN\nC3,U3\n")
    contacts("import", "c.csv")
    result = check()
    notes = [line.removeprefix("note     ") for line in result.stdout.splitlines() if line.startswith("note")]
    wins = (
        "commands and alert buttons there are a colleague's, "
        "words a customer's only while a conversation is open"
    )
    assert notes == [
        "slack:UNORTH is in account_managers as North and as East: alerts for both go there",
        f"slack:UNORTH is account manager, and contact 'C1' too: {wins}",
        f"slack:UADMIN is admin, and contact 'C2' too: {wins}",
        "no channel is on; fill in one under channels",
    ]
    assert result.exit_code == 0


def test_check_names_managers_on_a_channel_that_is_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(folder, TELEGRAM)
    answers(monkeypatch, TelegramChannel, "identify", "@acme_bot")
    result = check()
    assert result.exit_code == 1
    assert (
        "problem  account_managers.North is at slack:UNORTH, which is off, so that no alert can get there; "
        "fill in channels.slack, or give another address"
    ) in result.stdout.splitlines()


def test_check_names_whom_an_escalation_cannot_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(folder, TELEGRAM, more="follow_up: {escalation: [North, 'sms:+31612345678', 'telegram:77']}\n")
    answers(monkeypatch, TelegramChannel, "identify", "@acme_bot")

    async def look_up(self: TelegramChannel, address: Address) -> None:
        raise Unreachable("there is no such chat")

    monkeypatch.setattr(TelegramChannel, "look_up", look_up)
    lines = check().stdout.splitlines()
    assert (
        "problem  follow_up.escalation names sms:+31612345678, which is off, so that nobody is reached there; "
        "fill in channels.sms, or give another address"
    ) in lines
    assert any(
        line.startswith("problem  follow_up.escalation: telegram:77 cannot be reached") for line in lines
    )


@pytest.mark.parametrize(
    ("keys", "url", "line"),
    [
        (
            "signing_secret: hush",
            "http://127.0.0.1:8080",
            "note     public_url is http://127.0.0.1:8080, where slack cannot call; "
            "give this server's https address from outside",
        ),
        (
            "signing_secret: hush",
            "",
            "problem  slack cannot call without a public_url; give this server's https address from outside, "
            "or channels.slack.app_token for Socket Mode",
        ),
        (
            "app_token: xapp-1",
            "",
            "note     there is no public_url, so slack will be asked for what is new "
            "(Socket Mode, polling, Twilio's list); nobody has to reach this machine",
        ),
    ],
)
def test_check_says_where_providers_cannot_call(
    folder: Path, monkeypatch: pytest.MonkeyPatch, keys: str, url: str, line: str
) -> None:
    configure(folder, f"slack: {{bot_token: xoxb-1, {keys}}}")
    monkeypatch.setenv("NPSBOT_PUBLIC_URL", url)
    answers(monkeypatch, SlackChannel, "identify", "npsbot")
    assert line in check().stdout.splitlines()


@pytest.mark.parametrize(
    ("database", "kind", "sentence"),
    [
        (
            "sqlite:///none/npsbot.db",
            "problem",
            "cannot be made, because the folder none does not exist; make it",
        ),
        (
            "sqlite:///c.csv",
            "problem",
            "cannot be opened: file is not a database; correct",
        ),
        ("sqlite:///newer.db", "problem", ": has schema 9999 of a newer npsbot; start that version"),
        ("sqlite:///empty.db", "ok", ": empty; its tables will be made when npsbot first starts"),
        ("postgresql://u:hush@127.0.0.1:9/d", "problem", "cannot be opened: "),
    ],
)
def test_check_looks_at_the_database(folder: Path, database: str, kind: str, sentence: str) -> None:
    (folder / "c.csv").write_text("contact_id\n" * 100)
    (folder / "empty.db").touch()
    contacts("import", "c.csv")
    newer = create_engine("sqlite:///npsbot.db")
    with newer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer.dispose()
    (folder / "npsbot.db").rename(folder / "newer.db")
    configure(folder, more=f"database_url: {database}\n")
    result = check()
    (line,) = [line for line in result.stdout.splitlines() if " the database " in line]
    assert line.startswith(kind)
    assert sentence in line
    assert "hush" not in result.stdout
    assert result.exit_code == (kind == "problem")


def test_check_tells_the_schema_of_a_database_in_use(folder: Path) -> None:
    (folder / "c.csv").write_text("contact_id\nC1\n")
    contacts("import", "c.csv")
    before = (folder / "npsbot.db").read_bytes()
    assert ": schema 0" in check().stdout
    assert (folder / "npsbot.db").read_bytes() == before


# field A12: what status, /readyz, the metrics and the admins' chat tell stands in the database
def test_check_tells_what_a_running_npsbot_found_of_its_channels(folder: Path) -> None:
    configure(folder, SLACK)
    (folder / "c.csv").write_text("contact_id\nC1\n")
    contacts("import", "c.csv")
    with sqlite3.connect(folder / "npsbot.db") as database:
        database.executemany(
            "INSERT INTO meta (name, value) VALUES (?, ?)",
            [("deaf:slack", "another program is connected"), ("deaf:sms", "switched off since")],
        )
    database.close()
    found = [line for line in check().stdout.splitlines() if "does not work" in line]
    assert len(found) == 1
    assert found[0].startswith("problem")
    assert "slack does not work: another program is connected" in found[0]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+31", "'+31"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("Zoë", "Zoë"),
        ("", ""),
    ],
)
def test_no_cell_of_the_links_starts_a_formula(cell: str, written: str) -> None:
    assert guarded(cell) == written


def test_check_looks_whether_an_attribute_holds_days(folder: Path) -> None:
    campaign = "campaigns:\n  after: {{on: {{attribute: {}, wait: 30 days}}}}\n"
    (folder / "c.csv").write_text("contact_id,seen,renewal\nC1,2026-03-02,1-3-2027\nC2,soon,2027-04-01\n")
    configure(folder, SLACK)
    contacts("import", "c.csv")
    for key, said in (
        ("renewl", "problem  campaigns.after.on.attribute: no contact has renewl; did you mean renewal?"),
        (
            "seen",
            "note     campaigns.after.on.attribute: seen 'soon' is no day, and nobody is asked by it; "
            "write it as 2026-11-30",
        ),
        ("renewal", ""),
    ):
        configure(folder, SLACK, more=campaign.format(key))
        told = [line for line in check().stdout.splitlines() if "on.attribute" in line]
        assert told == ([said] if said else [])


def test_check_looks_at_audiences_against_what_was_imported(folder: Path) -> None:
    campaign = "campaigns:\n  {}: {{audience: {{{}: {}}}}}\n"
    configure(folder, SLACK, more=campaign.format("spring", "regoi", "[North, Nroth]"))
    assert "regoi" not in check().stdout, "nothing is imported yet"
    (folder / "c.csv").write_text("contact_id,region,language\nC1,North,nl\nC2,South,nl\n")
    contacts("import", "c.csv")
    assert (
        "problem  campaigns.spring.audience: no contact has regoi; did you mean region?\n" in check().stdout
    )
    configure(folder, SLACK, more="campaigns:\n  spring: {audience: all, sample: 9, within: regoi}\n")
    assert "problem  campaigns.spring.within: no contact has regoi; did you mean region?\n" in check().stdout
    for bands, said in (
        (
            "{seatz: [10, 50]}",
            "note     bands.seatz: no contact has seatz, so no report has these bands; did you mean seats?",
        ),
        ("{seats: [10, 50], account_value: [1000]}", ""),
        ("{good: 30}", ""),
    ):
        (folder / "c.csv").write_text("contact_id,region,language,seats\nC1,North,nl,3\nC2,South,nl,4\n")
        contacts("import", "c.csv")
        configure(folder, SLACK, more=f"bands: {bands}\n")
        told = [line for line in check().stdout.splitlines() if "bands" in line]
        assert told == ([said] if said else [])
    for key, values, said in (
        ("region", "[North, Nroth]", "no contact has region Nroth; did you mean North?"),
        ("language", "[en]", "no contact has language en; there are nl"),
        ("account", "[Globex]", "no contact has account Globex; there are "),
        ("region", "[North, South]", ""),
    ):
        configure(folder, SLACK, more=campaign.format("spring", key, values))
        told = [line for line in check().stdout.splitlines() if "audience" in line]
        assert told == ([f"note     campaigns.spring.audience: {said}"] if said else [])
