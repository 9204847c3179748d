"""Previews a draft's PDF as it would be published: a page with the heading, then its own pages.

Made as `documents/prepare.py` makes it, from the sanitised pages that the file check stored.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.utils import timezone

from evidence.documents.document import Document
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.drafts.models import DraftFile
from evidence.errors import BusyError
from evidence.files import draft_storage as place
from evidence.pdf.exceptions import PageImageError, SanitizeError
from evidence.pdf.fragment.prepend_pages import with_front
from evidence.pdf.sandbox.page_image import page_picture
from inquiry.calls.models import Call

FRONT: Final = 0
"""The number of the page with the heading; the pages of the file itself count from 1."""
# How many pages one web process draws at once, and how many requests may wait for that, since a
# browser asks for all pictures of a page together. Any further request is refused at once.
AT_ONCE, ADMITTED, PATIENCE_SECONDS = 2, 8, 5.0
_turns = threading.BoundedSemaphore(AT_ONCE)
_admitted = threading.BoundedSemaphore(ADMITTED)


def has_pages(file: DraftFile) -> bool:
    """Whether the file is a PDF that was read."""
    return file.state == DraftFile.State.READ and place.has(_pages_of(file))


def as_published(file: DraftFile, *, call: Call, heading: str) -> bytes:
    """The whole PDF. Raises `FileNotFoundError` if there is no checked PDF, or `BusyError`."""
    with _turn(), place.local(_pages_of(file)) as body:
        try:
            return with_front(_front(call, heading), body)
        except SanitizeError as problem:
            raise FileNotFoundError(file.pk) from problem


def picture_of_page(file: DraftFile, number: int, *, call: Call, heading: str) -> bytes:
    """One page as a JPEG. Raises `FileNotFoundError` if it does not exist or cannot be drawn, and
    `BusyError` while too many pages are being drawn.

    A page of the file is drawn once and kept beside it. The page with the heading is drawn each
    time, because it changes with the answers.
    """
    if not FRONT <= number <= file.pages or not has_pages(file):
        raise FileNotFoundError(number)
    if number == FRONT:
        with tempfile.NamedTemporaryFile(prefix="front-") as front:
            front.write(_front(call, heading))
            front.flush()
            return _drawn(Path(front.name), 0)
    name = f"{file.folder}/page-{number}.jpg"
    if not place.has(name):
        with place.local(_pages_of(file)) as body:
            content = _drawn(body, number - 1)
        _keep(file, name, content)
        return content
    return place.read(name)


def _keep(file: DraftFile, name: str, content: bytes) -> None:
    """Keep a drawn page for later, unless its file was removed meanwhile."""
    place.put_bytes(name, content)
    if not DraftFile.objects.filter(pk=file.pk).exists():
        place.remove_all(file.folder)


def _front(call: Call, heading_text: str) -> bytes:
    inquiry = call.inquiry
    heading = PageHeading(
        committee=inquiry.committee.name,
        inquiry=inquiry.title,
        heading=heading_text,
        reference="",
        date=f"{timezone.localtime():%B %Y}",
    )
    return to_pdf(Document(blocks=()), {}, heading).pdf


def _drawn(path: Path, index: int) -> bytes:
    with _turn(), tempfile.TemporaryDirectory(prefix="page-") as folder:
        target = Path(folder) / "page.jpg"
        try:
            page_picture(path, index, target)
        except PageImageError as problem:
            raise FileNotFoundError(index) from problem
        return target.read_bytes()


@contextmanager
def _turn() -> Iterator[None]:
    with _held(_admitted, seconds=0), _held(_turns, seconds=PATIENCE_SECONDS):
        yield


@contextmanager
def _held(turns: threading.Semaphore, *, seconds: float) -> Iterator[None]:
    if not turns.acquire(timeout=seconds):
        raise BusyError
    try:
        yield
    finally:
        turns.release()


def _pages_of(file: DraftFile) -> str:
    return f"{file.folder}/pdf"
