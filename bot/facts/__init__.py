"""Checks that a flow may ask for: is this a hash, is it on the chain, is that channel ours. Flows see outcomes, never data sources."""
from __future__ import annotations
