"""Makes a clean copy of a witness's file, so that the file itself never reaches the committee.

The copy is made from what the file check kept: a Word file from the words and pictures, a PDF from
its pages, a picture from its pixels. Nothing else of the file is in it. The witness looks at it and
decides; until then the file stays as it is.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from evidence.documents.document import Image, walk
from evidence.documents.errors import NotWrittenError, UnreadableFileError
from evidence.documents.libreoffice import PAGED
from evidence.documents.readers.any_format import opened
from evidence.documents.renderers.docx import to_docx
from evidence.documents.renderers.text import to_text
from evidence.drafts import files as draft_files
from evidence.drafts.file_checks import document_of_file
from evidence.drafts.models import DraftFile
from evidence.drafts.save_answers import locked_draft
from evidence.errors import NotReadyError
from evidence.files import draft_storage as place
from evidence.files import upload_limits
from evidence.files.accepted_types import Kind
from evidence.jobs.queue import Settle, ask
from evidence.rate_limits import rules as limits

WITHOUT_HIDDEN_DETAILS: Final = frozenset({Kind.TXT})
"""Kinds that hold nothing but their text."""
State = DraftFile.CleanCopy


def can_be_made(file: DraftFile) -> bool:
    """Whether the witness may ask for a copy of this file."""
    is_read = file.state == DraftFile.State.READ
    return is_read and not file.is_clean_copy and Kind(file.kind) not in WITHOUT_HIDDEN_DETAILS


def _kind_of_copy(file: DraftFile) -> Kind:
    kind = Kind(file.kind)
    if kind in PAGED:
        return Kind.PDF
    if file.is_picture:
        # A WebP picture is written again as one of the others.
        names = _picture_names(file)
        return Kind.JPEG if any(name.endswith(".jpg") for name in names) else Kind.PNG
    return Kind.DOCX


def name_of_copy(file: DraftFile) -> str:
    """A file name that tells nothing, such as "document-1.docx"."""
    kind = _kind_of_copy(file)
    what = "picture" if file.is_picture else "document"
    return f"{what}-{file.position + 1}.{'jpg' if kind == Kind.JPEG else kind.value}"


@transaction.atomic
def request(file: DraftFile) -> None:
    """Have a worker make the copy. Does nothing while it is being made, or once it is made.

    It counts as an upload. Raises `NotReadyError` if no copy of this file can be made, and
    `RateLimitExceededError`.
    """
    locked_draft(file.draft)
    row = DraftFile.objects.filter(pk=file.pk).first()
    if row is None or not can_be_made(row):
        raise NotReadyError(_("We cannot make a clean copy of this file."))
    if row.clean_copy in {State.NONE, State.FAILED}:
        limits.allow(limits.UPLOAD, file.draft_id.hex)
        DraftFile.objects.filter(pk=row.pk).update(clean_copy=State.MAKING)
        ask("clean_copy", row.pk)


def make(file: DraftFile, *, within: Settle = transaction.atomic) -> None:
    """Make the copy: READY, or FAILED. Twice is the same as once."""
    try:
        content = _copy_of(file)
        _check(file, content)
    except (FileNotFoundError, NotWrittenError, UnreadableFileError):
        give_up(file, within=within)
        return
    place.put_bytes(_address(file), content)
    with within():
        _settle(file, State.READY)
    if not DraftFile.objects.filter(pk=file.pk).exists():
        # It was removed meanwhile, with everything in its folder.
        place.remove_all(file.folder)


def give_up(file: DraftFile, *, within: Settle) -> None:
    """FAILED, until the witness or a clerk tries again. The file itself is not touched."""
    with within():
        _settle(file, State.FAILED)


def content_of(file: DraftFile) -> bytes:
    """The bytes of the copy. Raises `FileNotFoundError` until it is made."""
    return place.read(_address(file))


def use(file: DraftFile) -> DraftFile:
    """Replace the file by its copy; the file is deleted.

    Raises `NotReadyError` if there is no copy, and what `evidence.drafts.files.add` raises.
    """
    if file.clean_copy != State.READY:
        raise NotReadyError(_("There is no clean copy of this file yet."))
    with place.stream(_address(file)) as stream:
        return draft_files.add(
            file.draft,
            stream,
            name=name_of_copy(file),
            instead_of=file.pk,
            is_clean_copy=True,
        )


def _address(file: DraftFile) -> str:
    return f"{file.folder}/clean"


def _settle(file: DraftFile, state: DraftFile.CleanCopy) -> None:
    requested = DraftFile.objects.filter(pk=file.pk).exclude(clean_copy=State.NONE)
    requested.update(clean_copy=state)


def _copy_of(file: DraftFile) -> bytes:
    makers: dict[Kind, Callable[[DraftFile], bytes]] = {
        Kind.PDF: _pages,
        Kind.PPTX: _pages,
        Kind.JPEG: _pixels,
        Kind.PNG: _pixels,
        Kind.WEBP: _pixels,
        Kind.HEIC: _pixels,
    }
    return makers.get(Kind(file.kind), _words)(file)


def _pages(file: DraftFile) -> bytes:
    return place.read(f"{file.folder}/pdf")


def _pixels(file: DraftFile) -> bytes:
    return next(iter(_pictures(file).values()), b"")


def _words(file: DraftFile) -> bytes:
    document = document_of_file(file)
    if document is None:
        raise FileNotFoundError(file.pk)
    return to_docx(document, _pictures(file))


def _pictures(file: DraftFile) -> dict[str, bytes]:
    return {name: place.read(f"{file.folder}/{name}") for name in _picture_names(file)}


def _picture_names(file: DraftFile) -> set[str]:
    document = document_of_file(file)
    blocks = walk(document.blocks) if document else ()
    return {block.name for block in blocks if isinstance(block, Image)}


def _check(file: DraftFile, content: bytes) -> None:
    """Raises `NotWrittenError` unless the copy has the same words and may be uploaded."""
    if not 0 < len(content) <= upload_limits.largest_file():
        raise NotWrittenError("The copy is empty or larger than a file may be.")
    document = document_of_file(file)
    if document is None or file.is_picture:
        return
    with tempfile.TemporaryDirectory(prefix="clean-") as folder:
        path = Path(folder) / "made.docx"
        path.write_bytes(content)
        if to_text(opened(path, Kind.DOCX).document) != to_text(document):
            raise NotWrittenError("The copy does not have the same words.")
