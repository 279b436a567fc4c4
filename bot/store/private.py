"""Files with people's names or words in them: for their owner alone, whatever the umask says."""

import contextlib
import os
from pathlib import Path
from typing import Final, TextIO

_FOR_ITS_OWNER: Final = 0o600


def open_private(path: Path, encoding: str) -> TextIO:
    """Open a text file to write it anew; one that was there is closed to others first."""
    file = open(path, "w", encoding=encoding, newline="", opener=_opener)  # noqa: SIM115 - its caller closes it
    path.chmod(_FOR_ITS_OWNER)
    return file


def make_private(path: Path) -> None:
    """Make an empty file; nothing where there is one. SQLite gives the files beside it the same mode.

    One that is there is not opened: to close it would take from this process all locks that it has on a database
    (SQLite, "How To Corrupt An SQLite Database File", 2.2), and another process would then write over its log.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_ITS_OWNER))


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, _FOR_ITS_OWNER)
