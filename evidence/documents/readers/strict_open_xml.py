"""Gives the parts of a "Strict Open XML" document the namespaces that Word usually writes.

Strict documents (ISO/IEC 29500-1) have other namespaces and relationship types than transitional
ones (ISO/IEC 29500-4), with nearly the same elements. pandoc and our own checks know the latter.
"""

import codecs
import re
from typing import Final

_STRICT: Final = re.compile(r"(=\s{0,20}[\"'])http://purl\.oclc\.org/ooxml/([A-Za-z/-]{1,100})")
_NAMED: Final = b"purl.oclc.org/ooxml"
_DECLARATION: Final = re.compile(r"\A<\?xml[^>]{0,200}\?>")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Words that are written in another way (ISO/IEC 29500-1, annex A, and 29500-4, annex A).
_RENAMED: Final = {
    "extendedProperties": "extended-properties",
    "customProperties": "custom-properties",
}


def transitional(content: bytes) -> bytes:
    """The XML part with transitional namespaces, in UTF-8 if it was UTF-16, which pandoc does not
    read. Any other content is returned as it is."""
    if content.startswith(_UTF_16):
        text = _DECLARATION.sub("", content.decode("utf-16", "replace"), count=1)
        return _STRICT.sub(_usual, text).encode()
    if _NAMED not in content:
        return content
    # Every byte is one letter of Latin-1, so that nothing else is changed.
    return _STRICT.sub(_usual, content.decode("latin-1")).encode("latin-1")


def _usual(match: "re.Match[str]") -> str:
    family, _, rest = match[2].partition("/")
    *before, last = rest.split("/")
    rest = "/".join((*before, _RENAMED.get(last, last)))
    return f"{match[1]}http://schemas.openxmlformats.org/{family}/2006/{rest}"
