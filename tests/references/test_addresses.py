"""Addresses, their chains and their checksums."""
from __future__ import annotations

import pytest

from bot.references import networks_of
from bot.references.addresses import EVM, eip55, read_address

ADDRESSES = {
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": ("BTC",), "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy": ("BTC",), "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq": ("BTC",),
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4": ("BTC",), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t": ("TRC20",), "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L": ("DOGE",),
    "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1": ("LTC",), "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh": ("XRP",), "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v": ("SOL",),
    "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs": ("TON",), "GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN": ("XLM",),
    "0xdAC17F958D2ee523a2206206994597C13D831ec7": EVM, "0xdac17f958d2ee523a2206206994597c13d831ec7": EVM,
}


@pytest.mark.parametrize(("address", "networks"), ADDRESSES.items())
def test_an_address_names_its_chains(address, networks):
    assert networks_of(f" {address} ") == networks


@pytest.mark.parametrize("address", [address for address, networks in ADDRESSES.items() if networks != ("SOL",) and address != address.lower()])
def test_one_changed_character_is_no_address(address):
    at = len(address) // 2
    changed = address[:at] + ("2" if address[at] != "2" else "3") + address[at + 1:]
    assert networks_of(changed) == ()


@pytest.mark.parametrize("address", ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0x52908400098527886E0F7030069857D2E4169EE7"])
def test_the_mixed_case_of_eip_55_is_the_checksum(address):
    assert eip55(address) == address


def test_an_address_in_one_case_carries_no_checksum():
    assert not read_address("0xdac17f958d2ee523a2206206994597c13d831ec7").checked
    assert read_address("0xdAC17F958D2ee523a2206206994597C13D831ec7").checked
