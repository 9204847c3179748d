"""Quotes tagged passages of a bundle's submissions, by theme or institution."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from evidence.bundles.spec.planned_items import PlannedSubmission, SubmissionItem
from evidence.bundles.spec.selection import Plan
from evidence.bundles.specification import Passages, Specification
from evidence.documents.document import Document, Paragraph, anchor, plain
from evidence.documents.models import Rendition
from evidence.errors import NotReadyError
from evidence.files.storage import archive
from evidence.lifecycle import Disclosure, Status
from evidence.permissions import Person
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag

MOST = 500
LONGEST = 600


@dataclass(frozen=True)
class Passage:
    """A tagged sentence of a submission, its theme or institution, and the number of its paragraph,
    or 0."""

    about: str
    row: SubmissionItem
    words: str
    paragraph: int = 0

    @property
    def citation(self) -> str:
        place = f", para {self.paragraph}" if self.paragraph else ""
        secret = self.row.entry.submission.disclosure == Disclosure.CONFIDENTIAL
        return f"{self.row.reference}{place}{' CONFIDENTIAL' if secret else ''}"

    @property
    def spot(self) -> str:
        return anchor(self.paragraph) if self.paragraph else ""


@dataclass(frozen=True)
class Quotes:
    """The tables of passages for the snapshot, the lines about them on the cover, and the
    submissions quoted."""

    tables: list[dict[str, Any]]
    lines: list[str]
    entries: list[PlannedSubmission]


def quotes(specification: Specification, planned: Plan, *, by: Person) -> Quotes:
    """The tagged passages of a bundle's submissions. Passages without submissions link to the
    submissions on the site, which are listed. Raises `NotReadyError` if there are none then.
    """
    if specification.passages == Passages.NONE:
        return Quotes([], [], [])
    places: dict[str, int] = {}
    for place, row in enumerate(planned.rows, start=len(planned.front)):
        places.setdefault(row.file, place)
    matches = sorted(
        _passages(specification, planned, by=by), key=lambda p: (p.about, places[p.row.file])
    )
    matches = matches[:MOST]
    if not specification.quotes_alone:
        rows = [
            _quoted(match) | {"place": places[match.row.file], "spot": match.spot}
            for match in matches
        ]
        return Quotes([_table(rows)], [], [])
    if not matches:
        raise NotReadyError(
            "No sentence of these submissions was tagged. Tag some where the submission is, or "
            "take the whole submissions."
        )
    rows = [
        _quoted(match) | {"address": _address(match.row.entry, specification, match.spot)}
        for match in matches
    ]
    keys = {match.row.entry.key for match in matches}
    entries = [entry for entry in planned.entries() if entry.key in keys]
    passages = _counted(len(matches), "passage")
    line = f"{passages} from {_counted(len(entries), 'submission')} of evidence"
    return Quotes([_table(rows), _sources(entries, specification)], [line], entries)


def _table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": "Passages",
        "description": "Sentences of the evidence by what they bear on, as they were tagged.",
        "columns": [["Evidence", 0.24], ["Passage", 0.76]],
        "rows": rows,
    }


def _quoted(passage: Passage) -> dict[str, Any]:
    return {"section": passage.about, "cells": [passage.citation, passage.words]}


def _sources(entries: list[PlannedSubmission], specification: Specification) -> dict[str, Any]:
    there = all(_address(entry, specification) for entry in entries)
    return {
        "title": "The evidence quoted",
        "description": f"The whole submissions are on {settings.SITE_URL}." if there else "",
        "columns": [["Reference", 0.24], ["Name", 0.56], ["Received", 0.2]],
        "rows": [
            {
                "cells": [
                    entry.submission.label,
                    entry.label,
                    f"{entry.submission.received_at:%B %Y}",
                ],
                "address": _address(entry, specification),
            }
            for entry in entries
        ],
    }


def _address(entry: PlannedSubmission, specification: Specification, spot: str = "") -> str:
    """The address at which a reader of this bundle finds the whole submission, or ""."""
    submission = entry.submission
    if not specification.rule.public:
        path = reverse("submission", args=[submission.pk])
    elif submission.status == Status.PUBLISHED and submission.reference:
        path = reverse("published-submission", args=[submission.reference])
    else:
        return ""
    return f"{settings.SITE_URL}{path}{f'#{spot}' if spot else ''}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _passages(specification: Specification, planned: Plan, *, by: Person) -> Iterator[Passage]:
    query = QueryDict(specification.filters)
    mains = {row.entry.key: row for row in planned.rows if not row.attachment.position}
    tags = _tags(list(mains), query, by=by)
    documents: dict[str, Document | None] = {}
    for key, about, sentence in tags:
        row = mains[key]
        if key not in documents:
            documents[key] = _document(row)
        words = " ".join(sentence.split())[:LONGEST]
        yield Passage(about, row, words, _paragraph_of(documents[key], words))


def _tags(keys: list[str], query: QueryDict, *, by: Person) -> Iterator[tuple[str, str, str]]:
    """Accepted tags with a sentence: of the filtered themes and institutions, or of all themes."""
    themes = [int(key) for key in query.getlist("theme")]
    institutions = [int(key) for key in query.getlist("institution")]
    conditions = {"submission__in": keys, "standing": Standing.ACCEPTED}
    themed = ThemeTag.objects.filter(**conditions).exclude(sentence="")
    if themes:
        themed = themed.filter(theme__in=themes)
    if themes or not institutions:
        for key, name, sentence in themed.values_list("submission", "theme__name", "sentence"):
            yield str(key), name, sentence
    if institutions:
        # A tag of the submitter's own institution is not a passage about it.
        named = (
            InstitutionTag.objects.filter(**conditions, institution__in=institutions)
            .known_to(by)
            .exclude(sentence="")
            .exclude(part=InstitutionTag.Part.SUBMITTER)
        )
        rows = named.values_list("submission", "institution__name", "sentence")
        for key, name, sentence in rows:
            yield str(key), name, sentence


def _document(row: SubmissionItem) -> Document | None:
    kept = row.rendition(Rendition.Form.DOCUMENT)
    if kept is None:
        return None
    with archive().read(kept.sha256) as stream:
        return Document.from_json(stream.read())


def _paragraph_of(document: Document | None, words: str) -> int:
    if document is None:
        return 0
    for block in document.blocks:
        if isinstance(block, Paragraph) and words in " ".join(plain(block.runs).split()):
            return block.number
    return 0
