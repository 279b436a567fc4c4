"""A second revision to measure beside this one: `make bench BASE=REV`."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True, slots=True)
class Build:
    """npsbot as it stands in a folder; run by this interpreter, with the libraries that it has."""

    root: Path

    def environment(self) -> Mapping[str, str]:
        """The environment in which Python imports npsbot from there, wherever it is started."""
        return {**os.environ, "PYTHONPATH": str(self.root)}

    def python(self, *words: str) -> list[str]:
        """How `python WORDS` is started; in the `environment`."""
        return [sys.executable, *words]


HERE = Build(Path(__file__).parent.parent)
"""What is measured."""


@contextmanager
def base() -> Iterator[Build | None]:
    """The revision that the variable BASE names, in a folder that goes at the end; None where it names none.
    LookupError where it is no revision."""
    revision = os.environ.get("BASE", "")
    if not revision:
        yield None
        return
    with TemporaryDirectory() as folder:
        root = Path(folder, "base")
        _git("worktree", "add", "--detach", str(root), revision, failing=f"BASE={revision} is no revision")
        try:
            yield Build(root)
        finally:
            _git("worktree", "remove", "--force", str(root), failing=f"{root} stays")


def _git(*words: str, failing: str) -> None:
    run = subprocess.run(  # noqa: S603 - the revision is named by whoever measures
        ["git", "-C", str(HERE.root), *words],  # noqa: S607 - the one that is first on the path
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise LookupError(f"{failing}: {run.stderr.strip()}")
