"""Columns of times: as a driver gives them, where the company is, and what lies between two of them. PURE."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

_UTC: Final = pa.timestamp("s", "UTC")
_PLAIN: Final = pa.timestamp("s")
_STRETCH: Final = 900  # seconds; no clock is changed but at a quarter of an hour
_HOUR: Final = 3600.0


def moments(values: Sequence[Any]) -> pa.Array:
    """Moments in whole seconds: of texts (SQLite keeps UTC so) and of aware times (PostgreSQL)."""
    found = values if isinstance(values, pa.Array) else pa.array(values)
    if pa.types.is_string(found.type):
        found = found.cast(pa.timestamp("us"))
    return found.cast(_PLAIN, safe=False).cast(_UTC)


def local_times(times: pa.Array, zone: ZoneInfo) -> pa.Array:
    """What a clock in the zone showed at these moments."""
    seconds = times.cast(pa.int64())
    stretches = pc.divide(seconds, _STRETCH).dictionary_encode()
    offsets = pa.array([_offset(one, zone) for one in stretches.dictionary.to_pylist()], pa.int64())
    return pc.add(seconds, offsets.take(stretches.indices)).cast(_PLAIN)


@lru_cache(100_000)
def _offset(stretch: int, zone: ZoneInfo) -> int:
    """The seconds that a clock in the zone is ahead of UTC."""
    ahead = datetime.fromtimestamp(stretch * _STRETCH, UTC).astimezone(zone).utcoffset()
    assert ahead is not None  # noqa: S101 - the time has a zone
    return int(ahead.total_seconds())


def days_of(times: pa.Array) -> pa.Array:
    """The days of what clocks showed."""
    return times.cast(pa.date32(), safe=False)


def hours_between(first: pa.Array, last: pa.Array, gone: Sequence[Any]) -> pa.Array:
    """How many hours, to two decimals; nothing where one is not known, and where days alone are left (`gone`)."""
    seconds = pc.subtract(last.cast(pa.int64()), first.cast(pa.int64())).cast(pa.float64())
    hours = pc.round(pc.divide(seconds, _HOUR), 2)
    return pc.if_else(pc.is_null(pa.array(gone, pa.string())), hours, None)
