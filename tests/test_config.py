"""config.yaml: what it may say, and what is said when it may not."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.config.sections.after import After
from bot.config.sections.campaign import Campaign, Survey
from bot.config.sections.channel import Slack, Sms, Telegram
from bot.config.sections.digest import DigestRules, ToldOfCampaign
from bot.config.sections.follow_up import FollowUpRules
from bot.config.sections.report import bands, theme_lists
from bot.config.sections.running import CanarySettings
from bot.config.settings import ConfigError, Settings, load
from bot.config.value_types import language_code
from channels.base import Address

REFERENCE = Path(__file__).parent.parent / "config.yaml"

SMS = "channels: {sms: {account_sid: AC1, auth_token: hush, from: +31612345678}}"
SLACK = "channels: {slack: {bot_token: xoxb-1, signing_secret: hush}}"


BLOCKS: dict[str, type[BaseModel]] = {"slack": Slack, "telegram": Telegram, "sms": Sms}


def settings_of(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environment or {})


def problems_of(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> list[str]:
    """The sentences, without the file and the line that each begins with."""
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, text, environment)
    file = f"{tmp_path / 'config.yaml'}"
    assert all(problem.startswith(file) for problem in caught.value.problems)
    return [
        re.sub(r"\A(?:, line [0-9]+)?: ", "", problem.removeprefix(file)) for problem in caught.value.problems
    ]


# --------------------------------------------------------------------------------- the file that is shipped


def test_the_shipped_file_is_valid_as_it_stands() -> None:
    settings = load(REFERENCE, {})
    assert settings.channels.on == ()
    assert settings.database_url == "sqlite+aiosqlite:///npsbot.db"


def test_the_shipped_file_shows_every_key() -> None:
    """With its examples uncommented it is valid too, and no key of the settings is missing in it."""
    text = re.sub(r"^#(  +(?:[\w ]+:|- |# ))", r"\1", REFERENCE.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"^    # (alert_at: )", r"    \1", text, flags=re.MULTILINE)
    keys = "admins|account_managers|alert_shows|key_contact|campaigns"
    text = re.sub(rf"^({keys}): .*$", r"\1:", text, flags=re.MULTILINE)
    text = re.sub(r"^# (public_url|fallback_manager|privacy_url|secret_key)", r"\1", text, flags=re.MULTILINE)
    text = text.replace(
        "    on: ", '    "on": '
    )  # npsbot reads keys as they stand; PyYAML would make it true
    document = yaml.safe_load(text)
    assert document.keys() == Settings.model_fields.keys()
    for name, channel in document["channels"].items():
        block = BLOCKS[name]
        assert channel.keys() == {field.alias or key for key, field in block.model_fields.items()}
    campaigns = document["campaigns"]
    assert campaigns["spring"].keys() | campaigns["after_project"].keys() == Campaign.model_fields.keys()
    assert campaigns["after_project"]["on"].keys() == After.model_fields.keys() - {"attribute", "before"}
    assert document["surveys"]["nps"].keys() == Survey.model_fields.keys()
    assert document["follow_up"].keys() == FollowUpRules.model_fields.keys()
    assert document["campaigns"]["spring"]["summary"].keys() == ToldOfCampaign.model_fields.keys() - {"at"}
    assert document["digest"].keys() == DigestRules.model_fields.keys()
    assert document["campaigns"]["spring"]["canary"].keys() == CanarySettings.model_fields.keys()
    del document["campaigns"]["spring"]["margin"]  # which stands there in the place of sample
    del document["campaigns"]["spring"]["canary"]  # … and of spread
    environment = dict.fromkeys(re.findall(r"\$\{([A-Z_]+)\}", text), "x" * 16) | {
        "TWILIO_FROM": "+31612345678"
    }
    settings = Settings(**_filled(document, environment))
    assert settings.channels.on == ("slack", "telegram", "sms")
    assert settings.campaigns["spring"].audience == {"plan": ("gold", "silver"), "country": ("NL",)}


def _filled(value: Any, environment: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, environment) for key, inner in value.items()}
    if isinstance(value, str):
        return re.sub(r"\$\{([A-Z_]+)\}", lambda match: environment[match[1]], value)
    return value


# --------------------------------------------------------------------------------------- what it may say


def test_defaults(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, f"company: Acme\nfallback_manager: slack:U1\n{SMS}\ncampaigns: {{spring: }}"
    )
    campaign = settings.campaigns["spring"]
    assert (settings.language, settings.timezone) == ("en", "Europe/Amsterdam")
    assert (campaign.survey, campaign.audience, campaign.window, campaign.every) == ("nps", "all", 7, 90)
    assert campaign.hours == (time(9), time(20))
    assert not campaign.sundays
    assert not campaign.holidays
    assert settings.surveys["nps"].kind == "nps"


@pytest.mark.parametrize(
    ("block", "within", "hours", "days"),
    [
        ("{}", 240, (time(9), time(17, 30)), frozenset({0, 1, 2, 3, 4})),
        (
            "{within: 90m, hours: 8:00-18:00, days: mon-sat}",
            90,
            (time(8), time(18)),
            frozenset({0, 1, 2, 3, 4, 5}),
        ),
        ("{within: 1h 30m, days: [sun, Monday]}", 90, (time(9), time(17, 30)), frozenset({6, 0})),
        ("{within: 2 hours, days: sun-thu}", 120, (time(9), time(17, 30)), frozenset({6, 0, 1, 2, 3})),
        ("{within: off, at_night: true}", None, None, frozenset({0, 1, 2, 3, 4})),
    ],
)
def test_when_a_case_is_to_be_taken(
    tmp_path: Path, block: str, within: int | None, hours: tuple[time, time] | None, days: frozenset[int]
) -> None:
    rules = settings_of(tmp_path, f"company: Acme\nfollow_up: {block}").follow_up
    assert rules.within == (None if within is None else timedelta(minutes=within))
    assert (rules.from_until, rules.days) == (hours, days)


def test_an_account_manager_may_work_elsewhere(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        company: Acme
        account_managers:
          North: slack:U1
          West: {address: slack:U2, zone: America/New_York}
          Port: {address: sms:+31612345678, country: be}
        follow_up: {escalation: [West, slack:C0HEAD]}
        """,
    )
    assert settings.account_managers == {
        "North": Address("slack", "U1"),
        "West": Address("slack", "U2"),
        "Port": Address("sms", "+31612345678"),
    }
    clocks = {name: settings.clock_of(name) for name in ("North", "West", "Port", "slack:C0HEAD")}
    assert {name: (clock.zone, clock.country) for name, clock in clocks.items()} == {
        "North": ("Europe/Amsterdam", None),
        "West": ("America/New_York", None),
        "Port": ("Europe/Amsterdam", "BE"),
        "slack:C0HEAD": ("Europe/Amsterdam", None),
    }
    assert settings.escalation == (
        ("West", Address("slack", "U2")),
        ("slack:C0HEAD", Address("slack", "C0HEAD")),
    )


