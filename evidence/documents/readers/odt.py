"""An ODT read straight from its XML: what it holds, and what pandoc would miss, put right.

Source of the rules: OpenDocument 1.3 (OASIS), Part 3.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import etree

from evidence.documents.errors import DocumentFinding, UnreadableFileError
from evidence.documents.readers import metadata, zip_container
from evidence.documents.readers.completeness import Passage, shortened
from evidence.documents.readers.source import Original
from evidence.documents.readers.xml_trees import take_out
from evidence.documents.text_cleaning import clean, is_page_number

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
    f"{TEXT}ruby-text",
    f"{OFFICE}annotation",
    f"{SVG}desc",
    f"{SVG}title",
}
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
        _list_passages(content, original)
        _list_descriptions(content, original)
        _furniture(styles, original)
        _metadata(zip_container.part(archive, "meta.xml"), original)
        written = etree.tostring(content, xml_declaration=True, encoding="UTF-8")
        _copy(archive, target, written, original)
        original.details = metadata.of_archive(archive)
    return original


def text_of(element: etree._Element) -> str:
    """The words of one paragraph, those of paragraphs inside it apart."""
    return clean("".join(_text_parts(element))).strip()


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
            where = "deleted as a tracked change in the text"
            original.findings.append(
                DocumentFinding("deletion-dropped", "warn", shortened(words), where)
            )
    if content.find(f".//{TEXT}insertion") is not None:
        where = "text inserted as a tracked change is kept"
        original.findings.append(DocumentFinding("insertion-accepted", "warn", "", where))
    take_out(list(content.iter(f"{TEXT}tracked-changes")))


def _take_comments_out(content: etree._Element, original: Original) -> None:
    comments = list(content.iter(f"{OFFICE}annotation"))
    for comment in comments:
        who = clean(comment.findtext(f"{DC}creator") or "")[:LONGEST_NAME]
        where = f"a comment by {who}" if who else "a comment"
        words = shortened(_all_text(comment))
        original.findings.append(DocumentFinding("comment-left-out", "warn", words, where))
    take_out(comments)


def _take_hidden_out(content: etree._Element, hidden: set[str], original: Original) -> None:
    gone = list(_outermost_hidden(content, hidden))
    for element in gone:
        words = _all_text(element) or text_of(element)
        words = words or clean(element.get(f"{TEXT}string-value", "")).strip()
        if words:
            where = "hidden text in the text"
            original.findings.append(
                DocumentFinding("hidden-text", "hold", shortened(words), where)
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
            where = "a text box in the text"
            original.findings.append(
                DocumentFinding("text-box-carried", "info", shortened(words), where)
            )


def _outermost_drawing(shape: etree._Element) -> etree._Element:
    place = shape
    for parent in shape.iterancestors():
        if not (isinstance(parent.tag, str) and parent.tag.startswith(DRAW)):
            break
        place = parent
    return place


def _list_passages(content: etree._Element, original: Original) -> None:
    for number, paragraph in enumerate(content.iter(*_PARAGRAPHS), 1):
        if words := text_of(paragraph):
            inside_note = next(paragraph.iterancestors(f"{TEXT}note"), None) is not None
            where = "a footnote" if inside_note else f"paragraph {number} of the text"
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
            severity = "info" if is_page_number(words) else "warn"
            original.findings.append(
                DocumentFinding(f"{part}-left-out", severity, shortened(words), f"the page {part}")  # type: ignore[arg-type]
            )


def _metadata(meta: etree._Element | None, original: Original) -> None:
    names = {
        f"{DC}creator": "the name of whoever saved it last",
        f"{META}initial-creator": "the author's name",
    }
    for element in meta.iter(*names) if meta is not None else ():
        if words := clean(element.text or "").strip():
            where = names[str(element.tag)]
            original.findings.append(
                DocumentFinding("metadata-left-out", "info", words[:500], where)
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
            where = "a file embedded in the document"
            original.findings.append(DocumentFinding("embedded-left-out", "warn", words, where))
