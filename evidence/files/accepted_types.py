"""The kinds of file that are accepted."""

from enum import StrEnum


class Kind(StrEnum):
    """An accepted kind. Everything else is refused."""

    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    HTML = "html"
    TXT = "txt"
    EML = "eml"
    MSG = "msg"
    XLSX = "xlsx"
    PPTX = "pptx"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"


EMAILS = frozenset({Kind.EML, Kind.MSG})
PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIC})
ACCEPT = (
    ".docx,.doc,.odt,.rtf,.pdf,.html,.htm,.txt,.eml,.msg,.xlsx,.pptx,"
    "image/jpeg,image/png,image/webp"
)
"""What a browser offers to choose. A phone makes a JPEG of an HEIC photo if HEIC is not named."""
