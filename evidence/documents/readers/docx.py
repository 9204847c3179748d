"""Reads a DOCX from its XML: its passages, and the parts that pandoc would miss.

`prepare_for_pandoc` writes a DOCX whose text boxes are ordinary paragraphs after the paragraph they
were anchored to, and whose hidden text is gone. It lists every passage, so that a loss is noticed.
Sources of the rules: ECMA-376 Part 1, chapters 17 (WordprocessingML) and 20 (drawings); Part 3 for
mc:AlternateContent.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import etree

from evidence.documents.errors import UnreadableFileError
from evidence.documents.readers import metadata, zip_container
from evidence.documents.readers.completeness import Passage, shortened
from evidence.documents.readers.docx_hidden_text import HiddenStyles
from evidence.documents.readers.docx_numbering import ListNumbering
from evidence.documents.readers.docx_tables import widened
from evidence.documents.readers.docx_wrappers import unwrapped
from evidence.documents.readers.list_labels import without_marks, without_noncharacters_in
from evidence.documents.readers.source import Original
from evidence.documents.readers.strict_open_xml import transitional
from evidence.documents.text_cleaning import clean, is_page_number
from evidence.findings import Finding, Location, Severity

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_V = "urn:schemas-microsoft-com:vml"

W = f"{{{_W}}}"
_TEXT = f"{W}t"
_BREAKS = {
    f"{W}tab",
    f"{W}br",
    f"{W}cr",
    f"{W}ptab",
    f"{W}footnoteReference",
    f"{W}endnoteReference",
}
_SHOWN = (f"{W}drawing", f"{W}pict", f"{W}object", f"{{{_M}}}oMath")
_GONE = {f"{W}del", f"{W}moveFrom"}
_MAIN = "word/document.xml"
_STORIES = {
    _MAIN: Location("text"),
    "word/footnotes.xml": Location("footnote"),
    "word/endnotes.xml": Location("endnote"),
}
_LEFT_OUT = (
    (re.compile(r"word/header\d*\.xml"), "header-left-out", Location("page-header")),
    (re.compile(r"word/footer\d*\.xml"), "footer-left-out", Location("page-footer")),
)
_CHANGES = (
    ("ins", _TEXT, "insertion-accepted", "tracked-insertion"),
    ("moveTo", _TEXT, "insertion-accepted", "tracked-move"),
    ("del", f"{W}delText", "deletion-dropped", "tracked-deletion"),
    ("moveFrom", _TEXT, "deletion-dropped", "tracked-move-away"),
)
_ORDINARY_FIELDS = {
    "PAGE", "NUMPAGES", "HYPERLINK", "TOC", "PAGEREF", "REF", "NOTEREF", "SEQ", "DATE", "TIME",
    "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "STYLEREF", "ADDIN", "CITATION", "BIBLIOGRAPHY",
    "SYMBOL", "EQ", "SECTIONPAGES", "XE", "TC",
}  # fmt: skip
LONGEST_NAME = 200
_METADATA = {
    "creator": Location("author"),
    "lastModifiedBy": Location("saved-by"),
    "Company": Location("company"),
    "Manager": Location("manager"),
}


def prepare_for_pandoc(path: Path, target: Path) -> Original:
    """Writes the DOCX for pandoc to `target`. Returns what the original holds.

    Raises `UnreadableFileError`.
    """
    original = Original()
    with zip_container.opened(path) as archive:
        names = set(archive.namelist())
        if _MAIN not in names:
            raise UnreadableFileError(zip_container.DAMAGED)
        styles = zip_container.part(archive, "word/styles.xml")
        hidden = HiddenStyles(styles)
        numbering = ListNumbering(zip_container.part(archive, "word/numbering.xml"), styles)
        original.language = hidden.language
        changed: dict[str, bytes] = {}
        for name, where in _STORIES.items():
            story = zip_container.part(archive, name)
            if story is not None:
                _read_story(story, where, hidden, original)
                _label_items(story, numbering, original)
                _list_passages(story, where, original)
                changed[name] = etree.tostring(story, xml_declaration=True, encoding="UTF-8")
        _read_side_parts(archive, sorted(names), original)
        _copy(archive, target, changed, original)
        original.details = metadata.of_archive(archive)
    return original


def _read_story(
    story: etree._Element, where: Location, hidden: HiddenStyles, original: Original
) -> None:
    _choose(story)
    # Before text boxes are lifted out of shapes whose colour is behind their words.
    _take_hidden_out(story, where, hidden, original)
    _lift_boxes(story, where, original)
    _list_changes(story, where, original)
    _list_fields(story, where, original)
    unwrapped(story)
    widened(story)


def _label_items(story: etree._Element, numbering: ListNumbering, original: Original) -> None:
    """Writes marks for the labels of items. A heading's number becomes words."""
    without_noncharacters_in(story)
    numbering.begin_story()
    for paragraph in list(story.iter(f"{W}p")):
        shows = next(paragraph.iter(*_SHOWN), None) is not None
        numbering.mark(paragraph, original.labels, has_words=shows or bool(text_of(paragraph)))


