"""Errors of PDFs, with messages for a clerk."""

from evidence.errors import EvidenceError


class PdfError(EvidenceError):
    """An error of a PDF that a person can act on."""


class SanitizeError(PdfError):
    """No safe copy of this PDF can be made."""


class TextExtractionError(PdfError):
    """The words of this PDF cannot be read."""


class UnusableItemError(PdfError):
    """One item cannot go into the bundle. The others still can."""


class InvalidBundleError(PdfError):
    """The finished bundle is wrong and must not be given out."""


class PageImageError(PdfError):
    """A page cannot be drawn."""
