"""What the XML inside a DOCX or ODT says beyond the words a reader sees."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final
from urllib.parse import urlsplit

from lxml import etree

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

# code, severity, words, where
FindingRow = tuple[str, str, str, str]

MARKS: Final = {
    f"{W}ins": ("tracked-changes", "warn", "The document has tracked changes."),
    f"{W}del": ("tracked-changes", "warn", "The document has tracked changes."),
    f"{W}moveFrom": ("tracked-changes", "warn", "The document has tracked changes."),
    f"{W}comment": ("comment", "warn", "The document has comments."),
    f"{W}object": ("embedded", "warn", "An object of another program is inside this document."),
    f"{W}control": ("activex", "hold", "The document contains a control (ActiveX)."),
    f"{TEXT}changed-region": ("tracked-changes", "warn", "The document has tracked changes."),
    f"{OFFICE}annotation": ("comment", "warn", "The document has comments."),
    f"{TEXT}hidden-text": ("hidden-text", "warn", "The document has hidden text."),
    f"{TEXT}hidden-paragraph": ("hidden-text", "warn", "The document has hidden text."),
    f"{DRAW}object-ole": ("embedded", "warn", "An object of another program is inside this one."),
    f"{OFFICE}script": ("script", "hold", "The document contains a script."),
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
HIDDEN: Final = ("hidden-text", "warn", "The document has hidden text.")


def findings(archive: zipfile.ZipFile) -> Iterator[FindingRow]:
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
            part = _Part(name, stream)
            yield from part.findings()
        hidden_styles |= part.hidden_styles
        used_styles |= dict.fromkeys(part.used_styles, name)
    for style in sorted(hidden_styles & used_styles.keys()):
        yield *HIDDEN, used_styles[style]


class _Part:
    """One XML part, read once from beginning to end, never held as a whole."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name = name
        self._stream = stream
        self._paragraphs = 0
        self.hidden_styles: set[str] = set()
        self.used_styles: set[str] = set()

    def findings(self) -> Iterator[FindingRow]:
        reader = etree.iterparse(
            self._stream,
            events=("end",),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
        )
        for count, (_, element) in enumerate(reader):
            if not count and element.getroottree().docinfo.doctype:
                words = "The document defines abbreviations of its own (DTD)."
                yield "xml-entities", "hold", words, self._name
                return
            if isinstance(element.tag, str):
                yield from self._element(element)
            if self._paragraphs > MOST_PARAGRAPHS or count > MOST_ELEMENTS:
                words = f"The document has over {MOST_PARAGRAPHS:,} paragraphs, or is as complex."
                yield "too-long", "hold", words, self._name
                return
            _forget(element)

    def _element(self, element: Any) -> Iterator[FindingRow]:
        tag = element.tag.replace(STRICT_W, W)
        if sign := MARKS.get(tag):
            yield *sign, self._name
        self._paragraphs += tag in {f"{W}p", f"{TEXT}p", f"{TEXT}h"}
        if element.text is not None and len(element.text) > LONGEST_RUN:
            words = "A single stretch of text is longer than a book."
            yield "too-long", "hold", words, self._name
        if self._name in PROPERTIES:
            yield from self._person(element)
        yield from self._outside(element)
        if self._hides(element, tag):
            yield *HIDDEN, self._name

    def _person(self, element: Any) -> Iterator[FindingRow]:
        what = PEOPLE.get(etree.QName(element).localname)
        value = " ".join((element.text or "").split())[:MOST_WORDS]
        if what and value:
            yield f"metadata-{what}", "info", value, "document properties"

    def _outside(self, element: Any) -> Iterator[FindingRow]:
        """What is loaded from elsewhere on opening. A link that a reader may follow is not."""
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
            words = f"The document loads something from {_host(target)}."
            yield "external", "warn", words, self._name

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
    """Let go of what has been read. Settings stay until their run ends: they are asked about."""
    if element.tag in {f"{W}p", f"{STRICT_W}p", f"{TEXT}p", f"{W}style"}:
        element.clear()


def _value(element: Any) -> str:
    values: Iterable[str] = (v for k, v in element.attrib.items() if k.endswith("}val"))
    return next(iter(values), "")


def _local(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def _host(address: str) -> str:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return host or "another file"
