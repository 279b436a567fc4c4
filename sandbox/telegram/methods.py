"""What all Bot API methods share: their arguments, and how they fail."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.wire import Upload


class TelegramError(Exception):
    """A method's `{"ok": false, "error_code": …, "description": …}`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad_request(reason: str) -> TelegramError:
    return TelegramError(400, f"Bad Request: {reason}")


@dataclass(frozen=True)
class Arguments:
    """A call's arguments: of a form they are strings, and structures in them are JSON; of a JSON body they
    are values.
    """

    fields: dict[str, Any]
    uploads: dict[str, Upload]

    def text(self, name: str) -> str:
        """A string, empty where it is absent."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        return int(value) if value.removeprefix("-").isdecimal() else default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def structure(self, name: str, error: str) -> Any:
        """A list or object; None where it is absent; a bad request where it is not JSON."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise bad_request(error) from None
        return value
