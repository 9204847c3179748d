"""What can go wrong with a PDF, in words for a clerk."""

from evidence.errors import EvidenceError


class PdfProblem(EvidenceError):
    """Something about a PDF that a person can act on."""


class CannotClean(PdfProblem):
    """No safe copy of this PDF can be made."""


class CannotReadText(PdfProblem):
    """The words of this PDF cannot be read."""


class PieceUnusable(PdfProblem):
    """One piece cannot go into the bundle. The others still can."""


class BundleWrong(PdfProblem):
    """The finished bundle is not what it should be and must not be handed out."""


class CannotShow(PdfProblem):
    """A page cannot be drawn."""
