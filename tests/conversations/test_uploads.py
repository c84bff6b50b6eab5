"""The file store: what is taken, how much of it, and that nothing but pixels of a picture is kept."""
from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.conversations import uploads
from bot.conversations.images import Unfit

HIDDEN = b"33.9000N 118.4000W somebody's kitchen"
_next = iter(range(10_000, 20_000))


@pytest.fixture
def conversation() -> int:
    return next(_next)


def encoded(kind: str, size: tuple[int, int] = (40, 24), mode: str = "RGB", **saving) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **saving)
    return out.getvalue()


def kept(conversation: int, content: bytes) -> bytes:
    return uploads.keep(conversation, io.BytesIO(content)).path.read_bytes()


def refusal(conversation: int, content: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        uploads.keep(conversation, io.BytesIO(content))
    folder = uploads._folder(conversation)
    assert not folder.exists() or not list(folder.iterdir())
    return caught.value.code


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def with_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = HIDDEN.decode()
    exif[0x0112] = orientation
    return exif


def test_nothing_that_was_written_beside_the_pixels_is_kept(conversation):
    text = PngInfo()
    text.add_text("Comment", HIDDEN.decode())
    for content in (
        encoded("PNG", pnginfo=text, exif=with_exif()), encoded("PNG") + HIDDEN, encoded("JPEG", exif=with_exif(), comment=HIDDEN), encoded("JPEG") + HIDDEN,
        encoded("WEBP", exif=with_exif(), xmp=HIDDEN), encoded("PNG", icc_profile=HIDDEN * 10), encoded("JPEG", icc_profile=HIDDEN * 10),
    ):
        assert HIDDEN in content or b"iCCP" in content or b"zTXt" in content
        again = kept(conversation, content)
        assert HIDDEN not in again
        with Image.open(io.BytesIO(again)) as shown:
            assert not shown.getexif()
            assert not {"comment", "Comment", "icc_profile", "exif", "xmp"} & set(shown.info)


def test_a_photo_taken_sideways_is_kept_upright(conversation):
    with Image.open(io.BytesIO(kept(conversation, encoded("JPEG", (40, 24), exif=with_exif(6))))) as shown:
        assert shown.size == (24, 40)


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "I;16"), ("PNG", "RGBA"), ("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGBA")])
def test_every_kind_of_pixel_can_be_kept(conversation, kind, mode):
    with Image.open(io.BytesIO(kept(conversation, encoded(kind, mode=mode)))) as shown:
        shown.load()
        assert (shown.format, shown.size) == (kind, (40, 24))


def test_of_an_animation_the_first_frame_is_kept(conversation):
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (9, 9), "blue")])
    with Image.open(io.BytesIO(kept(conversation, out.getvalue()))) as shown:
        assert getattr(shown, "n_frames", 1) == 1


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(conversation):
    for width, height in ((60_000, 60_000), (10_000, 5_000), (2**31 - 1, 2**31 - 1)):
        bomb = png_header(width, height) + struct.pack(">I", 20) + b"IDAT" + zlib.compress(bytes(1000))
        assert refusal(conversation, bomb) == "file_dimensions"


def test_a_very_large_photo_is_made_smaller_while_it_is_decoded(conversation):
    with Image.open(io.BytesIO(kept(conversation, encoded("JPEG", (9000, 9000), "L")))) as shown:
        assert shown.size == (4500, 4500)


@pytest.mark.parametrize("content", [
    png_header(10, 10), png_header(0, 0), encoded("PNG", (300, 300))[:-40], encoded("JPEG", (300, 300))[:200], b"\xff\xd8\xff\xe0" + bytes(500),
    b"RIFF\x10\0\0\0WEBPVP8 " + bytes(100), b"\x89PNG\r\n\x1a\n" + b"\xff" * 5000, b"\xff\xd8\xff\xdb" + b"\xff" * 5000,
])
def test_a_damaged_picture_is_refused_and_leaves_nothing_behind(conversation, content):
    assert refusal(conversation, content) == "file_broken"


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file_missing"), (b"GIF89a" + bytes(50), "file_type"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type"), (b"PK\3\4", "file_type"),
    (b"%PDF-1.7" + bytes(uploads.FILE_BYTES), "file_too_large"),
])
def test_what_is_no_picture_and_no_pdf_or_too_large_is_refused(conversation, content, code):
    assert refusal(conversation, content) == code


def test_a_gif_in_a_png_s_clothes_is_not_decoded_as_a_gif(conversation):
    assert refusal(conversation, b"\x89PNG\r\n\x1a\n" + encoded("GIF")) == "file_broken"


def test_a_conversation_holds_only_so_many_files(conversation, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    for _ in range(3):
        kept(conversation, encoded("PNG"))
    with pytest.raises(Unfit, match="files_many"):
        uploads.keep(conversation, io.BytesIO(encoded("PNG")))
    assert kept(next(_next), encoded("PNG"))


def test_a_file_is_found_in_its_own_conversation_only(conversation):
    upload = uploads.keep(conversation, io.BytesIO(encoded("PNG")))
    assert uploads.find(conversation, upload.id) == upload
    assert uploads.find(conversation + 1, upload.id) is None
    assert uploads.find(conversation, "../" + upload.id) is None
