"""The keys under `channels`: what each provider gave, and the secret without which a channel is an error."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from bot.config.value_types import sender, stripped, web_address
from channels.known import CHANNELS

Text = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, BeforeValidator(stripped), Field(min_length=1)]
WebAddress = Annotated[str, AfterValidator(web_address)]
SmsSender = Annotated[str, AfterValidator(sender)]


class SettingsBlock(BaseModel):
    """A part of the settings: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
    )


class Slack(SettingsBlock):
    """Slack's keys. Over `http` requests are proved by the signing secret, in `socket` mode by the
    connection that the app token opened. In settings that were loaded, `mode` left out is `socket` where there
    is no public_url and an app token, else `http`."""

    bot_token: Secret = Field(description="the bot token that begins with xoxb-")
    signing_secret: Secret | None = Field(None, description="the app's signing secret")
    app_token: Secret | None = Field(None, description="the app-level token that begins with xapp-")
    mode: Literal["http", "socket"] | None = Field(None, description="http or socket")
    api_url: WebAddress | None = Field(None, description="a web address")

    @property
    def problem(self) -> str | None:
        """What is missing for the mode; a sentence that begins with the key."""
        if self.mode == "http" and self.signing_secret is None:
            return "signing_secret is missing; copy it from the Slack app's Basic Information page"
        if self.mode == "socket" and self.app_token is None:
            return "app_token is missing, which mode: socket needs; make one with the scope connections:write"
        return None


class Telegram(SettingsBlock):
    """Telegram's keys. A webhook is proved by the secret that Telegram sends along. In settings that were
    loaded, `mode` left out is `webhook` where there is a public_url, else `polling`."""

    token: Secret = Field(description="the bot token that BotFather gave")
    secret: Secret | None = Field(None, description="1 to 256 letters, digits, _ or -, of your own choice")
    mode: Literal["webhook", "polling"] | None = Field(None, description="webhook or polling")
    api_url: WebAddress | None = Field(None, description="a web address")

    @property
    def problem(self) -> str | None:
        """What is missing for the mode; a sentence that begins with the key."""
        if self.mode == "webhook" and self.secret is None:
            return "secret is missing; choose 1 to 256 letters, digits, _ or -, or use mode: polling"
        return None

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        if self.secret is None:
            return self
        # https://core.telegram.org/bots/api#setwebhook, secret_token
        secret = self.secret.get_secret_value()
        if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise ValueError("secret may hold 1 to 256 letters, digits, _ and - only; choose another")
        return self


class Sms(SettingsBlock):
    """Twilio's keys. Webhooks are proved by a signature with the auth token."""

    account_sid: Text = Field(description="the account SID that begins with AC")
    auth_token: Secret = Field(description="the account's auth token")
    sender: SmsSender | None = Field(
        None, alias="from", description="the number to send from, such as +31612345678"
    )
    messaging_service_sid: Text | None = Field(None, description="the SID that begins with MG")
    api_url: WebAddress | None = Field(None, description="a web address")
    price_per_segment: Decimal | None = Field(None, ge=0, le=100, description="a price, such as 0.08")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field(
        "EUR", description="three letters, such as EUR"
    )

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if self.sender is None and self.messaging_service_sid is None:
            raise ValueError("from is missing; give a number to send from, or a messaging_service_sid")
        return self


class Channels(SettingsBlock):
    """The channels that are on; None is off."""

    slack: Slack | None = Field(None, description="Slack's keys")
    telegram: Telegram | None = Field(None, description="Telegram's keys")
    sms: Sms | None = Field(None, description="Twilio's keys")

    def reached(self, public_url: str | None) -> "Channels":
        """These, with each mode that was left out chosen by whether providers can call us."""
        called = public_url is not None
        slack, telegram = self.slack, self.telegram
        if slack is not None and slack.mode is None:
            by_socket = not called and slack.app_token is not None
            slack = slack.model_copy(update={"mode": "socket" if by_socket else "http"})
        if telegram is not None and telegram.mode is None:
            telegram = telegram.model_copy(update={"mode": "webhook" if called else "polling"})
        return self.model_copy(update={"slack": slack, "telegram": telegram})

    def segment_price(self) -> tuple[Decimal, str] | None:
        """What a segment costs where messages are paid by their length, and in which currency; None where no price
        is given."""
        if self.sms is None or self.sms.price_per_segment is None:
            return None
        return self.sms.price_per_segment, self.sms.currency

    def problems(self, public_url: str | None) -> list[str]:
        """What is missing for the modes, a sentence each."""
        found = []
        if self.slack is not None and self.slack.problem is not None:
            found.append(f"channels.slack.{self.slack.problem}")
        if self.telegram is not None and self.telegram.problem is not None:
            found.append(f"channels.telegram.{self.telegram.problem}")
        elif self.telegram is not None and self.telegram.mode == "webhook" and public_url is None:
            found.append(
                "channels.telegram.mode: webhook needs public_url; give this server's https address from "
                "outside, or leave mode out"
            )
        return found

    @property
    def on(self) -> tuple[str, ...]:
        """The names of the channels that are on, in the order of preference."""
        return tuple(name for name in CHANNELS if getattr(self, name) is not None)

    @property
    def called(self) -> tuple[str, ...]:
        """The names of those whose provider is to call us from outside, at an https address."""
        slack, telegram, sms = self.slack, self.telegram, self.sms
        by_webhook = {
            "slack": slack is not None and slack.mode == "http" and slack.api_url is None,
            "telegram": telegram is not None and telegram.mode == "webhook" and telegram.api_url is None,
            "sms": sms is not None and sms.api_url is None,
        }
        return tuple(name for name, calls in by_webhook.items() if calls)
