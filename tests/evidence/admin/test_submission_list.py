"""The submission list of the desk: it reveals nothing to people without permission."""

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.intake.models import SubmissionFinding
from evidence.lifecycle import Disclosure, Status
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from inquiry.calls.models import Call
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import (
    LIST,
    TOKEN,
    in_status,
    page_of,
    page_text,
    shown_after,
    signed_in,
)
from tests.evidence.drafts.witness import file
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    ThemeFactory,
    UserFactory,
    a_member,
    a_submission,
    decide,
)

pytestmark = pytest.mark.django_db

# --- Who comes in --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MEDIA, Role.MEMBER, Role.ADVISER])
def test_admin_is_closed_to_readers(call, role):
    client = signed_in(a_member(call.inquiry, role, sees_confidential=True, sees_identities=True))
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_superuser_manages_accounts_and_sees_no_evidence(call, work):
    submission = a_submission(call)
    work()
    client = signed_in(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(reverse("admin:inquiry_user_changelist")).status_code == 200
    assert submission.receipt not in page_text(client, reverse("admin:index"))
    assert client.get(LIST)["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:evidence_submission_changelist")).status_code == 403
    assert client.get(page_of(submission)).status_code == 404
    assert client.get(reverse("admin:evidence_submission_add")).status_code == 403