@pytest.mark.parametrize(
    ("digest", "summary", "told", "at"),
    [
        ("", "", (False, False, True), "16:00"),  # of before there were digests: the silence of key contacts
        ("", "summary: daily", (True, True, True), "16:00"),
        ("", "summary: off", (False, False, False), "16:00"),
        ("", "summary: {promoters: false, at: '9:30'}", (True, False, True), "09:30"),
        ("digest: {managers: weekly}", "", (True, True, True), "16:00"),
        ("digest: {managers: weekly, at: '8:00'}", "summary: off", (False, False, False), "08:00"),
        ("digest: {at: '8:00'}", "summary: {at: '9:30'}", (True, True, True), "08:00"),
    ],
)
def test_what_of_a_campaign_account_managers_are_told_and_when(
    tmp_path: Path, digest: str, summary: str, told: tuple[bool, bool, bool], at: str
) -> None:
    campaigns = f"{digest}\ncampaigns: {{spring: {{{summary}}}}}"
    settings = settings_of(tmp_path, f"company: Acme\nfallback_manager: slack:U1\n{campaigns}")
    one = settings.told_of("spring")
    assert (one.passives, one.promoters, one.silent, settings.digest_at) == (*told, at)


@pytest.mark.parametrize(
    ("digest", "managers", "admins"),
    [
        ("", "daily", "off"),
        ("digest: off", "off", "off"),
        ("digest: {managers: monthly}", "monthly", "off"),
        ("digest: {admins: weekly}", "daily", "weekly"),
    ],
)
def test_how_often_digests_come(tmp_path: Path, digest: str, managers: str, admins: str) -> None:
    settings = settings_of(tmp_path, f"company: Acme\n{digest}")
    assert (settings.managers_digest, settings.digest.admins) == (managers, admins)


def test_the_time_of_a_summary_counts_and_is_told_to_stand_elsewhere(tmp_path: Path) -> None:
    campaigns = "campaigns: {a: {summary: {at: '12:00'}}, b: {summary: {at: '9:30'}}}"
    settings = settings_of(tmp_path, f"company: Acme\nfallback_manager: slack:U1\n{campaigns}")
    assert settings.digest_at == "09:30"
    assert settings.notices == tuple(
        f"campaigns.{name}.summary.at is digest.at now, one time for all campaigns; "
        "digests come at 09:30; write that instead"
        for name in ("a", "b")
    )


