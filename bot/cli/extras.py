"""Libraries that others bring along where they find them, for what a server never does: imported first, they leave out.

structlog and httpx look for rich and Pygments, to colour tracebacks and for a command line, and Typer has both
installed; python-telegram-bot looks for cryptography, for Telegram Passport. Together they would be 6 MB of an idle
server, and 13 where cryptography happens to be there. Whoever asks for them later still finds them.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Let these not be found, as far as they are not there yet."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None says that there is no such module
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _without("rich", "pygments", "cryptography"):
    import structlog  # noqa: F401
    import telegram  # noqa: F401 - and httpx, by which it calls
