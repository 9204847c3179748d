"""The pages of staff and members, and the published list: who may, and what is recorded."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.jobs.models import Job
from evidence.jobs.queue import claim_turn
from evidence.lifecycle import Disclosure
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def published(call, clerk, work, **submission) -> Submission:
    made = a_submission(call, **submission)
    work()
    decide(made, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    publish(made, by=clerk)
    made.refresh_from_db()
    return made


@pytest.fixture
def ready(call, clerk, work) -> Bundle:
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    work()
    bundle.refresh_from_db()
    return bundle


def files_of(submission: Submission) -> list[str]:
    return [
        reverse("submission", args=[submission.pk]),
        reverse("submission-pdf", args=[submission.pk, 0]),
        reverse("submission-original", args=[submission.pk, 0]),
    ]


def drained(response):
    response.getvalue()
    return response


# --- Signing in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["register", "bundles", "bundle-new"])
def test_anonymous_visitor_is_asked_to_sign_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


def test_person_without_an_inquiry_is_told_so(client, call):
    stranger = a_member(call.inquiry)
    stranger.memberships.all().delete()
    answer = signed_in(stranger).get(reverse("register"))
    assert answer.status_code == 403
    assert "not assigned to an inquiry" in answer.content.decode()


def test_register_of_another_inquiry_does_not_exist(call, clerk):
    other = CallFactory().inquiry
    answer = signed_in(clerk).get(reverse("register"), {"inquiry": other.code})
    assert answer.status_code == 404


# --- Custody -------------------------------------------------------------------------------------


def test_opening_an_original_is_always_recorded(call, clerk, work):
    submission = a_submission(call)
    work()
    drained(signed_in(clerk).get(reverse("submission-original", args=[submission.pk, 0])))
    assert CustodyEntry.objects.filter(
        act="original opened", subject_id=str(submission.pk), by=clerk
    ).exists()


@pytest.mark.parametrize("disclosure", Disclosure)
def test_reading_evidence_of_a_protected_witness_is_recorded(call, clerk, work, disclosure):
    submission = a_submission(call, disclosure=disclosure)
    work()
    client = signed_in(clerk)
    client.get(reverse("submission", args=[submission.pk]))
    drained(client.get(reverse("submission-pdf", args=[submission.pk, 0])))

    acts = CustodyEntry.objects.filter(subject_id=str(submission.pk), by=clerk).values_list(
        "act", flat=True
    )
    expected = [] if disclosure == Disclosure.OPEN else ["read", "read as pdf"]
    assert list(acts) == expected


def test_original_is_downloaded_under_a_neutral_name(call, clerk, work):
    submission = a_submission(call, file_name="jane-doe.txt")
    work()
    answer = drained(signed_in(clerk).get(reverse("submission-original", args=[submission.pk, 0])))
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "jane" not in disposition
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_original_still_in_quarantine_is_not_downloaded(call, clerk):
    submission = a_submission(call)
    assert (
        signed_in(clerk).get(reverse("submission-original", args=[submission.pk, 0])).status_code
        == 404
    )


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.MEMBER, Role.ADVISER])
def test_originals_do_not_exist_for_people_who_read_pages_only(call, work, role):
    submission = a_submission(call)
    work()
    client = signed_in(a_member(call.inquiry, role))
    assert client.get(reverse("submission", args=[submission.pk])).status_code == 200
    assert client.get(reverse("submission-original", args=[submission.pk, 0])).status_code == 404
    assert client.get(reverse("submission-office", args=[submission.pk, 0])).status_code == 404


def test_pages_showing_a_name_withheld_since_wait_until_rerendered(call, clerk, work):
    submission = a_submission(call, name="Dr Exposed")
    work()
    decide(submission, Act.WITHHOLD_NAME, by=clerk)
    client = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    address = reverse("submission-pdf", args=[submission.pk, 0])

    assert client.get(address).status_code == 404
    work()
    assert drained(client.get(address)).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_read_only_pages_refuse_other_methods(call, clerk, work, ready, method):
    submission = Submission.objects.get()
    client = signed_in(clerk)
    pages = [*files_of(submission), reverse("register"), reverse("bundles")]
    pages += [reverse("bundle", args=[ready.pk]), reverse("bundle-file", args=[ready.pk, "pdf"])]
    pages += [reverse("bundle-progress", args=[ready.pk]), reverse("published"), reverse("home")]
    for page in pages:
        assert getattr(client, method)(page).status_code == 405, page


# --- Bundles -------------------------------------------------------------------------------------


def test_bundle_is_requested_with_the_filters_of_the_register(call, clerk, work):
    a_submission(call, text="About cats.")
    wanted = a_submission(call, text="About dogs.")
    work()
    page = f"{reverse('bundle-new')}?inquiry={call.inquiry.code}&q=dogs"

    answer = signed_in(clerk).post(
        page, {"title": "Dogs", "order": "number", "grouping": "none", "marking": ""}
    )

    bundle = Bundle.objects.get()
    assert answer["Location"] == reverse("bundle", args=[bundle.pk])
    assert [item.submission for item in bundle.items.all()] == [wanted]


def test_ticking_a_forbidden_choice_changes_nothing(call, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    a_submission(call, text="One.")
    a_submission(call, text="Two.", disclosure=Disclosure.CONFIDENTIAL)
    work()

    signed_in(officer).post(
        f"{reverse('bundle-new')}?inquiry={call.inquiry.code}",
        {
            "title": "P",
            "order": "number",
            "grouping": "none",
            "with_confidential": "on",
            "with_names": "on",
        },
    )

    bundle = Bundle.objects.get()
    assert not bundle.with_confidential
    assert not bundle.with_names
    assert bundle.items.count() == 1


@pytest.mark.parametrize("role", [Role.MEDIA, Role.MEMBER, Role.ADVISER])
def test_bundle_pages_do_not_exist_for_people_who_make_none(call, ready, role):
    client = signed_in(a_member(call.inquiry, role, sees_confidential=True))
    assert client.get(reverse("bundles")).status_code == 404
    assert client.get(f"{reverse('bundle-new')}?inquiry={call.inquiry.code}").status_code == 404
    for name in ("bundle", "bundle-progress"):
        assert client.get(reverse(name, args=[ready.pk])).status_code == 404
    for name in ("bundle-again", "bundle-cancel"):
        assert client.post(reverse(name, args=[ready.pk])).status_code == 404
    assert client.get(reverse("bundle-file", args=[ready.pk, "pdf"])).status_code == 404
    assert not ready.downloads.exists()


def test_progress_gives_state_and_percentage(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    client, page = signed_in(clerk), reverse("bundle-progress", args=[bundle.pk])
    line = "Waiting to start"
    assert client.get(page).json() == {"state": "asked", "percent": 0, "message": line}
    claim_turn().report(3, 4, "FIA0001")
    assert client.get(page).json() == {"state": "asked", "percent": 75, "message": "75 %: FIA0001"}
    Job.objects.update(lease_until=timezone.now())
    work()
    assert client.get(page).json()["percent"] == 100


def test_bundle_is_cancelled_and_built_again_on_its_page(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    client, page = signed_in(clerk), reverse("bundle", args=[bundle.pk])
    assert "Waiting to start" in client.get(page).content.decode()
    cancel, again = (reverse(f"bundle-{act}", args=[bundle.pk]) for act in ("cancel", "again"))

    assert client.get(cancel).status_code == 405
    assert "was cancelled" in client.post(cancel, follow=True).content.decode()
    assert client.get(reverse("bundle-file", args=[bundle.pk, "pdf"])).status_code == 302
    client.post(again)
    work()

    assert "the bundle is ready" in client.post(cancel, follow=True).content.decode()


def test_download_of_an_unfinished_bundle_redirects_with_a_message(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    answer = signed_in(clerk).get(reverse("bundle-file", args=[bundle.pk, "pdf"]), follow=True)
    assert "This bundle is not ready yet." in answer.content.decode()
    assert not bundle.downloads.exists()


def test_failed_bundle_is_retried_by_a_button_only(call, clerk, work):
    a_submission(call)
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    Bundle.objects.filter(pk=bundle.pk).update(state="failed", reason="It stopped.")
    client, again = signed_in(clerk), reverse("bundle-again", args=[bundle.pk])

    assert "It stopped." in client.get(reverse("bundle", args=[bundle.pk])).content.decode()
    assert client.get(again).status_code == 405
    client.post(again)
    work()

    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.READY


def test_bundle_request_needs_a_csrf_token(call, clerk, work):
    a_submission(call)
    work()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clerk)
    page = f"{reverse('bundle-new')}?inquiry={call.inquiry.code}"
    fields = {"title": "Pack", "order": "number", "grouping": "none"}
    assert strict.post(page, fields).status_code == 403
    assert not Bundle.objects.exists()


# --- Ranges --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("range_header", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=5-", 5, None), ("bytes=-7", -7, None)],
)
def test_range_of_a_bundle_is_served(clerk, ready, range_header, first, last):
    client, page = signed_in(clerk), reverse("bundle-file", args=[ready.pk, "pdf"])
    whole = client.get(page).getvalue()

    answer = client.get(page, headers={"range": range_header})

    part = answer.getvalue()
    assert answer.status_code == 206
    assert part == whole[first : None if last is None else last + 1]
    begin = first % len(whole)
    assert answer["Content-Range"] == f"bytes {begin}-{begin + len(part) - 1}/{len(whole)}"


@pytest.mark.parametrize("range_header", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_unsatisfiable_range_is_refused(clerk, ready, range_header):
    page = reverse("bundle-file", args=[ready.pk, "pdf"])
    answer = signed_in(clerk).get(page, headers={"range": range_header})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{ready.pdf_size}"


def test_range_request_is_recorded_as_one_download(clerk, ready):
    page = reverse("bundle-file", args=[ready.pk, "pdf"])
    drained(signed_in(clerk).get(page, headers={"range": "bytes=0-9"}))
    assert ready.downloads.filter(by=clerk, form="pdf").count() == 1


# --- Published -----------------------------------------------------------------------------------


def test_submission_published_again_is_listed_once(client, call, clerk, work):
    submission = published(call, clerk, work)
    take_down(submission, by=clerk, note="A correction.")
    submission.refresh_from_db()
    assert submission.reference not in client.get(reverse("published")).content.decode()

    publish(submission, by=clerk)

    page = client.get(reverse("published")).content.decode()
    assert page.count(f'href="{reverse("published-submission", args=[submission.reference])}"') == 1
    assert "1 submission" in page


def test_public_list_is_the_same_for_every_reader(call, clerk, work):
    published(call, clerk, work)
    a_submission(call, text="Not yet.")
    work()
    pages = {person: signed_in(person) for person in (clerk, a_member(call.inquiry, Role.MEDIA))}
    nobody = Client().get(reverse("published")).content
    assert all(client.get(reverse("published")).content == nobody for client in pages.values())
    assert Submission.objects.visible_to(AnonymousUser()).count() == 1


# --- Queries -------------------------------------------------------------------------------------


def queries(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["register", "published", "for-you"])
def test_list_needs_as_many_queries_for_three_rows_as_for_one(call, clerk, work, name):
    published(call, clerk, work, text="One.")
    client, page = signed_in(clerk), reverse(name)
    count = queries(client, page)
    published(call, clerk, work, text="Two.")
    published(call, clerk, work, text="Three.")
    assert queries(client, page) == count
