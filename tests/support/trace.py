"""Which of our files a piece of work runs through, on every thread."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
_OURS: Final = ("bot", "channels", "scoring")


@contextmanager
def traced() -> Iterator[set[str]]:
    """The files whose functions are called while the context lasts, as paths from the project's top. Threads
    that are to be seen must be started inside it."""
    found: set[str] = set()
    known: dict[str, str | None] = {}

    def note(frame: FrameType, what: str, _: Any) -> None:
        if what != "call" or frame.f_code.co_name == "<module>":
            return
        name = frame.f_code.co_filename
        if name not in known:
            path = Path(name)
            ours = path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in _OURS
            known[name] = path.relative_to(ROOT).as_posix() if ours else None
        if (ours_ := known[name]) is not None:
            found.add(ours_)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
