"""`make simulate`: live one world after the other, and say what broke and how to see it again."""

import argparse
import logging
import sys
import time
from collections import Counter
from contextlib import ExitStack

import structlog

from tests.simulation.run import STEPS, Databases, Lived, live, shortest
from tests.support.databases import PostgresDatabases
from tests.support.postgres import Postgres


def main() -> int:
    """Live worlds until the time is over, or the one of the seed that is given. Exit code 1 where a law broke."""
    options = _options()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with ExitStack() as stack:
        databases: Databases | None = None
        if options.postgres:
            server = Postgres()
            stack.callback(server.close)
            databases = PostgresDatabases(server).database
        return _one(options, databases) if options.seed and not options.minutes else _many(options, databases)


def _one(options: argparse.Namespace, databases: Databases | None) -> int:
    world = live(options.seed, options.steps, databases)
    _tell_of(world)
    if world.broken:
        _say("\nWhat happened last:", *(f"  {line}" for line in world.trace))
    return 1 if world.broken else 0


def _many(options: argparse.Namespace, databases: Databases | None) -> int:
    began = time.monotonic()
    until = began + 60 * (options.minutes or 3)
    seed, worlds, conversations, checked = options.seed or 1, 0, 0, 0
    faults: Counter[str] = Counter()
    while time.monotonic() < until:
        world = live(seed, options.steps, databases)
        worlds, conversations = worlds + 1, conversations + world.conversations
        checked += world.checked
        faults += world.faults
        if world.broken:
            _tell_of(shortest(seed, options.steps, databases))
            return 1
        seed += 1
    seconds = time.monotonic() - began
    _say(
        f"{conversations:,} conversations in {seconds:.0f} s: {conversations / seconds * 60:,.0f} per minute, "
        f"in {worlds:,} worlds; {faults.total():,} faults injected, {checked:,} laws checked, none broken"
    )
    for name, count in faults.most_common():
        _say(f"  {count:>8,} {name}")
    return 0


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


def _tell_of(world: Lived) -> None:
    if not world.broken:
        _say(f"Seed {world.seed}: {world.conversations} conversations, {world.checked:,} laws held")
        return
    _say(f"Seed {world.seed} broke a law after step {world.steps}.\n\n{world.broken}\n")
    _say(f"The same again: make simulate SEED={world.seed} STEPS={world.steps}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first world, or the only one without --minutes")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of a world")
    parser.add_argument("--minutes", type=float, help="how long to go on (3)")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
