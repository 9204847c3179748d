"""Correcting a submission, and the buttons beside it: nothing typed is lost, and lists keep their
filters."""

import pytest
from django.urls import reverse

from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission, SubmissionWitness
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import (
    LIST,
    act_on,
    page_of,
    page_text,
    shown_after,
    signed_in,
)
from tests.evidence.admin.test_concurrent_editing import form_of
from tests.evidence.admin.test_submission_list import letter_of
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
FILTERS = "_changelist_filters=status%3Dprepared"


@pytest.fixture
def submission(call):
    submission = a_submission(call, title="As it was")
    Submission.objects.filter(pk=submission.pk).update(status=Status.PREPARED)
    submission.refresh_from_db()
    return submission


def to(submission, what, *args) -> str:
    return reverse(f"admin:submission-{what}", args=[submission.pk, *args])


@pytest.mark.parametrize("button", ["propose", "drop", "tag", "ask-witness"])
def test_other_buttons_keep_what_was_typed(submission, clerk, button):
    client = signed_in(clerk)
    fields = {
        **form_of(client, page_of(submission)),
        "title": "As I typed it",
        "note-ask-witness": "Why?",
    }
    proposal = propose(submission, Act.ACCEPT, by=clerk)
    address = {
        "propose": to(submission, "propose"),
        "drop": to(submission, "drop", proposal.pk),
        "tag": to(submission, "tag"),
        "ask-witness": act_on(submission, "ask-witness"),
    }[button]
    assert f'formaction="{address}?' in page_text(client, page_of(submission))

    page = shown_after(client, f"{address}?{FILTERS}", fields)

    assert 'value="As I typed it"' in page
    assert "You have changes that are not saved yet." in page
    assert Submission.objects.get(pk=submission.pk).title == "As it was"
    client.post(
        page_of(submission), {**form_of(client, page_of(submission)), "title": "As I typed it"}
    )
    assert Submission.objects.get(pk=submission.pk).title == "As I typed it"


def test_unchanged_fields_are_not_reported_as_changed(submission, clerk):
    client = signed_in(clerk)
    page = shown_after(client, to(submission, "tag"), form_of(client, page_of(submission)))
    assert "not saved yet" not in page


def test_list_filters_survive_buttons_and_saving(submission, clerk):
    client = signed_in(clerk)
    page = f"{page_of(submission)}?{FILTERS}"
    back = f"{reverse('admin:evidence_submission_changelist')}?status=prepared"
    assert back in page_text(client, page)

    pressed = client.post(f"{to(submission, 'tag')}?{FILTERS}", {})
    saved = client.post(page, form_of(client, page))

    assert pressed["Location"] == page
    assert saved["Location"] == back
    assert client.get(back)["Location"] == f"{LIST}?status=prepared"


def test_supplemented_submission_is_entered_by_its_number(call, submission, clerk):
    first = a_submission(call, text="First.")
    Submission.objects.filter(pk=first.pk).update(
        status=Status.ACCEPTED, number=1, reference="FIA0001"
    )
    client = signed_in(clerk)
    page = page_of(submission)
    for typed in ("fia0001", first.receipt):
        Submission.objects.filter(pk=submission.pk).update(supplements=None)
        client.post(page, {**form_of(client, page), "supplements": typed})
        assert Submission.objects.get(pk=submission.pk).supplements == first
    shown = page_text(client, page)
    assert 'value="FIA0001"' in shown
    assert str(first.pk) not in shown


def test_supplement_numbers_of_other_inquiries_or_hidden_submissions_are_unknown(call, submission):
    elsewhere = a_submission(CallFactory(), text="Elsewhere.")
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    clerk = a_member(call.inquiry)
    client, page = signed_in(clerk), page_of(submission)
    for typed in (elsewhere.receipt, "FIA9999", str(secret.pk)):
        answer = client.post(page, {**form_of(client, page), "supplements": typed})
        assert "No submission has this number." in answer.content.decode()
    assert Submission.objects.get(pk=submission.pk).supplements is None


