"""Makes an inquiry with evidence of each kind, and reads the contents of its bag."""

import csv
import io
import json
from datetime import date
from pathlib import Path

from evidence.bundles.archive_transfer.transfer import Transfer, submissions_for, write
from evidence.decisions.models import Act
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from inquiry.people.models import User
from tests.end_to_end.disclosure_reading import words_in
from tests.factories import (
    CallFactory,
    a_member,
    a_submission,
    decide,
    docx,
)
from tests.shared_data import Parts, do_all

TODAY = date(2026, 3, 17)


def make() -> Parts:
    """One open submission, one with the name withheld, one confidential, one nobody has decided
    on."""
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    contact = {"email": "qzemail@example.org", "phone": "qzphone"}
    submissions = {
        "open": a_submission(
            call, text="One.", name="Ann Open", title="=1+1\r\n../../etc", **contact
        ),
        "withheld": a_submission(
            call,
            content=docx("Two."),
            file_name="ben-hidden.docx",
            name="Ben Hidden",
            disclosure=Disclosure.NAME_WITHHELD,
        ),
        "secret": a_submission(
            call, text="qzbody", name="Cay qzname", title="qztitle", disclosure="confidential"
        ),
        "waiting": a_submission(call, text="Qzwaiting.", name="Di Qzwaiting"),
    }
    do_all()
    decide(submissions["open"], Act.ACCEPT, by=clerk)
    decide(submissions["withheld"], Act.ACCEPT, by=clerk)
    decide(submissions["secret"], Act.ACCEPT, by=clerk)
    do_all()
    for submission in submissions.values():
        submission.refresh_from_db()
    return {"call": call, "clerk": clerk, "evidence": submissions}


def bagged(call, folder: Path, *, by: User, **how) -> Transfer:
    confidential = how.get("with_confidential", False)
    submissions = submissions_for(call.inquiry, by=by, with_confidential=confidential)
    return write(submissions, folder, inquiry=call.inquiry, by=by, on=TODAY, **how)


def files_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / f"data/metadata/{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def submission_in(folder: Path, submission: Submission) -> dict:
    return json.loads((folder / f"data/submissions/{submission.label}/submission.json").read_text())


def all_words_in(folder: Path) -> str:
    """All names and words of a bag, those inside its documents too."""
    files = files_in(folder)
    return "\n".join([*files, *map(words_in, files.values())])
