"""Selects what goes into a bundle: submissions, their order, sections and names.

Only what the person who asks may see can be selected.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.http import QueryDict

from evidence.bundles.spec.planned_items import (
    PaperItem,
    PlannedItem,
    PlannedSubmission,
    SubmissionItem,
)
from evidence.bundles.specification import Grouping, Order, Specification
from evidence.committee_papers.models import IN_FRONT, RANK, CommitteePaper
from evidence.documents.heading import submission_heading
from evidence.documents.models import Rendition
from evidence.errors import NotReadyError
from evidence.intake.models import SETTLED_ONE_BY_ONE, SubmissionFinding
from evidence.lifecycle import Disclosure
from evidence.pdf.fonts.shaping import stays_before_a_number
from evidence.permissions import Action, require
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission, SubmissionQuerySet
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

NO_GROUP = {
    Grouping.INSTITUTION: "No institution",
    Grouping.THEME: "No theme",
    Grouping.QUESTION: "No question named",
    Grouping.OWN: "Other evidence",
}
LAST = "\uffff"
BEFORE, EVIDENCE, AFTER = "Papers for the meeting", "Written evidence", "Other papers"


@dataclass(frozen=True)
class Plan:
    """What would be bundled: the files in order, submissions whose pages are not made yet, those
    left out by hand with the reasons, and those that are only `quoted`."""

    rows: list[SubmissionItem]
    waiting: list[PlannedSubmission]
    left_out: list[tuple[PlannedSubmission, str]]
    front: list[PaperItem] = field(default_factory=list)
    back: list[PaperItem] = field(default_factory=list)
    quoted: list[PlannedSubmission] = field(default_factory=list)

    @property
    def files(self) -> list[PlannedItem]:
        """All files in order: committee papers in front, evidence, other papers."""
        return [*self.front, *self.rows, *self.back]

    def entries(self) -> list[PlannedSubmission]:
        """The submissions in order, each once."""
        return list({row.entry.key: row.entry for row in self.rows}.values())

    def pages_of_entries(self) -> dict[str, int]:
        """The pages of each submission with its annexes, by key."""
        counts: dict[str, int] = defaultdict(int)
        for row in self.rows:
            counts[row.entry.key] += row.pages
        return counts

    @property
    def pages(self) -> int:
        """All pages of submissions and papers, without contents, dividers and sheets."""
        return sum(file.pages for file in self.files)


def may_ask(inquiry: Inquiry, specification: Specification, *, by: User) -> None:
    """Raise `NotPermittedError` if this person may not ask for such a bundle, and `NotReadyError`
    if the specification contradicts itself."""
    require(by, Action.BUNDLE, inquiry)
    if specification.rule.public and (
        specification.with_confidential or specification.with_names or specification.papers
    ):
        raise NotReadyError(
            f"A {specification.kind.label.lower()} is for readers outside: it holds neither "
            "confidential evidence nor the names of protected witnesses, nor papers of the "
            "committee."
        )
    if not stays_before_a_number(specification.prefix):
        raise NotReadyError(
            f"“{specification.prefix}” cannot stand before page numbers: choose letters and marks "
            "that are written from left to right."
        )
    if specification.with_confidential:
        require(by, Action.READ_CONFIDENTIAL, inquiry)
    if specification.with_names:
        require(by, Action.SEE_IDENTITY, inquiry)


def chosen(inquiry: Inquiry, specification: Specification, *, by: User) -> SubmissionQuerySet:
    """The submissions a specification selects, of those `by` may see.

    Without a status among the filters, the statuses of the kind of bundle apply. Declined,
    withdrawn or unchecked submissions are selected only if their status is asked for.
    """
    submissions = Submission.objects.visible_to(by).filter(inquiry=inquiry)
    if not specification.with_confidential:
        submissions = submissions.exclude(disclosure=Disclosure.CONFIDENTIAL)
    if specification.rule.fixed or "status" not in QueryDict(specification.filters):
        submissions = submissions.filter(status__in=specification.rule.statuses)
    if specification.keys is not None:
        submissions = submissions.filter(pk__in=specification.keys)
    narrowed = RegisterFilter(QueryDict(specification.filters), queryset=submissions, reader=by)
    if not narrowed.is_valid():
        raise NotReadyError("The selection cannot be understood. Choose the filters again.")
    matches: SubmissionQuerySet = narrowed.qs
    return matches


def plan(inquiry: Inquiry, specification: Specification, *, by: User) -> Plan:
    """What the specification would bundle now. `may_ask` checks permission, not this."""
    submissions = (
        chosen(inquiry, specification, by=by)
        .select_related("inquiry__committee")
        .with_witnesses()
        .prefetch_related(
            "attachments__renditions",
            Prefetch("theme_tags", ThemeTag.objects.select_related("theme")),
            "questions",
        )
    )
    named = _institutions(submissions, specification, by=by)
    entries = _in_order(
        [_entry(submission, specification, named[submission.pk]) for submission in submissions],
        specification,
    )
    out = [
        (entry, specification.left_out[entry.key])
        for entry in entries
        if entry.key in specification.left_out
    ]
    entries = [entry for entry in entries if entry.key not in specification.left_out]
    if specification.rule.public:
        _check_findings(entries, submissions)
    rows: list[SubmissionItem] = []
    waiting: list[PlannedSubmission] = []
    for entry in entries:
        made = _made(entry, specification)
        rows += made
        if not made:
            waiting.append(entry)
    papers = _papers(inquiry, specification, by=by)
    if papers and specification.grouping == Grouping.NONE:
        rows = [replace(row, groups=(EVIDENCE,)) for row in rows]
    planned = Plan(
        rows,
        waiting,
        out,
        front=[PaperItem(paper, (BEFORE,)) for paper in papers if paper.kind in IN_FRONT],
        back=[PaperItem(paper, (AFTER,)) for paper in papers if paper.kind not in IN_FRONT],
    )
    if specification.tabs:
        _number(planned)
    return planned


def _check_findings(entries: Sequence[PlannedSubmission], submissions: SubmissionQuerySet) -> None:
    """Raise `NotReadyError` if a text for readers outside may name its protected witness, or an
    author did not agree, since it could not be published either."""
    here = SubmissionFinding.objects.filter(submission__in=submissions.order_by().values("pk"))
    open_still = set(
        here.filter(stage__in=SETTLED_ONE_BY_ONE).holding().values_list("submission", flat=True)
    )
    for entry in entries:
        if entry.submission.pk in open_still:
            raise NotReadyError(
                f"{entry.submission.label} cannot go to readers outside: a clerk has yet to settle "
                "what the checks found. Leave it out, or wait for that."
            )


def _number(planned: Plan) -> None:
    number = 0
    for file in planned.files:
        if file.has_tab:
            number += 1
            file.tab = str(number)


def _papers(inquiry: Inquiry, specification: Specification, *, by: User) -> list[CommitteePaper]:
    """The chosen committee papers, of those `by` may see, in the order of their kinds."""
    place = {key: at for at, key in enumerate(specification.papers)}
    papers = CommitteePaper.objects.visible_to(by).filter(
        inquiry=inquiry,
        pk__in=specification.papers,
        state=CommitteePaper.State.READY,
        removed=False,
    )
    return sorted(
        papers, key=lambda paper: (RANK[CommitteePaper.Kind(paper.kind)], place[str(paper.pk)])
    )


def _institutions(
    submissions: SubmissionQuerySet, specification: Specification, *, by: User
) -> dict[UUID, list[str]]:
    """The institutions of each submission that the bundle may name."""
    known = InstitutionTag.objects.filter(
        submission__in=submissions.order_by().values("pk"), standing=Standing.ACCEPTED
    ).known_to(by)
    if not specification.with_names:
        own = Q(part=InstitutionTag.Part.SUBMITTER)
        known = known.exclude(own & ~Q(submission__disclosure=Disclosure.OPEN))
    names: dict[UUID, list[str]] = defaultdict(list)
    rows = known.order_by("institution__name").values_list("submission", "institution__name")
    for key, name in rows:
        if name not in names[key]:
            names[key].append(name)
    return names


def _entry(
    submission: Submission, specification: Specification, institutions: list[str]
) -> PlannedSubmission:
    themes = [t.theme for t in submission.theme_tags.all() if t.standing == Standing.ACCEPTED]
    return PlannedSubmission(
        submission,
        label=label_of(submission, specification),
        names_shown=specification.with_names or not submission.protected,
        institutions=institutions,
        themes=[theme.name for theme in sorted(themes, key=lambda t: (t.position, t.name))],
        questions=[str(q) for q in sorted(submission.questions.all(), key=lambda q: q.number)],
    )


def label_of(submission: Submission, specification: Specification) -> str:
    """The name of a submission in a bundle of this specification."""
    if specification.with_names and submission.protected:
        return "; ".join(submission.ordered_headings())
    if submission.disclosure == Disclosure.CONFIDENTIAL:
        return "Confidential evidence"
    return submission.heading_names()


def _in_order(
    entries: list[PlannedSubmission], specification: Specification
) -> list[PlannedSubmission]:
    def number(entry: PlannedSubmission) -> tuple[Any, ...]:
        submission = entry.submission
        return (submission.number or 10**9, submission.received_at, str(submission.pk))

    own = {key: place for place, key in enumerate(specification.own_order)}
    keys: dict[Order, Callable[[PlannedSubmission], tuple[Any, ...]]] = {
        Order.NUMBER: number,
        Order.WITNESS: lambda e: (e.label.casefold(), *number(e)),
        Order.INSTITUTION: lambda e: ((e.institutions or [LAST])[0], *number(e)),
        Order.THEME: lambda e: ((e.themes or [LAST])[0], *number(e)),
        Order.DATE: lambda e: (e.submission.received_at, str(e.submission.pk)),
        Order.OWN: lambda e: (own.get(e.key, len(own)), *number(e)),
    }
    entries.sort(key=keys[specification.order])
    for grouping in (specification.within, specification.grouping):
        places = _group_places(entries, grouping, specification)
        entries.sort(key=lambda e: places[_group(e, grouping, specification)])
    return entries


def _group_places(
    entries: Sequence[PlannedSubmission], grouping: Grouping, specification: Specification
) -> dict[str, Any]:
    """The order of sections: by name; those set by hand, by their first submission. Submissions
    without a section come last."""
    names = list(dict.fromkeys(_group(entry, grouping, specification) for entry in entries))
    if grouping == Grouping.QUESTION:
        names.sort(key=lambda name: int(name.split(".")[0]) if name[0].isdigit() else 10**9)
    elif grouping != Grouping.OWN:
        names.sort(key=str.casefold)
    names.sort(key=lambda name: name in NO_GROUP.values())
    return {name: place for place, name in enumerate(names)}


def _group(entry: PlannedSubmission, grouping: Grouping, specification: Specification) -> str:
    match grouping:
        case Grouping.INSTITUTION:
            return (entry.institutions or [NO_GROUP[grouping]])[0]
        case Grouping.THEME:
            return (entry.themes or [NO_GROUP[grouping]])[0]
        case Grouping.QUESTION:
            return (entry.questions or [NO_GROUP[grouping]])[0]
        case Grouping.SORT:
            return str(Submission.Kind(entry.submission.kind).label)
        case Grouping.OWN:
            return specification.sections.get(entry.key, "").strip() or NO_GROUP[grouping]
    return ""


def _made(entry: PlannedSubmission, specification: Specification) -> list[SubmissionItem]:
    """The files of a submission in order, or none while its pages are not made.

    Pages with an outdated heading, such as a name that has been withheld since, are being made
    again, and count as not made.
    """
    groups = (
        _group(entry, specification.grouping, specification),
        _group(entry, specification.within, specification),
    )
    made = [
        SubmissionItem(entry, attachment, rendition, tuple(filter(None, groups)))
        for attachment in sorted(entry.submission.attachments.all(), key=lambda a: a.position)
        for rendition in attachment.renditions.all()
        if rendition.form == Rendition.Form.PDF
    ]
    whole = all(
        row.pdf.heading_digest
        == submission_heading(entry.submission, position=row.attachment.position).digest()
        for row in made
    )
    return made if whole else []
