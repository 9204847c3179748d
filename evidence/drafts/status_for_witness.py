"""What witnesses can see and download of their submission: its progress and all data about them."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence.custody.record import record
from evidence.decisions.decide import reason_for_declining
from evidence.files.storage import quarantine
from evidence.letters.models import Letter
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Attachment, Submission
from evidence.witness_requests.models import WitnessQuestion
from evidence.witnesses.models import Statement

Words = str | Promise
BEING_CHECKED = gettext_lazy("We have your evidence. The committee's staff are checking it.")
PUT = gettext_lazy(
    "The committee's staff have checked your evidence. They will pass it to the committee."
)
STATES: dict[str, Words] = {
    # A witness does not see that a clerk has to decide: it reads like every other check.
    Status.RECEIVED: BEING_CHECKED,
    Status.HELD: BEING_CHECKED,
    Status.CHECKED: BEING_CHECKED,
    Status.PREPARED: PUT,
    Status.ACCEPTED: gettext_lazy("The committee has accepted your evidence."),
    Status.REPORTED: gettext_lazy("The committee has accepted your evidence."),
    Status.CORRESPONDENCE: gettext_lazy(
        "The committee is treating your evidence as correspondence."
    ),
    Status.PUBLISHED: gettext_lazy("Your evidence is published."),
    Status.DECLINED: gettext_lazy("The committee has decided not to accept your evidence."),
    Status.WITHDRAWN: gettext_lazy("Your evidence was withdrawn. We will do nothing more with it."),
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
    Disclosure.OPEN: gettext_lazy("Your evidence can be published with your name."),
    Disclosure.NAME_WITHHELD: gettext_lazy("Your evidence can be published without your name."),
    Disclosure.CONFIDENTIAL: gettext_lazy("Your evidence is confidential and is not published."),
}


def state_of(submission: Submission) -> Words:
    """The progress of a submission. A refusal shows only after the letter about it was sent."""
    if submission.status == Status.DECLINED and not _is_told(submission):
        return PUT
    return STATES[submission.status]


def disclosure_of(submission: Submission) -> Words:
    """How it can be published, once the committee has decided and accepted it."""
    if submission.disclosure_decided is None or not submission.reference:
        return _("The committee has not decided yet. Until then we follow your choice.")
    return DECIDED[submission.disclosure_decided]


def reason_of(submission: Submission) -> str:
    """Why it was not accepted, once its witness may know."""
    if submission.status != Status.DECLINED or not _is_told(submission):
        return ""
    return reason_for_declining(submission)


def _is_told(submission: Submission) -> bool:
    """Whether the letter was sent, or waits on the page of the witness."""
    letters = Letter.objects.filter(submission=submission, kind=Letter.Kind.DECLINED)
    on_page = Letter.objects.on_page_of(submission).values("pk")
    return letters.filter(Q(state=Letter.State.SENT) | Q(pk__in=on_page)).exists()


@dataclass(frozen=True)
class ReceivedFile:
    """A file as the receipt shows it. `name` is empty where it could say what the evidence is."""

    name: str
    kind: str
    size: int


def received_files(submission: Submission) -> list[ReceivedFile]:
    """The files as they arrived; without names if a witness asked for protection, because a name
    can hold that of the inquiry."""
    is_protected = submission.disclosure_requested != Disclosure.OPEN
    return [
        ReceivedFile("" if is_protected else file.name, file.kind, file.size)
        for file in submission.attachments.order_by("position")
    ]


def receipt_letters(submission: Submission) -> str:
    """Says whether we have emailed a receipt, and to how many addresses."""
    letters = Letter.objects.filter(submission=submission, kind=Letter.Kind.RECEIPT)
    count = letters.filter(state=Letter.State.SENT).count()
    if count:
        return ngettext(
            "We emailed a receipt to {n} address that you gave us, and to nobody else.",
            "We emailed a receipt to {n} addresses that you gave us, and to nobody else.",
            count,
        ).format(n=count)
    if letters.filter(state=Letter.State.RELEASED).exists():
        return _(
            "We are about to email a receipt to the address that you gave us, and to nobody else."
        )
    return _("We have not emailed a receipt, to you or to anybody else.")


def answers_of(submission: Submission) -> str:
    """All answers of a submission as plain text."""
    return "".join(f"{label}\n{words}\n\n" for label, words in _answers(submission) if words)


def everything(submission: Submission) -> bytes:
    """A ZIP of everything we hold about the witnesses of a submission: answers, files, letters,
    questions.

    The copy is recorded in custody. Files keep their original names.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("answers.txt", answers_of(submission))
        pack.writestr("data.json", json.dumps(_data(submission), indent=1, ensure_ascii=False))
        pack.writestr("questions.txt", _questions(submission))
        pack.writestr("letters.txt", _letters(submission))
        for file in submission.attachments.order_by("position"):
            pack.writestr(f"files/{file.position + 1} {_plain(file.name)}", _bytes(file))
    with transaction.atomic():
        record("copy given", submission, by=None, inquiry=submission.inquiry_id, who="the witness")
    return out.getvalue()


