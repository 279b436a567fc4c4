"""JSON as text is what the standard library makes of the same value, and its encoder is made once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import as_json
from channels.as_json import encoder

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.integers() | st.none(), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


@given(values, st.booleans())
def test_it_is_what_the_standard_library_writes(value: object, ascii_: bool) -> None:
    assert encoder(ensure_ascii=ascii_)(value) == json.JSONEncoder(ensure_ascii=ascii_).encode(value)


@given(values)
def test_so_it_is_where_the_encoder_in_c_is_missing(value: object) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(as_json, "_C", None)
        assert encoder(ensure_ascii=False)(value) == json.JSONEncoder(ensure_ascii=False).encode(value)


def test_what_json_does_not_know_is_given_to_its_default() -> None:
    assert encoder(ensure_ascii=True, default=repr)({"error": ValueError("é")}) == json.dumps(
        {"error": ValueError("é")}, default=repr
    )
    with pytest.raises(TypeError):
        encoder(ensure_ascii=True)({"error": ValueError("é")})


def test_it_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = encoder(ensure_ascii=False)
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    monkeypatch.setattr(json.JSONEncoder, "iterencode", None)
    assert encode([]) == "[]"
