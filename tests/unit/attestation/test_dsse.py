"""The pre-authentication encoding (step 8)."""

import re

from hypothesis import given
from hypothesis import strategies as st

from provcheck.attestation.dsse import pre_authentication_encoding

UTF8 = st.text(st.characters(codec="utf-8"))


def test_the_example_of_the_specification() -> None:
    encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")

    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_are_in_bytes() -> None:
    assert pre_authentication_encoding("\u00fc", "\u4e2d".encode()) == b"DSSEv1 2 \xc3\xbc 3 \xe4\xb8\xad"


@given(UTF8, st.binary())
def test_type_and_payload_can_be_cut_in_one_place_only(kind: str, payload: bytes) -> None:
    encoded = pre_authentication_encoding(kind, payload)

    match = re.match(rb"DSSEv1 ([0-9]+) ", encoded)
    assert match is not None
    rest = encoded[match.end() :]
    length = int(match[1])
    assert rest[:length].decode() == kind
    assert rest[length:] == b" %d %b" % (len(payload), payload)
