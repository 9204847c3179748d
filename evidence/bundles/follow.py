"""A bundle that follows another: it keeps its page numbers, or goes on from its last page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from string import ascii_uppercase
from typing import Any

from evidence.bundles.compare import differences
from evidence.bundles.contents import Plan, Row
from evidence.bundles.models import Bundle, BundleItem
from evidence.bundles.recipe import Follow, Recipe, recipe_of
from evidence.errors import NotReady
from evidence.pdf.numbering import Run


@dataclass(frozen=True)
class Following:
    """What is bundled, and what the bundle it follows has a say in: the number of the first page,
    the numbers that pages keep (by file), tables, the papers that stand elsewhere."""

    plan: Plan
    first: int
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    earlier: Mapping[str, Any] | None = None
    tables: Sequence[dict[str, Any]] = ()
    elsewhere: Sequence[dict[str, Any]] = ()
    items: Sequence[BundleItem] = ()

    @property
    def keeps(self) -> bool:
        return self.earlier is not None

    def kept(self, row: Row) -> dict[str, Any]:
        found = self.numbers.get(str(row.attachment.pk), {})
        return {name: found[name] for name in ("divider", "sheet", "pages") if name in found}

    def said(self) -> dict[str, Any]:
        return {"earlier": self.earlier, "elsewhere": list(self.elsewhere)}

    def named(self) -> list[BundleItem]:
        """The files of the other bundle that this one names and does not hold."""
        return [
            BundleItem(
                submission_id=item.submission_id,
                attachment_id=item.attachment_id,
                reference=item.reference,
                label=item.label,
                names_shown=item.names_shown,
                elsewhere=True,
            )
            for item in self.items
        ]


def follow(planned: Plan, recipe: Recipe, earlier: Bundle | None, how: Follow) -> Following:
    """Raises `NotReady` where the earlier bundle cannot be followed so."""
    if earlier is None or how == Follow.AFRESH:
        return Following(planned, recipe.first)
    _may_follow(recipe, earlier)
    if how == Follow.SUPPLEMENT:
        return _supplement(planned, earlier)
    return _keeping(planned, recipe, earlier)


def _may_follow(recipe: Recipe, earlier: Bundle) -> None:
    """What the earlier bundle holds is named in the new one: it may hold no more."""
    if earlier.state != Bundle.State.READY or not earlier.numbers:
        raise NotReady("The bundle to go on from is not built yet. Wait until it is ready.")
    wider = (
        (earlier.with_confidential and not recipe.with_confidential)
        or (earlier.with_names and not recipe.with_names)
        or (recipe.rule.public and not recipe_of(earlier.recipe).rule.public)
    )
    if wider:
        raise NotReady(
            "The bundle to go on from may hold more than this one is to hold, and its contents "
            "would be named here. Ask for the same, or number the pages afresh."
        )


def _supplement(planned: Plan, earlier: Bundle) -> Following:
    """Only pieces that are not in the bundle before or in those it goes on from."""
    known = list(earlier.items.all())
    held = {item.attachment_id for item in known if not item.elsewhere}
    held |= {
        item.attachment_id
        for item in known
        if item.elsewhere and item.reference in _listed_before(earlier)
    }
    rows = [row for row in planned.rows if row.attachment.pk not in held]
    if planned.rows and not rows:
        raise NotReady("There is nothing new in this selection since that bundle was made.")
    before = [
        {
            "title": other["title"],
            "file": other["file"],
            "rows": other["rows"],
        }
        for other in (earlier.frozen.get("follows") or {}).get("elsewhere", [])
    ]
    named = [item for item in known if item.attachment_id in held]
    return Following(
        replace(planned, rows=_with_tabs_after(rows, known)),
        earlier.numbers["next"],
        elsewhere=[*before, *_files_of(earlier)],
        items=named,
    )


def _listed_before(earlier: Bundle) -> set[str]:
    others = (earlier.frozen.get("follows") or {}).get("elsewhere", [])
    return {row[0] for other in others for row in other["rows"]}


def _files_of(earlier: Bundle) -> list[dict[str, Any]]:
    """The papers of a bundle by the file they stand in, as contents list them."""
    dates = [piece["date"] for piece in earlier.frozen["pieces"]]
    files = {made.volume: made for made in earlier.files.filter(form="pdf")}
    many = len(files) > 1
    found = []
    for volume in sorted(files):
        rows = [
            [item.reference, item.label, dates[item.position], item.first_number, item.first_page]
            for item in earlier.items.filter(elsewhere=False, volume=volume)
            if item.first_page
        ]
        title = f"{earlier.title}, volume {volume}" if many else earlier.title
        file = earlier.file_name("pdf", volume if many else 0)
        found.append({"title": title, "file": file, "rows": rows})
    return found


def _with_tabs_after(rows: list[Row], known: Sequence[BundleItem]) -> list[Row]:
    """Tabs go on after the last of the bundle before."""
    last = max((int(item.tab) for item in known if item.tab.isdigit()), default=0)
    entries = list({row.entry.key: row.entry for row in rows}.values())
    for number, entry in enumerate(entries, start=last + 1):
        entry.tab = str(number) if entry.tab else ""
    return rows


def _keeping(planned: Plan, recipe: Recipe, earlier: Bundle) -> Following:
    if recipe.in_volumes or earlier.files.filter(form="pdf").count() > 1:
        raise NotReady(
            "Numbers cannot be kept in a bundle of several volumes. Make a supplement instead."
        )
    numbers = {one["file"]: one for one in earlier.numbers["items"]}
    rows = _merged(planned.rows, numbers)
    _give_tabs(rows, numbers)
    items = list(earlier.items.filter(elsewhere=False))
    now = [
        BundleItem(
            attachment_id=row.attachment.pk,
            pdf_sha256=row.pdf.sha256,
            label=row.entry.label[:1000],
            reference=row.reference,
            position=place,
        )
        for place, row in enumerate(rows)
    ]
    changes = differences(items, now)
    gone = [change.was for change in changes if change.now is None and change.was]
    changed = {
        "title": "What has changed",
        "said": (
            f"Since the bundle of {earlier.ready_at.day} {earlier.ready_at:%B %Y} with the "
            f"fingerprint {earlier.fingerprint[:16]}. All other page numbers are as they were."
            if earlier.ready_at
            else ""
        ),
        "columns": [["Reference", 0.2], ["Name", 0.42], ["Change", 0.38]],
        "rows": [
            {
                "cells": [change.item.reference, change.item.label, change.said],
                **({"place": change.now.position} if change.now else {}),
            }
            for change in changes
        ],
    }
    return Following(
        replace(planned, rows=rows),
        1,
        numbers=numbers,
        earlier={"opening": earlier.numbers["opening"], "taken": earlier.numbers["taken"]},
        tables=[changed],
        items=gone,
    )


def _merged(rows: Sequence[Row], numbers: Mapping[str, Any]) -> list[Row]:
    """What was there in the order it had; what is new after the piece it would follow."""
    place = {key: at for at, key in enumerate(numbers)}
    old = sorted(
        (row for row in rows if str(row.attachment.pk) in place),
        key=lambda row: place[str(row.attachment.pk)],
    )
    old = [replace(row, groups=tuple(numbers[str(row.attachment.pk)]["groups"])) for row in old]
    after: dict[str, list[Row]] = {}
    last = ""
    for row in rows:
        key = str(row.attachment.pk)
        if key in place:
            last = key
        else:
            after.setdefault(last, []).append(row)
    found = [*after.get("", [])]
    for row in old:
        found += [row, *after.get(str(row.attachment.pk), [])]
    return found


def _give_tabs(rows: Sequence[Row], numbers: Mapping[str, Any]) -> None:
    """A late paper has the tab before it with a letter: 12A, then 12B."""
    taken = {known["tab"] for known in numbers.values()} - {""}
    if not taken:
        return
    last = ""
    for row in rows:
        if row.attachment.position or not row.entry.tab:
            continue
        known = numbers.get(str(row.attachment.pk))
        tab = known["tab"] if known and known["tab"] else _after(last, taken)
        taken.add(tab)
        row.entry.tab = last = tab


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
    """Runs as they are kept."""
    return [asdict(run) for run in runs]


def runs_of(said: Sequence[Mapping[str, Any]]) -> tuple[Run, ...]:
    """Runs that were kept."""
    return tuple(Run(**one) for one in said)
