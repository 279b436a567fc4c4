"""JSON as text, by an encoder that is made once. PURE.

`json.JSONEncoder.encode` makes one anew, with eight functions around it, for each value that it is given: of an empty
list that is five sixths of the time. A reply has six values for the database and the log; 2 us each.
"""

import json
import json.encoder
from collections.abc import Callable
from typing import Any, Final

_C: Final = getattr(json.encoder, "c_make_encoder", None)


def encoder(*, ensure_ascii: bool, default: Callable[[Any], Any] | None = None) -> Callable[[Any], str]:
    """What `json.JSONEncoder(ensure_ascii=…, default=…).encode` is; of what holds itself it raises RecursionError."""
    usual = json.JSONEncoder(ensure_ascii=ensure_ascii, check_circular=False, default=default)
    if _C is None:
        return usual.encode
    letters = json.encoder.encode_basestring_ascii if ensure_ascii else json.encoder.encode_basestring
    parts = _C(None, usual.default, letters, None, ": ", ", ", False, False, True)
    return lambda value: "".join(parts(value, 0))
