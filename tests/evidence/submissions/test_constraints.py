"""Every database constraint refuses a row that breaks it."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import Bundle, BundleFile, BundleItem, NumberedCopy, SavedSpecification
from evidence.committee_papers.models import CommitteePaper
from evidence.decisions.models import Act, Decision, Meeting
from evidence.decisions.propose import propose
from evidence.documents.models import Rendition
from evidence.drafts import late_codes
from evidence.drafts.models import LateCode
from evidence.jobs.models import Job
from evidence.letters.models import Letter
from evidence.publication.models import Publication, PublishedFile
from evidence.publication.publish import publish
from evidence.search.models import SearchEntry, TaggedValue
from evidence.submissions.models import Attachment, Submission, SubmissionWitness
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.witness_requests.models import WithdrawalRequest
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call, CommitteeText, Inquiry, Question
from inquiry.people.models import Membership
from inquiry.vocabulary.models import Institution, InstitutionName, State, ThemeTerm
from tests.evidence.submissions import broken_inbox, constraints_of_desk
from tests.evidence.submissions.broken_constraints import BREAKS, breaks, insert_again
from tests.factories import (
    InstitutionFactory,
    ThemeFactory,
    a_meeting,
    a_member,
    a_submission,
    decide,
)
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db
# Each module adds to BREAKS what breaks its constraints.
MORE = (broken_inbox, constraints_of_desk)


def make() -> Parts:
    """A published submission: it has a row in nearly every table."""
    submission = a_submission()
    do_all()
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    do_all()
    publish(submission, by=clerk)
    submission.refresh_from_db()
    return {"submission": submission}


_world = made_once(make)
submission = part("submission")


def only(submission):
    return Submission.objects.filter(pk=submission.pk)


@breaks("submission_status_is_known")
def unknown_status(submission):
    only(submission).update(status="lost", number=None, reference=None)


@breaks("submission_disclosure_is_known")
def unknown_disclosure(submission):
    only(submission).update(disclosure_decided="rumoured")


@breaks("submission_numbers_are_not_shared")
def shared_number(submission):
    insert_again(
        submission,
        receipt="AAAA-AAAA-AAAA",
        idempotency_key="another",
        reference="OTHER1",
        id="0" * 32,
    )


@breaks("search_entry_once")
def two_entries_of_one_edition(submission):
    SearchEntry.objects.create(pk=1, submission=submission, edition="staff", passages=b"")


@breaks("tagged_value_once")
def value_kept_twice(_submission):
    for _time in range(2):
        TaggedValue.objects.create(partition="z", kind=TaggedValue.Kind.THEME, value=1)


@breaks("submission_number_means_acceptance")
def number_without_reference(submission):
    only(submission).update(reference=None)


@breaks("submission_published_has_a_number")
def published_without_number(submission):
    only(submission).update(number=None, reference=None)


@breaks("committee_text_one_per_page_and_language")
def two_texts_for_one_page(submission):
    for _ in range(2):
        committee = submission.inquiry.committee
        CommitteeText.objects.create(committee=committee, page="help", text="Words.")


@breaks("submission_confidential_is_never_published")
def confidential_and_published(submission):
    only(submission).update(disclosure_decided="confidential")


@breaks("submission_published_was_decided")
def published_undecided(submission):
    only(submission).update(disclosure_decided=None)


@breaks("submission_disclosure_was_decided_at_a_meeting")
def decided_by_nobody(submission):
    only(submission).update(disclosure_meeting=None)


@breaks("submission_witness_once")
def one_witness_twice(submission):
    insert_again(SubmissionWitness.objects.get(submission=submission), position=1)


@breaks("attachment_one_per_position")
def two_documents(submission):
    insert_again(Attachment.objects.get(submission=submission), id="1" * 32)


@breaks("rendition_one_of_a_form")
def two_renditions(submission):
    insert_again(submission.renditions.get(form=Rendition.Form.PDF))


@breaks("letter_of_a_sort_goes_once")
def two_letters(submission):
    insert_again(Letter.objects.get(submission=submission), id="2" * 32)


@breaks("decision_proposed_once")
def proposed_twice(submission):
    Decision.objects.filter(submission=submission).update(act=Act.REPORT, state="proposed")


@breaks("decision_is_confirmed_by_another_clerk")
def _a_decision_confirmed_by_who_proposed_it(submission):
    Decision.objects.filter(submission=submission).update(
        confirmed_by=F("proposed_by"), confirmed_at=timezone.now()
    )


@breaks("decision_was_made_at_a_meeting")
def decided_without_meeting(submission):
    Decision.objects.filter(submission=submission).update(meeting=None)


@breaks("meeting_one_per_number_and_inquiry")
def two_meetings(submission):
    insert_again(Meeting.objects.get(inquiry=submission.inquiry))


@breaks("publication_one_at_a_time")
def two_publications(submission):
    insert_again(Publication.objects.get())


@breaks("published_file_one_per_position")
def two_published_files(submission):
    insert_again(PublishedFile.objects.get())


@breaks("institution_tag_once")
def one_institution_twice(submission):
    tag = {"submission": submission, "institution": InstitutionFactory()}
    InstitutionTag.objects.bulk_create([InstitutionTag(**tag), InstitutionTag(**tag)])


@breaks("theme_tag_once")
def one_theme_twice(submission):
    tag = {"submission": submission, "theme": ThemeFactory()}
    ThemeTag.objects.bulk_create([ThemeTag(**tag), ThemeTag(**tag)])


@breaks("state_tag_once")
def one_state_twice(submission):
    tag = {"submission": submission, "state": State.objects.create(name="Ruritania", code="ZZ")}
    StateTag.objects.bulk_create([StateTag(**tag), StateTag(**tag)])


@breaks("witness_has_a_name_or_an_organisation")
def nobody(submission):
    Witness.objects.update(name="", organisation="")


@breaks("job_runs_with_token_and_lease")
def runs_for_nobody(submission):
    Job.objects.update(state="running", token=None)


@breaks("bundle_ready_has_its_files")
def ready_without_files(submission):
    Bundle.objects.create(inquiry=submission.inquiry, requested_by=a_member(submission.inquiry))
    Bundle.objects.update(state="ready")


@breaks("bundle_item_one_per_position")
def two_items(submission):
    bundle = Bundle.objects.create(
        inquiry=submission.inquiry, requested_by=a_member(submission.inquiry)
    )
    attachment = submission.attachments.get()
    item = {"bundle": bundle, "position": 1, "submission": submission, "attachment": attachment}
    BundleItem.objects.bulk_create([BundleItem(**item), BundleItem(**item)])


@breaks("bundle_file_once_per_bundle")
def one_file_twice(submission):
    bundle = Bundle.objects.create(
        inquiry=submission.inquiry, requested_by=a_member(submission.inquiry)
    )
    file = {"bundle": bundle, "form": "pdf", "sha256": "0" * 64, "size": 1}
    BundleFile.objects.bulk_create([BundleFile(**file), BundleFile(**file)])


@breaks("saved_specification_one_of_a_name")
def two_specifications_of_a_name(submission):
    specification = {
        "inquiry": submission.inquiry,
        "made_by": a_member(submission.inquiry),
        "name": "Pack",
    }
    SavedSpecification.objects.bulk_create(
        SavedSpecification(**specification, specification={}) for _ in range(2)
    )


@breaks("archive_bag_ready_has_its_file")
def ready_bag_without_a_file(submission):
    clerk = a_member(submission.inquiry)
    bag = ArchiveBag(inquiry=submission.inquiry, state=ArchiveBag.State.READY, requested_by=clerk)
    bag.save()


@breaks("bundle_item_is_evidence_or_a_paper")
def item_of_nothing(submission):
    bundle = Bundle.objects.create(
        inquiry=submission.inquiry, requested_by=a_member(submission.inquiry)
    )
    BundleItem.objects.create(bundle=bundle, position=1)


@breaks("committee_paper_ready_has_pages")
def ready_paper_without_pages(submission):
    clerk = a_member(submission.inquiry)
    CommitteePaper.objects.create(
        inquiry=submission.inquiry, size=1, state=CommitteePaper.State.READY, added_by=clerk
    )


def a_copy(submission, **fields) -> NumberedCopy:
    clerk = a_member(submission.inquiry)
    bundle = Bundle.objects.create(inquiry=submission.inquiry, requested_by=clerk)
    return NumberedCopy.objects.create(bundle=bundle, number=1, code=7, issued_by=clerk, **fields)


@breaks("numbered_copy_one_of_a_number")
def two_copies_of_a_number(submission):
    insert_again(a_copy(submission), id="3" * 32, code=8)


@breaks("numbered_copy_withdrawn_by_somebody")
def copy_withdrawn_by_nobody(submission):
    a_copy(submission, withdrawn_at=timezone.now())


@breaks("inquiry_is_not_its_own_parent")
def its_own_parent(submission):
    Inquiry.objects.filter(pk=submission.inquiry_id).update(parent=submission.inquiry_id)


@breaks("question_one_per_number_and_inquiry")
def two_first_questions(submission):
    question = {"inquiry": submission.inquiry, "number": 1, "text": "Why?"}
    Question.objects.bulk_create([Question(**question), Question(**question)])


@breaks("call_closes_after_it_opens")
def closes_before_it_opens(submission):
    Call.objects.update(closes_at=timezone.now(), opens_at=timezone.now())


@breaks("membership_one_per_person_and_inquiry")
def two_parts(submission):
    insert_again(Membership.objects.get(), role="member")


@breaks("membership_role_is_known")
def unknown_role(submission):
    Membership.objects.update(role="king")


@breaks("institution_ror_id")
def one_ror_id_twice(submission):
    first, second = InstitutionFactory(), InstitutionFactory()
    Institution.objects.filter(pk__in=[first.pk, second.pk]).update(ror_id="052gg0110")


@breaks("institution_ukprn")
def one_ukprn_twice(submission):
    first, second = InstitutionFactory(), InstitutionFactory()
    Institution.objects.filter(pk__in=[first.pk, second.pk]).update(ukprn="10007774")


@breaks("institution_name_once_per_institution")
def one_name_twice(submission):
    name = {"institution": InstitutionFactory(), "text": "Oxon"}
    InstitutionName.objects.bulk_create([InstitutionName(**name), InstitutionName(**name)])


@breaks("theme_term_once_per_theme")
def one_term_twice(submission):
    term = {"theme": ThemeFactory(), "text": "visa"}
    ThemeTerm.objects.bulk_create([ThemeTerm(**term), ThemeTerm(**term)])


@breaks("late_code_is_not_used_too_often")
def used_too_often(submission):
    clerk, tomorrow = a_member(submission.inquiry), timezone.now() + datetime.timedelta(days=1)
    code = late_codes.make(submission.call, by=clerk, expires_at=tomorrow)
    LateCode.objects.filter(pk=code.pk).update(uses=2)


@breaks("withdrawal_one_waiting")
def asked_back_twice(submission):
    WithdrawalRequest.objects.create(submission=submission, reason="Once.")
    WithdrawalRequest.objects.create(submission=submission, reason="Twice.")


def test_every_database_constraint_has_a_test():
    written = {
        constraint.name
        for app in ("inquiry", "evidence")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert written == set(BREAKS)


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_database_constraints_refuse_invalid_rows(name, submission):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name](submission)

    # SQLite names a broken uniqueness by its columns, all else by its name.
    unique = connection.vendor == "sqlite" and "UNIQUE constraint failed" in str(refused.value)
    assert unique or name in str(refused.value)


def test_evidence_with_history_is_not_deleted(submission):
    with pytest.raises(IntegrityError), transaction.atomic():
        submission.delete()


def test_proposal_of_another_act_is_allowed_beside_a_pending_one(submission):
    clerk = a_member(submission.inquiry)
    propose_on = a_submission(submission.call)
    Submission.objects.filter(pk=propose_on.pk).update(status="prepared")
    propose(propose_on, Act.ACCEPT, by=clerk)
    propose(propose_on, Act.OPEN, by=clerk)

    assert propose_on.decisions.filter(state="proposed").count() == 2
    assert a_meeting(submission.inquiry, by=clerk).number == 2
