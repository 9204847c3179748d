"""Finds what a clerk should know about a PDF before it goes further.

Two readers look at it, qpdf and PDFium: where they disagree, nobody knows what others will see.
Runs in the sandbox (`evidence.sandbox.child`).
"""

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from evidence.pdf.sanitize import annotations
from evidence.pdf.sanitize.optional_content import hidden_groups
from evidence.pdf.sanitize.photo_metadata import has_place
from evidence.sandbox import child

SECONDS: Final = 60
MOST_OBJECTS: Final = 500_000
MOST_WORDS: Final = 300
TAIL: Final = 2_048
HEADER_WITHIN: Final = 1_024

# code, severity, words, where
FindingRow = tuple[str, str, str, str]

REMOVED: Final = "It is left out of what is published."
ACTIONS: Final = {
    "/JavaScript": ("pdf-javascript", f"The PDF contains a script. {REMOVED}"),
    "/Launch": ("pdf-launch", f"The PDF can start a program. {REMOVED}"),
    "/SubmitForm": ("pdf-submit", f"The PDF can send what is typed into it elsewhere. {REMOVED}"),
    "/ImportData": ("pdf-import", f"The PDF can load data from elsewhere. {REMOVED}"),
    "/GoToR": ("pdf-remote", f"The PDF links to another file. {REMOVED}"),
    "/GoToE": ("pdf-remote", f"The PDF links to a file inside it. {REMOVED}"),
    "/RichMedia": ("pdf-media", f"The PDF contains a film or sound. {REMOVED}"),
}
AUTHORSHIP: Final = {"/Author": "author", "/Creator": "program", "/Company": "company",
                     "/SourceModified": "changed", "/Manager": "manager"}  # fmt: skip


def examine(path: Path) -> list[FindingRow]:
    """All findings in a PDF. Raises `ChildFailedError` where it cannot be examined at all."""
    order = {"source": str(path.resolve())}
    rows = cast(
        "list[list[str]]", child.work("evidence.pdf.sanitize.inspect", order, seconds=SECONDS)
    )
    return [(code, severity, words, where) for code, severity, words, where in rows]


def answer(source: str) -> list[FindingRow]:
    """Runs in the sandbox; each finding once."""
    findings = [*_beginning(Path(source)), *_ending(Path(source))]
    with Pdf.open(source) as pdf:
        pages = [page.obj for page in pdf.pages]
        findings += _document(pdf)
        findings += _objects(pdf)
        for number, page in enumerate(pages, start=1):
            findings += _page(page, f"page {number}")
    findings += _second_reader(source, len(pages))
    return list(dict.fromkeys(findings))


def _beginning(path: Path) -> Iterator[FindingRow]:
    """Readers look for the header in the first 1,024 bytes (ISO 32000-1, annex H, note 13)."""
    with path.open("rb") as stream:
        before = stream.read(HEADER_WITHIN).partition(b"%PDF-")[0]
    if count := len(before.strip(b"\0\xef\xbb\xbf\r\n\t ")):
        words = f"{count:,} bytes of something else stand before the PDF. {REMOVED}"
        yield "before-the-pdf", "warn", words, ""


