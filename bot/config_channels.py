"""The keys under `channels`: what each provider gave, and the secret without which a channel is an error."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from bot.config_values import CHANNELS, sender, stripped, web_address

Text = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, BeforeValidator(stripped), Field(min_length=1)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Sender = Annotated[str, AfterValidator(sender)]


class Block(BaseModel):
    """A part of the settings: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
    )


class Slack(Block):
    """Slack's keys. Over `http` requests are proved by the signing secret, in `socket` mode by the
    connection that the app token opened."""

    bot_token: Secret = Field(description="the bot token that begins with xoxb-")
    signing_secret: Secret | None = Field(None, description="the app's signing secret")
    app_token: Secret | None = Field(None, description="the app-level token that begins with xapp-")
    mode: Literal["http", "socket"] = Field("http", description="http or socket")
    api_url: WebAddress | None = Field(None, description="a web address")

    @model_validator(mode="after")
    def _has_its_secret(self) -> Self:
        if self.mode == "http" and self.signing_secret is None:
            raise ValueError("signing_secret is missing; copy it from the Slack app's Basic Information page")
        if self.mode == "socket" and self.app_token is None:
            raise ValueError(
                "app_token is missing, which mode: socket needs; make one with the scope connections:write"
            )
        return self


class Telegram(Block):
    """Telegram's keys. A webhook is proved by the secret that Telegram sends along."""

    token: Secret = Field(description="the bot token that BotFather gave")
    secret: Secret | None = Field(None, description="1 to 256 letters, digits, _ or -, of your own choice")
    mode: Literal["webhook", "polling"] = Field("webhook", description="webhook or polling")
    api_url: WebAddress | None = Field(None, description="a web address")

    @model_validator(mode="after")
    def _has_its_secret(self) -> Self:
        if self.secret is None:
            if self.mode == "webhook":
                raise ValueError(
                    "secret is missing; choose 1 to 256 letters, digits, _ or -, or use mode: polling"
                )
            return self
        # https://core.telegram.org/bots/api#setwebhook, secret_token
        secret = self.secret.get_secret_value()
        if len(secret) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise ValueError("secret may hold 1 to 256 letters, digits, _ and - only; choose another")
        return self


class Sms(Block):
    """Twilio's keys. Webhooks are proved by a signature with the auth token."""

    account_sid: Text = Field(description="the account SID that begins with AC")
    auth_token: Secret = Field(description="the account's auth token")
    sender: Sender | None = Field(
        None, alias="from", description="the number to send from, such as +31612345678"
    )
    messaging_service_sid: Text | None = Field(None, description="the SID that begins with MG")
    api_url: WebAddress | None = Field(None, description="a web address")

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if self.sender is None and self.messaging_service_sid is None:
            raise ValueError("from is missing; give a number to send from, or a messaging_service_sid")
        return self


class Channels(Block):
    """The channels that are on; None is off."""

    slack: Slack | None = Field(None, description="Slack's keys")
    telegram: Telegram | None = Field(None, description="Telegram's keys")
    sms: Sms | None = Field(None, description="Twilio's keys")

    @property
    def on(self) -> tuple[str, ...]:
        """The names of the channels that are on, in the order of preference."""
        return tuple(name for name in CHANNELS if getattr(self, name) is not None)
