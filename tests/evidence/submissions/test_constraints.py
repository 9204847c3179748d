"""What must never be false, whoever writes: each rule of the database is broken on purpose."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from evidence.bundles.models import ArchiveBag, Bundle, BundleItem, Copy, MadeFile, SavedRecipe
from evidence.decisions.models import Act, Decision, Meeting
from evidence.decisions.propose import propose
from evidence.drafts import late
from evidence.drafts.models import LateCode
from evidence.house.models import Rendition
from evidence.letters.models import Letter
from evidence.papers.models import Paper
from evidence.publication.models import Publication, PublishedFile
from evidence.publication.publish import publish
from evidence.queries.models import Withdrawal
from evidence.submissions.models import Attachment, Submission, SubmissionWitness
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.witnesses.models import Witness
from evidence.work.models import Step
from inquiry.calls.models import Call, Inquiry, Question
from inquiry.people.models import Membership
from inquiry.vocabulary.models import Institution, InstitutionName, State, ThemeTerm
from tests.factories import InstitutionFactory, ThemeFactory, a_meeting, a_member, a_piece, decide
from tests.worlds import Parts, do_all, once, part

pytestmark = pytest.mark.django_db
BREAKS = {}


def breaks(*names: str):
    """Marks what breaks the constraints of these names."""

    def mark(function):
        BREAKS.update(dict.fromkeys(names, function))
        return function

    return mark


def again(row, **changes) -> None:
    """Write the same row a second time, past every check but the database's."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def make() -> Parts:
    """A published piece: it has a row in nearly every table."""
    piece = a_piece()
    do_all()
    clerk = a_member(piece.inquiry)
    decide(piece, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    do_all()
    publish(piece, by=clerk)
    piece.refresh_from_db()
    return {"piece": piece}


_world = once(make)
piece = part("piece")


def only(piece):
    return Submission.objects.filter(pk=piece.pk)


@breaks("submission_status_is_known")
def unknown_status(piece):
    only(piece).update(status="lost", number=None, reference=None)


@breaks("submission_disclosure_is_known")
def unknown_disclosure(piece):
    only(piece).update(disclosure_decided="rumoured")


@breaks("submission_numbers_are_not_shared")
def shared_number(piece):
    again(piece, receipt="AAAA-AAAA-AAAA", once="another", reference="OTHER1", id="0" * 32)


@breaks("submission_number_means_acceptance")
def number_without_reference(piece):
    only(piece).update(reference=None)


@breaks("submission_accepted_has_a_number")
def accepted_without_number(piece):
    only(piece).update(status="accepted", number=None, reference=None)


@breaks("submission_confidential_is_never_published")
def confidential_and_published(piece):
    only(piece).update(disclosure_decided="confidential")


@breaks("submission_published_was_decided")
def published_undecided(piece):
    only(piece).update(disclosure_decided=None)


@breaks("submission_disclosure_was_decided_at_a_meeting")
def decided_by_nobody(piece):
    only(piece).update(disclosure_meeting=None)


@breaks("submission_witness_once")
def one_witness_twice(piece):
    again(SubmissionWitness.objects.get(submission=piece), position=1)


@breaks("attachment_one_per_position")
def two_documents(piece):
    again(Attachment.objects.get(submission=piece), id="1" * 32)


@breaks("rendition_one_of_a_form")
def two_renditions(piece):
    again(piece.renditions.get(form=Rendition.Form.PDF))


@breaks("letter_of_a_sort_goes_once")
def two_letters(piece):
    again(Letter.objects.get(submission=piece), id="2" * 32)


@breaks("decision_proposed_once")
def proposed_twice(piece):
    Decision.objects.filter(submission=piece).update(act=Act.REPORT, state="proposed")


@breaks("decision_is_confirmed_by_another_clerk")
def _a_decision_confirmed_by_who_proposed_it(piece):
    Decision.objects.filter(submission=piece).update(
        confirmed_by=F("proposed_by"), confirmed_at=timezone.now()
    )


@breaks("decision_was_made_at_a_meeting")
def decided_without_meeting(piece):
    Decision.objects.filter(submission=piece).update(meeting=None)


@breaks("meeting_one_per_number_and_inquiry")
def two_meetings(piece):
    again(Meeting.objects.get(inquiry=piece.inquiry))


@breaks("publication_one_at_a_time")
def two_publications(piece):
    again(Publication.objects.get())


@breaks("published_file_one_per_position")
def two_published_files(piece):
    again(PublishedFile.objects.get())


@breaks("institution_tag_once")
def one_institution_twice(piece):
    tag = {"submission": piece, "institution": InstitutionFactory()}
    InstitutionTag.objects.bulk_create([InstitutionTag(**tag), InstitutionTag(**tag)])


@breaks("theme_tag_once")
def one_theme_twice(piece):
    tag = {"submission": piece, "theme": ThemeFactory()}
    ThemeTag.objects.bulk_create([ThemeTag(**tag), ThemeTag(**tag)])


@breaks("state_tag_once")
def one_state_twice(piece):
    tag = {"submission": piece, "state": State.objects.create(name="Ruritania", code="ZZ")}
    StateTag.objects.bulk_create([StateTag(**tag), StateTag(**tag)])


@breaks("witness_has_a_name_or_an_organisation")
def nobody(piece):
    Witness.objects.update(name="", organisation="")


@breaks("step_runs_with_token_and_lease")
def runs_for_nobody(piece):
    Step.objects.update(state="running", token=None)


@breaks("bundle_ready_has_its_files")
def ready_without_files(piece):
    Bundle.objects.create(inquiry=piece.inquiry, requested_by=a_member(piece.inquiry))
    Bundle.objects.update(state="ready")


@breaks("bundle_item_one_per_position")
def two_items(piece):
    bundle = Bundle.objects.create(inquiry=piece.inquiry, requested_by=a_member(piece.inquiry))
    attachment = piece.attachments.get()
    item = {"bundle": bundle, "position": 1, "submission": piece, "attachment": attachment}
    BundleItem.objects.bulk_create([BundleItem(**item), BundleItem(**item)])


@breaks("made_file_once_per_bundle")
def one_file_twice(piece):
    bundle = Bundle.objects.create(inquiry=piece.inquiry, requested_by=a_member(piece.inquiry))
    file = {"bundle": bundle, "form": "pdf", "sha256": "0" * 64, "size": 1}
    MadeFile.objects.bulk_create([MadeFile(**file), MadeFile(**file)])


@breaks("saved_recipe_one_of_a_name")
def two_recipes_of_a_name(piece):
    recipe = {"inquiry": piece.inquiry, "made_by": a_member(piece.inquiry), "name": "Pack"}
    SavedRecipe.objects.bulk_create(SavedRecipe(**recipe, said={}) for _ in range(2))


@breaks("archive_bag_ready_has_its_file")
def ready_bag_without_a_file(piece):
    clerk = a_member(piece.inquiry)
    bag = ArchiveBag(inquiry=piece.inquiry, state=ArchiveBag.State.READY, requested_by=clerk)
    bag.save()


@breaks("bundle_item_is_evidence_or_a_paper")
def item_of_nothing(piece):
    bundle = Bundle.objects.create(inquiry=piece.inquiry, requested_by=a_member(piece.inquiry))
    BundleItem.objects.create(bundle=bundle, position=1)


@breaks("paper_ready_has_pages")
def ready_paper_without_pages(piece):
    clerk = a_member(piece.inquiry)
    Paper.objects.create(inquiry=piece.inquiry, size=1, state=Paper.State.READY, added_by=clerk)


def a_copy(piece, **fields) -> Copy:
    clerk = a_member(piece.inquiry)
    bundle = Bundle.objects.create(inquiry=piece.inquiry, requested_by=clerk)
    return Copy.objects.create(bundle=bundle, number=1, code=7, issued_by=clerk, **fields)


@breaks("copy_one_of_a_number")
def two_copies_of_a_number(piece):
    again(a_copy(piece), id="3" * 32, code=8)


@breaks("copy_withdrawn_by_somebody")
def copy_withdrawn_by_nobody(piece):
    a_copy(piece, withdrawn_at=timezone.now())


@breaks("inquiry_is_not_its_own_parent")
def its_own_parent(piece):
    Inquiry.objects.filter(pk=piece.inquiry_id).update(parent=piece.inquiry_id)


@breaks("question_one_per_number_and_inquiry")
def two_first_questions(piece):
    question = {"inquiry": piece.inquiry, "number": 1, "text": "Why?"}
    Question.objects.bulk_create([Question(**question), Question(**question)])


@breaks("call_closes_after_it_opens")
def closes_before_it_opens(piece):
    Call.objects.update(closes_at=timezone.now(), opens_at=timezone.now())


@breaks("membership_one_per_person_and_inquiry")
def two_parts(piece):
    again(Membership.objects.get(), role="member")


@breaks("membership_role_is_known")
def unknown_role(piece):
    Membership.objects.update(role="king")


@breaks("institution_ror_id")
def one_ror_id_twice(piece):
    one, two = InstitutionFactory(), InstitutionFactory()
    Institution.objects.filter(pk__in=[one.pk, two.pk]).update(ror_id="052gg0110")


@breaks("institution_ukprn")
def one_ukprn_twice(piece):
    one, two = InstitutionFactory(), InstitutionFactory()
    Institution.objects.filter(pk__in=[one.pk, two.pk]).update(ukprn="10007774")


@breaks("institution_name_once_per_institution")
def one_name_twice(piece):
    name = {"institution": InstitutionFactory(), "text": "Oxon"}
    InstitutionName.objects.bulk_create([InstitutionName(**name), InstitutionName(**name)])


@breaks("theme_term_once_per_theme")
def one_term_twice(piece):
    term = {"theme": ThemeFactory(), "text": "visa"}
    ThemeTerm.objects.bulk_create([ThemeTerm(**term), ThemeTerm(**term)])


@breaks("late_code_is_not_used_too_often")
def used_too_often(piece):
    clerk, tomorrow = a_member(piece.inquiry), timezone.now() + datetime.timedelta(days=1)
    code = late.make(piece.call, by=clerk, expires_at=tomorrow)
    LateCode.objects.filter(pk=code.pk).update(uses=2)


@breaks("withdrawal_one_waiting")
def asked_back_twice(piece):
    Withdrawal.objects.create(submission=piece, reason="Once.")
    Withdrawal.objects.create(submission=piece, reason="Twice.")


def test_no_rule_of_the_database_is_left_without_its_test():
    written = {
        constraint.name
        for app in ("inquiry", "evidence")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert written == set(BREAKS)


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_the_database_refuses_what_must_never_be(name, piece):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name](piece)

    # SQLite names a broken uniqueness by its columns, all else by its name.
    unique = connection.vendor == "sqlite" and "UNIQUE constraint failed" in str(refused.value)
    assert unique or name in str(refused.value)


def test_evidence_with_a_history_is_not_deleted(piece):
    with pytest.raises(IntegrityError), transaction.atomic():
        piece.delete()


def test_a_proposal_of_another_act_is_allowed_beside_one_that_waits(piece):
    clerk = a_member(piece.inquiry)
    propose_on = a_piece(piece.call)
    Submission.objects.filter(pk=propose_on.pk).update(status="prepared")
    propose(propose_on, Act.ACCEPT, by=clerk)
    propose(propose_on, Act.OPEN, by=clerk)

    assert propose_on.decisions.filter(state="proposed").count() == 2
    assert a_meeting(piece.inquiry, by=clerk).number == 2
