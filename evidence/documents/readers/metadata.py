"""Reads the metadata of DOCX, ODT and HTML files.

RTF metadata are read together with the text (`evidence.documents.readers.rtf`).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

import lxml.html
from lxml import etree

from evidence.documents.metadata import Detail
from evidence.documents.readers import zip_container
from evidence.documents.text_cleaning import clean
from evidence.findings import Location
from evidence.pdf.sanitize.read_photo_metadata import words_about

LONGEST: Final = 500
_NAMES: Final = {
    "creator": "author",
    "initial-creator": "author",
    "lastModifiedBy": "saved-by",
    "printed-by": "printed-by",
    "Company": "company",
    "Manager": "manager",
}
# Properties that name nobody: programs, dates, counts (ECMA-376 part 1, 22.2;
# OpenDocument 1.3 part 3, 4.3).
_TECHNICAL: Final = frozenset(
    {
        "Application", "AppVersion", "DocSecurity", "LinksUpToDate", "ScaleCrop", "SharedDoc",
        "HyperlinksChanged", "Pages", "Words", "Characters", "Lines", "Paragraphs", "TotalTime",
        "CharactersWithSpaces", "TitlesOfParts", "HeadingPairs", "lpstr", "i4", "created",
        "modified", "lastPrinted", "revision", "version", "language", "date", "generator",
        "creation-date", "print-date", "editing-cycles", "editing-duration", "contentStatus",
        "identifier", "contentType", "Slides", "Notes", "HiddenSlides", "MMClips",
    }
)  # fmt: skip
_PROPERTIES: Final = ("docProps/", "meta.xml")
_ORDINARY_TEMPLATE: Final = re.compile(r"normal(\.dotm?)?|default", re.IGNORECASE)
_AUTHORS: Final = frozenset({"author", "initials"})
_META: Final = re.compile(
    r"(?:^|[.:_-])(author|creator|publisher|copyright|rights|owner|company|manager|contributor|"
    r"title|subject|description|keywords|reply-to|byl|byline)$",
    re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"<o:(Author|LastAuthor|Company|Manager|Title|Subject|Keywords|Category|Description)>"
    r"([^<>]{1,500})</o:"
)


def of_archive(archive: zipfile.ZipFile) -> list[Detail]:
    """The metadata of a DOCX or ODT: its properties, authors of changes and comments, metadata of
    its pictures.

    The archive was checked (`evidence.documents.readers.zip_container`). Raises
    `UnreadableFileError`.
    """
    return list(dict.fromkeys(_of_parts(archive)))


def of_page(page: lxml.html.HtmlElement) -> list[Detail]:
    """The metadata in the head of a web page and in comments that Word wrote."""
    details: dict[Detail, None] = {}
    for title in page.iter("title"):
        details[Detail(_plain(title.text), Location("page-title"))] = None
    for meta in page.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("http-equiv") or ""
        if _META.search(name[:100]):
            location = Location("page-head", name=name[:100])
            details[Detail(_plain(meta.get("content")), location)] = None
    for comment in page.iter(etree.Comment):
        for what, words in _OFFICE.findall(comment.text or ""):
            details[Detail(_plain(words), Location("page-head", name=what))] = None
    return [detail for detail in details if detail.words]


def of_picture(content: bytes) -> list[Detail]:
    return [Detail(words, location) for words, location in words_about(content)]


def _of_parts(archive: zipfile.ZipFile) -> Iterator[Detail]:
    for name in archive.namelist():
        if name.startswith(("word/media/", "Pictures/", "media/")):
            yield from of_picture(archive.read(name))
        elif name.endswith((".xml", ".rels")) and archive.getinfo(name).file_size:
            part = zip_container.part(archive, name)
            if part is not None:
                yield from _of_part(name, part)


def _of_part(name: str, part: etree._Element) -> Iterator[Detail]:
    properties = name.startswith(_PROPERTIES)
    for element in part.iter():
        if not isinstance(element.tag, str):
            continue
        if properties:
            yield from _property(element)
        else:
            yield from _author(element)


def _property(element: etree._Element) -> Iterator[Detail]:
    name = str(etree.QName(element).localname)
    parent = element.getparent()
    above = str(etree.QName(parent).localname) if parent is not None else ""
    words = _plain(element.text)
    if not words or (name in _TECHNICAL and above != "property"):
        return
    if name == "Template" and _ORDINARY_TEMPLATE.fullmatch(words):
        return
    if name in _NAMES:
        yield Detail(words, Location(_NAMES[name]))
    else:
        yield Detail(words, Location("properties", name=name))


def _author(element: etree._Element) -> Iterator[Detail]:
    """The author of a comment or change, in Word or OpenDocument."""
    for key, value in element.attrib.items():
        if str(etree.QName(key).localname) in _AUTHORS and (words := _plain(str(value))):
            yield Detail(words, Location("commenter"))
    if element.tag.endswith("}creator") and (words := _plain(element.text)):
        yield Detail(words, Location("commenter"))


def _plain(words: str | bytes | None) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words or ""
    return " ".join(clean(text[: 4 * LONGEST]).split())[:LONGEST]


def of_pictures(contents: Iterable[bytes]) -> list[Detail]:
    return [detail for content in contents for detail in of_picture(content)]
