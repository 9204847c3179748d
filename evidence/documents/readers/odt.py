"""Reads an ODT from its XML: its passages, and the parts that pandoc would miss.

Source of the rules: OpenDocument 1.3 (OASIS), Part 3.
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
from evidence.documents.readers.list_labels import without_marks, without_noncharacters_in
from evidence.documents.readers.odt_looks import Looks
from evidence.documents.readers.odt_numbering import ListNumbering
from evidence.documents.readers.odt_tables import fill_tables
from evidence.documents.readers.source import Original
from evidence.documents.readers.xml_trees import take_out
from evidence.documents.text_cleaning import clean, is_page_number
from evidence.findings import Finding, Location, Severity

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_NS}office:1.0}}"
TEXT = f"{{{_NS}text:1.0}}"
DRAW = f"{{{_NS}drawing:1.0}}"
STYLE = f"{{{_NS}style:1.0}}"
FO = f"{{{_NS}xsl-fo-compatible:1.0}}"
SVG = f"{{{_NS}svg-compatible:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"
META = f"{{{_NS}meta:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"

_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_BREAKS = {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"}
_NOT_TEXT = {
    *_PARAGRAPHS,
    f"{TEXT}note-citation",
    f"{OFFICE}annotation",
    f"{SVG}desc",
    f"{SVG}title",
}
_READ = {f"{TEXT}{name}" for name in ("span", "a", "ruby", "ruby-base", "ruby-text", "meta")}
_HIDDEN = (f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph")
LONGEST_NAME = 200
_PICTURES = ("Pictures/", "media/")


def prepare_for_pandoc(path: Path, target: Path) -> Original:
    """Writes the ODT for pandoc to `target`. Returns what the original holds.

    Raises `UnreadableFileError`.
    """
    original = Original()
    with zip_container.opened(path) as archive:
        content = zip_container.part(archive, "content.xml")
        if content is None:
            raise UnreadableFileError(zip_container.DAMAGED)
        styles = zip_container.part(archive, "styles.xml")
        hidden = {*_hidden_styles(content), *_hidden_styles(styles)}
        original.language = _language(styles)
        _take_changes_out(content, original)
        _take_comments_out(content, original)
        _take_hidden_out(content, hidden, original)
        _lift_boxes(content, original)
        _open_ruby(content)
        _open_indexes(content)
        _open_fields(content)
        without_noncharacters_in(content)
        looks = Looks()
        looks.read(styles)
        looks.read(content)
        looks.mark(content)
        fill_tables(content)
        ListNumbering((styles, content), original.labels, _shows).take_apart(content)
        _list_passages(content, original)
        _list_descriptions(content, original)
        _furniture(styles, original)
        _metadata(zip_container.part(archive, "meta.xml"), original)
        written = etree.tostring(content, xml_declaration=True, encoding="UTF-8")
        _copy(archive, target, written, original)
        original.details = metadata.of_archive(archive)
    return original


def text_of(element: etree._Element) -> str:
    """The words of one paragraph, without those of paragraphs inside it."""
    return clean(without_marks("".join(_text_parts(element)))).strip()


def _all_text(element: etree._Element) -> str:
    return " ".join(text_of(p) for p in element.iter(*_PARAGRAPHS)).strip()


def _text_parts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _BREAKS or child.tag == f"{TEXT}note":
            yield " "
        elif isinstance(child.tag, str) and child.tag not in _NOT_TEXT:
            yield from _text_parts(child)
        yield child.tail or ""


def _hidden_styles(part: etree._Element | None) -> Iterator[str]:
    for style in part.iter(f"{STYLE}style") if part is not None else ():
        properties = style.find(f"{STYLE}text-properties")
        if properties is not None and properties.get(f"{TEXT}display") == "none":
            yield style.get(f"{STYLE}name", "")


def _language(styles: etree._Element | None) -> str:
    for style in styles.iter(f"{STYLE}default-style") if styles is not None else ():
        properties = style.find(f"{STYLE}text-properties")
        code = properties.get(f"{FO}language", "") if properties is not None else ""
        if re.fullmatch(r"[a-z]{2,3}", code):
            return code
    return ""


def _take_changes_out(content: etree._Element, original: Original) -> None:
    for change in content.iter(f"{TEXT}deletion"):
        if words := _all_text(change):
            where = Location("tracked-deletion", within=Location("text"))
            original.findings.append(
                Finding.quoting("deletion-dropped", "warn", shortened(words), where)
            )
    if content.find(f".//{TEXT}insertion") is not None:
        where = Location("tracked-insertion", within=Location("text"))
        original.findings.append(Finding("insertion-accepted", "warn", location=where))
    take_out(list(content.iter(f"{TEXT}tracked-changes")))


def _take_comments_out(content: etree._Element, original: Original) -> None:
    comments = list(content.iter(f"{OFFICE}annotation"))
    for comment in comments:
        who = clean(comment.findtext(f"{DC}creator") or "")[:LONGEST_NAME]
        where = Location("comment", name=who)
        words = shortened(_all_text(comment))
        original.findings.append(Finding.quoting("comment-left-out", "warn", words, where))
    take_out(comments)


def _take_hidden_out(content: etree._Element, hidden: set[str], original: Original) -> None:
    gone = list(_outermost_hidden(content, hidden))
    for element in gone:
        words = _all_text(element) or text_of(element)
        words = words or clean(element.get(f"{TEXT}string-value", "")).strip()
        if words:
            where = Location("hidden-text", within=Location("text"))
            original.findings.append(
                Finding.quoting("hidden-text", "hold", shortened(words), where)
            )
    take_out(gone)


def _outermost_hidden(content: etree._Element, hidden: set[str]) -> Iterator[etree._Element]:
    waiting = [content]
    while waiting:
        element = waiting.pop()
        if _is_hidden(element, hidden):
            yield element
        else:
            waiting.extend(reversed(element))


def _is_hidden(element: etree._Element, hidden: set[str]) -> bool:
    if element.tag in _HIDDEN:
        return True
    if element.tag == f"{TEXT}section" and element.get(f"{TEXT}display") in {"none", "condition"}:
        return True
    named = element.get(f"{TEXT}style-name")
    return named is not None and named in hidden


def _lift_boxes(content: etree._Element, original: Original) -> None:
    """The text of boxes and shapes, inner ones first, comes after the paragraph they hang on."""
    shapes = [
        element
        for element in content.iter()
        if isinstance(element.tag, str)
        and element.tag.startswith(DRAW)
        and any(child.tag in {*_PARAGRAPHS, f"{TEXT}list"} for child in element)
    ]
    for shape in reversed(shapes):
        words = _all_text(shape)
        host = next(shape.iterancestors(*_PARAGRAPHS), None)
        anchor = host if host is not None else _outermost_drawing(shape)
        for child in reversed([c for c in shape if c.tag in {*_PARAGRAPHS, f"{TEXT}list"}]):
            anchor.addnext(child)
        if words:
            where = Location("text-box", within=Location("text"))
            original.findings.append(
                Finding.quoting("text-box-carried", "info", shortened(words), where)
            )


def _outermost_drawing(shape: etree._Element) -> etree._Element:
    place = shape
    for parent in shape.iterancestors():
        if not (isinstance(parent.tag, str) and parent.tag.startswith(DRAW)):
            break
        place = parent
    return place


def _open_ruby(content: etree._Element) -> None:
    """How letters are read comes after them in brackets (6.4)."""
    for ruby in content.iter(f"{TEXT}ruby"):
        ruby.tag = f"{TEXT}span"
        for part in ruby:
            if part.tag == f"{TEXT}ruby-text":
                words = "".join(map(str, part.itertext())).strip()
                for inner in list(part):
                    part.remove(inner)
                part.text = f" ({words})" if words else ""
            part.tag = f"{TEXT}span"


def _shows(paragraph: etree._Element) -> bool:
    """Whether a paragraph shows anything, which then is what a label belongs to."""
    return bool(text_of(paragraph)) or paragraph.find(f".//{DRAW}frame") is not None


def _open_fields(content: etree._Element) -> None:
    """What fields show (7) becomes words, as pandoc passes over most of them."""
    for paragraph in content.iter(*_PARAGRAPHS):
        waiting = list(paragraph)
        while waiting:
            element = waiting.pop()
            if not isinstance(element.tag, str) or element.tag in _PARAGRAPHS:
                continue
            if element.tag == f"{TEXT}note":
                continue  # its own paragraphs come later
            waiting.extend(element)
            is_shown = bool(element.text) or len(element) > 0
            if element.tag.startswith(TEXT) and is_shown and element.tag not in _READ:
                element.tag = f"{TEXT}span"
                element.attrib.pop(f"{TEXT}style-name", "")


def _open_indexes(content: etree._Element) -> None:
    """A table of contents or index is kept as the paragraphs that it shows (8)."""
    for body in list(content.iter(f"{TEXT}index-body")):
        index = body.getparent()
        holder = index.getparent() if index is not None else None
        if index is None or holder is None:
            continue
        for title in list(body.iter(f"{TEXT}index-title")):
            for child in list(title):
                title.addprevious(child)
            take_out([title])
        for child in list(body):
            index.addprevious(child)
        take_out([index])


def _list_passages(content: etree._Element, original: Original) -> None:
    for number, paragraph in enumerate(content.iter(*_PARAGRAPHS), 1):
        if words := text_of(paragraph):
            inside_note = next(paragraph.iterancestors(f"{TEXT}note"), None) is not None
            where = Location("footnote") if inside_note else Location("paragraph", number)
            original.passages.append(Passage(words, where))


def _list_descriptions(content: etree._Element, original: Original) -> None:
    for frame in content.iter(f"{DRAW}frame"):
        description = frame.findtext(f"{SVG}desc") or frame.findtext(f"{SVG}title") or ""
        picture = frame.find(f"{DRAW}image")
        if description.strip() and picture is not None:
            original.descriptions[picture.get(f"{XLINK}href", "")] = clean(description).strip()


def _furniture(styles: etree._Element | None, original: Original) -> None:
    for page in styles.iter(f"{STYLE}master-page") if styles is not None else ():
        for child in page:
            name = etree.QName(child).localname if isinstance(child.tag, str) else ""
            words = _all_text(child)
            if not words or not name.startswith(("header", "footer")):
                continue
            part = name[:6]
            severity: Severity = "info" if is_page_number(words) else "warn"
            original.findings.append(
                Finding.quoting(
                    f"{part}-left-out", severity, shortened(words), Location(f"page-{part}")
                )
            )


def _metadata(meta: etree._Element | None, original: Original) -> None:
    names = {
        f"{DC}creator": Location("saved-by"),
        f"{META}initial-creator": Location("author"),
    }
    for element in meta.iter(*names) if meta is not None else ():
        if words := clean(element.text or "").strip():
            where = names[str(element.tag)]
            original.findings.append(
                Finding.quoting("metadata-left-out", "info", words[:500], where)
            )


def _copy(archive: zipfile.ZipFile, target: Path, content: bytes, original: Original) -> None:
    """The same ODT with the new text. Pictures are kept aside under their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
        for name in archive.namelist():
            part = content if name == "content.xml" else archive.read(name)
            copy.writestr(name, part)
            if name.startswith(_PICTURES) and not name.endswith("/"):
                original.pictures[name] = part
    _embedded(archive.namelist(), original)
    target.write_bytes(out.getvalue())


def _embedded(names: Iterable[str], original: Original) -> None:
    for name in names:
        if name.endswith("/content.xml"):
            words = name.removesuffix("/content.xml")
            where = Location("embedded-file")
            original.findings.append(Finding.quoting("embedded-left-out", "warn", words, where))
