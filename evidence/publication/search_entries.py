"""The job that indexes a submission for search: for people on the inquiry, and as published."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from evidence.documents.document import Document
from evidence.documents.models import Rendition
from evidence.files.storage import archive
from evidence.jobs.queue import IDLE, Settle, ask
from evidence.lifecycle import Disclosure, Status
from evidence.publication.models import Publication
from evidence.search.entries import (
    JOB,
    Entry,
    Prepared,
    note_tagged,
    prepare_entry,
    remove,
    write,
)
from evidence.search.entry_words import Contents
from evidence.search.models import VERSION, SearchEntry, TaggedValue
from evidence.search.partitions import PUBLIC, partition_of
from evidence.search.passages import Passage, passages_of_document, passages_of_pages
from evidence.submissions.models import NAME_WITHHELD, Submission
from evidence.tagging.models import InstitutionTag, Standing

Edition, Kind = SearchEntry.Edition, TaggedValue.Kind
JOB_FOR_MISSING: Final = "index_missing"
EVERYTHING: Final = UUID(int=0)
"""Has the place of a subject in a job that is about all submissions."""
AT_ONCE, PAUSE = 500, timedelta(seconds=10)


def index(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Write what the submission is found by now. Twice is the same as once."""
    staff = prepare_entry(_for_staff(submission))
    publication = _current(submission)
    public = prepare_entry(_as_published(submission, publication)) if publication else None
    tags = _tagged(submission)
    with within():
        _write(submission.pk, staff, public)
        for prepared in filter(None, (staff, public)):
            note_tagged(prepared.entry.partition, tags)


def _write(submission: UUID, staff: Prepared, public: Prepared | None) -> None:
    write(staff)
    if public is None:
        remove(submission, Edition.PUBLIC)
    else:
        write(public)


def _current(submission: Submission) -> Publication | None:
    shown = (submission.status, submission.disclosure != Disclosure.CONFIDENTIAL)
    if shown != (Status.PUBLISHED, True):
        return None
    return submission.publications.current().prefetch_related("files").first()


def _for_staff(submission: Submission) -> Entry:
    links = submission.witness_links.select_related("witness").order_by("position")
    names = [link.witness.heading() for link in links]
    is_open = not submission.protected
    shown = [] if submission.display_name == NAME_WITHHELD else [submission.display_name]
    contents = Contents(
        list(_passages(submission)),
        title=submission.title,
        references=[submission.receipt, *filter(None, [submission.reference])],
        names=names if is_open else shown,
        protected_names=[] if is_open else names,
    )
    partition = partition_of(submission)
    return Entry(submission, Edition.STAFF, partition, submission.received_at, contents)


def _as_published(submission: Submission, publication: Publication) -> Entry:
    contents = Contents(
        list(_published_passages(publication)),
        title=publication.title,
        references=[submission.reference or submission.receipt],
        names=[publication.names],
    )
    moment = publication.published_at
    return Entry(submission, Edition.PUBLIC, PUBLIC, moment, contents, publication.pk)


def _passages(submission: Submission) -> Iterator[Passage]:
    for attachment in submission.attachments.prefetch_related("renditions"):
        made = {rendition.form: rendition.sha256 for rendition in attachment.renditions.all()}
        document, text = made.get(Rendition.Form.DOCUMENT), made.get(Rendition.Form.TEXT)
        yield from _of_file(attachment.position, document or "", text or "")


def _published_passages(publication: Publication) -> Iterator[Passage]:
    files = sorted(publication.files.all(), key=lambda file: file.position)
    return chain.from_iterable(
        _of_file(file.position, file.document_sha256, file.text_sha256) for file in files
    )


def _of_file(position: int, document: str, text: str) -> Iterator[Passage]:
    """By the digests of the document and of the text; either may be empty."""
    if document:
        return passages_of_document(position, Document.from_json(_bytes(document)))
    return passages_of_pages(position, _bytes(text).decode() if text else "")


def _bytes(sha256: str) -> bytes:
    with archive().read(sha256) as stream:
        return stream.read()


def _tagged(submission: Submission) -> set[tuple[str, int]]:
    """The tags by which a list may be filtered."""
    accepted = {"standing": Standing.ACCEPTED}
    own = InstitutionTag.Part.SUBMITTER
    values: set[tuple[str, int]] = set()
    institutions = submission.institution_tags.filter(**accepted).order_by()
    for part, value in institutions.values_list("part", "institution_id"):
        is_hidden = part == own and submission.protected
        values.add((Kind.OWN_INSTITUTION if is_hidden else Kind.INSTITUTION, value))
    for kind, tags, column in (
        (Kind.THEME, submission.theme_tags, "theme_id"),
        (Kind.STATE, submission.state_tags, "state_id"),
    ):
        rows = tags.filter(**accepted).order_by().values_list(column, flat=True)
        values |= {(kind, value) for value in rows}
    return values


def missing() -> QuerySet[Submission, UUID]:
    """The keys of submissions that are not in the index, or as an earlier version wrote them."""
    current = SearchEntry.objects.filter(
        submission=OuterRef("pk"), edition=Edition.STAFF, version=VERSION
    )
    return Submission.objects.exclude(Exists(current)).order_by("pk").values_list("pk", flat=True)


def index_missing(_key: UUID, *, within: Settle) -> None:
    """Ask for what is missing, some at a time and behind all other jobs; then for the rest."""
    keys = list(missing()[: AT_ONCE + 1])
    with within():
        for key in keys[:AT_ONCE]:
            ask(JOB, key, long=IDLE)
        if len(keys) > AT_ONCE:
            ask(JOB_FOR_MISSING, EVERYTHING, at=timezone.now() + PAUSE)


def ask_for_missing() -> None:
    if missing().exists():
        ask(JOB_FOR_MISSING, EVERYTHING)
