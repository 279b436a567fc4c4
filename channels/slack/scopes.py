"""The scopes of the Slack app (README and docs/laptop.md hold its manifest), and what it cannot do without one of
them. PURE.

An app that was installed before a scope was added keeps its old ones until it is installed again: everything
else goes on. The header x-oauth-scopes of every answer lists what a token has
(docs.slack.dev/authentication/installing-with-oauth).
"""

from collections.abc import Iterator, Mapping
from typing import Final

SCOPES: Final[Mapping[str, str]] = {
    "chat:write": "it writes to nobody",
    "im:write": "it writes to nobody first",
    "im:history": "it hears no answers",
    "channels:history": "it hears no replies to alerts in public channels",
    "groups:history": "it hears no replies to alerts in private channels",
    "commands": "it knows no /nps",
    "files:write": "it sends no pictures",
    "reactions:read": "it hears no reactions",
    "users:read": "it cannot tell who left Slack",
    "users:read.email": "it finds nobody by their e-mail address",
    "channels:read": "it cannot look public channels up",
    "groups:read": "it cannot look private channels up",
}
"""Every scope of the manifest, and what is left out without it."""


def lacking(given: str) -> Iterator[str]:
    """What goes without, by the scopes that a token has; nothing where Slack does not tell them."""
    has = {scope.strip() for scope in given.split(",") if scope.strip()}
    for scope, without in SCOPES.items():
        if has and scope not in has:
            yield f"without {scope} {without}"
