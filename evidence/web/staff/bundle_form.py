"""The form of a bundle's set-up: what staff choose besides the submissions they filtered."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from evidence.bundles.models import Bundle
from evidence.bundles.specification import (
    RULES,
    Continuation,
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

# Parameters of the page's address that are not filters of the register.
NOT_FILTERS = ("kind", "from", "specification", "page")
# More cannot be arranged by hand, because the number of fields in a form is limited.
MOST_BY_HAND = 150
SECTIONS = (
    ("", ("title", "order", "grouping", "within")),
    ("Committee papers", ("papers",)),
    ("Layout", ("marking", "lines", "tabs", "dividers", "sheets", "passages")),
    ("Page numbers", ("follow", "before_number", "first", "width", "of_pages", "stamp")),
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
    """The fields of a `Specification`; empty ones have its defaults."""

    title = forms.CharField(max_length=200, label="Title", initial="Written evidence")
    order = forms.ChoiceField(choices=Order.choices, label="Order by")
    grouping = forms.ChoiceField(choices=Grouping.choices, label="Sections")
    within = forms.ChoiceField(choices=Grouping.choices, label="Sub-sections", required=False)
    marking = forms.CharField(
        max_length=60,
        required=False,
        label="Marking on each page",
        help_text="For example, “For the committee only”. Optional.",
    )
    lines = forms.CharField(
        max_length=600,
        required=False,
        label="Cover text",
        help_text="For example, “Meeting of Tuesday 17 March 2026”.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    papers = forms.ModelMultipleChoiceField(
        queryset=CommitteePaper.objects.none(),
        required=False,
        label="Committee papers to include",
        help_text="Agenda, brief, questions and biographies go before the evidence, others after.",
        widget=forms.CheckboxSelectMultiple,
    )
    tabs = forms.BooleanField(required=False, label="Number the papers (tabs 1, 2, 3)")
    dividers = forms.BooleanField(required=False, label="Add a divider page before each section")
    sheets = forms.BooleanField(required=False, label="Add a cover sheet before each submission")
    passages = forms.ChoiceField(
        choices=Passages.choices,
        initial=Passages.NONE,
        required=False,
        label="Tagged passages",
        help_text="Quotes the tagged sentences under each theme or institution, with citations.",
    )
    follow = forms.ChoiceField(
        choices=Continuation.choices,
        initial=Continuation.AFRESH,
        required=False,
        label="Numbering after the earlier bundle",
        widget=forms.RadioSelect,
    )
    before_number = forms.CharField(max_length=20, required=False, label="Prefix")
    first = forms.IntegerField(
        min_value=1, max_value=1_000_000, required=False, label="First page number"
    )
    width = forms.IntegerField(
        min_value=0,
        max_value=8,
        required=False,
        label="Minimum number of digits",
        help_text="For example, 4 prints 0012. Leave blank to print 12.",
    )
    of_pages = forms.BooleanField(
        required=False,
        label="Print “of 120” after each number",
        help_text="The total will be wrong if you later add a supplement.",
    )
    stamp = forms.ChoiceField(
        choices=[(place.value, place.label) for place in Stamp],
        initial=Stamp.TOP_RIGHT,
        required=False,
        label="Page number position",
        help_text="Printed in a band added to each page, so it covers no evidence.",
    )
    volume_pages = forms.IntegerField(
        min_value=0, max_value=100_000, required=False, label="Maximum pages per file"
    )
    volume_megabytes = forms.IntegerField(
        min_value=0, max_value=100_000, required=False, label="Maximum megabytes per file"
    )
    with_confidential = forms.BooleanField(
        required=False,
        label="Include confidential evidence",
        help_text="Each confidential page is marked. Every download is recorded.",
    )
    with_names = forms.BooleanField(
        required=False,
        label="Show the names of witnesses whose name is withheld",
        help_text="In the contents and bookmarks. Only for readers who may see them.",
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
            inquiry=inquiry, state=CommitteePaper.State.READY, removed=False
        )
        if public or not papers.exists():
            del self.fields["papers"]
        else:
            self.fields["papers"].queryset = papers  # type: ignore[attr-defined]

    def sections(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The fields under their headings, and whether a heading's fields should be open."""
        sections = []
        for heading, names in SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                used = any(field.errors or self._differs(field) for field in fields)
                sections.append((heading, fields, used))
        return sections

    def _differs(self, field: forms.BoundField) -> bool:
        """Whether a field has a value, so that its section should be open."""
        return str(field.value() or "") not in {
            "",
            "0",
            "1",
            "[]",
            "False",
            str(Continuation.AFRESH),
        }

    def specification(self, query: str, arranged: "Arranged") -> Specification:
        """The specification of a valid form."""
        answers = self.cleaned_data
        filled = {name: value for name, value in answers.items() if value not in (None, "")}
        lines = [line.strip() for line in answers["lines"].splitlines() if line.strip()]
        return arranged.put_into(
            Specification.from_json(
                filled
                | {
                    "kind": self.kind,
                    "prefix": answers["before_number"],
                    "lines": lines[:8],
                    "papers": [str(paper.pk) for paper in answers.get("papers") or ()],
                    "filters": query,
                }
            )
        )


class Arranged:
    """The arrangement made by hand: order, section headings, and what is left out and why."""

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
        # Changing a number overrides the order chosen above.
        self.moved = self.own_order != tuple(shown)
        self.sections = {
            key: heading[:100]
            for key in shown
            if (heading := posted.get(f"section-{key}", "").strip())
        }
        self.left_out = {
            key: posted.get(f"why-{key}", "").strip()[:300]
            for key in shown
            if f"out-{key}" in posted
        }

    def put_into(self, specification: Specification) -> Specification:
        """The specification with this arrangement."""
        order = Order.OWN if self.moved else specification.order
        return replace(
            specification,
            order=order,
            own_order=self.own_order if order == Order.OWN else (),
            sections=self.sections,
            left_out=self.left_out,
        )


def _place(typed: str, otherwise: int) -> float:
    try:
        return float(typed)
    except ValueError:
        return otherwise


def initial_of(specification: Specification) -> dict[str, Any]:
    """The form's initial values for a specification."""
    return specification.to_json() | {
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
