"""The form of a specification: what staff choose for a bundle, besides the submissions they
filtered."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from evidence.bundles.models import Bundle
from evidence.bundles.specification import (
    RULES,
    Follow,
    Grouping,
    Kind,
    Order,
    Passages,
    Specification,
)
from evidence.committee_papers.models import CommitteePaper
from evidence.pdf.assemble.spec import Stamp
from evidence.permissions import Action, may
from evidence.web.forms import NamingForm
from inquiry.calls.models import Inquiry
from inquiry.people.models import User

# What the page's address says besides the register's filters.
NOT_FILTERS = ("kind", "from", "specification", "page")
# More submissions than this are not arranged by hand: a form has a limit of fields.
MOST_BY_HAND = 150
SECTIONS = (
    ("", ("title", "order", "grouping", "within")),
    ("Papers of the committee", ("papers",)),
    ("How it looks", ("marking", "lines", "tabs", "dividers", "sheets", "passages")),
    ("Numbers", ("follow", "before_number", "first", "width", "of_pages", "stamp")),
    ("Volumes", ("volume_pages", "volume_megabytes")),
    ("Protected evidence", ("with_confidential", "with_names")),
)
STARTS: Mapping[Kind, dict[str, Any]] = {
    Kind.SELECTION: {},
    Kind.MEETING: {
        "title": "Meeting pack",
        "marking": "For the committee",
        "tabs": True,
        "dividers": True,
    },
    Kind.CIRCULATION: {"title": "Evidence for circulation", "marking": "For the committee"},
    Kind.THEMATIC: {
        "title": "Evidence by theme",
        "grouping": Grouping.THEME,
        "dividers": True,
        "passages": Passages.FRONT,
    },
    Kind.WITNESS: {"title": "Witness pack"},
    Kind.PUBLICATION: {"title": "Published written evidence"},
    Kind.VOLUME: {"title": "Volume of evidence", "volume_pages": 500},
}


class SpecificationForm(NamingForm):
    """A specification as a page asks for it. Fields that are left empty are as in
    `Specification`."""

    title = forms.CharField(max_length=200, label="Title", initial="Written evidence")
    order = forms.ChoiceField(choices=Order.choices, label="In the order of")
    grouping = forms.ChoiceField(choices=Grouping.choices, label="Sections")
    within = forms.ChoiceField(
        choices=Grouping.choices, label="Sections within these", required=False
    )
    marking = forms.CharField(
        max_length=60,
        required=False,
        label="Marking on each page",
        help_text="Such as “For the committee only”. May be empty.",
    )
    lines = forms.CharField(
        max_length=600,
        required=False,
        label="Lines on the cover",
        help_text="One a line, such as “Meeting of Tuesday 17 March 2026”.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    papers = forms.ModelMultipleChoiceField(
        queryset=CommitteePaper.objects.none(),
        required=False,
        label="Papers that go in beside the evidence",
        help_text="Agenda, brief, questions and biographies stand in front, others at the end.",
        widget=forms.CheckboxSelectMultiple,
    )
    tabs = forms.BooleanField(required=False, label="Number the papers (tabs 1, 2, 3)")
    dividers = forms.BooleanField(required=False, label="A divider page before each section")
    sheets = forms.BooleanField(required=False, label="A cover sheet before each submission")
    passages = forms.ChoiceField(
        choices=Passages.choices,
        initial=Passages.NONE,
        required=False,
        label="Tagged passages",
        help_text="The sentences that were tagged, by what they bear on, with their citations.",
    )
    follow = forms.ChoiceField(
        choices=Follow.choices,
        initial=Follow.AFRESH,
        required=False,
        label="Beside the bundle made before",
        widget=forms.RadioSelect,
    )
    before_number = forms.CharField(max_length=20, required=False, label="Before each page number")
    first = forms.IntegerField(
        min_value=1, max_value=1_000_000, required=False, label="Number of the first page"
    )
    width = forms.IntegerField(
        min_value=0,
        max_value=8,
        required=False,
        label="Digits",
        help_text="4 prints 0012. Empty prints 12.",
    )
    of_pages = forms.BooleanField(
        required=False,
        label="Print “of 120” after each number",
        help_text="Becomes untrue when a supplement is added.",
    )
    stamp = forms.ChoiceField(
        choices=[(one.value, one.said) for one in Stamp],
        initial=Stamp.TOP_RIGHT,
        required=False,
        label="Where the number stands",
        help_text="In a band added to each page, so that it covers no evidence.",
    )
    volume_pages = forms.IntegerField(
        min_value=0, max_value=100_000, required=False, label="Most pages in one file"
    )
    volume_megabytes = forms.IntegerField(
        min_value=0, max_value=100_000, required=False, label="Most megabytes in one file"
    )
    with_confidential = forms.BooleanField(
        required=False,
        label="Include confidential evidence",
        help_text="Each of its pages is marked. Every download is recorded.",
    )
    with_names = forms.BooleanField(
        required=False,
        label="Show who witnesses with the name withheld are",
        help_text="In contents and bookmarks. Only for readers who may know.",
    )

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        maker: User,
        inquiry: Inquiry,
        before: Bundle | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        public = RULES[kind].public
        if public or not may(maker, Action.READ_CONFIDENTIAL, inquiry):
            del self.fields["with_confidential"]
        if public or not may(maker, Action.SEE_IDENTITY, inquiry):
            del self.fields["with_names"]
        if before is None:
            del self.fields["follow"]
        papers = CommitteePaper.objects.visible_to(maker).filter(
            inquiry=inquiry, state=CommitteePaper.State.READY, put_away=False
        )
        if public or not papers.exists():
            del self.fields["papers"]
        else:
            self.fields["papers"].queryset = papers  # type: ignore[attr-defined]

    def sections(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The fields under their headings, and whether a heading's fields should be open."""
        found = []
        for heading, names in SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                used = any(field.errors or self._differs(field) for field in fields)
                found.append((heading, fields, used))
        return found

    def _differs(self, field: forms.BoundField) -> bool:
        """Whether a field says something that its heading should not hide."""
        return str(field.value() or "") not in {"", "0", "1", "[]", "False", str(Follow.AFRESH)}

    def specification(self, asked: str, arranged: "Arranged") -> Specification:
        """The specification that was asked for. The form is valid."""
        said = self.cleaned_data
        order = Order(said["order"])
        return Specification(
            title=said["title"],
            kind=self.kind,
            marking=said["marking"],
            order=Order.OWN if arranged.moved else order,
            grouping=Grouping(said["grouping"]),
            within=Grouping(said["within"] or Grouping.NONE),
            with_confidential=bool(said.get("with_confidential")),
            with_names=bool(said.get("with_names")),
            tabs=said["tabs"],
            dividers=said["dividers"],
            sheets=said["sheets"],
            passages=Passages(said["passages"] or Passages.NONE),
            prefix=said["before_number"],
            first=said["first"] or 1,
            width=said["width"] or 0,
            of_pages=said["of_pages"],
            stamp=Stamp(said["stamp"] or Stamp.TOP_RIGHT),
            lines=[line.strip() for line in said["lines"].splitlines() if line.strip()][:8],
            volume_pages=said["volume_pages"] or 0,
            volume_megabytes=said["volume_megabytes"] or 0,
            asked=asked,
            own_order=arranged.own_order if arranged.moved or order == Order.OWN else (),
            sections=arranged.sections,
            left_out=arranged.left_out,
            papers=[str(paper.pk) for paper in said.get("papers") or ()],
        )


