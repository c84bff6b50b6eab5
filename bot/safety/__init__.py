"""What must not be kept or shown: secrets (never stored) and personal data (stored, masked elsewhere); and logs without texts."""
from __future__ import annotations
