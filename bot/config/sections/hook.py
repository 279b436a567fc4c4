"""The keys of webhooks out."""

from pydantic import Field

from bot.config.sections.channel import SettingsBlock


class HookSettings(SettingsBlock):
    """Where requests of ours may go. Whom they go to is not said here: `npsbot webhooks add`."""

    allow_private: bool = Field(False, description="true or false")
