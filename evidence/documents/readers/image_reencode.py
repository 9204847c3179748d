"""Re-encodes pictures: the result holds pixels and nothing else."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from evidence.pdf.sanitize.heic import is_heic, make_readable

PIXELS = 40_000_000
"""The most a picture may have; a scanned A3 page at 400 dpi has 30 million."""
LONGEST_SIDE = 2400
"""Pixels kept along the longer side: 300 dpi across the text of an A4 page."""
SHOWN_SIDE = 900
"""Pixels along the longer side of a picture in a preview."""

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")


class ImageUnreadableError(Exception):
    """The picture cannot be re-encoded. `str(error)` ends the sentence "left out: …"."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A re-encoded picture. `name` is made from its content, so equal pictures are stored once."""

    name: str
    sha: str
    content: bytes


def remade(content: bytes) -> Picture:
    """The picture decoded and written again as PNG or JPEG, without EXIF, text or thumbnails.

    Raises `ImageUnreadableError` for anything that is not a plain raster picture of sensible size.
    """
    try:
        # Pillow warns of a bomb at half of what it refuses; our own limit is checked first.
        formats: tuple[str, ...] = _FORMATS
        if is_heic(content[:12]):
            make_readable(content)
            formats = ("HEIF",)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=formats) as picture:
                _check_size(picture)
                lossy = picture.format in {"JPEG", "HEIF"} or (
                    picture.format == "WEBP" and not picture.has_transparency_data
                )
                made = _written(_plain(picture), lossy=lossy)
    except ImageUnreadableError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ImageUnreadableError("it is damaged or of a kind that cannot be shown") from error
    sha = hashlib.sha256(made).hexdigest()
    return Picture(f"{sha[:32]}.{'jpg' if lossy else 'png'}", sha, made)


def small(content: bytes) -> bytes:
    """A picture of ours as a JPEG of at most `SHOWN_SIDE` pixels, for a preview."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        on_white = Image.new("RGB", picture.size, "white")
        layers = picture.convert("RGBA")
        on_white.paste(layers, mask=layers)
    out = io.BytesIO()
    on_white.save(out, "JPEG", quality=75)
    return out.getvalue()


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > PIXELS:
        raise ImageUnreadableError("it has too many pixels")


def _plain(picture: Image.Image) -> Image.Image:
    """Only the pixels, the right way up, in a colour mode that every viewer supports."""
    turned = ImageOps.exif_transpose(picture)
    upright = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    if max(upright.size) > LONGEST_SIDE:
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)
    return fresh


def _written(picture: Image.Image, *, lossy: bool) -> bytes:
    out = io.BytesIO()
    if lossy:
        picture.convert("RGB").save(out, "JPEG", quality=88)
    else:
        picture.save(out, "PNG", optimize=False)
    return out.getvalue()
