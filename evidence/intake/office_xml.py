"""Finds what the XML of a DOCX or ODT contains beyond the words a reader sees."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final
from urllib.parse import urlsplit

from lxml import etree

from evidence.files import xml_doctype
from evidence.findings import Finding, Location, Parameter, Severity

MOST_PARAGRAPHS: Final = 50_000
# A reader of XML needs some 200 bytes for each element.
MOST_ELEMENTS: Final = 1_500_000
LONGEST_RUN: Final = 5 * 1024 * 1024
MOST_WORDS: Final = 200
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_W: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DRAW: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
HREF: Final = "{http://www.w3.org/1999/xlink}href"
OFF: Final = frozenset({"0", "false", "off", "none"})

# Parts of the archive, with what a person calls them.
PARTS: Final = {
    "word/document.xml": Location("text"),
    "content.xml": Location("text"),
    "word/comments.xml": Location("comment"),
    "word/footnotes.xml": Location("footnote"),
    "word/endnotes.xml": Location("endnote"),
    "docProps/core.xml": Location("properties"),
    "docProps/app.xml": Location("properties"),
    "meta.xml": Location("properties"),
}
PICTURES: Final = ("word/media/", "Pictures/")
# The finding that an element or attribute causes: code, severity, parameters.
Sign = tuple[str, Severity, dict[str, str]]

HIDDEN: Final[Sign] = ("hidden-text", "warn", {"kind": "document"})
MARKS: Final[dict[str, Sign]] = {
    f"{W}ins": ("tracked-changes", "warn", {}),
    f"{W}del": ("tracked-changes", "warn", {}),
    f"{W}moveFrom": ("tracked-changes", "warn", {}),
    f"{W}comment": ("comment", "warn", {}),
    f"{W}object": ("embedded", "warn", {}),
    f"{W}control": ("activex", "hold", {}),
    f"{TEXT}changed-region": ("tracked-changes", "warn", {}),
    f"{OFFICE}annotation": ("comment", "warn", {}),
    f"{TEXT}hidden-text": HIDDEN,
    f"{TEXT}hidden-paragraph": HIDDEN,
    f"{DRAW}object-ole": ("embedded", "warn", {}),
    f"{OFFICE}script": ("script", "hold", {}),
}
PEOPLE: Final = {
    "creator": "author",
    "initial-creator": "author",
    "lastModifiedBy": "last-modified-by",
    "Company": "company",
    "Manager": "manager",
    "printed-by": "printed-by",
}
PROPERTIES: Final = frozenset(["docProps/core.xml", "docProps/app.xml", "meta.xml"])


def part_of(name: str) -> Location:
    """The location of a part of the archive."""
    if name in PARTS:
        return PARTS[name]
    for folder in PICTURES:
        picture = name.removeprefix(folder)
        if picture != name and picture and "/" not in picture:
            return Location("picture", name=picture)
    return Location("file-part", name=name)


def findings(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """All findings in the XML parts of an archive whose sizes have been checked.

    Raises what lxml and zipfile raise on broken parts.
    """
    hidden_styles: set[str] = set()
    used_styles: dict[str, str] = {}
    for name in archive.namelist():
        if not name.endswith((".xml", ".rels")) or name == "META-INF/manifest.xml":
            continue
        if not archive.getinfo(name).file_size:
            continue  # LibreOffice writes empty parts for settings that are not used
        with archive.open(name) as stream:
            start = stream.read(xml_doctype.LONGEST)
        with archive.open(name) as stream:
            part = _Part(name, stream, may_have_doctype=xml_doctype.is_harmless(start))
            yield from part.findings()
        hidden_styles |= part.hidden_styles
        used_styles |= dict.fromkeys(part.used_styles, name)
    for style in sorted(hidden_styles & used_styles.keys()):
        yield Finding(*HIDDEN, part_of(used_styles[style]))


class _Part:
    """One XML part, read once from beginning to end, never held as a whole."""

    def __init__(self, name: str, stream: IO[bytes], *, may_have_doctype: bool) -> None:
        self._name = name
        self._may_have_doctype = may_have_doctype
        self._location = part_of(name)
        self._stream = stream
        self._paragraphs = 0
        self.hidden_styles: set[str] = set()
        self.used_styles: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        reader = etree.iterparse(
            self._stream,
            events=("end",),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
        )
        for count, (_, element) in enumerate(reader):
            has_doctype = not count and element.getroottree().docinfo.doctype
            if has_doctype and not self._may_have_doctype:
                yield Finding("xml-entities", "hold", location=self._location)
                return
            if isinstance(element.tag, str):
                yield from self._element(element)
            if self._paragraphs > MOST_PARAGRAPHS or count > MOST_ELEMENTS:
                parameters: dict[str, Parameter] = {"kind": "paragraphs", "limit": MOST_PARAGRAPHS}
                yield Finding("too-long", "hold", parameters, self._location)
                return
            _forget(element)

    def _element(self, element: Any) -> Iterator[Finding]:
        tag = element.tag.replace(STRICT_W, W)
        if sign := MARKS.get(tag):
            yield Finding(*sign, self._location)
        self._paragraphs += tag in {f"{W}p", f"{TEXT}p", f"{TEXT}h"}
        if element.text is not None and len(element.text) > LONGEST_RUN:
            yield Finding("too-long", "hold", location=self._location)
        if self._name in PROPERTIES:
            yield from self._person(element)
        yield from self._outside(element)
        if self._hides(element, tag):
            yield Finding(*HIDDEN, self._location)

    def _person(self, element: Any) -> Iterator[Finding]:
        what = PEOPLE.get(etree.QName(element).localname)
        value = " ".join((element.text or "").split())[:MOST_WORDS]
        if what and value:
            yield Finding.quoting(f"metadata-{what}", "info", value, Location("properties"))

    def _outside(self, element: Any) -> Iterator[Finding]:
        """External content that is loaded when the file is opened. Ordinary links are not."""
        target = ""
        if element.get("TargetMode", "").casefold() == "external":
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            target = "" if kind == "hyperlink" else element.get("Target", "")
        elif element.tag.startswith(DRAW) and element.tag != f"{DRAW}a":
            address = element.get(HREF, "")
            target = address if "//" in address or address.startswith("file:") else ""
        elif element.tag == f"{TEXT}section-source":
            target = element.get(HREF, "")
        if target:
            host = _host(target)
            parameters = {"name": host} if host else {"kind": "another-file"}
            yield Finding("external", "warn", parameters, self._location)

    def _hides(self, element: Any, tag: str) -> bool:
        """Whether this makes text invisible; styles that do are kept until one is used."""
        if tag in {f"{W}rStyle", f"{W}pStyle"}:
            self.used_styles.add(_value(element))
        if tag == f"{W}vanish" and _value(element).casefold() not in OFF:
            return self._vanishes(element)
        if element.get(f"{TEXT}display") == "none":
            return bool(element.tag.endswith("}text-properties")) or element.tag == f"{TEXT}section"
        return False

    def _vanishes(self, element: Any) -> bool:
        above = [_local(ancestor) for ancestor in element.iterancestors()]
        style = next((a for a in element.iterancestors() if _local(a) == "style"), None)
        if style is not None:
            self.hidden_styles.update(v for k, v in style.attrib.items() if k.endswith("}styleId"))
            return False
        # In the settings of a paragraph's own mark it hides the mark, not words.
        return above[1:2] == ["r"]


def _forget(element: Any) -> None:
    """Free the elements that have been read.

    Settings are kept until their run ends, because `_hides` needs them.
    """
    if element.tag in {f"{W}p", f"{STRICT_W}p", f"{TEXT}p", f"{W}style", f"{STRICT_W}style"}:
        element.clear()


def _value(element: Any) -> str:
    values: Iterable[str] = (v for k, v in element.attrib.items() if k.endswith("}val"))
    return next(iter(values), "")


def _local(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
