"""The specification of a bundle: which submissions, in which order, with which page furniture.

A specification can be saved and changed; a bundle made of it never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from typing import Any, Self, get_type_hints

from django.db.models import TextChoices

from evidence.lifecycle import BEFORE_THE_COMMITTEE, Status
from evidence.pdf.assemble.spec import Stamp


class Kind(TextChoices):
    SELECTION = "selection", "Selection of evidence"
    MEETING = "meeting", "Meeting pack"
    CIRCULATION = "circulation", "Circulation pack"
    THEMATIC = "thematic", "Thematic bundle"
    WITNESS = "witness", "Witness pack"
    PUBLICATION = "publication", "Publication batch"
    VOLUME = "volume", "Evidence volume"


class Order(TextChoices):
    NUMBER = "number", "Number"
    WITNESS = "witness", "Witness"
    INSTITUTION = "institution", "Institution"
    THEME = "theme", "Theme"
    DATE = "date", "Date of receipt"
    OWN = "own", "Your own order"


class Grouping(TextChoices):
    NONE = "none", "No sections"
    INSTITUTION = "institution", "By institution"
    THEME = "theme", "By theme"
    QUESTION = "question", "By terms of reference question"
    SORT = "kind", "By kind"
    OWN = "own", "Your own sections"


class Passages(TextChoices):
    """Whether the tagged passages are quoted: before the submissions, or without them."""

    NONE = "none", "Not quoted"
    FRONT = "front", "Before the submissions, each linked to its paragraph"
    ALONE = "alone", "On their own, each linked to the submission on this site"

    @classmethod
    def _missing_(cls, value: object) -> "Passages | None":
        # An older saved specification has a boolean here.
        return {True: cls.FRONT, False: cls.NONE}.get(value) if isinstance(value, bool) else None


class Continuation(TextChoices):
    """How a bundle continues an earlier one."""

    AFRESH = "afresh", "Number all pages from the start"
    KEEP = "keep", "Keep the existing numbers; late papers get letters (12A, page 120a)"
    SUPPLEMENT = "supplement", "Only what is new, numbered on from the last page"


@dataclass(frozen=True)
class Rule:
    """The rules of a kind of bundle. `statuses` are those it selects, unless the register's filter
    names others and they are not `fixed`. `public` bundles are for readers outside. `schedule` puts
    a table of decisions in front. `purpose` tells staff what the kind is for."""

    purpose: str
    statuses: frozenset[Status] = BEFORE_THE_COMMITTEE
    fixed: bool = False
    public: bool = False
    schedule: bool = False


RULES: Mapping[Kind, Rule] = {
    Kind.SELECTION: Rule("The submissions shown in the register."),
    Kind.MEETING: Rule("For one meeting: evidence and committee papers, with tabs."),
    Kind.CIRCULATION: Rule(
        "New submissions for the committee, with a schedule of recommendations.",
        statuses=frozenset({Status.PREPARED}),
        schedule=True,
    ),
    Kind.THEMATIC: Rule("Evidence on a theme or an institution, in sections."),
    Kind.WITNESS: Rule(
        "For a witness or another outside reader: published evidence only.",
        statuses=frozenset({Status.PUBLISHED}),
        fixed=True,
        public=True,
    ),
    Kind.PUBLICATION: Rule(
        "Published evidence, as one document for the public.",
        statuses=frozenset({Status.PUBLISHED}),
        fixed=True,
        public=True,
    ),
    Kind.VOLUME: Rule(
        "Evidence reported to the House, for the end of an inquiry.",
        statuses=frozenset({Status.REPORTED, Status.PUBLISHED}),
        fixed=True,
        public=True,
    ),
}


@dataclass(frozen=True)
class Specification:
    """What a bundle is to hold and look like.

    `filters` is the register's query string; `keys` narrows it to some submissions. Of submissions
    by key, `own_order` is the order set by hand, `sections` their sections, `left_out` the reasons
    they are left out. `papers` are keys of committee papers. `tabs` numbers the items, `dividers`
    puts a page before each section, `sheets` one before each submission, `passages` quotes the
    tagged sentences. `prefix` stands before each page number, `first` is the first, `width` its
    least number of digits; `of_pages` prints how many pages there are, `stamp` says where. `lines`
    are printed on the cover. A file has at most `volume_pages` pages and `volume_megabytes`, 0 for
    any number.
    """

    title: str
    kind: Kind = Kind.SELECTION
    marking: str = ""
    order: Order = Order.NUMBER
    grouping: Grouping = Grouping.NONE
    within: Grouping = Grouping.NONE
    with_confidential: bool = False
    with_names: bool = False
    tabs: bool = False
    dividers: bool = False
    sheets: bool = False
    passages: Passages = Passages.NONE
    prefix: str = ""
    first: int = 1
    width: int = 0
    of_pages: bool = False
    stamp: Stamp = Stamp.TOP_RIGHT
    lines: Sequence[str] = ()
    volume_pages: int = 0
    volume_megabytes: int = 0
    filters: str = ""
    keys: Sequence[str] | None = None
    own_order: Sequence[str] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    papers: Sequence[str] = ()

    @property
    def rule(self) -> Rule:
        return RULES[self.kind]

    @property
    def in_volumes(self) -> bool:
        return bool(self.volume_pages or self.volume_megabytes)

    @property
    def quotes_alone(self) -> bool:
        return self.passages == Passages.ALONE

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Reads options by name, such as those that `to_json` wrote; missing ones have defaults."""
        types = get_type_hints(cls)
        return cls(
            **{
                option.name: _as_choice(types[option.name], content[option.name])
                for option in fields(cls)
                if option.name in content
            }
        )


def _as_choice(kind: object, value: Any) -> Any:
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
