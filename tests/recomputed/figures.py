"""Holds a report against its recomputation, number by number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import isclose
from typing import Any, Final

EXCEPTIONS: Final[Mapping[str, str]] = {
    "*.benchmarks.*.year": "printed with the benchmark",
    "*.benchmarks.*.nps": "printed with the benchmark",
    "*.goals.*.target": "a setting",
    "*.departed.*.people": "who was erased is in no row any more; tests/reports/test_audit.py counts them",
    "*.segments.limits.*": "a setting where bands are configured",
}
"""Numbers that are no figures of the company, by their place in the report, with the reason."""


@dataclass(slots=True)
class Held:
    """How many numbers were compared, and what was found: differences, and numbers that nothing recomputes."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)
    not_recomputed: list[str] = field(default_factory=list)

    def hold(self, told: Any, expected: Any, place: str) -> None:
        """Compare what a report tells, and all in it, with what is expected there."""
        if isinstance(told, Mapping):
            own = expected if isinstance(expected, Mapping) else {}
            for name, value in told.items():
                if name in own:
                    self.hold(value, own[name], f"{place}.{name}")
                else:
                    self._without(value, f"{place}.{name}")
            self._same(sorted(own.keys() - told.keys()), [], f"{place} lacks")
        elif isinstance(told, list) and isinstance(expected, list):
            self._same(len(told), len(expected), f"{place} in number")
            for index, (value, wanted) in enumerate(zip(told, expected, strict=False)):
                self.hold(value, wanted, f"{place}.{index}")
        elif isinstance(told, list):
            self._without(told, place)
        elif _is_number(told) and _is_number(expected):
            self.compared += 1
            if not isclose(told, expected, rel_tol=1e-8, abs_tol=1e-7):
                self.differences.append(f"{place}: {told!r}, and not {expected!r}")
        else:
            self._same(told, expected, place)

    def _same(self, told: Any, expected: Any, place: str) -> None:
        if told != expected:
            self.differences.append(f"{place}: {told!r}, and not {expected!r}")

    def _without(self, told: Any, place: str) -> None:
        """What nothing is expected of: texts are no figures, a number has to be."""
        if isinstance(told, Mapping):
            for name, value in told.items():
                self._without(value, f"{place}.{name}")
        elif isinstance(told, list):
            for index, value in enumerate(told):
                self._without(value, f"{place}.{index}")
        elif _is_number(told) and not any(fnmatchcase(place, each) for each in EXCEPTIONS):
            self.not_recomputed.append(place)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