def _ending(path: Path) -> Iterator[FindingRow]:
    """A PDF ends with %%EOF; what is missing there was lost, what follows is something else."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        end = raw.rfind(b"%%EOF")
        rest = len(raw[end + 5 :].strip(b"\0\r\n\t ")) if end >= 0 else 0
    if end < 0:
        yield "truncated", "hold", "The PDF has no end: a part of it was probably lost.", ""
    elif rest > TAIL:
        words = f"{rest:,} bytes of something else follow the end of the PDF."
        yield "polyglot", "hold", words, ""


def _document(pdf: Pdf) -> Iterator[FindingRow]:
    root = pdf.Root
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if "/XFA" in form:
            yield "pdf-xfa", "warn", f"The PDF contains an XFA form. {REMOVED}", ""
        if isinstance(form.get("/Fields"), Array) and len(form["/Fields"]):
            words = "The PDF contains a form. What its fields show becomes part of the page."
            yield "pdf-form", "warn", words, ""
    names = root.get("/Names")
    if isinstance(names, Dictionary) and "/EmbeddedFiles" in names:
        yield "pdf-attachment", "warn", f"Files are attached to the PDF. {REMOVED}", ""
    if "/OCProperties" in root:
        yield from _layers(root["/OCProperties"])
    if pdf.is_encrypted:
        yield "pdf-restricted", "info", "The PDF restricts printing or copying.", ""
    yield from _authorship(pdf)


def _layers(properties: Object) -> Iterator[FindingRow]:
    """Layers that all show are common in drawings; one that hides something is looked at."""
    if isinstance(properties, Dictionary) and hidden_groups(properties):
        words = (
            "The PDF has layers that are not shown. What they hold is left out. "
            "Compare the original with the facsimile."
        )
        yield "pdf-layers", "hold", words, ""
    else:
        yield "pdf-layers", "info", "The PDF has layers; all of them are shown.", ""


def _authorship(pdf: Pdf) -> Iterator[FindingRow]:
    info = pdf.trailer.get("/Info")
    if isinstance(info, Dictionary):
        for key, what in AUTHORSHIP.items():
            value = info.get(key)
            if isinstance(value, String) and str(value).strip():
                yield f"metadata-{what}", "info", _short(str(value)), "document properties"
    if "/Metadata" in pdf.Root:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            creators = xmp.get("dc:creator")
        for creator in [creators] if isinstance(creators, str) else creators or []:
            yield "metadata-author", "info", _short(str(creator)), "document properties (XMP)"


def _objects(pdf: Pdf) -> Iterator[FindingRow]:
    """Findings in any object of the file."""
    for count, thing in enumerate(pdf.objects):
        if count >= MOST_OBJECTS:
            yield "too-many-parts", "hold", f"The PDF has over {MOST_OBJECTS:,} parts.", ""
            return
        if isinstance(thing, Dictionary | Stream):
            yield from _object(thing)


def _object(thing: Object) -> Iterator[FindingRow]:
    for holder in (thing, thing.get("/A"), thing.get("/OpenAction"), *_own_actions(thing)):
        if isinstance(holder, Dictionary) and isinstance(holder.get("/S"), Name):
            code, words = ACTIONS.get(str(holder["/S"]), ("", ""))
            if code:
                yield code, "warn", words, ""
    if thing.get("/Type") == Name.Filespec and "/EF" in thing:
        yield "pdf-attachment", "warn", f"Files are attached to the PDF. {REMOVED}", ""
    if thing.get("/Subtype") == Name.RichMedia:
        yield "pdf-media", "warn", ACTIONS["/RichMedia"][1], ""
    if (
        isinstance(thing, Stream)
        and thing.get("/Filter") == Name.DCTDecode
        and has_place(thing.read_raw_bytes())
    ):
        yield "gps", "warn", "A picture says where it was taken.", "a picture in the PDF"


def _own_actions(thing: Object) -> Iterator[Object]:
    actions = thing.get("/AA")
    if isinstance(actions, Dictionary):
        yield from (actions[key] for key in list(actions.keys()))


def _page(page: Object, where: str) -> Iterator[FindingRow]:
    try:
        pikepdf.Page(page).contents_coalesce()
    except (pikepdf.PdfError, RuntimeError):
        yield "unreadable-page", "hold", "The content of this page cannot be read.", where
    for annotation in annotations.annotations_of(page):
        kind = annotation.get("/Subtype")
        if kind == Name.Redact:
            yield ("redaction-not-applied", "hold",
                   "Words are marked to be blacked out but are still there.", where)  # fmt: skip
        words = annotation.get("/Contents")
        if (
            isinstance(words, String)
            and str(words).strip()
            and kind not in {Name.Link, Name.Widget}
        ):
            yield "comment", "warn", _signed(annotation, str(words)), where


def _signed(annotation: Object, words: str) -> str:
    author = annotation.get("/T")
    signed = f" (by {_short(str(author))})" if isinstance(author, String) and str(author) else ""
    return f"{_short(words)}{signed}"


def _second_reader(source: str, pages: int) -> Iterator[FindingRow]:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        words = "One reader opens this PDF and another does not. Others may not see the same."
        yield "readers-disagree", "hold", words, ""
        return
    if len(document) != pages:
        counts = f"One reader finds {pages} pages, another {len(document)}."
        yield "readers-disagree", "hold", f"{counts} Others may not see the same.", ""
    silent = []
    for index in range(len(document)):
        try:
            text = document[index].get_textpage()
        except pypdfium2.PdfiumError:
            yield "unreadable-page", "hold", "This page cannot be read.", f"page {index + 1}"
            continue
        if text.count_chars() == 0:
            silent.append(index + 1)
    if silent:
        where = ("pages " if len(silent) > 1 else "page ") + ", ".join(map(str, silent))
        yield "no-text", "info", "No text was found: the page may be a scan.", _short(where)


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= MOST_WORDS else f"{plain[:MOST_WORDS]}…"


if __name__ == "__main__":
    child.serve(answer)
