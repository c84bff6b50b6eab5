"""Draws a stranger's picture anew: what is kept are its pixels, without place, camera, thumbnails, hidden text or anything behind the end of the file."""
from __future__ import annotations

import struct
import threading
from typing import BinaryIO

from PIL import Image, ImageOps

FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
SAVING: dict[str, dict] = {"PNG": {}, "JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}}
MOST_PIXELS = 40_000_000
"""Of a decoded picture (160 MB in memory); a long screenshot of a phone has about 20 million."""
JPEG_PIXELS = 250_000_000
"""JPEGs can be decoded at a half or a quarter, so that a phone's 200-megapixel photo is no bomb."""
JPEG_SIDE = 4096
"""Pixels a side that a large photo is decoded down to, at least."""
Image.MAX_IMAGE_PIXELS = JPEG_PIXELS  # Pillow's own limit knows no kinds
# Two large pictures at once would double the memory; uploads can wait a moment for each other.
_one_at_a_time = threading.Lock()


class Unfit(ValueError):
    """A file that is not taken; `code` is its reason, which the channels' strings explain as error.<code>."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def redraw(source: BinaryIO, extension: str, target: BinaryIO) -> None:
    """Decodes a picture and writes it in the same format, upright, its first frame only.

    Raises Unfit: file_broken when it cannot be decoded to its end, file_dimensions when it has too many pixels.
    """
    kind = FORMATS[extension]
    with _one_at_a_time:
        try:
            with Image.open(source, formats=[kind]) as opened:
                picture = _decoded(opened, kind)
        except Unfit:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unfit("file_dimensions") from None
        except (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, struct.error, OverflowError, MemoryError):
            raise Unfit("file_broken") from None  # Pillow's decoders raise any of these on damaged input
        picture.save(target, kind, **SAVING[kind])


def _decoded(picture: Image.Image, kind: str) -> Image.Image:
    # The size stands in the header: nothing has been decoded yet.
    if picture.width * picture.height > (JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS):
        raise Unfit("file_dimensions")
    if kind == "JPEG":
        picture.draft(None, (JPEG_SIDE, JPEG_SIDE))
        if picture.width * picture.height > MOST_PIXELS:
            raise Unfit("file_dimensions")
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits a pixel: a scanner's
        upright = upright.point(lambda value: value / 256).convert("L")
    if upright.mode not in ("L", "RGB", "RGBA") or (kind == "JPEG" and upright.mode == "RGBA"):
        transparent = kind != "JPEG" and ("A" in upright.mode or "transparency" in upright.info)
        upright = upright.convert("RGBA" if transparent else "RGB")
    upright.info.clear()
    return upright
