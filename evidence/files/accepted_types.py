"""The kinds of file that are taken."""

from enum import StrEnum


class Kind(StrEnum):
    """What is taken. Everything else is refused."""

    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    HTML = "html"
    TXT = "txt"
    JPEG = "jpeg"
    PNG = "png"
