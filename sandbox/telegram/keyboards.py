"""Inline keyboards, as Telegram checks them [core.telegram.org/bots/api#inlinekeyboardbutton]."""

import re
from typing import Any

from sandbox.telegram.methods import bad_request

MOST_BUTTONS = 100
MOST_IN_ROW = 8
LONGEST_DATA = 64
"""callback_data: 1-64 bytes."""
STYLES = ("danger", "success", "primary")


def check_keyboard(rows: Any) -> None:
    """Raises a bad request for a keyboard that Telegram would refuse."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'can\'t parse inline keyboard button: field "inline_keyboard" must be an Array of Arrays'
        )
    if sum(len(row) for row in rows) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
            raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
        kinds = button.keys() & {
            "callback_data",
            "url",
            "web_app",
            "login_url",
            "switch_inline_query",
            "copy_text",
            "pay",
        }
        if not kinds:
            raise bad_request(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        if "url" in kinds and not re.match(r"(?:https?|tg|tel|mailto):", str(button["url"])):
            raise bad_request("BUTTON_URL_INVALID")
        if "style" in button and button["style"] not in STYLES:
            raise bad_request("can't parse inline keyboard button: invalid button style specified")