def test_a_campaign_without_channels_uses_all_that_are_on_in_our_order(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        company: Acme
        fallback_manager: slack:U1
        channels:
          sms: {account_sid: AC1, auth_token: hush, from: +31612345678}
          slack: {bot_token: xoxb-1, signing_secret: hush}
        campaigns: {spring: {audience: all}}
        """,
    )
    assert settings.campaigns["spring"].channels == ("slack", "sms")


def test_values_are_the_text_that_stands_in_the_file(tmp_path: Path) -> None:
    """YAML alone would make 31612345678, False and 8 of these."""
    settings = settings_of(
        tmp_path,
        f"""
        company: 100
        admins: [telegram:123]
        fallback_manager: telegram:-100123
        {SMS}
        campaigns: {{spring: {{audience: {{country: NO, code: [010, 1.0]}}, sundays: yes, every: "30"}}}}
        """,
    )
    assert settings.company == "100"
    assert settings.admins == (Address("telegram", "123"),)
    assert settings.channels.sms is not None
    assert settings.channels.sms.sender == "+31612345678"
    campaign = settings.campaigns["spring"]
    assert campaign.audience == {"country": ("NO",), "code": ("010", "1.0")}
    assert campaign.sundays
    assert campaign.every == 30


def test_numbers_are_taken_where_text_is_meant_when_values_come_as_such() -> None:
    settings = Settings.model_validate(
        {
            "company": 100,
            "campaigns": {"a": {"audience": {"size": [1, True]}}},
            "fallback_manager": "slack:U1",
        }
    )
    assert settings.company == "100"
    assert settings.campaigns["a"].audience == {"size": ("1", "true")}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("nl-u", "nl"),
        ("NL", "nl"),
        ("nl-je", "nl-je"),
        ("nl_JE", "nl-je"),
        ("en", "en"),
        ("de-Sie", "de"),
        ("DE-DU", "de-du"),
    ],
)
def test_languages(tmp_path: Path, written: str, kept: str) -> None:
    assert settings_of(tmp_path, f"company: Acme\nlanguage: {written}").language == kept


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("nl-NL", "nl"),
        ("nl_BE", "nl"),
        ("EN-gb", "en"),
        ("nl-je", "nl-je"),
        ("nl-u", "nl"),
        ("de-AT", "de"),
        ("de-du", "de-du"),
        ("de_sie", "de"),
        ("fr", "fr"),
        ("French", None),
        ("", None),
    ],
)
def test_languages_of_contacts(tag: str, language: str | None) -> None:
    assert language_code(tag) == language


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("always", "always"),
        ("9:00-17:30", "09:00-17:30"),
        ("09:00 – 20:00", "09:00-20:00"),
        ("00:00-23:59", "00:00-23:59"),
    ],
)
def test_send_between(tmp_path: Path, written: str, kept: str) -> None:
    text = f"company: Acme\nfallback_manager: slack:U1\ncampaigns: {{a: {{send_between: '{written}'}}}}"
    assert settings_of(tmp_path, text).campaigns["a"].send_between == kept


def test_times_as_people_write_them(tmp_path: Path) -> None:
    text = (
        "company: Acme\nfallback_manager: slack:U1\nundo: 10m\n"
        "campaigns: {a: {window: 14 days, reminder: off, undo: 60 minutes}, b: {reminder: 4 days}}"
    )
    settings = settings_of(tmp_path, text)
    one, other = settings.campaigns["a"], settings.campaigns["b"]
    assert (one.window, one.reminder, other.reminder) == (14, None, 4)
    assert (settings.undo, one.undo) == (timedelta(minutes=10), timedelta(hours=1))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+asyncpg://postgres@/d?host=/tmp/x", "postgresql+asyncpg://postgres@/d?host=/tmp/x"),
    ],
)
def test_databases(tmp_path: Path, written: str, kept: str) -> None:
    assert settings_of(tmp_path, f"company: Acme\ndatabase_url: {written}").database_url == kept


def test_who_is_alerted(tmp_path: Path) -> None:
    text = "company: Acme\naccount_managers: {North: 'slack:C1', South: 'sms:+31 6 12345678'}\n"
    settings = settings_of(tmp_path, f"{text}fallback_manager: South")
    south = ("South", Address("sms", "+31612345678"))
    assert settings.manager("North") == ("North", Address("slack", "C1"))
    assert settings.manager("gone since") == south
    assert settings.manager(None) == settings.fallback == south
    assert settings_of(tmp_path, text).manager(None) is None
    bare = settings_of(tmp_path, f"{text}fallback_manager: telegram:5")
    assert bare.fallback == ("telegram:5", Address("telegram", "5"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[project, renewal]", {"project": "project", "renewal": "renewal"}),
        ("{renewal: Renews on, project: Project}", {"renewal": "Renews on", "project": "Project"}),
        ("project", {"project": "project"}),
        ("", {}),
    ],
)
def test_what_an_alert_shows(tmp_path: Path, written: str, shown: dict[str, str]) -> None:
    assert settings_of(tmp_path, f"company: Acme\nalert_shows: {written}").alert_shows == shown


def test_what_reports_go_by(tmp_path: Path) -> None:
    (tmp_path / "themes.yaml").write_text("delivery: [levering]\n", encoding="utf-8")
    (tmp_path / "scores.yaml").write_text(
        "ours: {source: Us, year: 2024, scope: all of us, scores: {we: [12, 9.5]}}", encoding="utf-8"
    )
    settings = settings_of(
        tmp_path,
        f"""
        company: Acme
        benchmark: {{sectors: Industry, own: {tmp_path / "scores.yaml"}}}
        bands: {{excellent: 50, good: 30}}
        themes: {{nl: {tmp_path / "themes.yaml"}}}
        """,
    )
    assert [(one.sector, one.nps, one.year) for one in settings.benchmark.all] == [
        ("industry", 32, 2025),
        ("we", 12, 2024),
    ]
    assert [bands(settings.bands).word(score) for score in (29, 30, 50)] == [None, "good", "excellent"]
    lists = theme_lists(settings.themes)
    assert lists["nl"].find("de leveringen") == {"delivery"}
    assert lists["en"].find("the deliveries") == {"delivery"}


def test_numbers_of_own_scores_are_read_from_config_yaml_too(tmp_path: Path) -> None:
    own = "{ours: {source: Us, year: 2024, scope: all, scores: {we: [12, 9.5], they: -3}}}"
    settings = settings_of(tmp_path, f"company: Acme\nbenchmark: {{own: {own}}}")
    assert [(one.sector, one.nps, one.previous) for one in settings.benchmark.all] == [
        ("we", 12, 9.5),
        ("they", -3, None),
    ]


def test_white_space_around_a_secret_is_not_part_of_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, SLACK.replace("hush", '"${S}"') + "\ncompany: Acme", {"S": " hush\n"})
    assert settings.channels.slack is not None
    assert settings.channels.slack.signing_secret is not None
    assert settings.channels.slack.signing_secret.get_secret_value() == "hush"


def test_socket_mode_and_polling_need_other_secrets(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        company: Acme
        channels:
          slack: {bot_token: xoxb-1, app_token: xapp-1, mode: socket}
          telegram: {token: "1:a", mode: polling}
        """,
    )
    assert settings.channels.on == ("slack", "telegram")


