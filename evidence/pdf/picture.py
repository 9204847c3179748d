"""A page of a PDF as a picture. Works apart: see `evidence.apart`."""

from pathlib import Path
from typing import Final

import pypdfium2

from evidence import apart
from evidence.pdf.problems import CannotShow

SECONDS: Final = 20
WIDTH: Final = 1_100
"""Pixels: enough to read on a screen twice as fine as it is wide."""
HEIGHT: Final = 3_300
QUALITY: Final = 85


def page_picture(path: Path, index: int, target: Path) -> None:
    """Write page `index` (from 0) of the PDF to `target`, as a JPEG. Raises `CannotShow`."""
    order = {"source": str(path.resolve()), "index": index, "target": str(target.resolve())}
    try:
        apart.work("evidence.pdf.picture", order, seconds=SECONDS)
    except apart.WorkFailed as fault:
        raise CannotShow(f"This page cannot be shown. {fault}") from fault


def answer(source: str, index: int, target: str) -> None:
    """The work itself, done apart."""
    document = pypdfium2.PdfDocument(source)
    try:
        page = document[index]
        scale = min(WIDTH / max(page.get_width(), 1.0), HEIGHT / max(page.get_height(), 1.0))
        picture = page.render(scale=scale).to_pil().convert("RGB")
        picture.save(target, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
        page.close()
    finally:
        document.close()


if __name__ == "__main__":
    apart.serve(answer)
