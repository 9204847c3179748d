"""Two people edit one form: nobody's work is undone, and the second is told."""

import datetime

import pytest
from django.db.models import F
from django.urls import reverse
from lxml import html

from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.lifecycle import Status
from evidence.submissions.models import Submission
from inquiry.calls.models import Call, Inquiry
from inquiry.people.models import Membership, User
from inquiry.vocabulary.models import State
from tests.evidence.admin.admin_client import in_status, page_of, signed_in
from tests.factories import (
    CommitteeFactory,
    InstitutionFactory,
    MembershipFactory,
    ThemeFactory,
    UserFactory,
    a_meeting,
    decide,
)

pytestmark = pytest.mark.django_db


def form_of(client, page: str) -> dict[str, str]:
    """What a browser would send from the page as it is."""
    tree = html.fromstring(client.get(page).content)
    (form,) = [candidate for candidate in tree.forms if candidate.get("id", "").endswith("_form")]
    return {name: value or "" for name, value in form.form_values() if name != "_continue"}


def address_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def rows(call, clerk, work):
    """A row for each form of the desk, and a column of it that two people change."""
    return {
        "submission": (in_status(Status.PREPARED, call, clerk, work), "title"),
        "meeting": (a_meeting(call.inquiry, by=clerk), "minute"),
        "call": (call, "title"),
        "institution": (InstitutionFactory(), "name"),
        "theme": (ThemeFactory(), "name"),
        "state": (State.objects.create(name="A state", code="XA"), "name"),
        "committee": (CommitteeFactory(), "name"),
        "inquiry": (call.inquiry, "title"),
        "user": (UserFactory(), "first_name"),
    }


FORMS = ("submission", "meeting", "call", "institution", "theme", "state", "committee",
         "inquiry", "user")  # fmt: skip


def client_for(name, clerk):
    over = name in {"committee", "inquiry", "user"}
    return signed_in(UserFactory(is_superuser=True, is_staff=True) if over else clerk)


@pytest.mark.parametrize("name", FORMS)
def test_form_opened_before_another_save_is_refused_showing_both_versions(rows, clerk, name):
    row, column = rows[name]
    client, page = client_for(name, clerk), address_of(row)
    fields = form_of(client, page)
    type(row).objects.filter(pk=row.pk).update(**{column: "Theirs"})

    refused = client.post(page, {**fields, column: "Mine"})

    assert refused.status_code == 200
    shown = refused.content.decode()
    assert "Someone else saved this while you had it open." in shown
    assert "Saved version: “Theirs”. You entered: “Mine”." in shown
    assert getattr(type(row).objects.get(pk=row.pk), column) == "Theirs"
    tree = html.fromstring(refused.content)
    (version,) = tree.xpath('//input[@name="seen_version"]/@value')
    again = client.post(page, {**fields, column: "Mine", "seen_version": version})
    assert again.status_code == 302
    assert getattr(type(row).objects.get(pk=row.pk), column) == "Mine"


@pytest.mark.parametrize("name", FORMS)
def test_form_nobody_else_changed_is_saved(rows, clerk, name):
    row, column = rows[name]
    client, page = client_for(name, clerk), address_of(row)

    assert client.post(page, {**form_of(client, page), column: "Mine"}).status_code == 302

    assert getattr(type(row).objects.get(pk=row.pk), column) == "Mine"


def test_saving_a_title_does_not_undo_a_decision(call, clerk, work):
    submission = in_status(Status.PREPARED, call, clerk, work)
    client, page = signed_in(clerk), page_of(submission)
    fields = form_of(client, page)
    decide(submission, Act.ACCEPT, Act.WITHHOLD_NAME, by=clerk)

    client.post(page, {**fields, "title": "A new title"})

    after = Submission.objects.get(pk=submission.pk)
    assert (after.status, after.number, after.disclosure_decided, after.title) == (
        Status.ACCEPTED,
        1,
        "name_withheld",
        "A new title",
    )
    assert CustodyEntry.objects.get(act="corrected").detail == {"fields": ["title"]}


def test_saving_an_inquiry_does_not_reissue_evidence_numbers(call):
    client = client_for("inquiry", None)
    page = address_of(call.inquiry)
    fields = form_of(client, page)
    Inquiry.objects.filter(pk=call.inquiry.pk).update(last_number=F("last_number") + 7)

    client.post(page, {**fields, "title": "Renamed"})

    assert Inquiry.objects.get(pk=call.inquiry.pk).last_number == 7


def test_inline_row_keeps_changes_made_by_others(call):
    """A membership: its role is changed in one window, its clearance in another."""
    member = MembershipFactory(inquiry=call.inquiry)
    client, page = client_for("user", None), address_of(member.user)
    fields = form_of(client, page)
    Membership.objects.filter(pk=member.pk).update(sees_confidential=True)

    client.post(
        page, {**fields, "memberships-0-role": "member", "memberships-0-sees_confidential": "on"}
    )

    member.refresh_from_db()
    assert (member.role, member.sees_confidential) == ("member", True)


def test_saving_an_account_keeps_the_last_sign_in(call):
    person = UserFactory()
    client, page = client_for("user", None), address_of(person)
    fields = form_of(client, page)
    moment = datetime.datetime(2026, 3, 17, tzinfo=datetime.UTC)
    User.objects.filter(pk=person.pk).update(last_login=moment)

    client.post(page, {**fields, "first_name": "New"})

    person.refresh_from_db()
    assert (person.first_name, person.last_login) == ("New", moment)


def test_clerk_reads_but_cannot_edit_objects_of_another_inquiry(call, clerk, work):
    """Somebody who is a clerk here and a specialist there sees both at the desk."""
    submission = in_status(Status.PREPARED, call, clerk, work)
    person = MembershipFactory().user
    MembershipFactory(user=person, inquiry=call.inquiry, role="specialist")
    client = signed_in(person)

    page = client.get(page_of(submission)).content.decode()
    answer = client.post(page_of(submission), {"title": "Changed", "display_name": "x"})

    assert 'name="title"' not in page
    assert answer.status_code == 403
    assert Submission.objects.get(pk=submission.pk).title == submission.title


def test_outdated_form_does_not_move_a_deadline_back(call, clerk):
    client, page = signed_in(clerk), address_of(call)
    fields = form_of(client, page)
    later = call.closes_at + datetime.timedelta(days=7)
    Call.objects.filter(pk=call.pk).update(closes_at=later)

    client.post(page, {**fields, "title": "Other"})

    assert Call.objects.get(pk=call.pk).closes_at == later


def test_switching_off_second_clerk_is_recorded_and_forbidden_to_clerks(call, clerk):
    page = address_of(call.inquiry)
    assert signed_in(clerk).get(page).status_code == 403
    client = client_for("inquiry", clerk)
    fields = form_of(client, page)
    assert fields.pop("second_clerk") == "on"

    client.post(page, fields)

    call.inquiry.refresh_from_db()
    assert call.inquiry.second_clerk is False
    assert (
        CustodyEntry.objects.filter(act="second clerk not asked for", inquiry=call.inquiry).count()
        == 1
    )
