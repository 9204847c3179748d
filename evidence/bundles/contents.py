"""Freezes what goes into a bundle at the moment it is asked for.

Only what the asker may see can get in. What is written down here is all the build reads, so
that the same contents give the same bytes, and nothing decided later changes a bundle.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import QueryDict

from evidence.bundles.models import Bundle, BundleItem
from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.house.face import face_of
from evidence.house.models import Rendition
from evidence.lifecycle import BEFORE_THE_COMMITTEE, Disclosure
from evidence.permissions import Action, require
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Attachment, Submission, SubmissionQuerySet
from evidence.tagging.models import InstitutionTag, Standing
from evidence.work.claim import ask
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

NO_GROUP = {
    Bundle.Grouping.INSTITUTION: "No institution",
    Bundle.Grouping.THEME: "No theme",
}
ONLY_WHAT_MAY_BE_SEEN = (
    "This bundle holds evidence that the person who asked for it was entitled to see at that "
    "time. It says nothing about whether there is other evidence."
)
WITHOUT_CONFIDENTIAL = "Confidential evidence, if there is any, is not included."
WITH_CONFIDENTIAL = (
    "Confidential evidence is included and marked on each of its pages. It must not be copied, "
    "passed on or quoted."
)
CONFIDENTIAL = "CONFIDENTIAL"


@dataclass(frozen=True)
class Recipe:
    """What staff ask for. `asked` is the register's query, as in its address. `prefix` stands
    before each page number; `of_pages` prints how many pages there are after it."""

    title: str
    marking: str = ""
    order: Bundle.Order = Bundle.Order.NUMBER
    grouping: Bundle.Grouping = Bundle.Grouping.NONE
    with_confidential: bool = False
    with_names: bool = False
    prefix: str = ""
    of_pages: bool = False
    asked: str = ""
    keys: Sequence[str] | None = None


@dataclass
class Entry:
    """One piece on its way into a bundle, with all that order, groups and indexes need."""

    submission: Submission
    label: str
    names_shown: bool
    institutions: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)


def chosen(inquiry: Inquiry, recipe: Recipe, *, by: User) -> SubmissionQuerySet:
    """The pieces a recipe selects, of those the asker may see.

    Where no status is asked for: what is before the committee or was accepted.
    """
    pieces = Submission.objects.visible_to(by).filter(inquiry=inquiry)
    if not recipe.with_confidential:
        pieces = pieces.exclude(disclosure=Disclosure.CONFIDENTIAL)
    if "status" not in QueryDict(recipe.asked):
        # What was declined, withdrawn or is not through the checks gets in only if asked for.
        pieces = pieces.filter(status__in=BEFORE_THE_COMMITTEE)
    if recipe.keys is not None:
        pieces = pieces.filter(pk__in=recipe.keys)
    narrowed = RegisterFilter(QueryDict(recipe.asked), queryset=pieces, reader=by)
    if not narrowed.is_valid():
        raise NotReady("The selection cannot be understood. Choose the filters again.")
    found: SubmissionQuerySet = narrowed.qs
    return found


@transaction.atomic
def freeze(inquiry: Inquiry, recipe: Recipe, *, by: User) -> Bundle:
    """Write down a bundle and ask for it to be built.

    Raises `NotPermitted` if the asker may not make bundles, or asks for confidential pieces or
    names without the clearance; `NotReady` if there is nothing to put in.
    """
    require(by, Action.BUNDLE, inquiry)
    if recipe.with_confidential:
        require(by, Action.READ_CONFIDENTIAL, inquiry)
    if recipe.with_names:
        require(by, Action.SEE_IDENTITY, inquiry)
    pieces = (
        chosen(inquiry, recipe, by=by)
        .select_related("inquiry__committee")
        .prefetch_related("attachments__renditions", "witness_links__witness", "theme_tags__theme")
    )
    entries = _in_order([_entry(piece, recipe, by=by) for piece in pieces], recipe)
    rows, waiting = _rows(entries, recipe)
    if not rows:
        raise NotReady("Nothing in this selection has pages yet; there is nothing to bundle.")
    frozen = _frozen(inquiry, recipe, rows, waiting)
    written = json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()
    # Only another form of the same pages: the fingerprint does not speak of it.
    frozen["fragments"] = [_sha(row.attachment, Rendition.Form.FRAGMENT) for row in rows]
    bundle = Bundle.objects.create(
        inquiry=inquiry,
        title=recipe.title,
        marking=recipe.marking,
        order=recipe.order,
        grouping=recipe.grouping,
        with_confidential=recipe.with_confidential,
        with_names=recipe.with_names,
        requested_by=by,
        fingerprint=hashlib.sha256(written).hexdigest(),
        frozen=frozen,
    )
    BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, position=n, **row.columns()) for n, row in enumerate(rows)
    )
    record(
        "bundle asked for",
        bundle,
        by=by,
        inquiry=inquiry,
        fingerprint=bundle.fingerprint,
        pieces=len(rows),
        confidential=recipe.with_confidential,
        names=recipe.with_names,
    )
    ask("build_bundle", bundle.pk)
    return bundle


def _entry(submission: Submission, recipe: Recipe, *, by: User) -> Entry:
    known = InstitutionTag.objects.filter(
        submission=submission, standing=Standing.ACCEPTED
    ).known_to(by)
    if submission.protected and not recipe.with_names:
        known = known.exclude(part=InstitutionTag.Part.SUBMITTER)
    names = known.order_by("institution__name").values_list("institution__name", flat=True)
    themes = [t.theme for t in submission.theme_tags.all() if t.standing == Standing.ACCEPTED]
    return Entry(
        submission,
        label=_label(submission, recipe),
        names_shown=recipe.with_names or not submission.protected,
        institutions=list(dict.fromkeys(names)),
        themes=[theme.name for theme in sorted(themes, key=lambda t: (t.position, t.name))],
    )


def _label(submission: Submission, recipe: Recipe) -> str:
    if recipe.with_names and submission.protected:
        return "; ".join(submission.ordered_headings())
    if submission.disclosure == Disclosure.CONFIDENTIAL:
        return "Confidential evidence"
    return submission.heading_names()


def _in_order(entries: list[Entry], recipe: Recipe) -> list[Entry]:
    last = "\uffff"

    def number(entry: Entry) -> tuple[Any, ...]:
        piece = entry.submission
        return (piece.number or 10**9, piece.received_at, str(piece.pk))

    keys = {
        Bundle.Order.NUMBER: number,
        Bundle.Order.WITNESS: lambda e: (e.label.casefold(), *number(e)),
        Bundle.Order.INSTITUTION: lambda e: ((e.institutions or [last])[0], *number(e)),
        Bundle.Order.THEME: lambda e: ((e.themes or [last])[0], *number(e)),
        Bundle.Order.DATE: lambda e: (e.submission.received_at, str(e.submission.pk)),
    }
    entries.sort(key=keys[recipe.order])
    entries.sort(key=lambda e: _group_place(_group(e, recipe)))
    return entries


def _group_place(group: str) -> tuple[bool, str]:
    """Groups in the order of their names; pieces without a group come last."""
    return group in NO_GROUP.values(), group.casefold()


def _group(entry: Entry, recipe: Recipe) -> str:
    match recipe.grouping:
        case Bundle.Grouping.INSTITUTION:
            return (entry.institutions or [NO_GROUP[recipe.grouping]])[0]
        case Bundle.Grouping.THEME:
            return (entry.themes or [NO_GROUP[recipe.grouping]])[0]
        case Bundle.Grouping.SORT:
            return str(Submission.Sort(entry.submission.sort).label)
    return ""


@dataclass(frozen=True)
class Row:
    """One file of one piece, as it goes into the bundle."""

    entry: Entry
    attachment: Attachment
    pdf: Rendition
    group: str

    @property
    def reference(self) -> str:
        label = self.entry.submission.label
        return f"{label} Annex {self.attachment.position}" if self.attachment.position else label

    def columns(self) -> dict[str, Any]:
        return {
            "submission": self.entry.submission,
            "attachment": self.attachment,
            "reference": self.reference,
            "label": self.entry.label[:1000],
            "names_shown": self.entry.names_shown,
            "pdf_sha256": self.pdf.sha256,
            "pdf_size": self.pdf.size,
        }


def _rows(entries: list[Entry], recipe: Recipe) -> tuple[list[Row], list[str]]:
    """The files in order, and the references of pieces whose pages are not made yet.

    Pages that bear a heading that no longer holds, such as a name that is withheld since, are
    being made again: they count as not made.
    """
    rows, waiting = [], []
    for entry in entries:
        made = [
            Row(entry, attachment, rendition, _group(entry, recipe))
            for attachment in sorted(entry.submission.attachments.all(), key=lambda a: a.position)
            for rendition in attachment.renditions.all()
            if rendition.form == Rendition.Form.PDF
        ]
        if made and all(row.pdf.face == _face(row) for row in made):
            rows += made
        else:
            waiting.append(entry.submission.label)
    return rows, waiting


def _face(row: Row) -> str:
    return face_of(row.entry.submission, position=row.attachment.position).digest()


def _frozen(
    inquiry: Inquiry,
    recipe: Recipe,
    rows: list[Row],
    waiting: list[str],
) -> dict[str, Any]:
    confidential = WITH_CONFIDENTIAL if recipe.with_confidential else WITHOUT_CONFIDENTIAL
    unready = [f"{label} is not included: its pages are not made yet." for label in waiting]
    return {
        "front": {
            "committee": inquiry.committee.name,
            "inquiry": inquiry.title,
            "hc_number": inquiry.hc_number,
            "title": recipe.title,
            "marking": recipe.marking,
            "prefix": recipe.prefix,
            "of_pages": recipe.of_pages,
            "left_out": [ONLY_WHAT_MAY_BE_SEEN, confidential, *unready],
        },
        "pieces": [
            {
                "reference": row.reference,
                "label": row.entry.label,
                "date": f"{row.entry.submission.received_at:%B %Y}",
                "group": row.group,
                "marking": (
                    CONFIDENTIAL
                    if row.entry.submission.disclosure == Disclosure.CONFIDENTIAL
                    else ""
                ),
                "pdf": row.pdf.sha256,
                "ours": _set_by_us(row),
                "text": _sha(row.attachment, Rendition.Form.TEXT),
                "institutions": row.entry.institutions,
                "themes": row.entry.themes,
                "sort": str(Submission.Sort(row.entry.submission.sort).label),
                "status": str(row.entry.submission.get_status_display()),
            }
            for row in rows
        ],
        "indexes": {
            "Institutions": _index(rows, "institutions"),
            "Themes": _index(rows, "themes"),
        },
    }


def _set_by_us(row: Row) -> int:
    """How many of the first pages we set; the others are a witness's own."""
    theirs = (
        rendition.pages
        for rendition in row.attachment.renditions.all()
        if rendition.form == Rendition.Form.FACSIMILE
    )
    return row.pdf.pages - sum(theirs)


def _sha(attachment: Attachment, form: Rendition.Form) -> str:
    return next((r.sha256 for r in attachment.renditions.all() if r.form == form), "")


def _index(rows: list[Row], what: str) -> list[list[Any]]:
    """Names with the positions of the pieces they stand on; annexes follow their piece."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        if not row.attachment.position:
            for name in getattr(row.entry, what):
                places[name].append(position)
    return [[name, places[name]] for name in sorted(places, key=str.casefold)]
