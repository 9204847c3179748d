"""Lets Pillow open photos of phones (HEIC, ISO/IEC 23008-12).

The decoder is loaded only for such a photo: it takes longer to load than a picture to read.
"""

from importlib import import_module
from typing import Final

BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1"})


def is_heic(start: bytes) -> bool:
    """Whether a file that begins like this is such a photo (ISO/IEC 14496-12, 4.3)."""
    return start[4:8] == b"ftyp" and start[8:12] in BRANDS


def make_readable(picture: bytes) -> None:
    """Load the decoder if the picture needs it. Only in the sandbox."""
    if is_heic(picture[:12]):
        import_module("pi_heif").register_heif_opener()