def test_submission_is_assigned_only_to_staff_who_may_see_it(call, clerk):
    secret = a_submission(call, disclosure=Disclosure.CONFIDENTIAL)
    cleared = a_member(call.inquiry, Role.OPERATIONS, sees_confidential=True)
    others = [
        a_member(call.inquiry, Role.OPERATIONS),
        a_member(call.inquiry, Role.MEMBER, sees_confidential=True),
        a_member(CallFactory().inquiry),
    ]
    client, page = signed_in(clerk), page_of(secret)
    shown = page_text(client, page)
    for person in (clerk, cleared):
        assert f'<option value="{person.pk}">' in shown
    for person in others:
        assert f'<option value="{person.pk}">' not in shown
        answer = client.post(page, {**form_of(client, page), "assigned_to": person.pk})
        assert answer.status_code == 200
    assert Submission.objects.get(pk=secret.pk).assigned_to is None


def test_page_does_not_claim_no_findings_before_any_check_ran(call, clerk, work):
    submission = a_submission(call)
    assert "The checks have not run yet." in page_text(signed_in(clerk), page_of(submission))
    work()
    assert "The checks found nothing." in page_text(signed_in(clerk), page_of(submission))


def test_joint_letter_is_received_with_all_signatories(call, clerk):
    fields = letter_of(
        call,
        **{
            "people-0-name": "Dr B. Other",
            "people-0-disclosure": "confidential",
            "people-1-organisation": "A Society",
        },
    )
    signed_in(clerk).post(reverse("admin:evidence_submission_add"), fields)

    links = SubmissionWitness.objects.order_by("position").select_related("witness")
    assert [(link.witness.heading(), link.disclosure_requested) for link in links] == [
        ("Dr A. Name", "open"),
        ("Dr B. Other", "confidential"),
        ("A Society", "open"),
    ]
    assert Submission.objects.get().disclosure == Disclosure.CONFIDENTIAL


def test_signatory_needs_a_name(call, clerk):
    fields = letter_of(call, **{"people-0-disclosure": "confidential"})
    page = signed_in(clerk).post(reverse("admin:evidence_submission_add"), fields)
    assert "Enter the name of this person or organisation." in page.content.decode()
    assert not Submission.objects.exists()


def test_receive_form_shows_the_configured_size_limit(call, clerk, settings):
    settings.LARGEST_FILE = 7 * 1024 * 1024
    assert "up to 7 MB" in page_text(signed_in(clerk), reverse("admin:evidence_submission_add"))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADVISER, Role.MEDIA])
def test_people_without_admin_access_are_sent_to_what_is_new_for_them(call, role):
    client = signed_in(a_member(call.inquiry, role))
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse("for-you")


def test_clear_filters_link_appears_only_with_filters(call, clerk, submission):
    client = signed_in(clerk)
    register = f"{reverse('register')}?inquiry={call.inquiry.code}"
    assert 'class="clear"' not in page_text(client, register)
    assert 'class="clear"' in page_text(client, f"{register}&q=words")


def test_receive_form_names_each_missing_answer(call, clerk):
    nothing = {"people-TOTAL_FORMS": "0", "people-INITIAL_FORMS": "0"}
    answer = signed_in(clerk).post(reverse("admin:evidence_submission_add"), nothing)
    page = answer.content.decode()
    for sentence in ("Choose the call for evidence.", "Choose who submitted the evidence."):
        assert sentence in page
    assert "This field is required" not in page


def test_list_counts_match_the_rows_listed(call, clerk, submission):
    assert "1 submission<" in page_text(signed_in(clerk), LIST)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS])
def test_posted_guesses_tell_readers_without_edit_permission_nothing(call, submission, role):
    """Neither from what is said back nor from what is not: the guess is right once, wrong once."""
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    Submission.objects.filter(pk=submission.pk).update(supplements=secret)
    client = signed_in(a_member(call.inquiry, role))
    right, wrong = (
        shown_after(client, to(submission, "tag"), {"supplements": guess}).replace(guess, "")
        for guess in (secret.receipt, "2222-2222-2222")
    )
    assert "not saved yet" not in right + wrong
    assert secret.receipt not in right + wrong
