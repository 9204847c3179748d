"""Planned items of a bundle: files of submissions and committee papers, before the snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from evidence.bundles.models import BundleItem
from evidence.bundles.spec.snapshot import SnapshotItem
from evidence.committee_papers.models import CommitteePaper
from evidence.documents.models import Rendition, set_by_us
from evidence.lifecycle import Disclosure
from evidence.submissions.models import SHORT, Attachment, Submission

CONFIDENTIAL = "CONFIDENTIAL"


@dataclass
class PlannedSubmission:
    """One submission, with the data that order, sections and indexes need."""

    submission: Submission
    label: str
    names_shown: bool
    institutions: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    tab: str = ""

    @property
    def key(self) -> str:
        return str(self.submission.pk)

    @property
    def is_confidential(self) -> bool:
        return Disclosure(self.submission.disclosure) == Disclosure.CONFIDENTIAL

    def sheet(self) -> list[list[str]]:
        """The fields of the cover sheet: names with values."""
        submission = self.submission
        rows = [
            ["Kind", str(Submission.Kind(submission.kind).label)],
            # The title of a submission may identify a protected witness.
            ["Title", submission.title if self.names_shown else ""],
            ["Received", f"{submission.received_at:%B %Y}"],
            ["Disclosure", SHORT[Disclosure(submission.disclosure)]],
            ["Length", length_of(submission)],
            ["Questions answered", "; ".join(self.questions)],
            ["Institutions", "; ".join(self.institutions)],
            ["Themes", "; ".join(self.themes)],
        ]
        return [row for row in rows if row[1]]


class PlannedItem(Protocol):
    """One file to be bound. `file` is its key; `groups` are its sections."""

    groups: tuple[str, ...]

    @property
    def reference(self) -> str: ...

    @property
    def file(self) -> str: ...

    @property
    def pages(self) -> int: ...

    @property
    def has_tab(self) -> bool:
        """Whether it has a tab. Annexes have none: they follow their submission."""

    @property
    def tab(self) -> str: ...

    @tab.setter
    def tab(self, tab: str) -> None: ...

    def bundle_item(self) -> BundleItem:
        """The `BundleItem`, without bundle and position."""

    def snapshot(self, *, kept: Mapping[str, Any], with_sheet: bool) -> SnapshotItem:
        """The snapshot of it, with the page numbers it keeps from an earlier bundle."""


@dataclass
class PaperItem:
    """A committee paper."""

    paper: CommitteePaper
    groups: tuple[str, ...]
    tab: str = ""

    @property
    def reference(self) -> str:
        return str(self.paper.get_kind_display())

    @property
    def file(self) -> str:
        return str(self.paper.pk)

    @property
    def pages(self) -> int:
        return self.paper.pages

    @property
    def has_tab(self) -> bool:
        return True

    def bundle_item(self) -> BundleItem:
        return BundleItem(
            paper=self.paper,
            reference=self.reference,
            label=self.paper.title,
            pdf_sha256=self.paper.pdf_sha256,
            pdf_size=self.paper.pdf_size,
            pages=self.pages,
            tab=self.tab,
        )

    def snapshot(self, *, kept: Mapping[str, Any], with_sheet: bool) -> SnapshotItem:  # noqa: ARG002  it has none
        return SnapshotItem(
            reference=self.reference,
            label=self.paper.title,
            date=f"{self.paper.added_at:%B %Y}",
            kind=self.reference,
            pdf=self.paper.pdf_sha256,
            pages=self.pages,
            tab=self.tab,
            groups=list(self.groups),
            marking=CONFIDENTIAL if self.paper.for_cleared else "",
            kept=dict(kept),
            ours=self.paper.ours,
            fragment=self.paper.fragment_sha256,
        )


@dataclass
class SubmissionItem:
    """One file of one submission."""

    entry: PlannedSubmission
    attachment: Attachment
    pdf: Rendition
    groups: tuple[str, ...]

    @property
    def reference(self) -> str:
        label = self.entry.submission.label
        return f"{label} Annex {self.attachment.position}" if self.attachment.position else label

    @property
    def file(self) -> str:
        return str(self.attachment.pk)

    @property
    def has_tab(self) -> bool:
        return not self.attachment.position

    @property
    def tab(self) -> str:
        return self.entry.tab if self.has_tab else ""

    @tab.setter
    def tab(self, tab: str) -> None:
        self.entry.tab = tab

    @property
    def pages(self) -> int:
        return self.pdf.pages

    def bundle_item(self) -> BundleItem:
        return BundleItem(
            submission=self.entry.submission,
            attachment=self.attachment,
            reference=self.reference,
            label=self.entry.label[:1000],
            names_shown=self.entry.names_shown,
            pdf_sha256=self.pdf.sha256,
            pdf_size=self.pdf.size,
            pages=self.pages,
            tab=self.tab,
        )

    def snapshot(self, *, kept: Mapping[str, Any], with_sheet: bool) -> SnapshotItem:
        entry, submission = self.entry, self.entry.submission
        return SnapshotItem(
            reference=self.reference,
            label=entry.label,
            date=f"{submission.received_at:%B %Y}",
            kind=str(Submission.Kind(submission.kind).label),
            pdf=self.pdf.sha256,
            pages=self.pages,
            tab=self.tab,
            groups=list(self.groups),
            marking=CONFIDENTIAL if entry.is_confidential else "",
            sheet=entry.sheet() if with_sheet and not self.attachment.position else [],
            kept=dict(kept),
            ours=set_by_us(self.attachment.renditions.all()),
            text=self._digest(Rendition.Form.TEXT),
            fragment=self._digest(Rendition.Form.FRAGMENT),
            institutions=entry.institutions,
            themes=entry.themes,
            status=str(submission.get_status_display()),
        )

    def rendition(self, form: Rendition.Form) -> Rendition | None:
        return next((row for row in self.attachment.renditions.all() if row.form == form), None)

    def _digest(self, form: Rendition.Form) -> str:
        rendition = self.rendition(form)
        return rendition.sha256 if rendition else ""


def length_of(submission: Submission) -> str:
    pages = f"{submission.pages} page{'' if submission.pages == 1 else 's'}"
    return f"{pages}, {submission.words:,} words" if submission.words else pages
