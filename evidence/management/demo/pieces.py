"""The made-up evidence of the demo, in the order it is sent."""

from pathlib import Path

from evidence.management.demo import (
    texts_bodies,
    texts_china,
    texts_letters,
    texts_protected,
    texts_report,
    texts_scholars,
    texts_students,
    texts_survey,
    texts_universities,
)
from evidence.management.demo.documents import write_documents
from evidence.management.demo.shape import DemoPiece

__all__ = ["PIECES", "DemoPiece", "write_files"]

PIECES: tuple[DemoPiece, ...] = (
    *texts_china.PIECES,
    *texts_scholars.PIECES,
    *texts_report.PIECES,
    *texts_survey.PIECES,
    *texts_students.PIECES,
    *texts_universities.PIECES,
    *texts_bodies.PIECES,
    *texts_protected.PIECES,
    *texts_letters.PIECES,
)


def write_files(folder: Path) -> dict[str, Path]:
    """Every file that is sent, made in `folder`; paths by file name."""
    return write_documents(PIECES, texts_survey.ANNEXES, folder)
