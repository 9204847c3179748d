"""The papers of a meeting, as documents: what it is asked to decide, and what it decided.

They name witnesses as the public would see them, so they can go to members and into the minutes. A
witness's reasons stand only in a decision paper that was asked for with them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from evidence.admin.meeting_rows import Row, decided_rows, proposed_rows
from evidence.custody.record import record
from evidence.decisions.models import Act, Meeting
from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Run,
    Table,
)
from evidence.documents.renderers.docx import to_docx
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.documents.renderers.text import to_text
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from inquiry.people.models import User

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAPER_COLUMNS = ("Number", "Submitted by", "Kind and length", "What is asked", "Recommendation")
REASONS_COLUMN = "Reasons of the witness"


@dataclass(frozen=True)
class MeetingPaper:
    """A paper of a meeting: its title, its file name without ending, and its document."""

    title: str
    name: str
    document: Document


def decision_paper(meeting: Meeting, reader: User, *, with_reasons: bool = False) -> MeetingPaper:
    """The schedule of what is proposed and not decided yet, in the order of receipt."""
    rows = proposed_rows(meeting, reader)
    columns = (*PAPER_COLUMNS, REASONS_COLUMN) if with_reasons else PAPER_COLUMNS
    body = [_schedule_row(row, with_reasons=with_reasons) for row in rows]
    blocks: list[Block] = [
        _line(f"{_count(len(rows), 'submission')} for decision at the {_name(meeting)}.")
    ]
    if body:
        blocks.append(Table((_cells(columns),), tuple(body)))
    return MeetingPaper(
        "Decision paper", f"decision-paper-{meeting.number}", Document(tuple(blocks))
    )


def _schedule_row(row: Row, *, with_reasons: bool) -> tuple[Cell, ...]:
    submission = row.submission
    asked_of = "; ".join(str(decision) for decision in row.decisions)
    words = (
        submission.label,
        submission.heading_names(),
        f"{submission.get_kind_display()}, {_count(submission.words, 'word')}",
        ". ".join([asked_of, *_flags(row)]),
        " ".join(row.notes),
    )
    return _cells((*words, row.reasons) if with_reasons else words)


def _flags(row: Row) -> Iterable[str]:
    submission = row.submission
    if submission.protected:
        yield f"Witness asked: {submission.asked_label.lower()}"
    if submission.late:
        yield "Late"
    if row.names_open:
        yield f"{_count(row.names_open, 'finding')} may identify the witness"
    if row.freer_reason:
        yield "Shows more than the witness asked for"
    if row.waits_for_second_clerk:
        yield "Second clerk must agree"


def minute_extract(meeting: Meeting, reader: User) -> MeetingPaper:
    """What the meeting decided, in the words of Formal Minutes."""
    rows = decided_rows(meeting, reader)
    blocks: list[Block] = [
        _heading(f"{meeting.held_on:%A} {meeting.held_on.day} {meeting.held_on:%B %Y}")
    ]
    if present := _lines(meeting.members_present):
        blocks += [_heading("Members present", 2), _line(f"{present[0]}, in the Chair")]
        blocks += [_list(present[1:])] if present[1:] else []
    if meeting.interests:
        blocks += [_heading("Declaration of interests", 2), *map(_line, _lines(meeting.interests))]
    blocks.append(_heading(meeting.inquiry.title, 2))
    for sentence, listed in _resolutions(rows):
        blocks.append(_line(sentence))
        blocks += [_list(listed)] if listed else []
    if not rows:
        blocks.append(_line("No decisions on written evidence were recorded."))
    return MeetingPaper(
        "Minute extract", f"minute-extract-{meeting.number}", Document(tuple(blocks))
    )


def _resolutions(rows: Sequence[Row]) -> Iterable[tuple[str, list[str]]]:
    """A sentence for each kind of decision, with the evidence it is about. What is confidential is
    named by its number alone; what was not accepted is counted."""
    reported = _with_act(rows, Act.REPORT)
    if reported:
        yield (
            "Ordered, That the following be reported to the House for publication:",
            [_entry(row.submission) for row in reported],
        )
    accepted = _with_act(rows, Act.ACCEPT)
    if accepted:
        yield (
            "Resolved, That the Committee accept the following as evidence:",
            [_entry(row.submission) for row in accepted],
        )
    for act, sentence in DISCLOSED.items():
        if chosen := _with_act(rows, act):
            yield sentence, [_entry(row.submission) for row in chosen]
    if letters := _with_act(rows, Act.CORRESPONDENCE):
        yield (
            f"Resolved, That {_count(len(letters), 'submission')} be treated as correspondence.",
            [],
        )
    if declined := _with_act(rows, Act.DECLINE):
        yield (
            f"Resolved, That {_count(len(declined), 'submission')} be not accepted as evidence.",
            [],
        )


DISCLOSED: Mapping[Act, str] = {
    Act.WITHHOLD_NAME: "Resolved, That the names be withheld of those who submitted:",
    Act.KEEP_CONFIDENTIAL: "Resolved, That the following be kept confidential:",
}


def _with_act(rows: Sequence[Row], act: Act) -> list[Row]:
    return [row for row in rows if any(decision.act == act for decision in row.decisions)]


def _entry(submission: Submission) -> str:
    if submission.disclosure == Disclosure.CONFIDENTIAL:
        return submission.label
    return f"{submission.heading_names()} ({submission.label})"


def paper_response(
    request: HttpRequest, meeting: Meeting, name: str, by: User
) -> HttpResponse | None:
    """The file of this name, such as `decision-paper.docx`; None if there is none. Recorded."""
    kind, _dot, form = name.partition(".")
    if kind not in PAPERS or form not in FILES:
        return None
    with_reasons = kind == "decision-paper" and "reasons" in request.GET
    paper = (
        decision_paper(meeting, by, with_reasons=True)
        if with_reasons
        else PAPERS[kind](meeting, by)
    )
    with transaction.atomic():
        record(
            "meeting paper made",
            meeting,
            by=by,
            inquiry=meeting.inquiry_id,
            paper=name,
            reasons=with_reasons,
        )
    write, media_type = FILES[form]
    response = HttpResponse(write(paper, meeting), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{paper.name}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


def _docx(paper: MeetingPaper, meeting: Meeting) -> bytes:
    title = _heading(f"{meeting.inquiry.committee}: {paper.title.lower()}")
    return to_docx(Document((title, *paper.document.blocks)), {})


def _pdf(paper: MeetingPaper, meeting: Meeting) -> bytes:
    heading = PageHeading(
        committee=meeting.inquiry.committee.name,
        inquiry=meeting.inquiry.title,
        heading=paper.title,
        reference="",
        date=f"{meeting.held_on:%B %Y}",
    )
    return to_pdf(paper.document, {}, heading).pdf


def text_of(paper: MeetingPaper) -> str:
    """The paper as plain text, to be copied."""
    return to_text(paper.document)


PAPERS: Mapping[str, Callable[[Meeting, User], MeetingPaper]] = {
    "decision-paper": decision_paper,
    "minute-extract": minute_extract,
}
FILES: Mapping[str, tuple[Callable[[MeetingPaper, Meeting], bytes], str]] = {
    "docx": (_docx, WORD),
    "pdf": (_pdf, "application/pdf"),
}


def _name(meeting: Meeting) -> str:
    text = str(meeting)
    return text[0].lower() + text[1:]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _line(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _heading(text: str, level: int = 1) -> Heading:
    return Heading(level, (Run(text),))


def _list(items: Iterable[str]) -> ListBlock:
    return ListBlock(ordered=False, items=tuple((_line(item),) for item in items))


def _cells(words: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell((_line(word),)) for word in words)
