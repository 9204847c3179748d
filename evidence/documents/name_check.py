"""Checks whether a text that is to be published without a name identifies the witness.

Runs when a submission is prepared, and whenever its pages are made again, for example after a
decision on disclosure or a correction. A finding holds the submission until a clerk has cleared it
with a reason. Nothing is published while a finding is open, or if the pages are newer than the
check. The program cannot redact. The clerk asks the witness for a changed copy, proposes to keep
the submission confidential, or says why the words can be published.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evidence.documents.document import Document
from evidence.documents.identifying_words import (
    IdentifyingMatch,
    Kind,
    identifying_matches,
    matches_in_file,
    passages_in,
    passages_of_pages,
)
from evidence.documents.models import Rendition, SubmissionText
from evidence.documents.scans import UNREAD
from evidence.errors import NotReadyError
from evidence.files.storage import archive
from evidence.findings import Finding, Location
from evidence.intake.models import SubmissionFinding
from evidence.lifecycle import Disclosure, Status
from evidence.name_search.identity import Identity
from evidence.sandbox.child import ChildFailedError
from evidence.submissions.models import NAME_WITHHELD, Attachment, Submission
from evidence.witnesses.models import Contact, Statement

CODES = {
    Kind.NAME: "names-witness",
    Kind.ORGANISATION: "names-organisation",
    Kind.ROLE: "names-role",
    Kind.OWN_CONTACT: "names-own-contact",
    Kind.CONTACT: "names-contact",
    Kind.SIGNATURE: "names-signature",
}
TOGETHER = frozenset({"names-organisation", "names-role"})
TITLE, DISPLAY_NAME, UNCHECKED = "names-title", "names-display-name", "names-unchecked"
# Longer texts are searched in the sandbox, for at most this many seconds.
SHORT, SECONDS = 64 * 1024, 30.0
BETWEEN = " · "


@dataclass(frozen=True)
class Words:
    """The words of one file as they would be published: a document, or the text of a PDF."""

    attachment: Attachment
    sha256: str
    is_document: bool


@dataclass(frozen=True)
class Result:
    """The findings of the check, and the digest of what was checked."""

    digest: str
    findings: Sequence[SubmissionFinding]


def look(submission: Submission, words: Sequence[Words]) -> Result:
    """Searches what would be published of this submission.

    Slow; writes nothing. Searches for nothing if the name will be published, or if nothing will be.
    """
    digest = digest_of(submission, words)
    if submission.disclosure != Disclosure.NAME_WITHHELD:
        return Result(digest, ())
    identity = identity_of(submission)
    findings = list(_in_fields(submission, identity))
    for text in words:
        findings += _in_file(submission, text, identity)
    findings += _on_unread_pages(submission)
    _weigh(findings)
    return Result(digest, findings)


def _weigh(findings: Sequence[SubmissionFinding]) -> None:
    """An organisation or a role alone fits many people, so it is a warning.

    Both together hold the submission.
    """
    codes = {finding.code for finding in findings}
    if not codes.issuperset(TOGETHER):
        for finding in findings:
            if finding.code in TOGETHER:
                finding.severity = SubmissionFinding.Severity.WARN


def write(submission: Submission, result: Result) -> None:
    """Saves the findings in the caller's transaction.

    A cleared finding stays cleared while the same words are in the same place. A finding that no
    longer applies is deleted.
    """
    earlier = submission.findings.filter(stage=SubmissionFinding.Stage.NAMES)
    known = {_sign(row): row for row in earlier}
    now = {_sign(row): row for row in result.findings}
    gone = [row.pk for sign, row in known.items() if sign not in now and row.settled_at is None]
    SubmissionFinding.objects.filter(pk__in=gone).delete()
    SubmissionFinding.save_all(row for sign, row in now.items() if sign not in known)
    SubmissionText.objects.filter(submission=submission).update(names_checked=result.digest)


def words_of(submission: Submission) -> list[Words]:
    """The words of each file of a prepared submission."""
    texts = []
    for attachment in submission.attachments.prefetch_related("renditions"):
        forms = {rendition.form: rendition for rendition in attachment.renditions.all()}
        document, text = forms.get(Rendition.Form.DOCUMENT), forms.get(Rendition.Form.TEXT)
        if shown := document or text:
            texts.append(Words(attachment, shown.sha256, is_document=document is not None))
    return texts


def require_clear(submission: Submission) -> None:
    """Raises `NotReadyError` while a finding of this check is open."""
    if submission.disclosure != Disclosure.NAME_WITHHELD:
        return
    checked = SubmissionText.objects.filter(submission=submission).values_list("names_checked")
    if list(checked) != [(digest_of(submission, words_of(submission)),)]:
        raise NotReadyError(
            f"{submission.label}: its text is still being searched for the name of the witness. "
            "Try again shortly."
        )
    if count := open_findings(submission):
        things = "one thing" if count == 1 else f"{count} things"
        raise NotReadyError(
            f"{submission.label}: the name is withheld, and {things} may say who the witness is. "
            "Settle each under “What the checks found” first."
        )


def open_findings(submission: Submission) -> int:
    """The number of findings of this check that wait for a clerk."""
    return submission.findings.filter(stage=SubmissionFinding.Stage.NAMES).holding().count()


def holds(submission: Submission) -> bool:
    """Whether to hold the submission, because a clerk has not cleared a finding."""
    findings = submission.findings.filter(stage=SubmissionFinding.Stage.NAMES).holding()
    last = submission.moves.last()
    if last is not None and (last.before, last.after) == (Status.HELD, Status.CHECKED):
        findings = findings.filter(found_at__gt=last.made_at)
    return findings.exists()


def digest_of(submission: Submission, words: Sequence[Words]) -> str:
    """A digest that is the same while the check would read the same words."""
    identity = identity_of(submission)
    looked_at = [
        str(submission.disclosure),
        submission.title,
        submission.display_name,
        [identity.names, identity.organisations, identity.roles],
        [[str(text.attachment.pk), text.sha256] for text in words],
    ]
    return hashlib.sha256(json.dumps(looked_at).encode()).hexdigest()


def identity_of(submission: Submission) -> Identity:
    """What identifies the senders, and the person it was written for."""
    links = submission.witness_links.select_related("witness").order_by("position")
    witnesses = [link.witness for link in links]
    statement = Statement.objects.filter(submission=submission).first()
    contacts = Contact.objects.filter(witness__submission_links__submission=submission)
    return Identity(
        names=(
            *(witness.name for witness in witnesses),
            statement.on_behalf_of if statement else "",
        ),
        contact=tuple(entry for row in contacts for entry in (row.email, row.phone)),
        organisations=tuple(witness.organisation for witness in witnesses),
        roles=tuple(witness.role for witness in witnesses),
    )


def _in_fields(submission: Submission, identity: Identity) -> Iterator[SubmissionFinding]:
    for code, words in ((TITLE, submission.title), (DISPLAY_NAME, submission.display_name)):
        # “Name withheld” identifies nobody, even if its words are also in a witness's name.
        if words != NAME_WITHHELD and identifying_matches([(None, words)], identity):
            yield _finding(submission, None, code, words)


def _in_file(
    submission: Submission, words: Words, identity: Identity
) -> Iterator[SubmissionFinding]:
    """One finding for each kind of match in one file, with the places."""
    try:
        matches = _matches(words, identity)
    except ChildFailedError:
        yield _finding(submission, words.attachment, UNCHECKED, "")
        return
    for kind, code in CODES.items():
        these = [match for match in matches if match.kind == kind]
        if these:
            text = BETWEEN.join(dict.fromkeys(match.words for match in these))
            places = dict.fromkeys(match.location for match in these if match.location)
            yield _finding(submission, words.attachment, code, text, places=list(places))


def _on_unread_pages(submission: Submission) -> Iterator[SubmissionFinding]:
    """Pages that nobody could search, and that held nothing while the witness was to be named."""
    rows = submission.findings.filter(code=UNREAD, severity=SubmissionFinding.Severity.WARN)
    for row in rows.select_related("attachment"):
        places = [row.finding.location] if row.finding.location else []
        yield _finding(submission, row.attachment, UNCHECKED, "", places=places)


def _matches(words: Words, identity: Identity) -> list[IdentifyingMatch]:
    with archive().local(words.sha256) as path:
        if path.stat().st_size > SHORT:
            return matches_in_file(
                path, pages=not words.is_document, identity=identity, seconds=SECONDS
            )
        content = path.read_bytes()
    if words.is_document:
        passages = passages_in(Document.from_json(content))
    else:
        passages = passages_of_pages(content.decode())
    return identifying_matches(passages, identity)


def _finding(
    submission: Submission,
    attachment: Attachment | None,
    code: str,
    words: str,
    *,
    places: Sequence[Location] = (),
) -> SubmissionFinding:
    location = replace(places[0], others=tuple(places[1:])) if places else None
    return SubmissionFinding.of(
        Finding.quoting(code, "hold", words, location),
        submission=submission,
        attachment=attachment,
        stage=SubmissionFinding.Stage.NAMES,
    )


def _sign(row: SubmissionFinding) -> tuple[object, ...]:
    return row.attachment_id, row.finding.sign
