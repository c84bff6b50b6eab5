"""Base58 and its check."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.references import base58


@pytest.mark.parametrize(("text", "raw"), [("2NEpo7TZRRrLZSi2U", b"Hello World!"), ("11233QC4", bytes.fromhex("0000287fb4cd")), ("1", b"\0")])
def test_known_texts_decode(text, raw):
    assert base58.decode(text) == raw


@pytest.mark.parametrize("text", ["", "0", "O", "l", "I", "abc def", "é", "1" * 129])
def test_what_is_no_base58_is_none(text):
    assert base58.decode(text) is None


def test_a_checksum_that_fits_gives_version_and_payload():
    assert base58.decode_check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").hex() == "0062e907b15cbf27d5425399ebf6f0fb50ebb88f18"


@given(st.text("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=60))
def test_ripple_s_alphabet_is_a_permutation_of_bitcoin_s(text):
    assert sorted(base58.RIPPLE) == sorted(base58.BITCOIN)
    assert (base58.decode(text) is None) == (base58.decode(text, base58.RIPPLE) is None)
