"""What all Web API methods share: their arguments, and how they fail."""

import json
from dataclasses import dataclass
from typing import Any


class SlackError(Exception):
    """A method's `{"ok": false, "error": …}`, with what else the answer says."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's answer to arguments that are missing or malformed."""
    return SlackError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]}
    )


@dataclass(frozen=True)
class Arguments:
    """A call's arguments: of a form they are strings, and structures in them are JSON; of a JSON body they
    are values.
    """

    fields: dict[str, Any]

    def text(self, name: str) -> str:
        """A string, empty where it is absent."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return self.fields.get(name) in (True, "true", "1", 1)

    def structure(self, name: str, error: str) -> Any:
        """A list or object, decoded where it came as text; None where it is absent; SlackError(error) where
        it is not JSON.
        """
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value
