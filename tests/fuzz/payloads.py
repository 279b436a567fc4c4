"""Bodies that no provider sends: recorded payloads with something odd at any place, and plain noise."""

import functools
import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.channels.contract import PAYLOADS

Path = tuple[str | int, ...]

DEEP: Final = "\ue000deep"  # stands for a list of lists of lists, which `json.dumps` itself could not write
_DEPTHS: Final = (90, 150, 5_000)
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, [], {}, [None], [[]], [{}], {"id": 7}, {"": ""}, "", " "),
    *(0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 10**40, 1e308, float("inf"), float("-inf"), float("nan")),
    *(
        "\ud800",
        "\udfff8",
        "8\ud83d",
        "\x00",
        "8\x008",
        "\u202e8",
        "\ufeff8",
        "٨",
        "８",
        "8" * 5_000,
        "a" * 70_000,
    ),
    *(
        "true",
        "null",
        "-0",
        "1e999",
        "NaN",
        "../../etc/passwd",
        "' OR 1=1 --",
        "${company}",
        "{0}",
        "%s%n",
        "<@U1>",
    ),
    *(
        "message",
        "message_changed",
        "im",
        "private",
        "block_actions",
        "/nps start demo confirm",
        "STOP",
        "DELETE",
    ),
)
"""What stands where something else belongs."""

odd = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from([f"{DEEP}{depth}" for depth in _DEPTHS]),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text(st.characters(categories=["Cs", "Cc", "Co"]), max_size=5),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)


@functools.cache
def recorded(provider: str) -> dict[str, Any]:
    """Every recorded payload of a provider, by its name."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in (PAYLOADS / provider).glob("*.json")}


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """The way to everything within a JSON value."""
    if here:
        yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*here, key))


def changed(payload: Any, path: Path, value: Any) -> Any:
    """The same with another value at one place; nothing there any more where the value is `GONE`."""
    key, *further = path
    copied = payload.copy()
    if further:
        copied[key] = changed(payload[key], tuple(further), value)
    elif value is GONE:
        del copied[key]
    else:
        copied[key] = value
    return copied


class _Gone:
    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()


@st.composite
def spoilt(draw: st.DrawFn, provider: str) -> tuple[str, Any]:
    """A recorded payload's name, and the payload with one to three things changed or gone."""
    known = recorded(provider)
    name = draw(st.sampled_from(sorted(known)))
    payload = known[name]
    for _ in range(draw(st.integers(1, 3))):
        places = sorted(paths(payload), key=repr)
        if places:
            payload = changed(payload, draw(st.sampled_from(places)), draw(st.one_of(st.just(GONE), odd)))
    return name, payload


def as_json(value: Any) -> bytes:
    """JSON as a hostile sender would write it: with half surrogates, NaN, and depth without end."""
    text = json.dumps(value)
    for depth in _DEPTHS:
        text = text.replace(json.dumps(f"{DEEP}{depth}"), "[" * depth + "]" * depth)
    return text.encode()


def as_form(fields: Any) -> bytes:
    """A form whose values are texts, whatever they were."""
    pairs = fields.items() if isinstance(fields, dict) else [("", fields)]
    return urlencode([(key, _written(value)) for key, value in pairs], errors="surrogatepass").encode()


def _written(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value).decode()
