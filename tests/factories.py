"""One factory per model, and the shapes tests ask for by name."""

import datetime
import io
import secrets
import string
import subprocess
import tempfile
from pathlib import Path

import factory
import pypandoc
from django.utils import timezone
from factory.django import DjangoModelFactory

from evidence.decisions.decide import apply, record_meeting
from evidence.decisions.models import Act, Meeting
from evidence.decisions.propose import confirm, propose, waits_for_second_clerk
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.submissions.receive import Envelope, Sender, receive, take_in
from inquiry.calls.models import Call, Committee, Inquiry
from inquiry.people.models import Membership, User
from inquiry.people.roles import Role
from inquiry.vocabulary.models import Institution, Theme


class CommitteeFactory(DjangoModelFactory):
    class Meta:
        model = Committee

    name = factory.Sequence(lambda n: f"Committee {n}")
    slug = factory.Sequence(lambda n: f"committee-{n}")


class InquiryFactory(DjangoModelFactory):
    class Meta:
        model = Inquiry

    committee = factory.SubFactory(CommitteeFactory)
    title = factory.Sequence(lambda n: f"Inquiry {n}")
    code = factory.Sequence(lambda n: f"inquiry-{n}")
    prefix = factory.Sequence(
        # Not with F: many tests name an inquiry of theirs FIA.
        lambda n: "G" + string.ascii_uppercase[n // 26 % 26] + string.ascii_uppercase[n % 26]
    )


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    inquiry = factory.SubFactory(InquiryFactory)
    title = factory.Sequence(lambda n: f"Call {n}")
    code = factory.Sequence(lambda n: f"call-{n}")
    opens_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=7))
    closes_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=7))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    inquiry = factory.SubFactory(InquiryFactory)
    role = Role.CLERK


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    name = factory.Sequence(lambda n: f"University of Place {n}")


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    name = factory.Sequence(lambda n: f"Theme {n}")


def a_member(inquiry: Inquiry, role: str = Role.CLERK, **clearances: bool) -> User:
    """A fresh person with this part in the inquiry."""
    return MembershipFactory(inquiry=inquiry, role=role, **clearances).user


def docx(markdown: str = "A paragraph of evidence.", *extra: str) -> bytes:
    """A Word file as pandoc writes it."""
    return pandoc_made(markdown, "docx", *extra)


def pandoc_made(markdown: str, kind: str, *extra: str) -> bytes:
    """The markdown as a whole file of this kind."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"made.{kind}"
        subprocess.run(
            [pypandoc.get_pandoc_path(), "-s", "-f", "markdown", *extra, "-o", str(target)],
            input=markdown.encode(),
            check=True,
        )
        return target.read_bytes()


def a_submission(
    call: Call | None = None,
    *,
    text: str = "A paragraph of evidence.",
    name: str = "Dr A. Name",
    organisation: str = "University of X",
    disclosure: str = Disclosure.OPEN,
    content: bytes | None = None,
    file_name: str = "evidence.txt",
    title: str = "",
    **sender: str,
) -> Submission:
    """A submission received through the real function; plain text unless content is given."""
    call = call or CallFactory()
    parcel = take_in(io.BytesIO(content or text.encode()), name=file_name)
    return receive(
        call,
        [parcel],
        Envelope(
            idempotency_key=f"test:{secrets.token_hex(8)}",
            senders=[
                Sender(
                    name=name,
                    organisation=organisation,
                    disclosure=Disclosure(disclosure),
                    **sender,
                )
            ],
            title=title,
        ),
    )


def a_meeting(inquiry: Inquiry, *, by: User) -> Meeting:
    number = Meeting.objects.filter(inquiry=inquiry).count() + 1
    meeting = Meeting(inquiry=inquiry, number=number, held_on=datetime.date(2026, 3, 17))
    return record_meeting(meeting, by=by)


def decide(
    submission: Submission,
    *acts: Act,
    by: User,
    note: str = "out of scope",
    freer_reason: str = "The committee heard the witness and they agreed.",
) -> Submission:
    """Propose the acts and apply them at a meeting of their own. What shows more than was asked
    for is given a reason, and confirmed by a second clerk."""
    submission.refresh_from_db()
    for act in acts:
        decision = propose(submission, act, by=by, note=note, freer_reason=freer_reason)
        if waits_for_second_clerk(decision, submission):
            confirm(decision, by=a_member(submission.inquiry))
    applied = apply(a_meeting(submission.inquiry, by=by), by=by)
    assert not applied.problems, applied.problems
    submission.refresh_from_db()
    return submission