def _list_passages(story: etree._Element, where: Location, original: Original) -> None:
    for number, paragraph in enumerate(story.iter(f"{W}p"), 1):
        if words := text_of(paragraph):
            place = Location("paragraph", number) if where.code == "text" else where
            original.passages.append(Passage(words, place))


def text_of(element: etree._Element, *, text_tag: str = _TEXT) -> str:
    """The words of a paragraph as it stands, without deleted text, field codes and formulas."""
    return clean(without_marks("".join(_text_parts(element, text_tag)))).strip()


def _text_parts(element: etree._Element, text_tag: str) -> Iterator[str]:
    for child in element:
        if child.tag == text_tag:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield " "
        elif child.tag == f"{W}sym":
            yield _symbol(child)
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag not in _GONE and child.tag != f"{W}p":
            yield from _text_parts(child, text_tag)


def _symbol(element: etree._Element) -> str:
    try:
        letter = chr(int(element.get(f"{W}char", "20"), 16))
    except (ValueError, OverflowError):
        return " "
    # pandoc maps symbols to characters of its own, so letters and digits are not compared.
    return " " if letter.isalnum() else letter


def _choose(story: etree._Element) -> None:
    """Keeps the first choice of each alternative, or the fallback, as Word shows only one."""
    for either in list(story.iter(f"{{{_MC}}}AlternateContent")):
        parent = either.getparent()
        if parent is None:
            continue
        kept = either.find(f"{{{_MC}}}Choice")
        if kept is None:
            kept = either.find(f"{{{_MC}}}Fallback")
        for child in list(kept) if kept is not None else []:
            either.addprevious(child)
        parent.remove(either)


def _lift_boxes(story: etree._Element, where: Location, original: Original) -> None:
    """Makes text boxes, inner ones first, paragraphs after the one they are anchored to."""
    for box in reversed(list(story.iter(f"{W}txbxContent"))):
        host = next(box.iterancestors(f"{W}p"), None)
        holder = host.getparent() if host is not None else None
        if host is None or holder is None:
            continue
        if next(box.iterancestors(*_GONE), None) is not None:
            continue  # it goes with the text that was deleted around it
        words = " ".join(text_of(p) for p in box.iter(f"{W}p"))
        for child in reversed(list(box)):
            host.addnext(child)
        if words.strip():
            original.findings.append(
                Finding.quoting(
                    "text-box-carried",
                    "info",
                    shortened(words),
                    Location("text-box", within=where),
                )
            )
    _lift_word_art(story, where, original)


def _lift_word_art(story: etree._Element, where: Location, original: Original) -> None:
    """Makes a paragraph of old WordArt, whose words are in an attribute."""
    for art in story.iter(f"{{{_V}}}textpath"):
        words = clean(art.get("string", "")).strip()
        host = next(art.iterancestors(f"{W}p"), None)
        if words and host is not None:
            paragraph = etree.Element(f"{W}p")
            etree.SubElement(etree.SubElement(paragraph, f"{W}r"), _TEXT).text = words
            host.addnext(paragraph)
            place = Location("word-art", within=where)
            original.findings.append(
                Finding.quoting("text-box-carried", "info", shortened(words), place)
            )


def _take_hidden_out(
    story: etree._Element, where: Location, hidden: HiddenStyles, original: Original
) -> None:
    for run in list(story.iter(f"{W}r")):
        if not hidden.hides(run):
            if hidden.is_faint(run) and (words := text_of(run)):
                place = Location("faint-text", within=where)
                original.findings.append(
                    Finding.quoting("faint-text", "hold", shortened(words), place)
                )
            continue
        # The run with a note's mark is kept; without it pandoc would lose the note.
        words = " ".join([text_of(run), *map(text_of, run.iter(f"{W}p"))]).strip()
        for text in list(run.iter(_TEXT, f"{W}sym")):
            holder = text.getparent()
            if holder is not None:
                holder.remove(text)
        if words:
            place = Location("hidden-text", within=where)
            original.findings.append(
                Finding.quoting("hidden-text", "hold", shortened(words), place)
            )


