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
    JPEG = "jpeg"
    PNG = "png"
