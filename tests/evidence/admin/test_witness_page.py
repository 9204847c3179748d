"""The page of a witness: what each reader may see, and corrections that leave a trace."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.custody.verify import verify
from evidence.documents.heading import submission_heading
from evidence.drafts import late_codes
from evidence.drafts.models import Draft
from evidence.jobs.models import Job
from evidence.submissions.models import SubmissionWitness
from evidence.witnesses.models import Contact, Witness
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_of, page_text, signed_in
from tests.factories import CallFactory, InstitutionFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(call, work):
    row = a_submission(
        call, email="ann@example.org", address="1 High Street", hours="Only in the morning"
    )
    work()
    row.refresh_from_db()
    return row


def address(submission, name: str = "witness") -> str:
    return reverse(f"admin:{name}", args=[submission.witnesses.first().pk])


def hidden_version(page: str) -> str:
    match = re.search(r'name="version" value="([^"]*)"', page)
    return match.group(1) if match else ""


def correct(client, submission, **answers: object) -> str:
    """Change these fields of the form as it is shown; returns the page after it."""
    witness = submission.witnesses.first()
    contact = Contact.objects.get(witness=witness)
    path = address(submission, "witness-correct")
    fields: dict[str, object] = {
        "version": hidden_version(page_text(client, path)),
        "kind": witness.kind,
        "name": witness.name,
        "role": witness.role,
        "organisation": witness.organisation,
        "email": contact.email,
        "may_email": "on",
        "may_phone": "on",
        "address": contact.address,
        "hours": contact.hours,
        "language": "en-gb",
        f"place_{submission.pk.hex}": 1,
        **answers,
    }
    return client.post(path, fields, follow=True).content.decode()


def test_page_shows_submissions_letters_bundles_late_codes_and_how_to_write(
    call, clerk, submission, work
):
    bundle = freeze(call.inquiry, Specification(title="Meeting pack"), by=clerk)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    code = late_codes.make(call, by=clerk, expires_at=tomorrow)
    Draft.objects.create(call=call, submission=submission, late_code=code)
    work()
    client = signed_in(clerk)
    page = page_text(client, address(submission))
    for words in (
        *(submission.receipt, call.inquiry.title, "ann@example.org", "1 High Street"),
        *("Only in the morning", bundle.title, "Acknowledgement", "University of X"),
        reverse("admin:evidence_latecode_change", args=[code.pk]),
    ):
        assert words in page
    assert address(submission) in page_text(client, page_of(submission))


def test_corrected_name_is_what_search_finds(clerk, submission, work):
    client = signed_in(clerk)
    correct(client, submission, name="Dr Zebedee Corrected")
    work()

    by_new = page_text(client, f"{reverse('register')}?q=zebedee")
    by_old = page_text(client, f"{reverse('register')}?q=%22a.+name%22")

    assert submission.receipt in by_new
    assert submission.receipt not in by_old


# --- Who may see what -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["witness", "witness-correct"])
def test_page_is_not_found_for_people_who_may_not_know_the_witness(call, name, work):
    protected = a_submission(call, disclosure="name_withheld")
    work()
    for person in (
        a_member(call.inquiry, Role.SPECIALIST, sees_confidential=True),
        a_member(call.inquiry, Role.OPERATIONS, sees_confidential=True, sees_identities=True),
        a_member(CallFactory().inquiry),
    ):
        assert signed_in(person).get(address(protected, name)).status_code == 404
    for role in (Role.MEMBER, Role.ADVISER, Role.MEDIA):
        client = signed_in(a_member(call.inquiry, role, sees_identities=True))
        assert client.get(address(protected, name)).status_code in {302, 404}


def test_contact_details_and_corrections_are_for_clerks(call, submission):
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST, sees_identities=True))
    page = page_text(client, address(submission))
    assert submission.receipt in page
    for words in ("ann@example.org", "1 High Street", "Only in the morning", "Acknowledgement"):
        assert words not in page
    assert client.get(address(submission, "witness-correct")).status_code == 404
    assert client.post(address(submission, "witness-correct")).status_code == 404


def test_submission_in_an_inquiry_of_others_is_not_listed(clerk, submission, work):
    """A row for two submissions, as an import may make it."""
    elsewhere = a_submission(CallFactory())
    SubmissionWitness.objects.filter(submission=elsewhere).update(
        witness=submission.witnesses.first()
    )
    page = page_text(signed_in(clerk), address(submission))
    assert elsewhere.receipt not in page
    assert elsewhere.inquiry.title not in page
    assert "ann@example.org" in page
    client = signed_in(clerk)
    assert client.get(address(submission, "witness-correct")).status_code == 404


# --- Corrections ----------------------------------------------------------------------------------


def test_corrected_name_is_in_custody_without_its_value_and_in_a_new_heading(
    clerk, submission, work
):
    before = submission_heading(submission, position=0).digest()
    page = correct(signed_in(clerk), submission, name="Dr Ann Name", role="Reader in Law")
    assert "Saved. The pages are made again where the heading changed." in page
    work()
    assert "Dr Ann Name, Reader in Law" in submission_heading(submission, position=0).heading
    rendition = submission.renditions.get(form="pdf")
    assert rendition.heading_digest == submission_heading(submission, position=0).digest() != before
    entry = CustodyEntry.objects.get(act="witness corrected")
    assert entry.by == clerk
    assert entry.detail == {
        "fields": ["name", "role"],
        "witness": str(submission.witnesses.first().pk),
    }
    assert verify().whole


def test_corrected_address_changes_no_page(clerk, submission, work):
    Job.objects.all().delete()
    correct(signed_in(clerk), submission, address="2 Low Street", may_email="")
    contact = Contact.objects.get(witness__submissions=submission)
    assert (contact.address, contact.may_email) == ("2 Low Street", False)
    assert CustodyEntry.objects.get(act="witness corrected").detail["fields"] == [
        *("address", "may_email")
    ]
    assert not Job.objects.exists()


def test_corrected_organisation_is_the_one_in_the_vocabulary(clerk, submission):
    institution = InstitutionFactory(name="University of York")
    correct(signed_in(clerk), submission, organisation="university of york")
    assert Witness.objects.get(submissions=submission).institution == institution


def test_order_of_authors_is_corrected(call, clerk, submission):
    other = Witness.objects.create(name="Dr B. Other")
    SubmissionWitness.objects.create(submission=submission, witness=other, position=1)
    correct(signed_in(clerk), submission, **{f"place_{submission.pk.hex}": 2})
    submission.refresh_from_db()
    assert submission.ordered_headings() == ["Dr B. Other", "Dr A. Name, University of X"]
    assert CustodyEntry.objects.get(act="witness corrected").detail["fields"] == ["place"]


def test_nothing_changed_leaves_no_trace(clerk, submission):
    assert "Nothing was changed." in correct(signed_in(clerk), submission)
    assert not CustodyEntry.objects.filter(act="witness corrected").exists()


def test_errors_keep_what_was_typed(clerk, submission):
    page = correct(signed_in(clerk), submission, name="", email="not an address", hours="Evenings")
    assert "Enter the full name." in page
    assert 'value="not an address"' in page
    assert "Evenings" in page
    assert Witness.objects.get(submissions=submission).name == "Dr A. Name"


def test_second_of_two_clerks_is_told_and_keeps_what_they_typed(clerk, submission, call):
    client = signed_in(clerk)
    stale = hidden_version(page_text(client, address(submission, "witness-correct")))
    correct(signed_in(a_member(call.inquiry)), submission, role="Professor")
    page = correct(client, submission, role="Lecturer", version=stale)
    assert "Someone else has changed this witness." in page
    assert 'value="Lecturer"' in page
    assert Witness.objects.get(submissions=submission).role == "Professor"
    correct(client, submission, role="Lecturer", version=hidden_version(page))
    assert Witness.objects.get(submissions=submission).role == "Lecturer"


def test_page_costs_the_same_for_one_submission_and_for_three(call, clerk, submission, work):
    client, counts = signed_in(clerk), []
    page_text(client, address(submission))
    for more in (0, 2):
        for _each in range(more):
            other = a_submission(call)
            SubmissionWitness.objects.filter(submission=other).update(
                witness=submission.witnesses.first()
            )
        with CaptureQueriesContext(connection) as queries:
            page_text(client, address(submission))
        counts.append(len(queries))
    assert counts[0] == counts[1]
