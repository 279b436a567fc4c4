"""Dataclasses that nobody changes, made as fast as those that anybody may. PURE.

A frozen one of the standard library's sets each field by a call, past the lock that it puts on itself. A reply makes
some thirty values with two hundred fields: that was 8% of what the writer's thread does for it. Here fields are set as
usual, and who would change one is stopped by mypy, to which this is the standard library's own.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(*, frozen, **rest):
        """`dataclasses.dataclass(frozen=True, …)`: equal and hashed by its fields."""
        return dataclasses.dataclass(unsafe_hash=frozen, **rest)


__all__ = ["dataclass"]