# ------------------------------------------------------------------------------------- what it may not say


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "company is missing; expected the name by which customers know you"),
        ("company: ''", "company is empty; expected the name by which customers know you"),
        ("company: {a: b}", "company should be the name by which customers know you"),
        ("compny: Acme\ncompany: Acme", "compny is not a key; did you mean company?"),
        (
            "company: Acme\nlanguage: fr",
            "language is 'fr'; expected one of en, nl, nl-je, de, de-du (nl says u, de says Sie)",
        ),
        (
            "company: Acme\ntimezone: Europe/Amsterdm",
            "timezone is 'Europe/Amsterdm', which is no time zone; did you mean Europe/Amsterdam?",
        ),
        (
            "company: Acme\npublic_url: nps.example.com",
            "public_url is no web address; expected one such as https://nps.example.com",
        ),
        (
            "company: Acme\nadmins: [slak:U1]",
            "admins[0] is 'slak:U1', which is no address; did you mean slack?",
        ),
        (
            "company: Acme\nadmins: ['sms:+31612345678']",
            "admins[0] is 'sms:+31612345678'; admins are on slack or telegram, "
            "because a sender of an SMS can be forged",
        ),
        (
            "company: Acme\naccount_managers: {North: 'sms:0612345678'}",
            "account_managers.North is 'sms:0612345678'; expected an address such as sms:+31612345678",
        ),
        (
            "company: Acme\ndatabase_url: mysql://root:hush@h/d",
            "database_url is no database; expected sqlite+aiosqlite:///npsbot.db or "
            "postgresql+asyncpg://user:password@host/name",
        ),
        (
            "company: Acme\nchannels: {slack: }",
            "channels.slack.bot_token is missing; expected the bot token that begins with xoxb-",
        ),
        (
            "company: Acme\nchannels: {slack: {bot_token: x}}",
            "channels.slack.signing_secret is missing; copy it from the Slack app's Basic Information page",
        ),
        (
            "company: Acme\nchannels: {slack: {bot_token: x, mode: socket}}",
            "channels.slack.app_token is missing, which mode: socket needs; "
            "make one with the scope connections:write",
        ),
        (
            "company: Acme\ncampaigns: {a: {expected_response: 30%}}",
            "campaigns.a.expected_response says how many of a sample answer, and there is none; add sample or margin, "
            "or take it out",
        ),
        (
            "company: Acme\ncampaigns: {a: {grace: 1d, on: {event: done, wait: 1}}}",
            "campaigns.a.grace says how late a wave may start, and on asks each after an event; take grace out",
        ),
        (
            "company: Acme\ncampaigns: {a: {compare: {send_between: ['14:00-20:00', '09:00-14:30']}}}",
            "campaigns.a.compare.send_between has windows that overlap; expected two send windows, such as "
            "[09:00-12:00, 16:00-20:00]",
        ),
        (
            "company: Acme\nundo: 61m",
            "undo is '61m'; expected seconds or minutes such as 60s or 10m, up to an hour, or off",
        ),
        (
            "company: Acme\nchannels: {slack: {bot_token: x, mode: sockt}}",
            "channels.slack.mode should be http or socket",
        ),
        (
            "company: Acme\npublic_url: https://nps.example.com\nchannels: {telegram: {token: x}}",
            "channels.telegram.secret is missing; choose 1 to 256 letters, digits, _ or -, "
            "or use mode: polling",
        ),
        (
            "company: Acme\nchannels: {telegram: {token: x, secret: s, mode: webhook}}",
            "channels.telegram.mode: webhook needs public_url; give this server's https address from outside, "
            "or leave mode out",
        ),
        (
            "company: Acme\nchannels: {telegram: {token: x, secret: 'with space'}}",
            "channels.telegram.secret may hold 1 to 256 letters, digits, _ and - only; choose another",
        ),
        (
            "company: Acme\nchannels: {sms: {account_sid: AC1, auth_token: x}}",
            "channels.sms.from is missing; give a number to send from, or a messaging_service_sid",
        ),
        (
            "company: Acme\nchannels: {signal: {}}",
            "channels.signal is not a key; expected slack, telegram, sms",
        ),
        (
            "company: Acme\ncampaigns: {a: {audience: all}}",
            "fallback_manager is missing, which campaigns need; give a name from account_managers, "
            "or an address such as slack:C0123ABCD",
        ),
        (
            "company: Acme\naccount_managers: {North: 'slack:U1'}\nfallback_manager: Nort",
            "fallback_manager names 'Nort', which is not in account_managers; did you mean North?",
        ),
        (
            "company: Acme\nalert_shows: [a, b, c, d, e, f, g, h, i]",
            "alert_shows has 9 attributes; 8 is the most that can be read in an alert",
        ),
        (
            "company: Acme\naccount_managers: {North: 'slack:U1'}\nfollow_up: {escalation: [Nort]}",
            "follow_up.escalation names 'Nort', which is not in account_managers; did you mean North?",
        ),
        (
            "company: Acme\nfollow_up: {escalation: [Head of sales]}",
            "follow_up.escalation names 'Head of sales', which is not in account_managers; "
            "add it there, or give an address such as slack:C0123ABCD",
        ),
        (
            "company: Acme\naccount_managers: {North: 'slack:U1'}\nfollow_up: {escalation: [North, North]}",
            "follow_up.escalation names 'North' twice; keep one",
        ),
        (
            "company: Acme\nfollow_up: {within: soon}",
            "follow_up.within is 'soon'; expected working hours such as 4h or 1h 30m, up to 240h, or off",
        ),
        (
            "company: Acme\nfollow_up: {within: 0h}",
            "follow_up.within is '0h'; expected working hours such as 4h or 1h 30m, up to 240h, or off",
        ),
        (
            "company: Acme\nfollow_up: {hours: always}",
            "follow_up.hours is 'always'; expected hours such as 09:00-17:30, and at_night: true for every hour",
        ),
        (
            "company: Acme\nfollow_up: {days: [mon, tu]}",
            "follow_up.days is ['mon', 'tu']; expected days such as mon-fri, or [mon, tue, wed]",
        ),
        (
            "company: Acme\naccount_managers: {North: {adress: 'slack:U1'}}",
            "account_managers.North has the key 'adress'; did you mean address?",
        ),
        (
            "company: Acme\naccount_managers: {North: {zone: Europe/Paris}}",
            "account_managers.North has no address; "
            "expected an address such as slack:U0123ABCD, or address, zone, country and target",
        ),
        (
            "company: Acme\naccount_managers: {North: {address: 'slack:U1', zone: Paris}}",
            "account_managers.North has a zone that is 'Paris', which is no time zone; "
            "did you mean Europe/Paris?",
        ),
        (
            "company: Acme\naccount_managers: {North: {address: 'slack:U1', country: England}}",
            "account_managers.North has a country that is 'England', of which no public holidays are known; "
            "expected two letters such as NL or GB",
        ),
        (
            "company: Acme\nkey_contact: all",
            "key_contact should be attributes with values, such as {role: [decider, sponsor]}",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {summary: weekly}}",
            "campaigns.a.summary should be daily, off, or passives, promoters and silent",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {summary: {at: 4pm}}}",
            "campaigns.a.summary.at is '4pm'; expected a time of day such as 16:00",
        ),
        (
            "company: Acme\ndigest: {managers: hourly}",
            "digest.managers should be daily, weekly, monthly or off",
        ),
        ("company: Acme\ndigest: weekly", "digest should be off, or managers, admins, board_to and at"),
        (
            "company: Acme\ndigest: {board_to: 'sms:+31612345678'}",
            "digest.board_to[0] is 'sms:+31612345678'; the page for the board is a picture, "
            "and goes to slack or telegram",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {survey: npz}}",
            "campaigns.a.survey names 'npz', which is not in surveys; did you mean nps?",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {channels: [sms]}}",
            "campaigns.a.channels names sms, which is off; fill in channels.sms, or take it out here",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {windw: 3}}",
            "campaigns.a.windw is not a key; did you mean window?",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {window: soon}}",
            "campaigns.a.window should be a whole number of days from 1 to 365",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {window: 0}}",
            "campaigns.a.window should be a whole number of days from 1 to 365",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {send_between: 20:00-9:00}}",
            "campaigns.a.send_between is '20:00-9:00'; expected hours such as 09:00-20:00, "
            "the first before the second, or always",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {audience: {plan: []}}}",
            "campaigns.a.audience needs a value, or a list of values, for plan",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {audience: {}}}",
            "campaigns.a.audience should be all, or attributes with values, such as {plan: [gold, silver]}",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a b: {}}",
            "campaigns has the key 'a b'; "
            "a name holds up to 100 letters, digits, dots, underscores and hyphens",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {spring: {}, Spring: {}}",
            "campaigns.Spring differs from campaigns.spring in capitals only; "
            "commands could not tell them apart",
        ),
        (
            "company: Acme\nsurveys: {nps: {kind: effort}}",
            "surveys.nps.kind should be nps, csat or ces",
        ),
        (
            "company: Acme\nsurveys: {nps: {kind: csat, alert_at: 6}}",
            "surveys.nps.alert_at is 6, which is not on the scale of csat; expected a whole number from 1 to 5",
        ),
        (
            "company: Acme\nsurveys: {nps: {alert_at: six}}",
            "surveys.nps.alert_at should be a score of the survey's scale",
        ),
        (
            "company: Acme\nsurveys: {nps: {kind: ces, words: {en: {csat_question: x}}}}",
            "surveys.nps.words.en.csat_question is no text of npsbot; did you mean question?",
        ),
        (
            "company: Acme\nsurveys: {nps: {words: {french: {question: x}}}}",
            "surveys.nps.words.french is 'french', which is no language; expected a code such as fr or nl-je",
        ),
        (
            "company: Acme\nsurveys: {nps: {words: {fr: {question: x}, fr-FR: {question: y}}}}",
            "surveys.nps.words has fr and fr-FR, which are one language here; keep one",
        ),
        (
            "company: Acme\nsurveys: {nps: {words: {fr: {qestion: x}}}}",
            "surveys.nps.words.fr.qestion is no text of npsbot; did you mean question?",
        ),
        (
            "company: Acme\nsurveys: {nps: {words: {fr: {question: 'de {bas} a {high}'}}}}",
            "surveys.nps.words.fr.question holds {bas}, which nothing fills; "
            "it may hold {company}, {high}, {high_end}, {low}, {low_end}, {months}",
        ),
        (
            "company: Acme\nsurveys: {nps: {words: {fr: {question: '{company demande'}}}}",
            "surveys.nps.words.fr.question has a brace that is not closed or not opened; "
            "write {{ or }} for a brace itself",
        ),
        (
            "company: Acme\nsurveys: {nps: {words: {fr: {question: ' '}}}}",
            "surveys.nps.words.fr.question is empty; expected texts under a language and a key",
        ),
        (
            "company: Acme\nsurveys: {nps: {follow_up: both}}",
            "surveys.nps.follow_up should be neutral or by_category",
        ),
        (
            "company: Acme\nfallback_manager: slack:U1\ncampaigns: {a: {review: {url: here}}}",
            "campaigns.a.review.url is no web address; expected one such as https://nps.example.com",
        ),
        ("company: Acme\nlog: {level: loud}", "log.level should be debug, info, warning or error"),
        (
            "company: Acme\nbenchmark: industri",
            "benchmark.sectors names the sector 'industri', of which no score is published here; "
            "did you mean industry?",
        ),
        (
            "company: Acme\nbenchmark: {own: {ours: {source: Us, year: 2025, scope: all, scores: {we: 101}}}}",
            "benchmark.own cannot be used: benchmark set ours, we: 101 is no score between -100 and 100",
        ),
        (
            "company: Acme\nbenchmark: {own: {ours: {source: Us, year: last, scope: all, scores: {we: 1}}}}",
            "benchmark.own cannot be used: benchmark set ours: `year` is 'last'; write a whole number there",
        ),
        (
            "company: Acme\nbenchmark: {own: /nowhere/scores.yaml}",
            "benchmark.own names /nowhere/scores.yaml, which cannot be read: No such file or directory",
        ),
        (
            "company: Acme\nbands: {account_value: [50000, 10000]}",
            "bands.account_value should be 1 to 20 limits that rise, such as [10000, 50000]",
        ),
        (
            "company: Acme\ncurrency: euro",
            "currency is 'euro', which is no currency; expected a code such as EUR or USD",
        ),
        (
            "company: Acme\naccount_managers: {North: {address: slack:U1, target: 140}}",
            "account_managers.North has a target that is '140'; expected an NPS from -100 to 100, such as 40",
        ),
        (
            "company: Acme\nchannels: {slack: {bot_token: xoxb-1, signing_secret: a}}\nfallback_manager: slack:U1\n"
            "campaigns: {demo: {target: high}}",
            "campaigns.demo.target should be a score that is to be reached, such as 40",
        ),
        (
            "company: Acme\nbands: {good: high}",
            "bands.good should be the lowest score that earns a word, or rising limits such as [10000, 50000]",
        ),
        (
            "company: Acme\nbands: {good: 50, fine: 50}",
            "bands has two words that begin at the same score; keep one",
        ),
        (
            "company: Acme\nthemes: {fr: themes.yaml}",
            "themes has a list for 'fr'; themes are found in en or nl alone",
        ),
        (
            "company: Acme\nthemes: {nl: /nowhere/themes.yaml}",
            "themes names /nowhere/themes.yaml, which cannot be read: No such file or directory",
        ),
        (
            "company: ${COMPANY}",
            "company wants the environment variable COMPANY, which is not set; set it, or take the key out",
        ),
        (
            "company: ${not a name}",
            "company holds a reference that cannot be read; write ${NAME} or ${NAME:-default}, "
            "and $${ for a dollar sign and a brace",
        ),
        (
            "company: Acme\ncompany: Globex",
            "the key company stands here a second time, after line 1",
        ),
        ("- a\n- b", " should hold keys and values, such as `company: Acme`"),
    ],
)
def test_problems(tmp_path: Path, text: str, sentence: str) -> None:
    assert problems_of(tmp_path, text) == [sentence]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "language: fr\nlog: {level: loud}\nchannels: {sms: {}}")
    assert [problem.split(" ")[0] for problem in found] == [
        "company",
        "language",
        "channels.sms.account_sid",
        "channels.sms.auth_token",
        "log.level",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("company: Acme\nlanguage: fr", 2),
        ("company: Acme\n\n# a rhythm\ncampaigns:\n  spring:\n    survey: nps\n    windw: 3", 7),
        ("company: Acme\ncampaigns:\n  spring:\n    survey: npz\nfallback_manager: slack:C1", 4),
        ("company: Acme\ncampaigns:\n  spring: {}", None),  # what is missing stands on no line
        ("company: Acme\nadmins:\n  - slack:U1\n  - U2", 4),
        ("company: Acme\nchannels:\n  sms:\n    auth_token: hush", 3),  # the block in which a key is missing
    ],
)
def test_a_problem_names_its_line(tmp_path: Path, text: str, line: int | None) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, text)
    where = "" if line is None else f", line {line}"
    assert caught.value.problems[0].startswith(f"{tmp_path / 'config.yaml'}{where}: ")


