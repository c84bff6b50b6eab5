"""Vectors of BIP 173 and BIP 350."""
from __future__ import annotations

import pytest

from bot.references import bech32


@pytest.mark.parametrize("text", ["A12UEL5L", "a12uel5l", "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs", "A1LQFN3A", "?1v759aa"])
def test_valid_texts_decode(text):
    assert bech32.decode(text)


@pytest.mark.parametrize("text", ["pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee", "a12UEL5L", "", "1", "bc1"])
def test_invalid_texts_do_not(text):
    assert bech32.decode(text) is None


@pytest.mark.parametrize("text", ["BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
                                  "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc1sw50qgdz25j"])
def test_segwit_addresses(text):
    assert bech32.segwit(text, "bc")


@pytest.mark.parametrize("text", ["bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "bc1pw5dgrnzv", "bc1qr508d6qejxtdg4y5r3zarvaryv98gj9p", "bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav"])
def test_addresses_against_the_rules_of_their_version(text):
    assert not bech32.segwit(text, "bc")
