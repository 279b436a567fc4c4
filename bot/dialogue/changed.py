"""`dataclasses.replace` for values that are replaced with every reply. PURE.

It goes through the fields one by one, in Python: 4.4 us of processor time for a conversation, and a reply needs
four. Of a class without slots the fields are one dict, which is copied in C: 0.8 us. To mypy it is the
standard library's own, so that the fields of each call are checked as before.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import replace
else:
    import dataclasses

    def replace(value, /, **changes):
        """The same value with other fields. TypeError where it has no such field."""
        fields = getattr(value, "__dict__", None)
        if fields is None:
            return dataclasses.replace(value, **changes)
        if not changes.keys() <= fields.keys():
            raise TypeError(
                f"{type(value).__name__} has no such field: {sorted(changes.keys() - fields.keys())}"
            )
        new = object.__new__(type(value))
        new.__dict__.update(fields, **changes)
        return new


__all__ = ["replace"]
