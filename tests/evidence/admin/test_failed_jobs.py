"""The page of failed and late jobs: who may see which."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.drafts import access as opening
from evidence.drafts import files
from evidence.drafts.models import DraftFile
from evidence.jobs.models import Job
from evidence.jobs.queue import ask, claim_job
from evidence.lifecycle import Disclosure
from evidence.tasks import failed_jobs
from evidence.tasks.registry import TIDY
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import page_of, page_text, signed_in
from tests.evidence.admin.failed_job_client import PAGE, count_of, given_up_job, press, rows
from tests.factories import CallFactory, UserFactory, a_member, a_submission

pytestmark = pytest.mark.django_db


def test_failed_jobs_show_name_reason_and_time(call, clerk, submission):
    job = given_up_job(
        "render", submission.pk, "It needed more memory than there is (MemoryError)."
    )

    page = page_text(signed_in(clerk), PAGE)

    assert "Making the pages again with the heading that was decided" in page
    assert submission.label in page
    assert "It needed more memory than there is (MemoryError)." in page
    since = timezone.localtime(failed_jobs.find(job.pk, clerk).since)
    assert since.strftime("%-d %B %Y, %H:%M") in page
    assert count_of(clerk) == 1


def test_late_job_shows_its_next_attempt(call, clerk, submission):
    ask("suggest", submission.pk)
    job = Job.objects.get(name="suggest")
    claim_job(job.pk).put_back("The disk was away.", after=datetime.timedelta(hours=1))
    assert rows(signed_in(clerk)) == 0
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(first_tried_at=hour_ago)

    page = page_text(signed_in(clerk), PAGE)

    assert "<strong>Late.</strong> The disk was away. It is tried again by itself at" in page
    assert "Dismiss:" not in page


def test_job_no_worker_took_is_shown_as_such(call, clerk, submission):
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    ask("suggest", submission.pk, at=hour_ago)

    page = page_text(signed_in(clerk), PAGE)

    assert failed_jobs.NOBODY_TOOK_IT in page
    assert timezone.localtime(hour_ago).strftime("%-d %B %Y, %H:%M") in page


def test_job_postponed_to_a_later_day_is_not_late(call, clerk):
    opening.start(call, language="en-gb")

    assert rows(signed_in(clerk)) == 0


@pytest.mark.parametrize("disclosure", [Disclosure.OPEN, Disclosure.CONFIDENTIAL])
def test_failed_jobs_of_another_inquiry_are_hidden(disclosure, call, clerk, work):
    submission = a_submission(call, disclosure=disclosure)
    work()
    job = given_up_job("render", submission.pk)
    elsewhere = a_member(CallFactory().inquiry)
    assert rows(signed_in(clerk)) == count_of(clerk) == 1

    other = signed_in(elsewhere)

    assert rows(other) == count_of(elsewhere) == 0
    assert submission.label not in page_text(other, PAGE)
    assert other.get(f"{PAGE}?inquiry={call.inquiry.pk}").status_code == 404
    for act in ("retry", "dismiss"):
        assert press(other, job, act).status_code == 404
    other.post(f"{PAGE}retry-all/")
    job.refresh_from_db()
    assert job.state == Job.State.HELD


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_failed_jobs_page_exists_for_clerks_only(role, call, submission):
    job = given_up_job("render", submission.pk, "It failed with Oddity.")
    person = a_member(call.inquiry, role, sees_confidential=True, sees_identities=True)
    client = signed_in(person)
    # Whoever has no place at the desk is sent to sign in, whatever the address.
    expected = client.get("/admin/nothing/").status_code

    for address in (PAGE, f"{PAGE}?inquiry={call.inquiry.pk}"):
        assert client.get(address).status_code == expected
    for address in (
        reverse("admin:job-act", args=[job.pk, "retry"]),
        reverse("admin:job-act", args=[job.pk, "dismiss"]),
        f"{PAGE}retry-all/",
    ):
        assert client.post(address).status_code == expected
    for address in ("/admin/", page_of(submission)):
        page = client.get(address).content.decode()
        assert "jobs" not in page
        assert "Oddity" not in page
    job.refresh_from_db()
    assert job.state == Job.State.HELD


def test_superuser_sees_jobs_of_the_site_but_not_of_evidence(call, submission):
    superuser = UserFactory(is_superuser=True, is_staff=True)
    given_up_job("render", submission.pk)
    opening.ask_for_link("somebody@example.org", language="en-gb", address="127.0.0.1")
    link = Job.objects.get(name="send_link")
    given_up_job("send_link", link.subject_id)
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    ask("tidy", TIDY, at=hour_ago)

    page = page_text(signed_in(superuser), PAGE)

    assert "Sending a link to a form" in page
    assert "Tidying up once a day" in page
    assert submission.label not in page
    assert "somebody@example.org" not in page


def test_clerk_sees_site_jobs_but_not_who_asked_for_a_link(call, clerk):
    opening.ask_for_link("somebody@example.org", language="en-gb", address="127.0.0.1")
    given_up_job("send_link", Job.objects.get(name="send_link").subject_id)
    ask("tidy", TIDY, at=timezone.now() - datetime.timedelta(hours=1))

    client = signed_in(clerk)

    assert rows(client) == 1
    assert "Tidying up once a day" in page_text(client, PAGE)
    assert rows(client, f"{PAGE}?inquiry={call.inquiry.pk}") == 0


def test_file_deletion_jobs_of_deleted_drafts_are_for_superusers(call, clerk):
    draft, _code = opening.start(call, language="en-gb")
    ask("expire", draft.pk, at=timezone.now() - datetime.timedelta(hours=1))
    draft.delete()
    superuser = UserFactory(is_superuser=True, is_staff=True)

    assert rows(signed_in(clerk)) == 0
    assert rows(signed_in(superuser)) == 1


def test_draft_job_names_its_call_and_no_witness(call, clerk):
    draft, _code = opening.start(call, language="en-gb")
    files.add(draft, io.BytesIO(b"Words of Dr Secret."), name="secret.txt")
    DraftFile.objects.update(state=DraftFile.State.BAD)
    given_up_job("look", DraftFile.objects.get().pk)

    page = page_text(signed_in(clerk), PAGE)

    assert f"A file in a form for “{call.title}”" in page
    assert "secret" not in page.lower()
    assert str(draft.pk) not in page


def test_failed_jobs_page_needs_as_many_queries_for_many_as_for_few(
    call, clerk, work, django_assert_max_num_queries
):
    submissions = [a_submission(call, text=f"Words {n}.") for n in range(3)]
    work()
    given_up_job("suggest", submissions[0].pk)
    client = signed_in(clerk)
    client.get(PAGE)
    with django_assert_max_num_queries(100) as queries:
        client.get(PAGE)
    few = len(queries)
    for submission in submissions[1:]:
        given_up_job("suggest", submission.pk)

    with django_assert_max_num_queries(few):
        assert rows(client) == 3


def test_empty_failed_jobs_page_says_all_is_well(call, clerk):
    page = page_text(signed_in(clerk), PAGE)

    assert "No failed or late jobs." in page
    assert "Retry" not in page