def _answers(submission: Submission) -> Iterator[tuple[str, str]]:
    yield _("Receipt number"), submission.receipt
    yield _("Received"), f"{timezone.localtime(submission.received_at):%Y-%m-%d %H:%M}"
    for link in submission.witness_links.select_related("witness__contact").order_by("position"):
        witness, contact = link.witness, link.witness.contact
        yield _("Sent by"), witness.heading()
        yield _("Publishing choices"), str(WISHED[link.disclosure_requested])
        yield _("Email address"), contact.email
        yield _("Phone number"), contact.phone
        yield _("When it is safe to contact you"), contact.hours
        yield _("Words to avoid"), contact.avoid
        yield _("Other safe ways to contact you"), contact.safe_ways
    yield _("Title"), submission.title
    yield _("Reasons"), submission.request.reasons
    yield _("Questions"), "\n".join(str(question) for question in submission.questions.all())
    yield from _statement(submission)
    yield _("Files"), "\n".join(file.name for file in submission.attachments.order_by("position"))


def _statement(submission: Submission) -> Iterator[tuple[str, str]]:
    statement = getattr(submission, "statement", None)
    if statement is None:
        return
    yield _("On behalf of"), statement.on_behalf_of
    yield _("Already published"), statement.published_where
    yield _("Before a court"), statement.in_court
    yield _("Under 18"), _("Yes") if statement.under_18 else ""
    yield _("Support needed"), statement.support
    yield _("Speaking to the committee"), str(SPEAKS.get(statement.oral, ""))
    yield _("Other institutions"), statement.institutions


def _data(submission: Submission) -> dict[str, Any]:
    return {
        "receipt": submission.receipt,
        "reference": submission.reference if submission.status != Status.WITHDRAWN else None,
        "received_at": submission.received_at.isoformat(),
        "late": submission.late,
        "state": str(state_of(submission)),
        "title": submission.title,
        "witnesses": [
            {
                "name": link.witness.name,
                "role": link.witness.role,
                "organisation": link.witness.organisation,
                "wish": link.disclosure_requested,
                "email": link.witness.contact.email,
                "phone": link.witness.contact.phone,
            }
            for link in submission.witness_links.select_related("witness__contact")
        ],
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.size}
            for file in submission.attachments.order_by("position")
        ],
    }


def _questions(submission: Submission) -> str:
    queries = WitnessQuestion.objects.filter(submission=submission)
    return "\n\n".join(f"{query.question}\n> {query.answer or '…'}" for query in queries)


def _letters(submission: Submission) -> str:
    """The letters to the sender. Those to other authors are theirs."""
    sender = submission.witness_links.filter(position=0).values("witness")
    sent = Letter.objects.filter(submission=submission, witness__in=sender)
    on_page = Letter.objects.on_page_of(submission).values("pk")
    letters = sent.filter(Q(state=Letter.State.SENT) | Q(pk__in=on_page))
    return "\n\n---\n\n".join(f"{letter.subject}\n\n{letter.body}" for letter in letters)


def _bytes(file: Attachment) -> bytes:
    with quarantine().read(file.sha256) as stream:
        return stream.read()


def _plain(name: str) -> str:
    """A file name that cannot leave the folder it is unpacked into."""
    return name.replace("/", "-").replace("\\", "-").strip(". ") or "file"
