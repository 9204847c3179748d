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
from evidence.management.demo.types import DemoSubmission

__all__ = ["DEMO_SUBMISSIONS", "DemoSubmission", "write_files"]

DEMO_SUBMISSIONS: tuple[DemoSubmission, ...] = (
    *texts_china.DEMO_SUBMISSIONS,
    *texts_scholars.DEMO_SUBMISSIONS,
    *texts_report.DEMO_SUBMISSIONS,
    *texts_survey.DEMO_SUBMISSIONS,
    *texts_students.DEMO_SUBMISSIONS,
    *texts_universities.DEMO_SUBMISSIONS,
    *texts_bodies.DEMO_SUBMISSIONS,
    *texts_protected.DEMO_SUBMISSIONS,
    *texts_letters.DEMO_SUBMISSIONS,
)


def write_files(folder: Path) -> dict[str, Path]:
    """Every file that is sent, made in `folder`; paths by file name."""
    return write_documents(DEMO_SUBMISSIONS, texts_survey.ANNEXES, folder)