def _list_changes(story: etree._Element, where: Location, original: Original) -> None:
    for tag, text_tag, code, kind in _CHANGES:
        for change in story.iter(f"{W}{tag}"):
            if words := text_of(change, text_tag=text_tag):
                place = Location(kind, within=where)
                original.findings.append(Finding.quoting(code, "warn", shortened(words), place))


def _list_fields(story: etree._Element, where: Location, original: Original) -> None:
    codes = [element.text or "" for element in story.iter(f"{W}instrText")]
    codes += [element.get(f"{W}instr", "") for element in story.iter(f"{W}fldSimple")]
    for code in codes:
        first = code.split()[0].upper() if code.split() else ""
        if first.isalpha() and len(first) > 1 and first not in _ORDINARY_FIELDS:
            place = Location("field", within=where)
            original.findings.append(
                Finding.quoting("field-left-out", "info", shortened(clean(code)), place)
            )
    for formula in story.iter(f"{{{_M}}}oMath"):
        words = "".join(t.text or "" for t in formula.iter(f"{{{_M}}}t"))
        original.findings.append(
            Finding.quoting(
                "formula", "warn", shortened(clean(words)), Location("formula", within=where)
            )
        )


def _read_side_parts(archive: zipfile.ZipFile, names: Iterable[str], original: Original) -> None:
    for name in names:
        for pattern, code, where in _LEFT_OUT:
            if pattern.fullmatch(name):
                _left_out(archive, name, original, code=code, where=where)
        if name == "word/comments.xml":
            _comments(archive, name, original)
        elif name.startswith(("word/charts/chart", "word/diagrams/data")):
            _drawing(archive, name, original)
        elif name.startswith("word/embeddings/"):
            what = Location("embedded-file")
            original.findings.append(
                Finding.quoting("embedded-left-out", "warn", Path(name).name, what)
            )
        elif name in {"docProps/core.xml", "docProps/app.xml"}:
            _metadata(archive, name, original)


def _left_out(
    archive: zipfile.ZipFile, name: str, original: Original, *, code: str, where: Location
) -> None:
    part = zip_container.part(archive, name)
    if part is None:
        return
    _choose(part)
    words = " ".join(text_of(p) for p in part.iter(f"{W}p")).strip()
    if words:
        # Losing a page number does no harm, but losing a name or a warning could.
        severity: Severity = "info" if is_page_number(words) else "warn"
        original.findings.append(Finding.quoting(code, severity, shortened(words), where))


def _comments(archive: zipfile.ZipFile, name: str, original: Original) -> None:
    part = zip_container.part(archive, name)
    for comment in part.iter(f"{W}comment") if part is not None else ():
        words = " ".join(text_of(p) for p in comment.iter(f"{W}p"))
        who = clean(comment.get(f"{W}author", ""))[:LONGEST_NAME]
        place = Location("comment", name=who)
        original.findings.append(
            Finding.quoting("comment-left-out", "warn", shortened(words), place)
        )


def _drawing(archive: zipfile.ZipFile, name: str, original: Original) -> None:
    part = zip_container.part(archive, name)
    if part is None:
        return
    words = " ".join(t.text or "" for t in part.iter(f"{{{_A}}}t", "{*}v"))
    where = Location("chart" if "/charts/" in name else "diagram")
    original.findings.append(
        Finding.quoting("drawing-left-out", "warn", shortened(clean(words)), where)
    )


def _metadata(archive: zipfile.ZipFile, name: str, original: Original) -> None:
    part = zip_container.part(archive, name)
    for element in part.iter() if part is not None else ():
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        words = clean(element.text or "").strip()
        if tag in _METADATA and words:
            original.findings.append(
                Finding.quoting("metadata-left-out", "info", words[:500], _METADATA[tag])
            )


def _copy(
    archive: zipfile.ZipFile, target: Path, changed: dict[str, bytes], original: Original
) -> None:
    """The same DOCX with the changed parts. Collects its pictures by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
        for name in archive.namelist():
            content = changed.get(name)
            if content is None:
                content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                content = transitional(content)
            if name.startswith("word/media/"):
                original.pictures[name.removeprefix("word/")] = content
            copy.writestr(name, content)
    target.write_bytes(out.getvalue())
