"""Finds what a clerk should know about a PDF before it goes further.

Two readers open it, qpdf and PDFium. If they disagree, different people may see different content.
Runs in the sandbox (`evidence.sandbox.child`).
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream, String

from evidence.findings import Finding, Location, Parameter
from evidence.pdf.sanitize import annotations
from evidence.pdf.sanitize.complete_content import (
    BLANK,
    END_OF_FILE,
    complete_content,
    end_of_last_revision,
)
from evidence.pdf.sanitize.damage import damaged_pages
from evidence.pdf.sanitize.optional_content import hidden_groups
from evidence.pdf.sanitize.photo_properties import findings_in
from evidence.sandbox import child

SECONDS: Final = 60
MOST_OBJECTS: Final = 500_000
MOST_WORDS: Final = 300
TAIL: Final = 2_048
HEADER_WITHIN: Final = 1_024

ATTACHMENT: Final = Finding("pdf-attachment", "warn")
MEDIA: Final = Finding("pdf-media", "warn")
ACTIONS: Final = {
    "/JavaScript": (Finding("pdf-javascript", "warn"),),
    "/Launch": (Finding("pdf-launch", "warn"),),
    "/SubmitForm": (Finding("pdf-submit", "warn"),),
    "/ImportData": (Finding("pdf-import", "warn"),),
    "/GoToR": (Finding("pdf-remote", "warn"),),
    "/GoToE": (Finding("pdf-remote", "warn", {"kind": "inside"}),),
    "/RichMedia": (MEDIA,),
}
AUTHORSHIP: Final = {"/Author": "author", "/Creator": "program", "/Company": "company",
                     "/SourceModified": "changed", "/Manager": "manager"}  # fmt: skip


def examine(path: Path) -> list[Finding]:
    """All findings in a PDF. Raises `ChildFailedError` if it cannot be examined at all."""
    order = {"source": str(path.resolve())}
    rows = child.work("evidence.pdf.sanitize.inspect", order, seconds=SECONDS)
    return [Finding.from_json(row) for row in cast("list[object]", rows)]


def answer(source: str) -> list[dict[str, Any]]:
    """Runs in the sandbox; each finding once."""
    raw = Path(source).read_bytes()
    findings = [*_beginning(raw), *_ending(raw)]
    content = complete_content(source)
    try:
        with Pdf.open(io.BytesIO(content)) as pdf:
            pages = [page.obj for page in pdf.pages]
            findings += _document(pdf)
            findings += _objects(pdf)
            for number, page in enumerate(pages, start=1):
                findings += _page(page, Location("page", number))
            for place in damaged_pages(pages):
                findings.append(Finding("page-as-picture", "warn", {}, Location("page", place + 1)))
            count = len(pages)
    except PdfError:
        # Whatever others can show is shown as pictures.
        count = _pages_for_pdfium(content)
        findings.append(Finding("pages-as-pictures", "warn", location=Location("whole-file")))
    findings += _second_reader(content, count)
    if b"/Encrypt" in raw and b"/Encrypt" not in content:
        findings.append(Finding("pdf-attachment", "warn", {"kind": "locked"}))
    return [finding.to_json() for finding in dict.fromkeys(findings)]


def _pages_for_pdfium(content: bytes) -> int:
    """Raises `pypdfium2.PdfiumError` if PDFium does not open it either."""
    with pypdfium2.PdfDocument(content) as document:
        return len(document)


def _beginning(raw: bytes) -> Iterator[Finding]:
    """Readers look for the header in the first 1,024 bytes (ISO 32000-1, annex H, note 13)."""
    before = raw[:HEADER_WITHIN].partition(b"%PDF-")[0]
    if count := len(before.strip(b"\0\xef\xbb\xbf\r\n\t ")):
        yield Finding("before-the-pdf", "warn", {"count": count})


def _ending(raw: bytes) -> Iterator[Finding]:
    """A PDF ends with %%EOF.

    Without it the file is truncated; bytes after it are not part of the PDF.
    """
    at = raw.rfind(END_OF_FILE)
    if at < 0:
        yield Finding("truncated", "hold", {"kind": "pdf"})
        return
    rest = len(raw[at + len(END_OF_FILE) :].strip(BLANK))
    if end_of_last_revision(raw) < len(raw):
        yield Finding("after-the-pdf", "warn", {"count": rest})
    elif rest > TAIL:
        yield Finding("polyglot", "hold", {"kind": "more-after-pdf", "count": rest})


def _document(pdf: Pdf) -> Iterator[Finding]:
    root = pdf.Root
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if "/XFA" in form:
            yield Finding("pdf-xfa", "warn")
        if isinstance(form.get("/Fields"), Array) and len(form["/Fields"]):
            yield Finding("pdf-form", "warn")
    names = root.get("/Names")
    if isinstance(names, Dictionary) and "/EmbeddedFiles" in names:
        yield ATTACHMENT
    if "/OCProperties" in root:
        yield from _layers(root["/OCProperties"])
    if pdf.is_encrypted:
        yield Finding("pdf-restricted", "info")
    yield from _authorship(pdf)


def _layers(properties: Object) -> Iterator[Finding]:
    """Visible layers are common in drawings and cause no finding; hidden ones do."""
    if isinstance(properties, Dictionary) and hidden_groups(properties):
        yield Finding("pdf-layers", "hold")
    else:
        yield Finding("pdf-layers-shown", "info")


def _authorship(pdf: Pdf) -> Iterator[Finding]:
    info = pdf.trailer.get("/Info")
    if isinstance(info, Dictionary):
        for key, what in AUTHORSHIP.items():
            value = info.get(key)
            if isinstance(value, String) and str(value).strip():
                words = _short(str(value))
                yield Finding.quoting(f"metadata-{what}", "info", words, Location("properties"))
    if isinstance(pdf.Root.get("/Metadata"), Stream):
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            creators = xmp.get("dc:creator")
        for creator in [creators] if isinstance(creators, str) else creators or []:
            where = Location("properties", name="XMP")
            yield Finding.quoting("metadata-author", "info", _short(str(creator)), where)


def _objects(pdf: Pdf) -> Iterator[Finding]:
    """Findings in any object of the file."""
    for count, thing in enumerate(pdf.objects):
        if count >= MOST_OBJECTS:
            yield Finding("too-many-parts", "hold", {"limit": MOST_OBJECTS})
            return
        if isinstance(thing, Dictionary | Stream):
            yield from _object(thing)


def _object(thing: Object) -> Iterator[Finding]:
    for holder in (thing, thing.get("/A"), thing.get("/OpenAction"), *_own_actions(thing)):
        if isinstance(holder, Dictionary) and isinstance(action := holder.get("/S"), Name):
            yield from ACTIONS.get(_text(action), ())
    if thing.get("/Type") == Name.Filespec and "/EF" in thing:
        yield ATTACHMENT
    if thing.get("/Subtype") == Name.RichMedia:
        yield MEDIA
    if isinstance(thing, Stream) and thing.get("/Filter") == Name.DCTDecode:
        yield from findings_in(thing.read_raw_bytes(), Location("picture"))


def _text(name: Name) -> str:
    """The name; "" where its bytes are no text."""
    try:
        return str(name)
    except UnicodeDecodeError:
        return ""


def _own_actions(thing: Object) -> Iterator[Object]:
    actions = thing.get("/AA")
    if isinstance(actions, Dictionary):
        yield from (actions[key] for key in list(actions.keys()))


def _page(page: Object, location: Location) -> Iterator[Finding]:
    for annotation in annotations.annotations_of(page):
        kind = annotation.get("/Subtype")
        if kind == Name.Redact:
            yield Finding("redaction-not-applied", "hold", location=location)
        words = annotation.get("/Contents")
        if (
            isinstance(words, String)
            and str(words).strip()
            and kind not in {Name.Link, Name.Widget}
        ):
            author = annotation.get("/T")
            name = _short(str(author)) if isinstance(author, String) else ""
            where = Location("comment", name=name, within=location)
            yield Finding("comment", "warn", {"kind": "pdf", "words": _short(str(words))}, where)


def _second_reader(content: bytes, pages: int) -> Iterator[Finding]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        yield Finding("readers-disagree", "hold")
        return
    if len(document) != pages:
        counts: dict[str, Parameter] = {"kind": "pages", "count": pages, "other": len(document)}
        yield Finding("readers-disagree", "hold", counts)
    silent = []
    for index in range(len(document)):
        try:
            text = document[index].get_textpage()
        except pypdfium2.PdfiumError:
            yield Finding("unreadable-page", "hold", location=Location("page", index + 1))
            continue
        if text.count_chars() == 0:
            silent.append(index + 1)
    if silent:
        names = _short(", ".join(map(str, silent)))
        where = Location("pages", name=names) if len(silent) > 1 else Location("page", silent[0])
        yield Finding("no-text", "info", location=where)


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= MOST_WORDS else f"{plain[:MOST_WORDS]}…"


if __name__ == "__main__":
    child.serve(answer)
