"""Our look at Twilio's signature against the SDK's: what ours takes for signed, the SDK does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from channels.sms.webhook import is_signed

TOKEN = "t" * 32
URL = st.sampled_from(
    [
        "https://npsbot.example.com/sms/inbound",
        "https://npsbot.example.com:443/sms/status?x=1&bodySHA256=0",
        "http://localhost:8080/sms/inbound",
        "HTTPS://Npsbot.Example.com/sms/inbound?",
        "https://npsbot.example.com/sms/inbound?a=%20b#rc=3",
    ]
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORM = st.lists(st.tuples(WORDS, WORDS), max_size=6)
_SDK: Any = RequestValidator(TOKEN)


@given(url=URL, form=FORM)
def test_what_the_sdk_signs_is_signed(url: str, form: list[tuple[str, str]]) -> None:
    signature = _SDK.compute_signature(url, ImmutableMultiDict(form))
    once = len({name for name, _ in form}) == len(form)
    assert is_signed(url, form, TOKEN, signature) is once, "of a name that comes twice the SDK decides"


@given(url=URL, form=FORM, other=FORM, signature=st.text(max_size=30))
def test_what_is_taken_for_signed_the_sdk_takes_too(
    url: str, form: list[tuple[str, str]], other: list[tuple[str, str]], signature: str
) -> None:
    signed_elsewhere = _SDK.compute_signature(f"{url}/", ImmutableMultiDict(form))
    for given_ in (signature, signed_elsewhere, _SDK.compute_signature(url, ImmutableMultiDict(other))):
        if is_signed(url, form, TOKEN, given_):
            assert given_ == _SDK.compute_signature(url, ImmutableMultiDict(form))


@pytest.mark.parametrize("signature", ["", "é", "=", "A" * 28])
def test_no_signature_of_ours_is_none(signature: str) -> None:
    assert not is_signed("https://npsbot.example.com/sms/inbound", [("Body", "9")], TOKEN, signature)


def test_another_token_signs_nothing() -> None:
    url, form = "https://npsbot.example.com/sms/inbound", [("Body", "9")]
    signature = _SDK.compute_signature(url, ImmutableMultiDict(form))
    assert is_signed(url, form, TOKEN, signature)
    assert not is_signed(url, form, "u" * 32, signature)
