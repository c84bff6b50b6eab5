"""Readers of chains: each asks one kind of server about a transaction hash and answers in the same words (transaction.py)."""