def test_clerk_cannot_manage_accounts(clerk):
    client = signed_in(clerk)
    for name in ("inquiry_user", "inquiry_inquiry", "inquiry_committee"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403


# --- Correcting ----------------------------------------------------------------------------------


def corrected(submission: Submission, **changed: object) -> dict[str, object]:
    return {"title": submission.title, "display_name": submission.display_name, **changed}


def test_submission_form_cannot_set_fields_reserved_for_actions(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    fields = corrected(
        submission,
        status="published",
        disclosure_decided="open",
        disclosure_requested="confidential",
        number="7",
        reference="FIA0007",
        receipt="X",
    )
    signed_in(clerk).post(page_of(submission), fields)
    fresh = Submission.objects.get(pk=submission.pk)
    for name in ("status", "disclosure_decided", "disclosure_requested", "number", "receipt"):
        assert getattr(fresh, name) == getattr(submission, name), name


def test_direction_marks_in_file_names_are_not_shown(call, clerk, work):
    submission = a_submission(call, file_name="evidence\u202efdp.txt")
    work()

    shown = page_text(signed_in(clerk), page_of(submission))
    assert "evidencefdp.txt" in shown
    assert "\u202e" not in shown


def test_correction_is_recorded_and_rerenders_the_pages(call, clerk, work):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    work()

    signed_in(clerk).post(page_of(submission), corrected(submission, display_name="A student"))
    work()

    entry = CustodyEntry.objects.get(act="corrected", subject_id=str(submission.pk))
    assert (entry.by, entry.detail["fields"]) == (clerk, ["display_name"])
    submission.refresh_from_db()
    assert (
        publish(submission, by=clerk).heading == "Written evidence submitted by A student (FIA0001)"
    )


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_only_clerks_correct_submissions(call, work, role):
    submission = a_submission(call, title="As it was")
    work()
    answer = signed_in(a_member(call.inquiry, role)).post(
        page_of(submission), corrected(submission, title="Changed")
    )
    assert answer.status_code == 403
    submission.refresh_from_db()
    assert submission.title == "As it was"


def test_submission_cannot_supplement_one_of_another_inquiry(call, clerk, work):
    submission, foreign = a_submission(call), a_submission()
    work()
    signed_in(clerk).post(page_of(submission), corrected(submission, supplements=str(foreign.pk)))
    submission.refresh_from_db()
    assert submission.supplements is None


@pytest.mark.parametrize("disclosure", [Disclosure.CONFIDENTIAL, Disclosure.NAME_WITHHELD])
def test_supplement_does_not_reveal_the_protected_submission_it_supplements(
    call, clerk, work, disclosure
):
    first, second = a_submission(call, disclosure=disclosure), a_submission(call, text="More.")
    work()
    Submission.objects.filter(pk=second.pk).update(supplements=first)

    for role in (Role.SPECIALIST, Role.OPERATIONS):
        page = page_text(signed_in(a_member(call.inquiry, role)), page_of(second))
        assert first.receipt not in page
        assert str(first.pk) not in page
        assert first.label not in page
    assert first.label in page_text(signed_in(clerk), page_of(second))


# --- What the page tells -------------------------------------------------------------------------


def test_notes_of_clerks_are_hidden_from_operations_officers(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    propose(submission, Act.DECLINE, by=clerk, note="Jane told us more")
    officer = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    specialist = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    assert "Jane told us more" not in page_text(officer, page_of(submission))
    assert "Jane told us more" in page_text(specialist, page_of(submission))


def test_notes_on_a_protected_witness_need_permission_to_see_the_name(call, clerk, work):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    submission.refresh_from_db()
    propose(submission, Act.DECLINE, by=clerk, note="Jane told us more")
    for cleared in (False, True):
        reader = a_member(call.inquiry, Role.SPECIALIST, sees_identities=cleared)
        assert ("Jane told us more" in page_text(signed_in(reader), page_of(submission))) == cleared


def test_finding_does_not_mention_a_submission_hidden_from_the_reader(call, work):
    secret = a_submission(call, text="The same words.", disclosure=Disclosure.CONFIDENTIAL)
    submission = a_submission(call, text="The same words.")
    work()
    assert SubmissionFinding.objects.filter(submission=submission, about=secret).exists()
    for cleared in (False, True):
        reader = a_member(call.inquiry, Role.SPECIALIST, sees_confidential=cleared)
        assert (secret.receipt in page_text(signed_in(reader), page_of(submission))) == cleared


def test_tag_counts_leave_out_a_protected_witness_s_own_institution(call, work):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    pages = ("/admin/inbox/", f"{LIST}?tags=none")
    before = [TOKEN.sub("", page_text(client, page)) for page in pages]

    for standing in (Standing.SUGGESTED, Standing.ACCEPTED):
        InstitutionTag.objects.create(
            submission=submission,
            institution=InstitutionFactory(),
            part=InstitutionTag.Part.SUBMITTER,
            standing=standing,
        )

    assert [TOKEN.sub("", page_text(client, page)) for page in pages] == before


# --- Tags ----------------------------------------------------------------------------------------


def test_tags_are_added_accepted_and_rejected(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    institution, theme, other = InstitutionFactory(), ThemeFactory(), ThemeFactory()
    guess = ThemeTag.objects.create(submission=submission, theme=other)
    client, page = signed_in(clerk), reverse("admin:submission-tag", args=[submission.pk])

    client.post(page, {"institution": institution.name, "part": "subject", "theme": [theme.pk]})
    client.post(page, {"reject": f"theme:{other.pk}"})

    assert submission.institution_tags.get().standing == Standing.ACCEPTED
    assert submission.theme_tags.get(theme=theme).standing == Standing.ACCEPTED
    guess.refresh_from_db()
    assert guess.standing == Standing.REJECTED


def test_reader_without_tagging_permission_gets_an_error(call, work):
    submission = a_submission(call)
    work()
    theme = ThemeFactory()
    client = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    page = shown_after(
        client, reverse("admin:submission-tag", args=[submission.pk]), {"theme": theme.pk}
    )
    assert "You do not have permission to tag evidence." in page
    assert not submission.theme_tags.exists()


def test_hidden_tag_suggestion_cannot_be_accepted_or_detected(call, clerk, work):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    own = tag.with_institution(submission, InstitutionFactory(), part="submitter", by=clerk)
    InstitutionTag.objects.filter(pk=own.pk).update(standing=Standing.SUGGESTED)
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    page = reverse("admin:submission-tag", args=[submission.pk])

    answers = {
        key: shown_after(client, page, {"accept": f"institution:{key}-submitter"})
        for key in (own.institution_id, own.institution_id + 999)
    }

    assert all("0 tags updated." in answer for answer in answers.values())
    own.refresh_from_db()
    assert own.standing == Standing.SUGGESTED


@pytest.mark.parametrize(
    "value", ["theme:x", "nothing:1", "theme:", "theme:²", "theme:99999", "institution:1-x"]
)
def test_unknown_tag_changes_nothing(call, clerk, work, value):
    submission = in_status(Status.PREPARED, call, clerk, work)
    page = reverse("admin:submission-tag", args=[submission.pk])
    assert "0 tags updated." in shown_after(signed_in(clerk), page, {"accept": value})


# --- Receiving, and calls ------------------------------------------------------------------------


def letter_of(call, **more: object) -> dict[str, object]:
    return {
        "idempotency_key": "7d5d6a4e-95d4-4c43-a6ea-08b4a26f2f55",
        "call_code": call.code,
        "channel": "post",
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "who": "individual",
        "name": "Dr A. Name",
        "disclosure": "open",
        "document": file(),
        "people-TOTAL_FORMS": "4",
        "people-INITIAL_FORMS": "0",
        **more,
    }


@pytest.mark.parametrize("role", [Role.CLERK, Role.OPERATIONS])
def test_evidence_received_by_post_is_added(call, role):
    person = a_member(call.inquiry, role)
    answer = signed_in(person).post(reverse("admin:evidence_submission_add"), letter_of(call))
    submission = Submission.objects.get()
    assert answer["Location"] == page_of(submission)
    assert submission.channel == "post"
    assert CustodyEntry.objects.get(act="received").by == person


def test_adding_confidential_evidence_without_clearance_returns_to_the_list(call):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    fields = letter_of(call, disclosure="confidential")
    page = shown_after(signed_in(officer), reverse("admin:evidence_submission_add"), fields)
    assert f"The receipt number is {Submission.objects.get().receipt}." in page
    assert "Dr A. Name" not in page


def test_evidence_is_not_added_without_permission_or_to_another_inquiry(call, clerk):
    page, other = reverse("admin:evidence_submission_add"), CallFactory()
    specialist = signed_in(a_member(call.inquiry, Role.SPECIALIST))
    assert specialist.post(page, letter_of(call)).status_code == 403
    assert signed_in(clerk).post(page, letter_of(other)).status_code == 200
    assert not Submission.objects.exists()


def test_clerk_cannot_change_a_deadline_of_another_inquiry(call, clerk):
    other = CallFactory()
    client = signed_in(clerk)
    listed = page_text(client, reverse("admin:inquiry_call_changelist"))
    assert call.title in listed
    assert other.title not in listed
    address = reverse("admin:inquiry_call_change", args=[other.pk])
    client.post(address, {"title": "Closed", "code": other.code})
    assert Call.objects.get(pk=other.pk).title == other.title
