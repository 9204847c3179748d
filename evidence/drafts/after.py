"""What a witness may know and have of a piece they sent: its state in words, a copy of all."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.custody.record import record
from evidence.files.shelves import quarantine
from evidence.letters.models import Letter
from evidence.lifecycle import Disclosure, Status
from evidence.queries.models import Query
from evidence.submissions.models import Attachment, Submission
from evidence.witnesses.models import Statement

Words = str | Promise
BEING_CHECKED = gettext_lazy("We have it. The committee's staff are checking it.")
PUT = gettext_lazy("The committee's staff have checked it and will put it to the committee.")
STATES: dict[str, Words] = {
    # A clerk's closer look is not the witness's worry: it reads as every other check.
    Status.RECEIVED: BEING_CHECKED,
    Status.HELD: BEING_CHECKED,
    Status.CHECKED: BEING_CHECKED,
    Status.PREPARED: PUT,
    Status.ACCEPTED: gettext_lazy("The committee has accepted it as evidence."),
    Status.REPORTED: gettext_lazy("The committee has accepted it as evidence."),
    Status.CORRESPONDENCE: gettext_lazy("The committee treats it as correspondence."),
    Status.PUBLISHED: gettext_lazy("It is published."),
    Status.DECLINED: gettext_lazy("The committee has decided not to accept it as evidence."),
    Status.WITHDRAWN: gettext_lazy("It was withdrawn. Nothing more is done with it."),
}
WISHED: dict[str, Words] = {
    Disclosure.OPEN: gettext_lazy("Published with the name"),
    Disclosure.NAME_WITHHELD: gettext_lazy("Published with the name withheld"),
    Disclosure.CONFIDENTIAL: gettext_lazy("Confidential: not published"),
}
SPEAKS: dict[str, Words] = {
    Statement.Oral.YES: gettext_lazy("Willing to give oral evidence"),
    Statement.Oral.PRIVATE: gettext_lazy("Only in private"),
    Statement.Oral.NO: gettext_lazy("Not willing to give oral evidence"),
}
DECIDED: dict[str, Words] = {
    Disclosure.OPEN: gettext_lazy("It may be published with the name."),
    Disclosure.NAME_WITHHELD: gettext_lazy("It may be published without the name."),
    Disclosure.CONFIDENTIAL: gettext_lazy("It is confidential and is not published."),
}


def state_of(piece: Submission) -> Words:
    """Where it is, for its witness. A refusal is told by letter first, and here after that."""
    if piece.status == Status.DECLINED and not _told(piece):
        return PUT
    return STATES[piece.status]


def disclosure_of(piece: Submission) -> Words:
    """How it may be known, once the committee has decided and accepted it."""
    if piece.disclosure_decided is None or not piece.reference:
        return _("The committee has not decided yet. Until then your wish holds.")
    return DECIDED[piece.disclosure_decided]


def _told(piece: Submission) -> bool:
    letters = Letter.objects.filter(submission=piece, sort=Letter.Sort.DECLINED)
    return letters.filter(state=Letter.State.SENT).exists()


def answers_of(piece: Submission) -> str:
    """All answers of a piece as plain text."""
    return "".join(f"{label}\n{words}\n\n" for label, words in _answers(piece) if words)


def everything(piece: Submission) -> bytes:
    """A ZIP of all that is held about the witnesses of a piece: answers, files, letters, questions.

    The copy is recorded in custody. Files bear the names they were sent under.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("answers.txt", answers_of(piece))
        pack.writestr("data.json", json.dumps(_data(piece), indent=1, ensure_ascii=False))
        pack.writestr("questions.txt", _questions(piece))
        pack.writestr("letters.txt", _letters(piece))
        for file in piece.attachments.order_by("position"):
            pack.writestr(f"files/{file.position + 1} {_plain(file.name)}", _bytes(file))
    with transaction.atomic():
        record("copy given", piece, by=None, inquiry=piece.inquiry_id, who="the witness")
    return out.getvalue()


def _answers(piece: Submission) -> Iterator[tuple[str, str]]:
    yield _("Receipt number"), piece.receipt
    yield _("Received"), f"{timezone.localtime(piece.received_at):%Y-%m-%d %H:%M}"
    for link in piece.witness_links.select_related("witness__contact").order_by("position"):
        witness, contact = link.witness, link.witness.contact
        yield _("Sent by"), witness.heading()
        yield _("Wishes"), str(WISHED[link.disclosure_requested])
        yield _("E-mail address"), contact.email
        yield _("Telephone number"), contact.phone
        yield _("When it is safe to reach you"), contact.hours
        yield _("Words to avoid"), contact.avoid
        yield _("Other safe ways to reach you"), contact.safe_ways
    yield _("Title"), piece.title
    yield _("Reasons"), piece.request.reasons
    yield _("Questions"), "\n".join(str(question) for question in piece.questions.all())
    yield from _statement(piece)
    yield _("Files"), "\n".join(file.name for file in piece.attachments.order_by("position"))


def _statement(piece: Submission) -> Iterator[tuple[str, str]]:
    said = getattr(piece, "statement", None)
    if said is None:
        return
    yield _("On behalf of"), said.on_behalf_of
    yield _("Already published"), said.published_where
    yield _("Before a court"), said.in_court
    yield _("Under 18"), _("Yes") if said.under_18 else ""
    yield _("Support"), said.support
    yield _("Speaking to the committee"), str(SPEAKS.get(said.oral, ""))
    yield _("Other institutions"), said.institutions


def _data(piece: Submission) -> dict[str, Any]:
    return {
        "receipt": piece.receipt,
        "reference": piece.reference if piece.status != Status.WITHDRAWN else None,
        "received_at": piece.received_at.isoformat(),
        "late": piece.late,
        "state": str(state_of(piece)),
        "title": piece.title,
        "witnesses": [
            {
                "name": link.witness.name,
                "role": link.witness.role,
                "organisation": link.witness.organisation,
                "wish": link.disclosure_requested,
                "email": link.witness.contact.email,
                "phone": link.witness.contact.phone,
            }
            for link in piece.witness_links.select_related("witness__contact")
        ],
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.size}
            for file in piece.attachments.order_by("position")
        ],
    }


def _questions(piece: Submission) -> str:
    queries = Query.objects.filter(submission=piece)
    return "\n\n".join(f"{query.question}\n> {query.answer or '…'}" for query in queries)


def _letters(piece: Submission) -> str:
    letters = Letter.objects.filter(submission=piece, state=Letter.State.SENT)
    return "\n\n---\n\n".join(f"{letter.subject}\n\n{letter.body}" for letter in letters)


def _bytes(file: Attachment) -> bytes:
    with quarantine().read(file.sha256) as stream:
        return stream.read()


def _plain(name: str) -> str:
    """A file name without what could lead out of the folder it is unpacked into."""
    return name.replace("/", "-").replace("\\", "-").strip(". ") or "file"
