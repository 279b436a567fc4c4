"""Where a browser is on this machine, and how to start it so that it talks to this machine alone."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Without these, Chromium looks up its maker's hosts at every start, whatever page it is to show.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

REQUIRED = "NPSBOT_BROWSER_REQUIRED"
"""Set where a browser was installed for the tests: one that is not found is then a failure, not a skip."""


def find_browser() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def browser_required() -> bool:
    """Whether the tests may not be content without a browser."""
    return bool(os.environ.get(REQUIRED))
