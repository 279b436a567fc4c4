"""A row as a value of a class whose fields are called as its columns."""

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def typed(kind: type[T], row: object) -> T:
    """The value of this class with what a row, or another value, has under the names of its fields."""
    return kind(**{one.name: getattr(row, one.name) for one in fields(kind)})
