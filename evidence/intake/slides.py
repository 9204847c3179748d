"""Finds what a presentation holds beside the slides that are shown (ECMA-376 part 1, clause 19)."""

import re
import zipfile
from collections.abc import Iterator
from typing import Final

from lxml import etree

from evidence.findings import Finding, Location

LONGEST: Final = 300
LARGEST_PART: Final = 16 * 1024 * 1024
_SLIDE: Final = re.compile(r"ppt/slides/slide(\d{1,5})\.xml")
_NOTES: Final = re.compile(r"ppt/notesSlides/notesSlide\d{1,5}\.xml")
_COMMENTS: Final = re.compile(r"ppt/comments/[^/]{1,100}\.xml")
_NUMBER_FIELD: Final = "slidenum"
_TEXT: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_FIELD: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}fld"


def findings(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Hidden slides, speaker notes and comments. The archive has been checked for its size."""
    for name in archive.namelist():
        if archive.getinfo(name).file_size > LARGEST_PART:
            continue
        if slide := _SLIDE.fullmatch(name):
            root = _part(archive, name)
            if root.get("show") in {"0", "false"}:
                place = Location("hidden-text", within=Location("slide", int(slide[1])))
                yield Finding.quoting("hidden-slide", "warn", _words(root), place)
        elif _NOTES.fullmatch(name):
            if words := _words(_part(archive, name)):
                yield Finding.quoting("speaker-notes", "warn", words)
        elif _COMMENTS.fullmatch(name):
            yield Finding("comment", "warn")


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _words(root: etree._Element) -> str:
    """The words of the shapes, without the numbers that the program writes."""
    texts = (
        text.text or ""
        for text in root.iter(_TEXT)
        if (field := text.getparent()) is None
        or field.tag != _FIELD
        or field.get("type") != _NUMBER_FIELD
    )
    words = " ".join(" ".join(texts).split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