def test_what_is_not_filled_in_is_told_with_all_else(tmp_path: Path) -> None:
    text = (
        "company: ${COMPANY}\nlanguage: fr\nadmins: [slack:U1, '${ADMIN}']\nlog: {level: loud}\n"
        "channels: {telegram: {token: '${TOKEN}', secret: s}}\n"
    )
    found = problems_of(tmp_path, text)
    assert [problem.split(" ")[0] for problem in found] == [
        "company",
        "admins[1]",
        "channels.telegram.token",
        "language",
        "log.level",
    ]
    campaigns = "campaigns: {spring: {survey: npz, channels: [sms]}}\nfallback_manager: slack:C1\n"
    found = problems_of(tmp_path, f"company: ${{COMPANY}}\n{campaigns}")
    assert [problem.split(" ")[0] for problem in found] == [
        "company",
        "campaigns.spring.survey",
        "campaigns.spring.channels",
    ]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "{relational: 90 days, transactionel: 3}",
            "names transactionel, which is no kind of campaign; did you mean",
        ),
        ("{relational: often}", "should be a whole number of days, 0 or more for relational"),
        ("-1", "should be a whole number of days, 0 or more"),
        ("9999", "should be a whole number of days, 0 or more"),
    ],
)
def test_how_far_apart_questions_are_is_days(tmp_path: Path, written: str, problem: str) -> None:
    (found,) = problems_of(tmp_path, f"company: Acme\ncampaigns: {{spring: {{not_again_within: {written}}}}}")
    assert found.startswith(f"campaigns.spring.not_again_within {problem}")


