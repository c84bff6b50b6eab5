"""Small true pictures, each different, without a library."""
from __future__ import annotations

import struct
import zlib


def png(number: int = 0, side: int = 8) -> bytes:
    """A PNG of one colour, which the number chooses."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    colour = bytes([number * 37 % 256, number * 91 % 256, 120])
    rows = (b"\0" + colour * side) * side
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
