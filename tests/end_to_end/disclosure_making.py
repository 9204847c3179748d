"""Makes the world of the canary: submissions in every status, marked in every field."""

import io
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from PIL import Image

from evidence.bundles.models import Bundle
from evidence.bundles.numbered_copies import Recipient, issue_copies
from evidence.decisions.decide import withdraw
from evidence.decisions.models import Act, Meeting
from evidence.decisions.propose import propose
from evidence.drafts import access as opening
from evidence.drafts import files, save_answers
from evidence.intake.examine import examine
from evidence.intake.models import SubmissionFinding
from evidence.jobs.models import Job
from evidence.lifecycle import Disclosure, Status
from evidence.publication.publish import publish
from evidence.submissions.models import DisclosureRequest, Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witnesses.models import Contact, Statement, Witness
from inquiry.calls.models import Call, Inquiry
from inquiry.people.models import User
from inquiry.people.roles import Role
from inquiry.vocabulary.models import Theme
from tests.end_to_end.disclosure_world import (
    ADDRESS,
    ANSWER,
    ASKED_BACK,
    BODY,
    DISCLOSURES,
    DRAFT,
    ELSEWHERE,
    EMAIL,
    FILE_NAME,
    FINDING,
    HOURS,
    LETTER,
    METADATA,
    NAME,
    NEVER_CONFIDENTIAL,
    NOTE,
    ORGANISATION,
    OWN_INSTITUTION,
    PHONE,
    QUESTION,
    READY,
    REASONS,
    REQUEST_NOTE,
    ROLE,
    SAFE_WAYS,
    STATEMENT,
    TITLE,
    Canary,
    Reader,
    World,
    clearances,
    mark,
)
from tests.factories import (
    CallFactory,
    InquiryFactory,
    InstitutionFactory,
    ThemeFactory,
    UserFactory,
    a_member,
    decide,
    docx,
)

# --- Making it ---------------------------------------------------------------------------------


def make_world(work: Callable[[], int]) -> World:
    here, there = InquiryFactory(prefix="QHERE"), InquiryFactory(prefix="QTHERE")
    clerk, other = a_member(here, Role.CLERK), a_member(there, Role.CLERK)
    readers = list(readers_of_world(here, clerk, other))
    case_worker = next(r.user for r in readers if r.label == "operations")
    themes = [ThemeFactory() for _each in range(3)]
    canaries: list[Canary] = []
    for inquiry, by, statuses in ((here, clerk, tuple(Status)), (there, other, ELSEWHERE)):
        call = CallFactory(inquiry=inquiry)
        for status, disclosure in combinations(statuses):
            number = len(canaries)
            submission = sent(
                call, number, disclosure, as_word=_as_word(status, disclosure, inquiry)
            )
            if status == Status.PREPARED and inquiry == here:
                submission.assigned_to = case_worker
                submission.save(update_fields=["assigned_to"])
            begin(submission, number, status, by=by)
            canaries.append(Canary(number, submission, status, disclosure))
    work()
    # What is proposed only comes last: a meeting decides on all that is proposed.
    for canary in sorted(canaries, key=lambda candidate: candidate.status == Status.PREPARED):
        by = clerk if canary.submission.inquiry_id == here.pk else other
        add_tags_findings_and_notes(canary, themes[canary.number % 3], by=by)
        move_to_status(canary, by=by)
    work()
    for canary in canaries:
        if canary.status == Status.PUBLISHED:
            publish(canary.submission, by=clerk)
        canary.submission.refresh_from_db()
        assert canary.submission.status == canary.status, canary
    meeting = Meeting.objects.filter(inquiry=here).first()
    assert meeting is not None
    return World(here, there, clerk, canaries, meeting, readers)


def combinations(statuses: tuple[Status, ...]) -> Iterator[tuple[Status, Disclosure]]:
    for status in statuses:
        for disclosure in DISCLOSURES:
            if not (disclosure == Disclosure.CONFIDENTIAL and status in NEVER_CONFIDENTIAL):
                yield status, disclosure


def _as_word(status: Status, disclosure: Disclosure, inquiry: Inquiry) -> bool:
    """A Word file bears names in its metadata; two of them, since they take a second each."""
    here = inquiry.prefix == "QHERE"
    return here and status == Status.PREPARED and disclosure != Disclosure.OPEN


def sent(call: Call, number: int, disclosure: Disclosure, *, as_word: bool = False) -> Submission:
    body = f"The words {mark(BODY, number)} of the evidence."
    content = by_author(docx(body), mark(METADATA, number)) if as_word else body
    name = f"{mark(FILE_NAME, number)}.{'docx' if as_word else 'txt'}"
    document = content if isinstance(content, bytes) else content.encode()
    parcels = [
        take_in(io.BytesIO(document), name=name),
        take_in(io.BytesIO(picture(number)), name=f"{mark(FILE_NAME, number)}.png", extra=True),
    ]
    return receive(
        call,
        parcels,
        Envelope(
            idempotency_key=f"test:{secrets.token_hex(8)}",
            senders=[
                Sender(
                    name=f"Dr {mark(NAME, number)}",
                    role=f"Reader in {mark(ROLE, number)}",
                    organisation=f"College of {mark(ORGANISATION, number)}",
                    email=f"{mark(EMAIL, number)}@example.org",
                    phone=mark(PHONE, number),
                    address=mark(ADDRESS, number),
                    safe_ways=mark(SAFE_WAYS, number),
                    hours=mark(HOURS, number),
                    disclosure=disclosure,
                )
            ],
            title=f"On {mark(TITLE, number)}",
            reasons=mark(REASONS, number),
            note=mark(REQUEST_NOTE, number),
        ),
    )


