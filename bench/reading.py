"""The reader: what a reply costs, and that a text made to be slow costs in proportion to its length."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from statistics import median

from bench.sizes import Sizes
from bench.table import Line
from bot.reading.bounds import Bounds
from bot.reading.language import Language
from bot.reading.loader import load_languages
from bot.reading.reader import LastSaid, read
from bot.reading.text import LONGEST_READ

ORDINARY = (
    ("nl", "een 8"),
    ("nl", "Ik geef een 9, jullie denken goed mee"),
    ("nl", "prima, maar de levering duurde te lang"),
    ("en", "8/10"),
    ("en", "24/7 support was bad, 2"),
    ("en", "I'd say seven. The new portal is confusing at times."),
    ("en", "Who is this?"),
    ("de", "Ich gebe eine 7"),
)
LENGTH = 10_000
HOSTILE: Mapping[str, Callable[[int], str]] = {
    "digits": lambda n: "8" * n,
    "numbers": lambda n: "8 of 7 " * (n // 7),
    "slashes": lambda n: "8/" * (n // 2),
    "negations": lambda n: "not a 10 " * (n // 9),
    "letters": lambda n: "a" * n,
    "spaces": lambda n: "8" + " " * (n - 2) + "x",
    "marks": lambda n: "!?.," * (n // 4),
    "words": lambda n: "stop sending " * (n // 13),
    "commas": lambda n: "7,5," * (n // 4),
    "combining": lambda n: "e\u0301" * (n // 2),
}


async def reader(sizes: Sizes) -> AsyncIterator[Line]:
    """Ordinary replies, and the worst of the texts made to be slow."""
    languages = load_languages()
    each = []
    for _ in range(sizes.rounds):
        started = time.perf_counter()
        for n in range(sizes.readings):
            language, text = ORDINARY[n % len(ORDINARY)]
            read(text, language, Bounds(0, 10), LastSaid("score"), languages)
        each.append((time.perf_counter() - started) / sizes.readings)
    yield Line("reading an ordinary reply", f"{median(each) * 1e6:.0f} us")

    times = {name: (_seconds(make, LENGTH, languages), make) for name, make in HOSTILE.items()}
    name, (long, make) = max(times.items(), key=lambda item: item[1][0])
    half = _seconds(make, LENGTH // 2, languages)
    yield Line(
        f"reading {LENGTH:,} characters made to be slow, against half as many",
        f"{long * 1e3:.2f} ms",
        f"{half * 1e3:.2f} ms",
        long / half,
        "<= 2.5 (linear)",
        long / half <= 2.5,
        f"the slowest of {len(HOSTILE)} kinds ({name}); beyond {LONGEST_READ:,} characters little is looked at",
    )
    quarter = LONGEST_READ // 2
    within = [(name, _seconds(make, LONGEST_READ - 1, languages), make) for name, make in HOSTILE.items()]
    worst, full, make = max(within, key=lambda found: found[1] / _seconds(found[2], quarter, languages))
    half = _seconds(make, quarter, languages)
    yield Line(
        f"reading {LONGEST_READ - 1:,} characters made to be slow, against half as many",
        f"{full * 1e3:.2f} ms",
        f"{half * 1e3:.2f} ms",
        full / half,
        "<= 2.5 (linear)",
        full / half <= 2.5,
        f"the steepest of {len(HOSTILE)} kinds ({worst})",
    )


def _seconds(make: Callable[[int], str], length: int, languages: Mapping[str, Language]) -> float:
    """The fastest of five readings: what a text costs when the machine does nothing else."""
    text = make(length)
    found = []
    for _ in range(5):
        started = time.perf_counter()
        read(text, "en", Bounds(0, 10), LastSaid("score"), languages)
        found.append(time.perf_counter() - started)
    return min(found)