def test_every_is_still_read_under_its_old_name_and_told(tmp_path: Path) -> None:
    """# field D: `every` was read as a rhythm."""
    settings = settings_of(
        tmp_path, "company: Acme\nfallback_manager: slack:C1\ncampaigns: {spring: {every: 30}}"
    )
    assert settings.campaigns["spring"].not_again_within == 30
    assert settings.notices == (
        "campaigns.spring.every is called not_again_within now; it counts as before, but write that instead",
    )
    new = settings_of(
        tmp_path, "company: Acme\nfallback_manager: slack:C1\ncampaigns: {spring: {not_again_within: 30}}"
    )
    assert (new.campaigns["spring"].not_again_within, new.notices) == (30, ())
    assert problems_of(tmp_path, "company: Acme\ncampaigns: {spring: {not_again_within: 30, every: 30}}") == [
        "campaigns.spring.every is the old name of not_again_within, which stands there too; take it out"
    ]
    assert problems_of(tmp_path, "company: Acme\ncampaigns: {spring: {every: often}}") == [
        "campaigns.spring.not_again_within should be a whole number of days, 0 or more"
    ]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (
            "timezone: GMT+1",
            "a number of hours knows no summer time; expected a name such as Europe/Amsterdam",
        ),
        (
            "timezone: UTC-05:00",
            "a number of hours knows no summer time; expected a name such as Europe/Amsterdam",
        ),
        ("timezone: Amsterdam", "did you mean Europe/Amsterdam?"),
        ("timezone: New York", "did you mean America/New_York?"),
        ("admins: ['+31612345678']", "expected slack:U… or telegram:123"),
        ("admins: [smss:+31612345678]", "expected slack:U… or telegram:123"),
    ],
)
def test_no_advice_is_given_that_cannot_work(tmp_path: Path, text: str, advice: str) -> None:
    # field D: "did you mean GMT+0?" for GMT+1, `sms:` for admins
    (problem,) = problems_of(tmp_path, f"company: Acme\n{text}")
    assert problem.endswith(advice)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"company: [", "line 1: "),
        (b"company: Caf\xe9", "is not UTF-8 text; save it as UTF-8"),
        (b"company: \x00", "is no YAML: "),
        (b"? [a]\n: b", "line 1: expected plain text as a key"),
        (b"!!python/object:os.system {}", "line 1: could not determine a constructor"),
        (b"[" * 5000, "is no YAML: "),
    ],
)
def test_files_that_are_no_yaml(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(caught.value).startswith(str(path))
    assert sentence in str(caught.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not exist; copy config\.yaml from the project"):
        load(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


# ------------------------------------------------------------------------------------------ the environment


@pytest.mark.parametrize(
    ("written", "environment", "company"),
    [
        ("${NAME}", {"NAME": "Acme"}, "Acme"),
        ("${NAME:-Globex}", {}, "Globex"),
        ("${NAME:-Globex}", {"NAME": ""}, "Globex"),
        ("${NAME:-Globex}", {"NAME": "Acme"}, "Acme"),
        ("The ${A} and ${B} Company", {"A": "Acme", "B": "${A}"}, "The Acme and ${A} Company"),
        ("$${NAME}", {}, "${NAME}"),
        ("$NAME", {"NAME": "Acme"}, "$NAME"),
    ],
)
def test_references(tmp_path: Path, written: str, environment: dict[str, str], company: str) -> None:
    assert settings_of(tmp_path, f"company: {written}", environment).company == company


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPSBOT_LOG__LEVEL", "debug")
    monkeypatch.setenv("NPSBOT_ADMINS", '["slack:U7"]')
    settings = settings_of(tmp_path, "company: Acme\nlog: {level: error, format: json}")
    assert (settings.log.level, settings.log.format) == ("debug", "json")
    assert settings.admins == (Address("slack", "U7"),)


NAMED = """
company: Acme
account_managers: {North: slack:C0123ABCD, South: slack:C0SOUTH}
fallback_manager: North
surveys: {Product: {kind: ces, words: {nl-je: {question: "Hoe ging het?"}}}}
campaigns: {Spring: {survey: Product}}
"""


@pytest.mark.parametrize("name", ["North", "NORTH", "north"])
def test_a_variable_names_the_key_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:  # discovered P8
    monkeypatch.setenv(f"NPSBOT_ACCOUNT_MANAGERS__{name}", "slack:C0999ZZZZ")
    monkeypatch.setenv("NPSBOT_SURVEYS__PRODUCT__ALERT_AT", "1")
    monkeypatch.setenv("NPSBOT_CAMPAIGNS__spring__WINDOW", "3")
    settings = settings_of(tmp_path, NAMED)
    managers = {"North": Address("slack", "C0999ZZZZ"), "South": Address("slack", "C0SOUTH")}
    assert settings.account_managers == managers
    assert {key: (one.kind, one.alert_at) for key, one in settings.surveys.items()} == {"Product": ("ces", 1)}
    assert {key: one.window for key, one in settings.campaigns.items()} == {"Spring": 3}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "NPSBOT_ACCOUNT_MANAGERS__NORHT",
            "slack:C09",
            "the environment variable NPSBOT_ACCOUNT_MANAGERS__NORHT names no key of account_managers; "
            "did you mean North?",
        ),
        (
            "NPSBOT_BANDS__Great",
            "50",
            "the environment variable NPSBOT_BANDS__Great names no key of bands; "
            "add it to bands in the file, or take the variable away",
        ),
    ],
)
def test_a_variable_that_names_no_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:  # discovered P8
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as refused:
        settings_of(tmp_path, NAMED)
    assert refused.value.problems == (sentence,)


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("NPSBOT_LOGG__LEVEL", "log"),
        ("NPSBOT_COMPANI", "company"),
        ("NPSBOT_CHANNEL__SLACK__MODE", "channels"),
    ],
)
def test_a_variable_that_is_nearly_a_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, hint: str
) -> None:  # discovered P8
    monkeypatch.setenv(variable, "debug")
    with pytest.raises(ConfigError) as refused:
        settings_of(tmp_path, NAMED)
    assert refused.value.problems == (
        f"the environment variable {variable} names no key of the file; did you mean {hint}?",
    )


