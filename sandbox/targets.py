"""Where the bot is reached, and the secrets that it shares with each provider."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class SlackTarget:
    """An installed Slack app. `mode` is where its events go: the Request URL `url`, or Socket Mode
    connections.
    """

    url: str = ""
    signing_secret: str = field(repr=False)
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    mode: Literal["http", "socket"] = "http"
    command: str = "/nps"
    patience: float = 3.0
    """Real seconds that the app has to acknowledge [docs.slack.dev/apis/events-api]."""
    paced: bool = True
    """Whether the rate limits hold (429)."""
    hears_channels: bool = True
    """Whether it was installed with message.channels and message.groups; one from before hears direct messages."""
    machine_time: bool = False
    """Whether signatures carry the machine's time, for an app that cannot be given the sandbox's clock."""


@dataclass(frozen=True, kw_only=True)
class TelegramTarget:
    """A Telegram bot. With `url` its webhook is set from the start, else the bot sets it (or polls)."""

    token: str = field(repr=False)
    username: str = "npsbot_bot"
    name: str = "npsbot"
    url: str = ""
    secret: str = field(default="", repr=False)
    patience: float = 10.0
    """Real seconds that the bot has to answer a delivery."""
    paced: bool = True
    """Whether the flood limits hold (429)."""


@dataclass(frozen=True, kw_only=True)
class SmsTarget:
    """A Twilio account with one number. `inbound_url` may carry connection overrides (`#rc=3&rp=all`)."""

    account_sid: str
    auth_token: str = field(repr=False)
    number: str
    inbound_url: str = ""
    status_url: str = ""
    messaging_service_sid: str = ""
    patience: float = 15.0
    """Real seconds that the bot has to answer [twilio.com/docs/api/errors/11200]."""
    segments_per_second: float | None = None
    """How fast the number sends (a long code: 1 [support.twilio.com 4411046744987]); None sends at once."""
    stop_words: tuple[str, ...] = (
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
    )
    start_words: tuple[str, ...] = ("START", "YES", "UNSTOP")
    help_words: tuple[str, ...] = ("HELP", "INFO")
    advanced_opt_out: bool = False
    """Advanced Opt-Out: the webhook gets `OptOutType`."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """One bot, as the providers know it.

    `url` is where the sandbox itself is reached. `reach` maps the beginning of a public address to the
    beginning of the address on this machine that stands behind it, as a TLS proxy would: the bot is called
    there, but signed for the public address.
    """

    url: str
    slack: SlackTarget | None = None
    telegram: TelegramTarget | None = None
    sms: SmsTarget | None = None
    reach: tuple[str, str] | None = None

    def local(self, url: str) -> str:
        """The address on this machine behind `url`; ValueError where that is not this machine."""
        if self.reach is not None and url.startswith(self.reach[0]):
            url = self.reach[1] + url.removeprefix(self.reach[0])
        host = urlsplit(url).hostname or ""
        if host != "localhost" and not _is_loopback(host):
            raise ValueError(
                f"The sandbox delivers to this machine only, not to {host or 'an empty address'}; set reach."
            )
        return url
