"""The manifests in the pages ask for what the adapter needs, and for no more."""

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.slack.scopes import SCOPES

ROOT = Path(__file__).parents[3]
PAGES = ("README.md", "docs/laptop.md")
NEEDS = {  # docs.slack.dev/reference/events: by which scope an app is told of each
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "reaction_added": "reactions:read",
}


def _manifests(page: str) -> list[dict[str, Any]]:
    blocks = re.findall(
        r"^( *)```yaml\n(.*?)^\1```", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return [yaml.safe_load(textwrap.dedent(block)) for _, block in blocks if "oauth_config" in block]


# field, what the providers need
@pytest.mark.parametrize("page", PAGES)
def test_a_manifest_asks_for_each_scope_and_event(page: str) -> None:
    (manifest,) = _manifests(page)
    asked = manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(asked) == sorted(SCOPES)
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted(NEEDS)
    assert {NEEDS[event] for event in events} <= set(asked)


def test_no_other_page_holds_a_manifest() -> None:
    others = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")} - set(PAGES)
    assert [page for page in others if "oauth_config" in (ROOT / page).read_text("utf-8")] == []