def test_a_variable_of_the_file_or_of_an_orchestrator_is_let_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # discovered P8
    others = ("PORT", "SERVICE_HOST", "PORT_8080_TCP_ADDR", "SLACK_BOT_TOKEN", "TEST_POSTGRES", "VERSION")
    for name in (*others, "BROWSER_REQUIRED", "IMAGE", "USER", "PASSWORD", "HOST", "CONFIG", "DOMAIN"):
        monkeypatch.setenv(f"NPSBOT_{name}", "x")
    monkeypatch.setenv("NPSBOT_COMPANIE", "Acme")
    text = "company: ${NPSBOT_COMPANIE}"
    path = tmp_path / "referring.yaml"
    path.write_text(text)
    assert load(path).company == "Acme"


def test_a_variable_that_may_name_two_keys_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # discovered P8
    monkeypatch.setenv("NPSBOT_ACCOUNT_MANAGERS__NORTH", "slack:C09")
    with pytest.raises(
        ConfigError, match="may be North or north; rename one, as they differ in capitals only"
    ):
        settings_of(tmp_path, "company: Acme\naccount_managers: {North: slack:C01, north: slack:C02}")


def test_a_variable_may_hold_a_whole_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # discovered P8
    monkeypatch.setenv("NPSBOT_ACCOUNT_MANAGERS", '{"north": "slack:C0999ZZZZ", "West": "slack:C0WEST"}')
    settings = settings_of(tmp_path, NAMED)
    assert {name: at.id for name, at in settings.account_managers.items()} == {
        "North": "C0999ZZZZ",
        "South": "C0SOUTH",
        "West": "C0WEST",
    }