def by_author(word: bytes, author: str) -> bytes:
    """The same Word file, saved by somebody: their name stands in its properties alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"<dc:creator>.*?</dc:creator>|<dc:creator ?/>",
                    f"<dc:creator>{author}</dc:creator>".encode(),
                    content,
                )
            new.writestr(name, content)
    return out.getvalue()


def picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number * 5, 120, 40)).save(out, "PNG")
    return out.getvalue()


def begin(submission: Submission, number: int, status: Status, *, by: User) -> None:
    """Stop a submission where it is to stay, for those that do not go all the way."""
    if status in READY:
        return
    if status == Status.CHECKED:
        examine(submission)
    if status == Status.HELD:
        submission.move_to(Status.HELD, by=by, note=mark(NOTE, number))
    Job.objects.filter(subject_id=submission.pk).delete()


def add_tags_findings_and_notes(canary: Canary, theme: Theme, *, by: User) -> None:
    """Give a submission tags, a finding and what clerks write about it."""
    submission, number = canary.submission, canary.number
    own = InstitutionFactory(name=f"University of {mark(OWN_INSTITUTION, number)}")
    if canary.status in READY:
        tag.with_institution(submission, own, part=InstitutionTag.Part.SUBMITTER, by=by)
        tag.with_theme(submission, theme, by=by)
    else:
        InstitutionTag.objects.create(
            submission=submission, institution=own, part=InstitutionTag.Part.SUBMITTER
        )
        ThemeTag.objects.create(submission=submission, theme=theme, standing=Standing.SUGGESTED)
    SubmissionFinding.objects.create(
        submission=submission,
        stage=SubmissionFinding.Stage.PREPARE,
        code="names-somebody",
        severity=SubmissionFinding.Severity.WARN,
        parameters={"words": mark(FINDING, number)},
    )
    furnish_correspondence(submission, number, by=by)


def furnish_correspondence(submission: Submission, number: int, *, by: User) -> None:
    """What its witness said besides, was asked, and asked for; and a form nobody has sent."""
    Statement.objects.create(submission=submission, on_behalf_of=mark(STATEMENT, number))
    WitnessQuestion.objects.create(
        submission=submission,
        question=mark(QUESTION, number),
        asked_by=by,
        answer=mark(ANSWER, number),
        answered_at=submission.received_at,
    )
    WithdrawalRequest.objects.create(submission=submission, reason=mark(ASKED_BACK, number))
    draft, _code = opening.start(submission.call, language="en-gb", supplements=submission)
    save_answers.keep(draft, "details", {"name": mark(DRAFT, number)})
    files.add(draft, io.BytesIO(mark(DRAFT, number).encode()), name=f"{mark(DRAFT, number)}.txt")


DISCLOSE = {
    Disclosure.OPEN: Act.OPEN,
    Disclosure.NAME_WITHHELD: Act.WITHHOLD_NAME,
    Disclosure.CONFIDENTIAL: Act.KEEP_CONFIDENTIAL,
}
REPORTING = frozenset({Status.REPORTED, Status.PUBLISHED})


def move_to_status(canary: Canary, *, by: User) -> None:
    submission, note = canary.submission, mark(NOTE, canary.number)
    submission.refresh_from_db()
    match canary.status:
        case Status.PREPARED:
            propose(submission, DISCLOSE[canary.disclosure], by=by, note=note)
        case Status.DECLINED:
            decide(submission, Act.DECLINE, by=by, note=mark(LETTER, canary.number))
        case Status.CORRESPONDENCE:
            decide(submission, Act.CORRESPONDENCE, by=by, note=note)
        case Status.WITHDRAWN:
            withdraw(submission, by=by, note=note)
        case Status.ACCEPTED | Status.REPORTED | Status.PUBLISHED:
            then = [Act.REPORT] if canary.status in REPORTING else []
            decide(submission, Act.ACCEPT, DISCLOSE[canary.disclosure], *then, by=by, note=note)


def readers_of_world(here: Inquiry, clerk: User, other: User) -> Iterator[Reader]:
    yield Reader("nobody", AnonymousUser())
    yield Reader("signed in, without a part", UserFactory())
    yield Reader("superuser, without a part", UserFactory(is_superuser=True, is_staff=True))
    yield Reader("clerk", clerk, Role.CLERK)
    yield Reader("clerk of another inquiry", other, Role.CLERK, elsewhere=True)
    yield Reader("inactive clerk", _inactive(a_member(here, Role.CLERK)))
    for label, role, confidential, identities in clearances():
        person = a_member(here, role, sees_confidential=confidential, sees_identities=identities)
        yield Reader(label, person, role, confidential, identities)


def _inactive(person: User) -> User:
    person.is_active = False
    person.save()
    return person


# --- Bundles, made as their makers make them ------------------------------------------------------

BUNDLES = (
    ("clerk", True, True),
    ("clerk", False, False),
    ("specialist + confidential + identities", True, True),
    ("specialist + identities", False, True),
    ("specialist", False, False),
    ("operations + confidential", True, False),
)


def make_bundles(world: World, work: Callable[[], int]) -> None:
    for label, confidential, names in BUNDLES:
        furnish_correspondence = f"{label}{', confidential' * confidential}{', names' * names}"
        world.bundles[furnish_correspondence] = ask_for_bundle(
            world.reader(label), world.here, confidential=confidential, names=names
        )
    work()
    for furnish_correspondence, how in (
        ("clerk, confidential, names", "keep"),
        ("specialist", "keep"),
    ):
        maker = world.reader(furnish_correspondence.split(",")[0])
        world.bundles[f"{furnish_correspondence}, {how}"] = make_again(
            maker, world.bundles[furnish_correspondence], how
        )
    issue_the_copies(world)
    work()
    for bundle in world.bundles.values():
        bundle.refresh_from_db()
        assert bundle.state == Bundle.State.READY, bundle.reason


def ask_for_bundle(reader: Reader, inquiry: Inquiry, *, confidential: bool, names: bool) -> Bundle:
    answers = {"title": "Pack", "order": "number", "grouping": "institution", "marking": ""}
    answers |= {"within": "theme", "sheets": "on", "dividers": "on", "tabs": "on"}
    answers |= {"with_confidential": "on"} if confidential else {}
    answers |= {"with_names": "on"} if names else {}
    # Of every status; left to itself a bundle holds only what is before the committee.
    query = urlencode({"inquiry": inquiry.code, "status": Status.values}, doseq=True)
    response = reader.client().post(f"{reverse('bundle-new')}?{query}", answers)
    assert response.status_code == 302, response.content.decode()
    key = response["Location"].rstrip("/").rsplit("/", 1)[-1]
    return Bundle.objects.get(pk=key)


def issue_the_copies(world: World) -> None:
    """Of the widest and of the narrowest bundle, one for somebody outside and one inside."""
    for furnish_correspondence, reader in (
        ("clerk, confidential, names", "specialist + confidential + identities"),
        ("clerk", "specialist"),
    ):
        inside = Recipient("A colleague", world.reader(reader).user)
        issue_copies(
            world.bundles[furnish_correspondence], [Recipient("Somebody"), inside], by=world.clerk
        )


def make_again(reader: Reader, bundle: Bundle, how: str) -> Bundle:
    """A bundle that follows another, and its specification, kept for all to use."""
    answers = {
        "title": "Pack",
        "order": "date",
        "grouping": "theme",
        "follow": how,
        "name": "Shared",
    }
    answers |= {"with_confidential": "on"} if bundle.with_confidential else {}
    answers |= {"with_names": "on"} if bundle.with_names else {}
    page = f"{reverse('bundle-new')}?from={bundle.pk}"
    kept = reader.client().post(page, answers | {"do": "keep", "shared": "on"})
    response = reader.client().post(page, answers | {"do": "make"})
    assert (kept.status_code, response.status_code) == (302, 302), response.content.decode()
    return Bundle.objects.get(pk=response["Location"].rstrip("/").rsplit("/", 1)[-1])


def more_confidential(world: World) -> Iterator[Canary]:
    call = world.here.calls.first()
    secret = Disclosure.CONFIDENTIAL
    statuses = (status for status in Status if status not in NEVER_CONFIDENTIAL)
    for number, status in enumerate(statuses, start=60):
        submission = sent(call, number, secret)
        begin(submission, number, status, by=world.clerk)
        yield Canary(number, submission, status, secret)


def replace_witness(canary: Canary, *, by) -> None:
    """Another witness of another place, whose own institution is known, with one more guess."""
    submission = canary.submission
    witnesses = Witness.objects.filter(submissions=submission)
    Contact.objects.filter(witness__in=witnesses).delete()
    witnesses.update(name="Somebody Else", organisation="Elsewhere", role="Another")
    DisclosureRequest.objects.filter(submission=submission).delete()
    submission.institution_tags.all().delete()
    submission.findings.all().delete()
    submission.attachments.update(name="other.txt")
    if submission.inquiry_id == by.memberships.get().inquiry_id:
        own = InstitutionFactory()
        tag.with_institution(submission, own, part=InstitutionTag.Part.SUBMITTER, by=by)
        InstitutionTag.objects.create(
            submission=submission,
            institution=InstitutionFactory(),
            part=InstitutionTag.Part.SUBMITTER,
            standing=Standing.SUGGESTED,
        )
