"""What people paste is read, and what is wrong with it is named with figures."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.references import find, make_ticket_number, read

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
BTC = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
EVM = "0xdAC17F958D2ee523a2206206994597C13D831ec7"
SOLANA_SIGNATURE = "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW"


@pytest.mark.parametrize(("text", "kind", "value"), [
    (HASH, "tx_hash", HASH), (HASH.upper(), "tx_hash", HASH), ("0x" + HASH, "tx_hash", "0x" + HASH), (f"哈希是 {HASH}。", "tx_hash", HASH), (f"{HASH[:32]} {HASH[32:]}", "tx_hash", HASH),
    (f"{HASH[:40]}\n{HASH[40:]}", "tx_hash", HASH), (SOLANA_SIGNATURE, "tx_hash", SOLANA_SIGNATURE),
    (BTC, "address", BTC), (BTC.upper(), "address", BTC), (TRON, "address", TRON), (EVM, "address", EVM), (f"address: {TRON}", "address", TRON),
    (make_ticket_number(7), "ticket_no", make_ticket_number(7)), ("tk 000000013", "ticket_no", "TK-000000013"),
    ("UID: 12345678", "uid", "12345678"), ("我的uid是1234567", "uid", "1234567"), ("订单号 123456789012", "order_id", "123456789012"), ("order #87654321", "order_id", "87654321"),
    ("12345678", "number", "12345678"), ("你好", "unknown", "你好"), ("", "unknown", ""), ("wait...ok", "unknown", "wait...ok"),
])
def test_what_a_text_is(text, kind, value):
    reading = read(text)
    assert (reading.kind, reading.value, reading.trouble) == (kind, value, None)


@pytest.mark.parametrize(("text", "kind", "trouble", "figures"), [
    (HASH[:62], "tx_hash", "too_short", {"expected": 64, "length": 62, "missing": 2}),
    ("0x" + HASH[:63], "tx_hash", "too_short", {"expected": 64, "length": 63, "missing": 1}),
    (HASH + "ab", "tx_hash", "too_long", {"expected": 64, "length": 66, "extra": 2}),
    (HASH[:10] + "O" + HASH[11:], "tx_hash", "bad_character", {"position": 11, "character": "O"}),
    (TRON[:-1], "address", "too_short", {"expected": 34, "length": 33, "missing": 1, "slip": "missing", "position": 34}),
    (TRON[:5] + TRON[4:], "address", "too_long", {"expected": 34, "length": 35, "extra": 1, "slip": "doubled", "position": 5}),
    (TRON.replace("7NH", "8NH"), "address", "bad_checksum", {"length": 34, "slip": "wrong", "position": 3}),
    (TRON.replace("7NH", "0NH"), "address", "bad_character", {"position": 3, "character": "0"}),
    (BTC[:-1], "address", "too_short", {"expected": 42, "length": 41, "missing": 1, "slip": "missing", "position": 42}),
    (BTC[:10] + "q" + BTC[11:], "address", "bad_checksum", {"length": 42, "slip": "wrong", "position": 11}),
    (EVM[:-2], "address", "too_short", {"expected": 42, "length": 40, "missing": 2}),
    (EVM[2:].lower(), "address", "too_short", {"expected": 42, "length": 40, "missing": 2}),
    (EVM.replace("831ec7", "831eC7"), "address", "bad_checksum", {}),
    ("TK-000000014", "ticket_no", "bad_checksum", {"length": 9}),
    ("TK-00000013", "ticket_no", "too_short", {"expected": 9, "length": 8, "missing": 1}),
    ("a1b2...9f", "shortened", "shortened", {}), ("0x12ab…cdef", "shortened", "shortened", {}), ("TR7N****Lj6t", "shortened", "shortened", {}),
])
def test_what_is_wrong_is_named_with_its_figures(text, kind, trouble, figures):
    reading = read(text)
    assert (reading.kind, reading.trouble) == (kind, trouble)
    assert reading.figures == figures


@pytest.mark.parametrize(("link", "value", "networks"), [
    (f"https://etherscan.io/tx/0x{HASH}", "0x" + HASH, ("ERC20",)), (f"https://tronscan.org/#/transaction/{HASH}", HASH, ("TRC20",)), (f"https://tronscan.org/#/address/{TRON}", TRON, ("TRC20",)),
    (f"https://blockchair.com/bitcoin/transaction/{HASH}?from=x", HASH, ("BTC",)), (f"mempool.space/tx/{HASH}", HASH, ("BTC",)), (f"https://www.bscscan.com/tx/0x{HASH}.", "0x" + HASH, ("BEP20",)),
    (f"https://solscan.io/tx/{SOLANA_SIGNATURE}", SOLANA_SIGNATURE, ("SOL",)), (f"https://www.oklink.com/zh-hans/trx/tx/{HASH}", HASH, ("TRC20",)), (f"https://bscscan.com/address/{EVM}", EVM, ("BEP20",)),
])
def test_a_link_gives_its_reference_and_its_chain(link, value, networks):
    reading = read(link)
    assert (reading.value, reading.network_guesses, reading.trouble) == (value, networks, None)


def test_a_link_of_an_unknown_site_proves_no_chain():
    reading = read(f"https://etherscan.io.example.org/tx/0x{HASH}")
    assert reading.value == "0x" + HASH
    assert len(reading.network_guesses) > 1


def test_every_reference_in_a_sentence_is_found_in_its_place():
    text = f"你好，充值了0.5个BTC，地址 {BTC}，交易哈希是 {HASH}，订单号12345678901，UID:7654321，见https://etherscan.io/tx/0x{HASH}，TK-000000013"
    found = find(text)
    assert [reading.kind for reading in found] == ["address", "tx_hash", "order_id", "uid", "tx_hash", "ticket_no"]
    assert [text[reading.start:reading.end] for reading in found] == [BTC, HASH, "12345678901", "7654321", "0x" + HASH, "TK-000000013"]


@pytest.mark.parametrize("text", ["我在2025年12月1日下午3点充值了0.5个BTC", "1000000000000000000000 USDT", "TRC20", "please help me as soon as possible", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Supercalifragilisticexpialidocious12",
                                  "https://www.example.com/account/security", "3000 T", "error 100000"])
def test_ordinary_text_holds_no_reference(text):
    assert find(text) == []


@given(st.text(st.sampled_from("0123456789abcdefxTKbc1qLD:/.#?=*… 订单号uid\n-_")))
def test_any_text_is_read_and_every_finding_stands_where_it_says(text):
    read(text)
    last = 0
    for reading in find(text):
        assert last <= reading.start < reading.end <= len(text)
        last = reading.end


@pytest.mark.parametrize("piece", ["a/", "a.", "http://", "0x", "TK-", "1-", "order ", "uid:", "ab1..", EVM + " ", TRON[:-1] + "x ", "订单", "1", "a*", "[", "bc1q" + "q" * 38 + " "])
def test_a_hostile_text_yields_few_findings_and_no_error(piece):
    assert len(find(piece * (100_000 // len(piece)))) <= 20
