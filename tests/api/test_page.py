"""docs/api.md: its tables are those of the description, and its examples are run."""

import json
import re
import shlex
from typing import Any, Final

import httpx

from tests.api.conftest import EVERY, Api, served
from tests.support.api_page import PAGE, written
from tests.support.bot_under_test import Bot

EXAMPLES: Final = re.compile(r"```sh\n(curl [^`]+)```\n\n```json\n([^`]+)```")


def test_the_tables_are_those_of_the_description() -> None:
    """Where this fails: python -m tests.support.api_page"""
    text = PAGE.read_text("utf-8")
    assert written(text) == text


async def test_each_example_is_answered_as_it_says(bot: Bot) -> None:
    page = PAGE.read_text("utf-8")
    found = EXAMPLES.findall(page)
    assert len(found) == page.count("curl ") - page.count("# curl") > 8
    async with served(bot) as client:
        key = await Api(bot, client).key("docs", *EVERY)
        for command, answer in found:
            told = await _curl(client, command, key)
            assert told.text == answer.strip(), command


async def _curl(client: httpx.AsyncClient, command: str, key: str) -> httpx.Response:
    """Ask as curl would: `--json` is a POST of that kind unless -X says another."""
    words = shlex.split(command)[1:]
    method, path, body, headers = "GET", "", None, {}
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                said = words.pop(0).replace("$AUTH", f"Authorization: Bearer {key}")
                name, _, value = said.partition(": ")
                headers[name] = value
            case "--json":
                body = json.loads(words.pop(0))
                method = "POST" if method == "GET" else method
            case address:
                path = address.removeprefix("$API")
    how: dict[str, Any] = {} if body is None else {"json": body}
    return await client.request(method, path, headers=headers, **how)
