"""Which columns of the user's files are which: said once with `--map`, and remembered beside config.yaml.

A file of its own, since comments and order of config.yaml are the user's, and since a database may be shared
by people whose files differ.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.people.files.header import CannotRead, folded
from bot.people.rows import NAMED

_END = ".columns.json"


def beside(config: Path) -> Path:
    """The file that remembers them."""
    return config.with_name(config.stem + _END)


def remembered(config: Path) -> dict[str, str]:
    """What was said before: each name as `header.folded` has it, and its column. Raises CannotRead."""
    path = beside(config)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {folded(name): column for name, column in found.items() if column in NAMED}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError):
        raise CannotRead(f"{path} cannot be read; correct it, or remove it and say --map again") from None


def said(given: Sequence[str]) -> dict[str, str]:
    """From `telefoon=phone` to a name and its column. Raises CannotRead."""
    found = {}
    for one in given:
        name, _, column = one.rpartition("=")
        column = column.strip().casefold().replace(" ", "_")
        if not folded(name) or column not in NAMED:
            raise CannotRead(
                f'--map {one!r} cannot be read; write "NAME IN THE FILE=COLUMN", with one of {", ".join(NAMED)}'
            )
        found[name.strip()] = column
    return found


def remember(config: Path, new: Mapping[str, str]) -> str | None:
    """Keep them for the next import; why not, where the file cannot be written."""
    path = beside(config)
    try:
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        kept = {name: column for name, column in before.items() if folded(name) not in map(folded, new)}
        path.write_text(json.dumps(kept | dict(new), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        return f"{path} cannot be written ({error.strerror or error}), so say --map again next time"
    return None
