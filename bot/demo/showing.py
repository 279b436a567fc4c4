"""What the script shows: bars on a terminal, plain lines elsewhere; then the report and the alerts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from bot.demo.crowd import MANAGERS
from bot.demo.playing import Players, said
from bot.demo.verdict import Verdict
from sandbox import Message, World

_STEPS: Final = 4  # lines for each count where there is no terminal
_WHOLE: Final = 1  # alerts of each manager that are shown as they are; the others on a line


class PlayedSoFar(Protocol):
    """Where a wave is."""

    def says(self, line: str) -> None:
        """Something happened."""
        ...

    def update(self) -> None:
        """Show the counts as they are."""
        ...


@contextmanager
def progress(players: Players, world: World) -> Iterator[PlayedSoFar]:
    """Bars on a terminal; a line at every quarter elsewhere."""
    console = _console()
    if not console.is_terminal:
        yield _Lines(players, world, console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console) as bars:
        yield _Bars(players, world, bars)


class _Bars:
    def __init__(self, players: Players, world: World, bars: Bars) -> None:
        self._players, self._world, self._bars = players, world, bars
        self._tasks: dict[str, TaskID] = {}

    def says(self, line: str) -> None:
        self._bars.console.print(Text(line))

    def update(self) -> None:
        for name, (done, of) in _counts(self._players, self._world).items():
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(name, total=of)
            self._bars.update(self._tasks[name], completed=done)


class _Lines:
    def __init__(self, players: Players, world: World, console: Console) -> None:
        self._players, self._world, self._console = players, world, console
        self._told: dict[str, int] = {}

    def says(self, line: str) -> None:
        self._console.print(Text(line))

    def update(self) -> None:
        for name, (done, of) in _counts(self._players, self._world).items():
            part = done * _STEPS // of if of else _STEPS
            if part > self._told.get(name, 0):
                self._told[name] = part
                self._console.print(Text(f"{name}: {done} of {of}"))


def _counts(players: Players, world: World) -> dict[str, tuple[int, int]]:
    crowd = players.crowd
    return {
        "Questions on phones": (players.asked(), sum(one.meant.reached for one in crowd)),
        "Customers who said all they had to say": (
            len(players.finished),
            sum(bool(one.steps) for one in crowd),
        ),
        "Alerts on managers' phones": (
            sum(len(said(world.messages(manager.phone))) for manager in MANAGERS),
            sum(one.meant.alerts for one in crowd),
        ),
    }


def report(text: str) -> None:
    """The report as the admin's chat shows it."""
    _section("The report in the admin's chat")
    _console().print(Text(text))


def alerts(phones: Mapping[str, Sequence[Message]]) -> None:
    """The alerts as the managers' phones show them: of each manager one as it is, the others in short."""
    for manager in MANAGERS:
        shown = said(phones[manager.phone])
        _section(f"{manager.name}'s phone ({manager.channel}), alerts: {len(shown)}")
        for number, message in enumerate(shown):
            if number < _WHOLE:
                _console().print(Text(_indented(message.text)))
                _console().print(Text("  " + "  ".join(f"[{label}]" for label in message.labels)))
            else:
                _console().print(Text(_short(message)), overflow="ellipsis", no_wrap=True)


def verdict(verdict: Verdict) -> None:
    """What agrees, or a table of what does not."""
    _section("Compared with what each customer meant")
    if verdict.agreed:
        _console().print(Text(f"All {verdict.compared:,} comparisons agree."))
        return
    table = Table("About", "Meant", "Shown", show_lines=True)
    for one in verdict.disagreements:
        table.add_row(Text(one.about), Text(one.meant), Text(one.shown))
    _console().print(table)
    _console().print(Text(f"{len(verdict.disagreements):,} of {verdict.compared:,} comparisons disagree."))


def ended(real: float, played: timedelta, customers: int) -> None:
    """How long it took."""
    days = played / timedelta(days=1)
    _console().print(Text(f"{customers:,} customers, {days:.1f} days of their time, in {real:.0f} s."))


def failed(why: str) -> None:
    """The play could not go on."""
    _console().print(Text(f"The script could not go on. {why}"))


def _section(title: str) -> None:
    _console().print(Text(f"\n{title}", style="bold"))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _short(message: Message) -> str:
    """An alert's title and the customer's words."""
    title = message.text.splitlines()[0]
    quoted = (span.text.strip().replace("\n", " / ") for span in message.rich if span.kind == "quote")
    words = " / ".join(quoted)
    return f"  {title}" + (f": “{words}”" if words else "")


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