def test_an_override_that_is_wrong_is_named_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPSBOT_LOG__LEVEL", "loud")
    with pytest.raises(
        ConfigError, match=r"^the environment variable NPSBOT_LOG__LEVEL: log.level should be"
    ):
        settings_of(tmp_path, "company: Acme")
    monkeypatch.setenv("NPSBOT_ADMINS", "slack:U7")
    with pytest.raises(ConfigError, match=r"^the environment variable NPSBOT_ADMINS should hold JSON$"):
        settings_of(tmp_path, "company: Acme")


# ------------------------------------------------------------------------------------------------- secrets


def test_secrets_are_in_no_text_of_the_settings(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        f"company: Acme\ndatabase_url: postgresql+asyncpg://u:swordfish@h/d\n{SLACK}".replace(
            "hush", "swordfish"
        ),
    )
    assert "swordfish" not in f"{settings!r} {settings} {settings.channels!r}"


@pytest.mark.parametrize(
    "text",
    [
        "channels: {slack: {bot_token: [swordfish], signing_secret: {swordfish: swordfish}}}",
        "channels: {telegram: {token: x, secret: sword fish swordfish}}",
        "channels: {telegram: swordfish}",
        "channels: [swordfish]",
        "database_url: swordfish",
        "database_url: {a: swordfish}",
    ],
)
def test_secrets_are_in_no_error(tmp_path: Path, text: str) -> None:
    found = problems_of(tmp_path, f"company: Acme\n{text}")
    assert found
    assert "swordfish" not in " ".join(found)


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*Settings.model_fields, "compny"])


@given(st.dictionaries(KEYS, JSON_LIKE, max_size=5))
def test_any_document_is_either_settings_or_plain_sentences(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    told: tuple[str, ...] | None = None
    try:
        load(path, {})
    except ConfigError as error:
        told = error.problems
    assert told is None or (told and all(problem.startswith(str(path)) for problem in told))


# ------------------------------------------------------------------------------------------- after an event


def on_problems(tmp_path: Path, on: str, rest: str = "") -> list[str]:
    return problems_of(
        tmp_path, f"company: Acme\nfallback_manager: slack:U1\n{SMS}\ncampaigns: {{c: {{on: {on}{rest}}}}}"
    )


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (
            "{wait: 3}",
            "campaigns.c.on.event and attribute: give one of them, such as event: project.finished",
        ),
        (
            "{event: a, attribute: b}",
            "campaigns.c.on.event and attribute: give one of them, such as event: project.finished",
        ),
        (
            "{event: a, before: 3 days}",
            "campaigns.c.on.before is of an attribute that holds a day; of an event give wait",
        ),
        ("{attribute: a, wait: 3, before: 3}", "campaigns.c.on.wait and before: keep one of them"),
        (
            "{event: a, wait: 14 days, within: 14 days}",
            "campaigns.c.on.within is 14 days and wait 14: nobody could be asked; make within longer than wait",
        ),
        (
            "{attribute: a, before: 60, within: 61}",
            "campaigns.c.on.within is 61 days and before 60: the question goes from the one to the other day, so give "
            "a number from 1 to that",
        ),
        ("{event: a, wait: soon}", "campaigns.c.on.wait should be a whole number of days from 0 to 365"),
        (
            "{event: a, fields: [the project]}",
            "campaigns.c.on.fields[0] has 'the project'; "
            "a name of letters, digits and underscores can stand in a question",
        ),
        (
            "{event: a, fields: company}",
            "campaigns.c.on.fields[0] has 'company', which every question has already; take it out",
        ),
        ("{event: a, wiat: 3}", "campaigns.c.on.wiat is not a key; did you mean wait?"),
    ],
)
def test_a_campaign_after_an_event_that_cannot_be_meant(tmp_path: Path, on: str, said: str) -> None:
    assert on_problems(tmp_path, on) == [said]


def test_waves_are_of_a_campaign_after_an_event(tmp_path: Path) -> None:
    text = f"company: Acme\nfallback_manager: slack:U1\n{SMS}\ncampaigns: {{c: {{waves: month}}}}"
    said = (
        "campaigns.c.waves is month, which is of a campaign that asks after an event; add on, or take it out"
    )
    assert problems_of(tmp_path, text) == [said]


@pytest.mark.parametrize(
    ("on", "due", "until"),
    [
        ({"event": "a", "wait": "3 days", "within": "14 days"}, 3, 14),
        ({"event": "a"}, 0, 14),
        ({"attribute": "a", "wait": "30 days"}, 30, 44),
        ({"attribute": "a", "before": "60 days"}, -60, -46),
        ({"attribute": "a", "before": 7, "within": 2}, -7, -5),
        ({"attribute": "a", "before": 7}, -7, 0),
    ],
)
def test_when_the_question_after_an_event_may_go(on: dict[str, Any], due: int, until: int) -> None:
    after, at = After(**on), datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert (after.due(at) - at, after.until(at) - at) == (timedelta(days=due), timedelta(days=until))


PROJECT = "surveys: {p: {words: {en: {question: 'How was {project}, {low}-{high}?'}}}}"


@pytest.mark.parametrize(
    ("campaigns", "fits"),
    [
        ("{c: {survey: p, on: {event: a, fields: [project]}}}", True),
        ("{c: {survey: p, on: {event: a, fields: [invoice]}}}", False),
        ("{c: {survey: p, on: {event: a, fields: [project]}}, d: {survey: p}}", False),
        ("{c: {survey: p}}", False),
    ],
)
def test_a_question_names_what_every_campaign_of_its_survey_has(
    tmp_path: Path, campaigns: str, fits: bool
) -> None:
    text = f"company: Acme\nfallback_manager: slack:U1\n{SMS}\n{PROJECT}\ncampaigns: {campaigns}"
    if fits:
        assert settings_of(tmp_path, text).campaigns["c"].on is not None
    else:
        (problem,) = problems_of(tmp_path, text)
        assert problem.startswith("surveys.p.words.en.question holds {project}, which nothing fills")