class Arranged:
    """What was put in by hand beside each submission: its place, its section, why it is left
    out."""

    def __init__(self, posted: QueryDict, specification: Specification) -> None:
        shown = posted.getlist("submission")
        if not shown:
            self.moved = False
            self.own_order: tuple[str, ...] = tuple(specification.own_order)
            self.sections: dict[str, str] = dict(specification.sections)
            self.left_out: dict[str, str] = dict(specification.left_out)
            return
        places = {
            key: _place(posted.get(f"place-{key}", ""), at) for at, key in enumerate(shown, 1)
        }
        self.own_order = tuple(sorted(shown, key=lambda key: places[key]))
        # Whoever changes a number wants an order of their own, whatever was chosen above.
        self.moved = self.own_order != tuple(shown)
        self.sections = {
            key: said[:100] for key in shown if (said := posted.get(f"section-{key}", "").strip())
        }
        self.left_out = {
            key: posted.get(f"why-{key}", "").strip()[:300]
            for key in shown
            if f"out-{key}" in posted
        }

    def put_into(self, specification: Specification) -> Specification:
        """The specification with what was put in by hand; all else is as it was."""
        order = Order.OWN if self.moved else specification.order
        return replace(
            specification,
            order=order,
            own_order=self.own_order if order == Order.OWN else (),
            sections=self.sections,
            left_out=self.left_out,
        )


def _place(said: str, otherwise: int) -> float:
    try:
        return float(said)
    except ValueError:
        return otherwise


def initial_of(specification: Specification) -> dict[str, Any]:
    """What the form shows for a specification."""
    said = specification.said()
    return said | {
        "before_number": specification.prefix,
        "lines": "\n".join(specification.lines),
        "first": specification.first if specification.first != 1 else None,
        "width": specification.width or None,
        "volume_pages": specification.volume_pages or None,
        "volume_megabytes": specification.volume_megabytes or None,
    }


def filters_of(query: QueryDict) -> str:
    """The register's filters in the page's address."""
    filters = query.copy()
    for name in NOT_FILTERS:
        filters.pop(name, None)
    return filters.urlencode()
