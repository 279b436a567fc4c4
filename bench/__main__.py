"""`python -m bench [ROW ...]`: measure, and print the table. It exits 0 whatever the figures are."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from bench.alerts import alerts
from bench.attributes import attributes
from bench.children import quiet
from bench.commands import commands
from bench.events import events
from bench.files import files
from bench.importing import importing
from bench.inbound import inbound, inbound_postgres
from bench.memory import memory
from bench.million import million
from bench.outbound import outbound
from bench.processes import processes
from bench.reading import reader
from bench.reports import reports
from bench.screens import screens
from bench.sizes import FULL, Sizes
from bench.starting import starting
from bench.table import Line, markdown
from bench.talks import talks
from bench.threads import threads
from bench.viewers import viewers

ROWS: Mapping[str, Callable[[Sizes], AsyncIterator[Line]]] = {
    "inbound": inbound,
    "postgres": inbound_postgres,
    "processes": processes,
    "attributes": attributes,
    "talks": talks,
    "outbound": outbound,
    "alerts": alerts,
    "threads": threads,
    "import": importing,
    "campaign": starting,
    "events": events,
    "million": million,
    "report": reports,
    "files": files,
    "memory": memory,
    "reader": reader,
    "commands": commands,
    "screens": screens,
    "viewers": viewers,
}


async def measured(names: Sequence[str], sizes: Sizes) -> list[Line]:
    """The lines of these rows, in order; progress goes to standard error."""
    lines = []
    for name in names:
        started = time.perf_counter()
        async for line in ROWS[name](sizes):
            lines.append(line)
            print("  ".join(cell for cell in line.cells() if cell), file=sys.stderr)
        print(f"({name}: {time.perf_counter() - started:.0f} s)", file=sys.stderr)
    return lines


def main(names: Sequence[str]) -> int:
    """Measure the named rows, or all."""
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"There is no row {unknown[0]}; there are: {' '.join(ROWS)}", file=sys.stderr)
        return 2
    quiet()
    print(markdown(asyncio.run(measured(names or tuple(ROWS), FULL))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
