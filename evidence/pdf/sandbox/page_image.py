"""Renders a page of a PDF as an image. Runs in the sandbox (`evidence.sandbox.child`)."""

from pathlib import Path
from typing import Final

import pypdfium2

from evidence.pdf.exceptions import PageImageError
from evidence.sandbox import child

SECONDS: Final = 20
WALL_SECONDS: Final = 30
WIDTH: Final = 1_100
"""Pixels: enough to read on a screen twice as fine as it is wide."""
HEIGHT: Final = 3_300
QUALITY: Final = 85


def page_picture(path: Path, index: int, target: Path) -> None:
    """Write page `index` (from 0) of the PDF to `target`, as a JPEG. Raises `PageImageError`."""
    order = {"source": str(path.resolve()), "index": index, "target": str(target.resolve())}
    try:
        child.work(
            "evidence.pdf.sandbox.page_image", order, seconds=SECONDS, wall_seconds=WALL_SECONDS
        )
    except child.ChildFailedError as fault:
        raise PageImageError(f"This page cannot be shown. {fault}") from fault


def answer(source: str, index: int, target: str) -> None:
    """Runs in the sandbox."""
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
    child.serve(answer)
