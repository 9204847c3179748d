"""Takes the snapshot of a bundle: what a specification selects at this moment."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from evidence.bundles.models import Bundle
from evidence.bundles.spec import front_tables, passages
from evidence.bundles.spec.continuation import Following, follow
from evidence.bundles.spec.planned_items import CONFIDENTIAL
from evidence.bundles.spec.selection import Plan, may_ask, plan
from evidence.bundles.spec.snapshot import Snapshot, SnapshotFront
from evidence.bundles.specification import Continuation, Specification
from evidence.errors import NotReadyError
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


@dataclass(frozen=True)
class Contents:
    """What a specification puts into a bundle at this moment."""

    plan: Plan
    following: Following
    snapshot: Snapshot


def snapshot_now(
    inquiry: Inquiry,
    specification: Specification,
    *,
    by: User,
    previous: Bundle | None = None,
    continuation: Continuation = Continuation.AFRESH,
) -> Contents:
    """The contents that `freeze` would save. Raises what `freeze` raises."""
    may_ask(inquiry, specification, by=by)
    if previous is not None and previous.inquiry_id != inquiry.pk:
        raise NotReadyError("A bundle goes on only from one of its own inquiry.")
    if specification.quotes_alone and continuation != Continuation.AFRESH:
        raise NotReadyError(
            "Passages alone have no pages of submissions to go on from. Number them afresh."
        )
    following = follow(
        plan(inquiry, specification, by=by), specification, previous, continuation, by=by
    )
    if not following.plan.files:
        raise NotReadyError("Nothing in this selection has pages yet; there is nothing to bundle.")
    quotes = passages.quotes(specification, following.plan, by=by)
    if specification.quotes_alone:
        following = replace(following, plan=replace(following.plan, rows=[], quoted=quotes.entries))
    snapshot = _snapshot(inquiry, specification, following, quotes)
    return Contents(following.plan, following, snapshot)


def _snapshot(
    inquiry: Inquiry, specification: Specification, following: Following, quotes: passages.Quotes
) -> Snapshot:
    planned = following.plan
    front = SnapshotFront(
        committee=inquiry.committee.name,
        inquiry=inquiry.title,
        hc_number=inquiry.hc_number,
        title=specification.title,
        marking=_marking(specification, planned),
        left_out=_left_out(specification, planned),
        lines=[*specification.lines, *quotes.lines],
        prefix=specification.prefix,
        first=following.first,
        width=specification.width,
        of_pages=specification.of_pages and not following.keeps,
        stamp=specification.stamp,
        dividers=specification.dividers,
        tables=[
            *quotes.tables,
            *front_tables.tables(specification, planned),
            *following.tables,
        ],
    )
    return Snapshot(
        front=front,
        items=[
            item.snapshot(kept=following.kept(item), with_sheet=specification.sheets)
            for item in planned.files
        ],
        indexes={
            "Witnesses": _index(planned, lambda entry: [entry.label]),
            "Institutions": _index(planned, lambda entry: entry.institutions),
            "Themes": _index(planned, lambda entry: entry.themes),
            "Questions of the terms of reference": _index(planned, lambda entry: entry.questions),
        },
        volume_pages=specification.volume_pages,
        volume_megabytes=specification.volume_megabytes,
        quoted=[[entry.submission.label, entry.label] for entry in planned.quoted],
        earlier=following.earlier,
        elsewhere=list(following.elsewhere),
    )


def _marking(specification: Specification, planned: Plan) -> str:
    """The marking printed on each page. Submissions have their own marking; quotations have no
    pages."""
    secret = any(entry.is_confidential for entry in planned.quoted)
    return " · ".join(filter(None, (CONFIDENTIAL if secret else "", specification.marking)))


def _left_out(specification: Specification, planned: Plan) -> list[str]:
    unready = [
        f"{entry.submission.label} is not included: its pages are not made yet."
        for entry in planned.waiting
    ]
    if specification.rule.public:
        return [ONLY_WHAT_IS_PUBLIC, *unready]
    confidential = WITH_CONFIDENTIAL if specification.with_confidential else WITHOUT_CONFIDENTIAL
    return [ONLY_WHAT_MAY_BE_SEEN, confidential, *unready]


def _index(planned: Plan, names: Any) -> list[list[Any]]:
    """Names with the positions of their submissions; annexes follow their submission."""
    places: dict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(planned.rows, start=len(planned.front)):
        if not row.attachment.position:
            for name in names(row.entry):
                places[name].append(position)
    return [[name, places[name]] for name in sorted(places, key=str.casefold)]
