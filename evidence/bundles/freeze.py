"""Freezes what goes into a bundle at the moment it is asked for.

What is written down here is all the build reads, so that the same contents give the same
bytes, and nothing decided later changes a bundle.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from evidence.bundles import front, passages
from evidence.bundles.contents import Entry, OwnRow, Plan, Row, may_ask, plan
from evidence.bundles.follow import Following, follow, item_of
from evidence.bundles.issue import ask_to_build
from evidence.bundles.models import Bundle, BundleItem
from evidence.bundles.recipe import Follow, Recipe
from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.house.models import Rendition, set_by_us
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

ONLY_WHAT_MAY_BE_SEEN = (
    "This bundle holds evidence that the person who asked for it was entitled to see at that "
    "time. It says nothing about whether there is other evidence."
)
ONLY_WHAT_IS_PUBLIC = (
    "This bundle holds evidence that the Committee has published or reported to the House. It says "
    "nothing about whether there is other evidence."
)
WITHOUT_CONFIDENTIAL = "Confidential evidence, if there is any, is not included."
WITH_CONFIDENTIAL = (
    "Confidential evidence is included and marked on each of its pages. It must not be copied, "
    "passed on or quoted."
)
CONFIDENTIAL = "CONFIDENTIAL"


@dataclass(frozen=True)
class Contents:
    """What a recipe would put into a bundle at this moment, written down."""

    plan: Plan
    following: Following
    frozen: dict[str, Any]
    fingerprint: str


def contents_now(
    inquiry: Inquiry,
    recipe: Recipe,
    *,
    by: User,
    follows: Bundle | None = None,
    how: Follow = Follow.AFRESH,
) -> Contents:
    """What `freeze` would write down. Raises what `freeze` raises."""
    may_ask(inquiry, recipe, by=by)
    if follows is not None and follows.inquiry_id != inquiry.pk:
        raise NotReady("A bundle goes on only from one of its own inquiry.")
    if recipe.quotes_alone and how != Follow.AFRESH:
        raise NotReady("Passages alone have no pages of pieces to go on from. Number them afresh.")
    following = follow(plan(inquiry, recipe, by=by), recipe, follows, how, by=by)
    if not following.plan.files:
        raise NotReady("Nothing in this selection has pages yet; there is nothing to bundle.")
    quotes = passages.quotes(recipe, following.plan, by=by)
    if recipe.quotes_alone:
        following = replace(following, plan=replace(following.plan, rows=[], quoted=quotes.entries))
    planned = following.plan
    frozen = _frozen(inquiry, recipe, following, quotes)
    written = json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()
    # Only another form of the same pages: the fingerprint does not speak of it.
    frozen["fragments"] = [_fragment(file) for file in planned.files]
    return Contents(planned, following, frozen, hashlib.sha256(written).hexdigest())


@transaction.atomic
def freeze(
    inquiry: Inquiry,
    recipe: Recipe,
    *,
    by: User,
    follows: Bundle | None = None,
    how: Follow = Follow.AFRESH,
) -> Bundle:
    """Write down a bundle and ask for it to be built.

    One that `follows` another keeps its numbers or goes on from its last page. The caller has
    found that one through `visible_to`. Raises `NotPermitted` if the asker may not make such
    bundles, `NotReady` if there is nothing to put in or the other cannot be followed.
    """
    contents = contents_now(inquiry, recipe, by=by, follows=follows, how=how)
    planned, following, frozen = contents.plan, contents.following, contents.frozen
    bundle = Bundle.objects.create(
        inquiry=inquiry,
        kind=recipe.kind,
        title=recipe.title,
        marking=recipe.marking,
        order=recipe.order,
        grouping=recipe.grouping,
        with_confidential=recipe.with_confidential,
        with_names=recipe.with_names,
        requested_by=by,
        recipe=recipe.said(),
        follows=follows if how != Follow.AFRESH else None,
        how=how,
        fingerprint=contents.fingerprint,
        frozen=frozen,
    )
    _write_items(bundle, planned, following)
    record(
        "bundle asked for",
        bundle,
        by=by,
        inquiry=inquiry,
        fingerprint=bundle.fingerprint,
        pieces=len(planned.files) + len(planned.quoted),
        confidential=recipe.with_confidential,
        names=recipe.with_names,
    )
    ask_to_build(bundle)
    return bundle


def _write_items(bundle: Bundle, planned: Plan, following: Following) -> None:
    """A row for each file that is in it, and for each that it only names: who may not know of one
    of them may not open the bundle."""
    items = [item_of(file) for file in planned.files]
    items += (_named(entry) for entry, _ in planned.left_out)
    items += (_named(entry) for entry in planned.waiting)
    items += (_named(entry) for entry in planned.quoted)
    items += following.named()
    for position, item in enumerate(items):
        item.bundle, item.position = bundle, position
    BundleItem.objects.bulk_create(items)


def _named(entry: Entry) -> BundleItem:
    first = min(entry.submission.attachments.all(), key=lambda a: a.position)
    return BundleItem(
        submission=entry.submission,
        attachment=first,
        reference=entry.submission.label,
        label=entry.label[:1000],
        names_shown=entry.names_shown,
        elsewhere=True,
    )


def _frozen(
    inquiry: Inquiry, recipe: Recipe, following: Following, quotes: passages.Quotes
) -> dict[str, Any]:
    planned = following.plan
    return {
        "front": {
            "committee": inquiry.committee.name,
            "inquiry": inquiry.title,
            "hc_number": inquiry.hc_number,
            "title": recipe.title,
            "marking": _marking(recipe, planned),
            "lines": [*recipe.lines, *quotes.lines],
            "prefix": recipe.prefix,
            "first": following.first,
            "width": recipe.width,
            "of_pages": recipe.of_pages and not following.keeps,
            "stamp": recipe.stamp,
            "dividers": recipe.dividers,
            "tables": [*quotes.tables, *front.tables(recipe, planned), *following.tables],
            "left_out": _left_out(recipe, planned),
        },
        "quoted": [[entry.submission.label, entry.label] for entry in planned.quoted],
        "volumes": {"pages": recipe.volume_pages, "megabytes": recipe.volume_megabytes},
        "follows": following.said(),
        "pieces": [
            _own(file, following) if isinstance(file, OwnRow) else _piece(file, recipe, following)
            for file in planned.files
        ],
        "indexes": {
            "Witnesses": _index(planned, lambda entry: [entry.label]),
            "Institutions": _index(planned, lambda entry: entry.institutions),
            "Themes": _index(planned, lambda entry: entry.themes),
            "Questions of the terms of reference": _index(planned, lambda entry: entry.questions),
        },
    }


def _marking(recipe: Recipe, planned: Plan) -> str:
    """What is printed on each page. Pieces bear their own marking, quotations have no pages."""
    secret = any(entry.submission.disclosure == Disclosure.CONFIDENTIAL for entry in planned.quoted)
    return " · ".join(filter(None, (CONFIDENTIAL if secret else "", recipe.marking)))


def _left_out(recipe: Recipe, planned: Plan) -> list[str]:
    unready = [
        f"{entry.submission.label} is not included: its pages are not made yet."
        for entry in planned.waiting
    ]
    if recipe.rule.public:
        return [ONLY_WHAT_IS_PUBLIC, *unready]
    confidential = WITH_CONFIDENTIAL if recipe.with_confidential else WITHOUT_CONFIDENTIAL
    return [ONLY_WHAT_MAY_BE_SEEN, confidential, *unready]


def _piece(row: Row, recipe: Recipe, following: Following) -> dict[str, Any]:
    entry, piece = row.entry, row.entry.submission
    text = row.rendition(Rendition.Form.TEXT)
    return {
        "reference": row.reference,
        "label": entry.label,
        "tab": row.tab,
        "date": f"{piece.received_at:%B %Y}",
        "groups": list(row.groups),
        "marking": CONFIDENTIAL if piece.disclosure == Disclosure.CONFIDENTIAL else "",
        "sheet": front.sheet(row) if recipe.sheets and not row.attachment.position else [],
        "kept": following.kept(row),
        "pdf": row.pdf.sha256,
        "pages": row.pdf.pages,
        "ours": set_by_us(row.attachment.renditions.all()),
        "text": text.sha256 if text else "",
        "institutions": entry.institutions,
        "themes": entry.themes,
        "sort": str(Submission.Sort(piece.sort).label),
        "status": str(piece.get_status_display()),
    }


def _own(row: OwnRow, following: Following) -> dict[str, Any]:
    paper = row.paper
    return {
        "reference": row.reference,
        "label": paper.title,
        "tab": row.tab,
        "date": f"{paper.added_at:%B %Y}",
        "groups": list(row.groups),
        "marking": CONFIDENTIAL if paper.for_cleared else "",
        "sheet": [],
        "kept": following.kept(row),
        "pdf": paper.pdf_sha256,
        "pages": paper.pages,
        "ours": paper.ours,
        "text": "",
        "institutions": [],
        "themes": [],
        "sort": row.reference,
        "status": "",
    }


def _fragment(file: Row | OwnRow) -> str:
    if isinstance(file, OwnRow):
        return file.paper.fragment_sha256
    found = file.rendition(Rendition.Form.FRAGMENT)
    return found.sha256 if found else ""


def _index(planned: Plan, names: Any) -> list[list[Any]]:
    """Names with the positions of the pieces they stand on; annexes follow their piece."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(planned.rows, start=len(planned.front)):
        if not row.attachment.position:
            for name in names(row.entry):
                places[name].append(position)
    return [[name, places[name]] for name in sorted(places, key=str.casefold)]
