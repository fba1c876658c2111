"""Pictures made anew: whatever was sent, what we keep is pixels alone, in a format of our choosing."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Protocol

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from helpdesk.kernel.policy import RefusedError, denied

LARGEST_BYTES = 10 * 1024 * 1024
# What a telephone takes. Each pixel costs four bytes or eight while we work, so one picture is made at a time.
MOST_PIXELS = 16_000_000
ONE_AT_A_TIME = Lock()
WIDEST = 2_000
QUALITY = 88
# What is read; everything else, SVG first, is a document that may act.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
# A telephone that adds a smaller view or more light to its photo makes several JPEGs in one file, of this format.
PHOTOS = frozenset({"JPEG", "MPO"})
# Broken files make the library raise whatever its parsers stumble over.
BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError,
    IndexError, struct.error, zlib.error,
)  # fmt: skip
TOO_MANY_PIXELS = denied(_("The picture has too many pixels. Make it smaller first."))
UNREADABLE = denied(_("This is no picture we can use. Choose a PNG, JPEG, GIF or WebP file."))


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def remade(file: Readable) -> Picture:
    """Return the picture in a file without anything else that was in it; of one that moves the first frame."""
    content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise RefusedError(denied(_("The picture is larger than 10 MB. Make it smaller first.")))
    try:
        with ONE_AT_A_TIME, Image.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise RefusedError(TOO_MANY_PIXELS)
            return _written(_upright(image), is_photo=image.format in PHOTOS)
    except Image.DecompressionBombError as error:
        raise RefusedError(TOO_MANY_PIXELS) from error
    except BROKEN as error:
        raise RefusedError(UNREADABLE) from error


def _upright(image: Image.Image) -> Image.Image:
    """Return the pixels as they are meant to be seen, no wider than a page needs."""
    # A photo is read at half its size or less where that is enough.
    image.draft(None, (WIDEST, WIDEST))
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
    image = _in_256_shades(image)
    plain = image if image.mode == mode else image.convert(mode)
    if plain.width > WIDEST:
        plain = plain.resize((WIDEST, max(1, round(plain.height * WIDEST / plain.width))), reducing_gap=2.0)
    # A new picture of the same pixels: nothing that was read beside them comes along.
    copy = Image.new(plain.mode, plain.size)
    copy.paste(plain)
    return copy


def _in_256_shades(image: Image.Image) -> Image.Image:
    """Return a grey picture of 65,536 shades, as scanners make them, in as many as are shown.

    The library would not scale them: all but the darkest become white.
    """
    return image.convert("I").point(lambda shade: shade / 256).convert("L") if image.mode.startswith("I") else image


def _written(image: Image.Image, *, is_photo: bool) -> Picture:
    written = BytesIO()
    if is_photo and image.mode == "RGB":
        image.save(written, "JPEG", quality=QUALITY, optimize=True)
        return Picture(written.getvalue(), "image/jpeg", image.width, image.height)
    image.save(written, "PNG", optimize=True)
    return Picture(written.getvalue(), "image/png", image.width, image.height)
