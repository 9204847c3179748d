"""The triage screen: reading in a list, and acting without leaving the submission."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from evidence.admin.inbox import undoing
from evidence.decisions.models import Act
from evidence.inbox.models import Check, Note
from evidence.lifecycle import Disclosure, Status
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from inquiry.people.roles import Role
from inquiry.vocabulary.models import Institution
from tests.evidence.admin.admin_client import (
    act_on,
    in_status,
    page_of,
    page_text,
    shown_after,
    signed_in,
)
from tests.factories import CallFactory, InstitutionFactory, ThemeFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
HIDDEN = b"<!doctype html><html><body><p>Open.</p><p style='display:none'>secret</p></body></html>"


def to(name: str, submission, *more) -> str:
    return reverse(f"admin:{name}", args=[submission.pk, *more])


def prepared(call, work, **details):
    submission = a_submission(call, **details)
    work()
    submission.refresh_from_db()
    return submission


def test_screen_shows_the_document_its_place_in_the_list_and_the_way_on(call, clerk, work):
    first, second, third = (in_status(Status.PREPARED, call, clerk, work) for _ in range(3))
    page = page_text(signed_in(clerk), f"{to('triage', second)}?why=propose")

    assert "2 of 3" in page
    assert re.search(rf'href="{to("triage", first)}\?[^"]*" data-key="k"', page)
    assert re.search(rf'href="{to("triage", third)}\?[^"]*" data-key="j"', page)
    assert "Words for prepared." in page


def test_accept_selected_accepts_the_ticked_suggestions_in_one_go_and_can_be_undone(
    call, clerk, work
):
    submission = prepared(call, work)
    theme, institution = ThemeFactory(), InstitutionFactory()
    ThemeTag.objects.create(submission=submission, theme=theme)
    InstitutionTag.objects.create(submission=submission, institution=institution)
    other = ThemeTag.objects.create(submission=submission, theme=ThemeFactory())
    client = signed_in(clerk)
    ticked = [f"theme:{theme.pk}", f"institution:{institution.pk}-mentioned"]

    page = shown_after(client, to("triage-tags", submission), {"tick": ticked, "ticked": "accept"})

    assert "2 tags updated." in page
    assert submission.theme_tags.get(theme=theme).standing == Standing.ACCEPTED
    assert submission.theme_tags.get(pk=other.pk).standing == Standing.SUGGESTED

    page = shown_after(client, to("triage-undo", submission), {})

    assert "Undone." in page
    assert set(submission.theme_tags.values_list("standing", flat=True)) == {Standing.SUGGESTED}
    assert submission.institution_tags.get().standing == Standing.SUGGESTED
    assert "nothing to undo" in shown_after(client, to("triage-undo", submission), {})


def test_accepted_tag_is_removed_by_its_cross_and_comes_back_by_undo(call, clerk, work):
    submission = prepared(call, work)
    tag = ThemeTag.objects.create(
        submission=submission, theme=ThemeFactory(), standing=Standing.ACCEPTED
    )
    client = signed_in(clerk)

    shown_after(client, to("triage-tags", submission), {"reject": f"theme:{tag.theme_id}"})
    tag.refresh_from_db()
    assert tag.standing == Standing.REJECTED

    shown_after(client, to("triage-undo", submission), {})
    tag.refresh_from_db()
    assert tag.standing == Standing.ACCEPTED


def test_institution_is_tagged_by_a_part_of_its_name_or_made_in_the_same_box(call, clerk, work):
    submission = prepared(call, work)
    york = InstitutionFactory(name="University of Yorkby")
    InstitutionFactory(name="Northern School A")
    InstitutionFactory(name="Northern School B")
    client = signed_in(clerk)

    shown_after(client, to("triage-tags", submission), {"institution": "yorkby"})
    assert submission.institution_tags.get().institution == york

    several = shown_after(client, to("triage-tags", submission), {"institution": "Northern"})
    assert "Several institutions" in several
    unknown = shown_after(client, to("triage-tags", submission), {"institution": "Nowhere"})
    assert "is not on the list" in unknown
    new = {"institution": "Nowhere College", "new_institution": "1"}
    shown_after(client, to("triage-tags", submission), new)
    assert submission.institution_tags.filter(institution__name="Nowhere College").exists()


def test_names_of_institutions_are_offered_while_typing_to_who_tags(call, clerk):
    InstitutionFactory(name="University of Yorkby")
    address = f"{reverse('admin:inbox-institutions')}?institution=yorkb"

    assert "University of Yorkby" in page_text(signed_in(clerk), address)
    assert signed_in(clerk).get(reverse("admin:inbox-institutions")).status_code == 404
    operations = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    assert operations.get(address).status_code == 404


def test_specialist_tags_but_makes_no_institution_and_proposes_nothing(call, clerk, work):
    submission = prepared(call, work)
    theme = ThemeFactory()
    client = signed_in(a_member(call.inquiry, Role.SPECIALIST))

    shown_after(client, to("triage-tags", submission), {"theme": theme.pk})
    new = {"institution": "Nowhere College", "new_institution": "1"}
    shown_after(client, to("triage-tags", submission), new)
    shown_after(client, to("triage-propose", submission), {"acceptance": Act.ACCEPT})

    assert submission.theme_tags.get().theme == theme
    assert not Institution.objects.filter(name="Nowhere College").exists()
    assert not submission.decisions.exists()
    assert 'data-key="p"' not in page_text(client, to("triage", submission))


def test_propose_keeps_one_on_the_submission_and_can_be_undone(call, clerk, work):
    submission = prepared(call, work)
    client = signed_in(clerk)
    answers = {"acceptance": Act.ACCEPT, "publication": Act.OPEN, "report": "", "note": ""}
    address = f"{to('triage-propose', submission)}?view=unassigned"

    answer = client.post(address, answers)

    assert answer["Location"] == f"{to('triage', submission)}?view=unassigned"
    assert submission.decisions.proposed().count() == 2
    shown_after(client, to("triage-undo", submission), {})
    assert submission.decisions.proposed().count() == 0


def test_proposal_with_an_error_keeps_what_was_typed(call, clerk, work):
    submission = prepared(call, work)
    answers = {"acceptance": Act.DECLINE, "publication": Act.OPEN, "note": "Typed words."}
    page = shown_after(signed_in(clerk), to("triage-propose", submission), answers)
    assert "Typed words." in page
    assert "Choose one." in page
    assert not submission.decisions.exists()


def test_note_with_an_unknown_colleague_keeps_what_was_typed(call, clerk, work):
    submission = prepared(call, work)
    client = signed_in(clerk)
    answers = {"text": "@nobody Typed words.", "due_on": "2026-13-01"}
    page = shown_after(client, to("triage-note", submission), answers)
    assert "Enter a real date" in page
    assert "@nobody Typed words." in page

    page = shown_after(client, to("triage-note", submission), {**answers, "due_on": ""})
    assert "cannot read notes" in page
    assert not Note.objects.exists()


def test_note_is_kept_shown_and_dealt_with(call, clerk, work):
    submission = prepared(call, work)
    client = signed_in(clerk)
    assert "Look at the annex." in shown_after(
        client, to("triage-note", submission), {"text": "Look at the annex."}
    )
    note = Note.objects.get()
    assert f"dealt with by {escape(clerk)}" in shown_after(
        client, to("triage-note-done", submission, note.pk), {}
    )
    operations = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    assert "Look at the annex." not in page_text(operations, to("triage", submission))
    done = to("triage-note-done", submission, note.pk)
    assert operations.post(done).status_code == 404


def test_assigning_and_snoozing_can_be_undone(call, clerk, work):
    submission = prepared(call, work)
    client, other = signed_in(clerk), a_member(call.inquiry)
    shown_after(client, to("triage-assign", submission), {"person": other.pk})
    submission.refresh_from_db()
    assert submission.assigned_to == other
    shown_after(client, to("triage-undo", submission), {})
    submission.refresh_from_db()
    assert submission.assigned_to is None

    day = str(timezone.localdate() + datetime.timedelta(days=3))
    assert "Snoozed until" in shown_after(client, to("triage-snooze", submission), {"until": day})
    shown_after(client, to("triage-undo", submission), {})
    assert "1 of 1" in page_text(client, to("triage", submission))


def test_undo_is_offered_for_ten_minutes(call, clerk, work, monkeypatch):
    submission = prepared(call, work)
    client = signed_in(clerk)
    shown_after(client, to("triage-assign", submission), {"person": clerk.pk})
    assert 'data-key="u"' in page_text(client, to("triage", submission))

    later = undoing.time.time() + undoing.SECONDS
    monkeypatch.setattr(undoing.time, "time", lambda: later)

    assert 'data-key="u"' not in page_text(client, to("triage", submission))
    assert "nothing to undo" in shown_after(client, to("triage-undo", submission), {})
    submission.refresh_from_db()
    assert submission.assigned_to == clerk


def test_publishing_can_be_cancelled_back_to_the_screen(call, clerk, work):
    submission = in_status(Status.REPORTED, call, clerk, work)
    client = signed_in(clerk)
    page = client.post(f"{to('triage-act', submission, 'publish')}?why=publish").content.decode()
    assert f'href="{to("triage", submission)}?why=publish">Cancel' in page
    page = client.post(act_on(submission, "publish")).content.decode()
    assert f'href="{page_of(submission)}">Cancel' in page


def test_assigning_tells_nothing_of_people_elsewhere(call, clerk, work):
    submission = prepared(call, work)
    stranger = a_member(CallFactory().inquiry)
    client = signed_in(clerk)
    for key in (stranger.pk, 999_999):
        answer = client.post(to("triage-assign", submission), {"person": key})
        assert answer.status_code == 403
        assert str(stranger) not in answer.content.decode()


def test_checklist_is_saved_and_odd_answers_are_refused(call, clerk, work):
    submission = prepared(call, work)
    client = signed_in(clerk)
    shown_after(client, to("triage-checklist", submission), {"check-scope": "concern"})
    assert Check.objects.get().answer == "concern"
    odd = client.post(to("triage-checklist", submission), {"check-scope": "maybe"})
    assert odd.status_code == 404


def test_words_of_a_finding_are_marked_in_the_document(call, clerk, work):
    submission = prepared(
        call, work, name="Dr Quill Writer", text="I, Quill Writer, saw it.",
        disclosure=Disclosure.NAME_WITHHELD,
    )  # fmt: skip
    page = page_text(signed_in(clerk), to("triage", submission))
    assert re.search(r"<mark>[^<]*Quill Writer", page)
    other = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    assert "<mark>" not in page_text(other, to("triage", submission))


def test_held_submission_is_cleared_on_the_screen(call, clerk, work):
    submission = prepared(call, work, content=HIDDEN, file_name="held.html")
    assert submission.status == Status.HELD
    answers = {"note-release": "Read it; harmless."}
    page = shown_after(signed_in(clerk), to("triage-act", submission, "release"), answers)
    assert "Cleared." in page
    assert signed_in(clerk).post(to("triage-act", submission, "nothing")).status_code == 404


def test_reading_a_protected_submission_is_recorded_and_colleagues_are_named(call, clerk, work):
    submission = prepared(call, work, disclosure=Disclosure.CONFIDENTIAL)
    other = a_member(call.inquiry)
    page_text(signed_in(other), to("triage", submission))
    page = page_text(signed_in(clerk), to("triage", submission))
    assert f"{escape(other)} has this open too." in re.sub(r"\s+", " ", page)
    here = page_text(signed_in(clerk), to("triage-here", submission))
    assert str(escape(other)) in here


def test_acts_take_post_requests_only(call, clerk, work):
    submission = prepared(call, work)
    client = signed_in(clerk)
    for name in ("propose", "tags", "note", "assign", "snooze", "checklist", "undo"):
        assert client.get(to(f"triage-{name}", submission)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_screen_takes_few_queries_however_long_the_list(
    call, clerk, work, count, django_assert_max_num_queries
):
    submissions = [in_status(Status.PREPARED, call, clerk, work) for _ in range(count)]
    for submission in submissions:
        ThemeTag.objects.create(submission=submission, theme=ThemeFactory())
        InstitutionTag.objects.create(submission=submission, institution=InstitutionFactory())
    client = signed_in(clerk)
    client.get(to("triage", submissions[0]))
    with django_assert_max_num_queries(25):
        client.get(to("triage", submissions[0]))
