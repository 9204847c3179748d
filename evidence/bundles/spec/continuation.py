"""Bundles that continue an earlier one: they keep its page numbers, or number on from its last
page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from string import ascii_uppercase
from typing import Any

from evidence.bundles.compare import differences
from evidence.bundles.models import Bundle, BundleItem
from evidence.bundles.spec.planned_items import PlannedItem, SubmissionItem
from evidence.bundles.spec.selection import Plan, label_of
from evidence.bundles.spec.snapshot import Snapshot
from evidence.bundles.specification import Continuation, Specification
from evidence.committee_papers.models import CommitteePaper
from evidence.errors import NotReadyError
from evidence.lifecycle import Disclosure
from evidence.pdf.assemble.page_numbers import Run
from evidence.submissions.models import Submission
from inquiry.people.models import User

MADE = (Bundle.State.READY, Bundle.State.EXPIRED)


@dataclass(frozen=True)
class Following:
    """A plan, and what comes from the earlier bundle: the first page number, the numbers that pages
    keep (by file), tables, and the files that are elsewhere."""

    plan: Plan
    first: int
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    earlier: dict[str, Any] | None = None
    tables: Sequence[dict[str, Any]] = ()
    elsewhere: Sequence[dict[str, Any]] = ()
    items: Sequence[BundleItem] = ()

    @property
    def keeps(self) -> bool:
        return self.earlier is not None

    def kept(self, file: PlannedItem) -> dict[str, Any]:
        numbers = self.numbers.get(file.file, {})
        return {name: numbers[name] for name in ("divider", "sheet", "pages") if name in numbers}

    def named(self) -> list[BundleItem]:
        """Items for the files of the earlier bundle that this one only names."""
        return [
            BundleItem(
                submission_id=item.submission_id,
                attachment_id=item.attachment_id,
                paper_id=item.paper_id,
                reference=item.reference,
                label=item.label,
                names_shown=item.names_shown,
                elsewhere=True,
            )
            for item in self.items
        ]


def follow(
    planned: Plan,
    specification: Specification,
    earlier: Bundle | None,
    continuation: Continuation,
    *,
    by: User,
) -> Following:
    """Apply a continuation to a plan. Raises `NotReadyError` if the earlier bundle cannot be
    continued like this."""
    if earlier is None or continuation == Continuation.AFRESH:
        return Following(planned, specification.first)
    _may_follow(specification, earlier)
    names = _names_now(specification, earlier, by=by)
    if continuation == Continuation.SUPPLEMENT:
        return _supplement(planned, earlier, names)
    return _keeping(planned, specification, earlier, names)


Names = Mapping[str, str]


def _names_now(specification: Specification, earlier: Bundle, *, by: User) -> Names:
    """The present names of the files that the earlier bundle holds or names, by file. Files that
    this specification may no longer name, such as newly confidential ones, are missing."""
    submissions = Submission.objects.visible_to(by).filter(bundle_items__bundle=earlier)
    if not specification.with_confidential:
        submissions = submissions.exclude(disclosure=Disclosure.CONFIDENTIAL)
    if specification.rule.public:
        submissions = submissions.filter(status__in=specification.rule.statuses)
    submissions = submissions.distinct().with_witnesses()
    labels = {submission.pk: label_of(submission, specification) for submission in submissions}
    papers = dict(
        CommitteePaper.objects.visible_to(by)
        .filter(bundle_items__bundle=earlier)
        .values_list("pk", "title")
    )
    known, renamed = labels | papers, dict[str, str]()
    for item in earlier.items.all():
        key = item.submission_id or item.paper_id
        label = known.get(key) if key else None
        if label is not None:
            renamed[item.file] = label
    return renamed


def _may_follow(specification: Specification, earlier: Bundle) -> None:
    """Raise `NotReadyError` if the earlier bundle includes more than the new one may name."""
    # An expired bundle can be continued too: its printed numbers are still in use.
    if earlier.state not in MADE or not earlier.numbers:
        raise NotReadyError("The bundle to go on from is not built yet. Wait until it is ready.")
    wider = (
        (earlier.with_confidential and not specification.with_confidential)
        or (earlier.with_names and not specification.with_names)
        or (
            specification.rule.public
            and not Specification.from_json(earlier.specification).rule.public
        )
    )
    if wider:
        raise NotReadyError(
            "The bundle to go on from may hold more than this one is to hold, and its contents "
            "would be named here. Ask for the same, or number the pages afresh."
        )


def _supplement(planned: Plan, earlier: Bundle, names: Names) -> Following:
    """Only submissions that are not in the earlier bundle or in those that it continues."""
    known = list(earlier.items.all())
    before = Snapshot.from_json(earlier.snapshot).elsewhere
    listed = {row[0] for other in before for row in other["rows"]}
    included = {item.file for item in known if not item.elsewhere or item.file in listed}
    new = replace(
        planned,
        rows=[row for row in planned.rows if row.file not in included],
        front=[row for row in planned.front if row.file not in included],
        back=[row for row in planned.back if row.file not in included],
    )
    if planned.files and not new.files:
        raise NotReadyError("There is nothing new in this selection since that bundle was made.")
    _tabs_after(new, known)
    return Following(
        new,
        earlier.numbers["next"],
        elsewhere=[
            {**other, "rows": _named_rows(other["rows"], names)}
            for other in (*before, *_files_of(earlier))
        ],
        items=_renamed((item for item in known if item.file in included), names),
    )


def _named_rows(rows: Sequence[Sequence[Any]], names: Names) -> list[list[Any]]:
    """The rows of the contents with present names, without files that may no longer be named."""
    return [
        [file, reference, names[file], *rest] for file, reference, _, *rest in rows if file in names
    ]


def _renamed(items: Iterable[BundleItem], names: Names) -> list[BundleItem]:
    renamed = []
    for item in items:
        if item.file in names:
            item.label = names[item.file]
            renamed.append(item)
    return renamed


def _files_of(earlier: Bundle) -> list[dict[str, Any]]:
    """The rows of an earlier bundle's contents, by volume. Rows are matched by key, since two
    papers of one kind have the same reference."""
    dates = [item.date for item in Snapshot.from_json(earlier.snapshot).items]
    files = {made.volume: made for made in earlier.files.filter(form="pdf")}
    many = len(files) > 1
    listings = []
    for volume in sorted(files):
        rows = [
            [
                item.file,
                item.reference,
                item.label,
                dates[item.position],
                item.first_number,
                item.first_page,
            ]
            for item in earlier.items.filter(elsewhere=False, volume=volume)
            if item.first_page
        ]
        title = f"{earlier.title}, volume {volume}" if many else earlier.title
        file = earlier.file_name("pdf", volume if many else 0)
        listings.append({"title": title, "file": file, "rows": rows})
    return listings


def _tabs_after(planned: Plan, known: Sequence[BundleItem]) -> None:
    """Number tabs on from the last of the earlier bundle."""
    number = max((int(item.tab) for item in known if item.tab.isdigit()), default=0)
    for file in planned.files:
        if file.tab:
            number += 1
            file.tab = str(number)


def _keeping(
    planned: Plan, specification: Specification, earlier: Bundle, names: Names
) -> Following:
    if specification.in_volumes or earlier.files.filter(form="pdf").count() > 1:
        raise NotReadyError(
            "Numbers cannot be kept in a bundle of several volumes. Make a supplement instead."
        )
    numbers = {number["file"]: number for number in earlier.numbers["items"]}
    merged = replace(planned, rows=_merged(planned.rows, numbers))
    _give_tabs(merged.files, numbers)
    items = list(earlier.items.filter(elsewhere=False))
    now = [file.bundle_item() for file in merged.files]
    for place, item in enumerate(now):
        item.position = place
    changes = [
        change for change in differences(items, now) if change.now or _renamed([change.item], names)
    ]
    gone = [change.item for change in changes if change.now is None]
    changed = {
        "title": "What has changed",
        "description": (
            f"Since the bundle of {earlier.ready_at.day} {earlier.ready_at:%B %Y} with the "
            f"fingerprint {earlier.fingerprint[:16]}. All other page numbers are as they were."
            if earlier.ready_at
            else ""
        ),
        "columns": [["Reference", 0.2], ["Name", 0.42], ["Change", 0.38]],
        "rows": [
            {
                "cells": [change.item.reference, change.item.label, change.sentence],
                **({"place": change.now.position} if change.now else {}),
            }
            for change in changes
        ],
    }
    return Following(
        merged,
        1,
        numbers=numbers,
        earlier={"opening": earlier.numbers["opening"], "taken": earlier.numbers["taken"]},
        tables=[changed],
        items=gone,
    )


def _merged(rows: Sequence[SubmissionItem], numbers: Mapping[str, Any]) -> list[SubmissionItem]:
    """Old items in their earlier order, each new one after the item it would follow."""
    place = {key: at for at, key in enumerate(numbers)}
    old = sorted(
        (row for row in rows if row.file in place),
        key=lambda row: place[row.file],
    )
    # An earlier section may reveal where a witness is from whose name has been withheld since.
    old = [
        replace(row, groups=tuple(numbers[row.file]["groups"])) if row.entry.names_shown else row
        for row in old
    ]
    after: dict[str, list[SubmissionItem]] = {}
    last = ""
    for row in rows:
        key = row.file
        if key in place:
            last = key
        else:
            after.setdefault(last, []).append(row)
    merged = [*after.get("", [])]
    for row in old:
        merged += [row, *after.get(row.file, [])]
    return merged


def _give_tabs(files: Sequence[PlannedItem], numbers: Mapping[str, Any]) -> None:
    """Give a late item the tab before it with a letter: 12A, then 12B."""
    taken = {known["tab"] for known in numbers.values()} - {""}
    if not taken:
        return
    last = ""
    for file in files:
        if not file.tab:
            continue
        known = numbers.get(file.file)
        tab = known["tab"] if known and known["tab"] else _after(last, taken)
        taken.add(tab)
        file.tab = last = tab


def _after(tab: str, taken: set[str]) -> str:
    stem = tab.rstrip(ascii_uppercase) or "0"
    number = 0
    while True:
        times, letter = divmod(number, len(ascii_uppercase))
        candidate = stem + ascii_uppercase[letter] * (times + 1)
        if candidate not in taken:
            return candidate
        number += 1


def numbers_of(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Runs of page numbers as JSON."""
    return [asdict(run) for run in runs]


def runs_of(values: Sequence[Mapping[str, Any]]) -> tuple[Run, ...]:
    """Runs of page numbers from JSON."""
    return tuple(Run(**value) for value in values)
