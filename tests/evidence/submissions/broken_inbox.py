"""What breaks the constraints of the inbox; each takes a submission."""

from django.utils import timezone

from evidence.inbox.models import Check, Mention, Note, OpenPage, SavedView, Snooze, Visit
from tests.evidence.submissions.broken_constraints import breaks, insert_again
from tests.factories import a_member


@breaks("mention_once")
def mentioned_twice(submission):
    note = Note.objects.create(
        submission=submission, text="Words.", by=a_member(submission.inquiry)
    )
    for _ in range(2):
        Mention.objects.create(note=note, person=note.by)


@breaks("snooze_once")
def snoozed_twice(submission):
    insert_again(
        Snooze.objects.create(
            submission=submission, person=a_member(submission.inquiry), until=timezone.localdate()
        )
    )


@breaks("visit_once")
def visited_twice(submission):
    person = a_member(submission.inquiry)
    insert_again(Visit.objects.create(person=person, inquiry=submission.inquiry, at=timezone.now()))


@breaks("open_page_once")
def open_twice(submission):
    person = a_member(submission.inquiry)
    insert_again(OpenPage.objects.create(submission=submission, person=person, at=timezone.now()))


@breaks("saved_view_once")
def saved_twice(submission):
    person = a_member(submission.inquiry)
    insert_again(SavedView.objects.create(inquiry=submission.inquiry, owner=person, name="Late"))


@breaks("check_once")
def checked_twice(submission):
    insert_again(a_check(submission))


@breaks("check_answer_is_known")
def check_answered_oddly(submission):
    Check.objects.filter(pk=a_check(submission).pk).update(answer="perhaps")


def a_check(submission):
    return Check.objects.create(
        submission=submission,
        question=Check.Question.SCOPE,
        answer=Check.Answer.YES,
        by=a_member(submission.inquiry),
    )
