"""Checks whether a text that is to be published without a name identifies the witness.

Runs when a submission is prepared, and again whenever its pages are made anew: after a decision on
how it may be known, after a correction. What is found holds the submission until a clerk has
settled each finding with a reason; nothing is published while one is open or the check is older
than what would be published. Redaction comes later: until then a clerk asks the witness for a
changed copy, keeps it confidential, or says why it may stand.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
from evidence.errors import NotReadyError
from evidence.files.storage import archive
from evidence.intake.models import Finding
from evidence.lifecycle import Disclosure, Status
from evidence.sandbox.child import ChildFailedError
from evidence.submissions.models import NAME_WITHHELD, Attachment, Submission
from evidence.witnesses.models import Contact, Statement

CODES = {
    Kind.NAME: "names-witness",
    Kind.OWN_CONTACT: "names-own-contact",
    Kind.CONTACT: "names-contact",
    Kind.SIGNATURE: "names-signature",
}
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
    findings: Sequence[Finding]


def look(submission: Submission, words: Sequence[Words]) -> Result:
    """Searches what would be published of this submission. Slow; writes nothing.

    Nothing is looked for where the name is published, and where nothing is published.
    """
    digest = digest_of(submission, words)
    if submission.disclosure != Disclosure.NAME_WITHHELD:
        return Result(digest, ())
    names, contact = _names(submission), _contact(submission)
    findings = list(_in_fields(submission, names))
    for text in words:
        findings += _in_file(submission, text, names, contact)
    return Result(digest, findings)


def write(submission: Submission, result: Result) -> None:
    """Saves the findings in the caller's transaction.

    A finding that a clerk has settled stays settled for as long as the same words stand in the
    same place; one that is found no more is taken away.
    """
    known = {
        _sign(finding): finding for finding in submission.findings.filter(stage=Finding.Stage.NAMES)
    }
    now = {_sign(finding): finding for finding in result.findings}
    gone = [
        finding.pk
        for sign, finding in known.items()
        if sign not in now and finding.settled_at is None
    ]
    Finding.objects.filter(pk__in=gone).delete()
    Finding.objects.bulk_create([finding for sign, finding in now.items() if sign not in known])
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
    return submission.findings.filter(stage=Finding.Stage.NAMES).holding().count()


def holds(submission: Submission) -> bool:
    """Whether the submission is to be held: there is a finding no clerk has cleared."""
    findings = submission.findings.filter(stage=Finding.Stage.NAMES).holding()
    last = submission.moves.last()
    if last is not None and (last.before, last.after) == (Status.HELD, Status.CHECKED):
        findings = findings.filter(found_at__gt=last.made_at)
    return findings.exists()


def digest_of(submission: Submission, words: Sequence[Words]) -> str:
    """A digest that is the same while the check would read the same words."""
    looked_at = [
        str(submission.disclosure),
        submission.title,
        submission.display_name,
        _names(submission),
        [[str(text.attachment.pk), text.sha256] for text in words],
    ]
    return hashlib.sha256(json.dumps(looked_at).encode()).hexdigest()


def _names(submission: Submission) -> list[str]:
    """The names of all who sent it, and of the person it was written for."""
    links = submission.witness_links.select_related("witness").order_by("position")
    names = [link.witness.name for link in links]
    behalf = Statement.objects.filter(submission=submission).first()
    return [name for name in (*names, behalf.on_behalf_of if behalf else "") if name]


def _contact(submission: Submission) -> list[str]:
    contacts = Contact.objects.filter(witness__submission_links__submission=submission)
    return [entry for contact in contacts for entry in (contact.email, contact.phone) if entry]


def _in_fields(submission: Submission, names: Sequence[str]) -> Iterator[Finding]:
    for code, words in ((TITLE, submission.title), (DISPLAY_NAME, submission.display_name)):
        # “Name withheld” identifies nobody, even if its words are also in a witness's name.
        if words != NAME_WITHHELD and identifying_matches([("", words)], names=names, contact=()):
            yield _finding(submission, None, code, words)


def _in_file(
    submission: Submission, words: Words, names: Sequence[str], contact: Sequence[str]
) -> Iterator[Finding]:
    """One finding for each kind of match in one file, with the places."""
    try:
        matches = _matches(words, names, contact)
    except ChildFailedError:
        yield _finding(submission, words.attachment, UNCHECKED, "")
        return
    for kind, code in CODES.items():
        these = [match for match in matches if match.kind == kind]
        if these:
            text = BETWEEN.join(dict.fromkeys(match.words for match in these))
            places = "; ".join(dict.fromkeys(match.where for match in these))
            yield _finding(submission, words.attachment, code, text, where=places)


def _matches(words: Words, names: Sequence[str], contact: Sequence[str]) -> list[IdentifyingMatch]:
    with archive().local(words.sha256) as path:
        if path.stat().st_size > SHORT:
            return matches_in_file(
                path, pages=not words.is_document, names=names, contact=contact, seconds=SECONDS
            )
        content = path.read_bytes()
    if words.is_document:
        passages = passages_in(Document.from_json(content))
    else:
        passages = passages_of_pages(content.decode())
    return identifying_matches(passages, names=names, contact=contact)


def _finding(
    submission: Submission,
    attachment: Attachment | None,
    code: str,
    words: str,
    *,
    where: str = "",
) -> Finding:
    return Finding(
        submission=submission,
        attachment=attachment,
        stage=Finding.Stage.NAMES,
        code=code,
        severity=Finding.Severity.HOLD,
        words=words,
        where=where[:300],
    )


def _sign(finding: Finding) -> tuple[object, ...]:
    return finding.attachment_id, finding.code, finding.words, finding.where
