"""What other systems ask and tell. Its rooms are imported when somebody does: see `bot.app`."""

from typing import Final

PATH: Final = "/api/v1"
"""Where it is served."""
