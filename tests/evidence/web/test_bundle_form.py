"""The page for a new bundle: kinds, arranging by hand, saved specifications, supplements."""

import pytest
from django.urls import reverse

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Kind, Specification
from evidence.decisions.models import Act
from evidence.lifecycle import Disclosure
from inquiry.people.roles import Role
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import CallFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
SAID = {"title": "Pack", "order": "number", "grouping": "none"}


@pytest.fixture
def call():
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


@pytest.fixture
def page(call) -> str:
    return f"{reverse('bundle-new')}?inquiry={call.inquiry.code}"


@pytest.fixture
def two_submissions(call, work):
    submissions = [
        a_submission(call, text=f"{n}.", name=f"Ann {n}", organisation="") for n in ("One", "Two")
    ]
    work()
    return submissions


def by_hand(submissions, **more) -> dict[str, object]:
    """The contents as the page sends them back, nothing changed."""
    fields: dict[str, object] = {"submission": [str(submission.pk) for submission in submissions]}
    for place, submission in enumerate(submissions, start=1):
        fields |= {
            f"place-{submission.pk}": str(place),
            f"section-{submission.pk}": "",
            f"why-{submission.pk}": "",
        }
    return SAID | fields | more


@pytest.mark.parametrize("kind", Kind)
def test_new_bundle_page_says_what_each_kind_is_for(call, clerk, page, two_submissions, kind):
    shown = signed_in(clerk).get(f"{page}&kind={kind.value}").content.decode()

    assert Specification(title="", kind=kind).rule.purpose.replace("'", "&#x27;") in shown
    assert 'aria-current="true">' + kind.label in shown


def test_unknown_kind_becomes_a_plain_selection(clerk, page, two_submissions):
    assert "2 submissions on 2 pages" in signed_in(clerk).get(f"{page}&kind=x").content.decode()


def test_submissions_are_reordered_by_their_numbers(clerk, page, two_submissions):
    first, other = two_submissions
    fields = by_hand(two_submissions, **{f"place-{other.pk}": "0.5", "do": "make"})

    signed_in(clerk).post(page, fields)

    assert [item.submission for item in Bundle.objects.get().items.all()] == [other, first]


def test_submission_left_out_by_hand_stays_on_the_page_with_its_reason(
    clerk, page, two_submissions
):
    out = two_submissions[1]
    fields = by_hand(
        two_submissions, **{f"out-{out.pk}": "on", f"why-{out.pk}": "Late", "do": "look"}
    )

    shown = signed_in(clerk).post(page, fields).content.decode()

    assert "1 submission on 1 page" in shown
    assert f'name="out-{out.pk}" checked' in shown
    assert 'value="Late"' in shown
    assert not Bundle.objects.exists()


def test_custom_sections_are_made_by_hand(clerk, page, two_submissions):
    fields = by_hand(
        two_submissions,
        **{f"section-{two_submissions[1].pk}": "Panel 1", "grouping": "own", "do": "make"},
    )

    signed_in(clerk).post(page, fields)

    groups = [submission["groups"] for submission in Bundle.objects.get().snapshot["items"]]
    assert groups == [["Panel 1"], ["Other evidence"]]


def test_invalid_field_keeps_everything_as_typed(clerk, page, two_submissions):
    out = {f"out-{two_submissions[0].pk}": "on", f"why-{two_submissions[0].pk}": "Too late"}
    fields = by_hand(two_submissions, title="", lines="Meeting of 3 March", do="make", **out)

    shown = signed_in(clerk).post(page, fields).content.decode()

    assert 'href="#id_title"' in shown
    assert "Meeting of 3 March" in shown
    assert 'value="Too late"' in shown
    assert not Bundle.objects.exists()


def test_saved_specification_is_used_again_with_new_submissions(
    call, clerk, page, two_submissions, work
):
    client = signed_in(clerk)
    kept = client.post(
        f"{page}&q=Two",
        by_hand(two_submissions[1:], tabs="on", do="keep", name="Twos"),
        follow=True,
    )
    assert "Set-up “Twos” saved." in kept.content.decode()
    a_submission(call, text="Two again.")
    work()

    again = f"{reverse('bundle-new')}?specification={SavedSpecification.objects.get().pk}"
    assert "2 submissions on 2 pages" in client.get(again).content.decode()
    client.post(again, SAID | {"tabs": "on", "do": "make"})

    assert Bundle.objects.get().items.count() == 2
    assert "Twos" in client.get(reverse("bundles")).content.decode()


def test_specification_without_a_name_is_not_saved(clerk, page, two_submissions):
    shown = signed_in(clerk).post(page, SAID | {"do": "keep", "name": " "}).content.decode()

    assert "Give the specification a name" in shown
    assert not SavedSpecification.objects.exists()


def test_specification_is_deleted_by_its_maker_only(call, clerk, page, two_submissions):
    other = a_member(call.inquiry, Role.SPECIALIST)
    specification = SavedSpecification.objects.create(
        inquiry=call.inquiry, name="Mine", shared=True, specification={}, made_by=clerk
    )
    delete = reverse("specification-delete", args=[specification.pk])

    assert signed_in(clerk).get(delete).status_code == 405
    refused = signed_in(other).post(delete, follow=True).content.decode()
    assert "Only who made a specification can delete it." in refused
    signed_in(clerk).post(delete)

    assert not SavedSpecification.objects.exists()


def test_private_specification_of_another_person_does_not_exist(call, clerk, two_submissions):
    specification = SavedSpecification.objects.create(
        inquiry=call.inquiry,
        name="Mine",
        specification=Specification(title="P").to_json(),
        made_by=clerk,
    )
    other = signed_in(a_member(call.inquiry, Role.SPECIALIST))

    assert other.get(f"{reverse('bundle-new')}?specification={specification.pk}").status_code == 404
    assert other.post(reverse("specification-delete", args=[specification.pk])).status_code == 404
    assert "Mine" not in other.get(reverse("bundles")).content.decode()


@pytest.mark.parametrize("query", ["specification=x", "from=x", "from=", "specification=%00"])
def test_malformed_address_returns_404(clerk, query):
    assert signed_in(clerk).get(f"{reverse('bundle-new')}?{query}").status_code == 404


def test_reason_about_a_hidden_submission_is_not_shown_to_a_colleague(call, clerk, work):
    a_submission(call, text="Open.")
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    specification = Specification(title="P", left_out={str(secret.pk): "A reason that tells"})
    kept = SavedSpecification.objects.create(
        inquiry=call.inquiry,
        name="All",
        shared=True,
        specification=specification.to_json(),
        made_by=clerk,
    )

    officer = signed_in(a_member(call.inquiry, Role.OPERATIONS))
    shown = officer.get(f"{reverse('bundle-new')}?specification={kept.pk}").content.decode()

    assert "1 submission on 1 page" in shown
    assert "reason that tells" not in shown
    assert secret.receipt not in shown
    assert str(secret.pk) not in shown


@pytest.fixture
def ready(call, clerk, two_submissions, work) -> Bundle:
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    work()
    bundle.refresh_from_db()
    return bundle


def test_supplement_is_requested_on_the_page_of_the_earlier_bundle(call, clerk, ready, work):
    new = a_submission(call, text="Three.", name="Ann Three", organisation="")
    work()
    client = signed_in(clerk)
    again = f"{reverse('bundle-new')}?from={ready.pk}"
    assert "Only what is new" in client.get(again).content.decode()

    client.post(again, SAID | {"follow": "supplement", "do": "make"})
    work()

    made = Bundle.objects.exclude(pk=ready.pk).get()
    assert (made.previous, [i.submission for i in made.items.filter(elsewhere=False)]) == (
        ready,
        [new],
    )


def test_two_bundles_are_compared_item_by_item(call, clerk, ready, two_submissions, work):
    new = a_submission(call, text="Three.", name="Ann Three", organisation="")
    two_submissions[0].refresh_from_db()
    decide(two_submissions[0], Act.DECLINE, by=clerk)
    work()
    later = freeze(call.inquiry, Specification(title="Later"), by=clerk)
    work()

    shown = signed_in(clerk).get(reverse("bundle-compare", args=[later.pk, ready.pk]))

    words = " ".join(shown.content.decode().split())
    assert new.receipt in words
    assert "Added" in words
    assert "No longer included" in words
    assert two_submissions[1].receipt not in words


def test_bundles_of_two_inquiries_are_not_compared(call, clerk, ready, work):
    other = CallFactory(inquiry__prefix="XYZ")
    a_submission(other)
    work()
    a_member(other.inquiry)
    clerk.memberships.create(inquiry=other.inquiry, role=Role.CLERK)
    clerk = type(clerk).objects.get(pk=clerk.pk)
    there = freeze(other.inquiry, Specification(title="There"), by=clerk)
    work()

    answer = signed_in(clerk).get(reverse("bundle-compare", args=[ready.pk, there.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MEDIA, Role.ADVISER, Role.SPECIALIST])
def test_bundle_pages_and_files_do_not_exist_for_people_without_access(call, ready, role):
    client = signed_in(a_member(call.inquiry, role))

    assert client.get(f"{reverse('bundle-new')}?from={ready.pk}").status_code == 404
    assert client.get(reverse("bundle-compare", args=[ready.pk, ready.pk])).status_code == 404
    assert client.get(reverse("bundle-volume", args=[ready.pk, "pdf", 1])).status_code == 404


def test_each_volume_is_downloaded_under_the_name_the_links_use(call, clerk, two_submissions, work):
    bundle = freeze(call.inquiry, Specification(title="Pack", volume_pages=1), by=clerk)
    work()
    client = signed_in(clerk)

    shown = client.get(reverse("bundle", args=[bundle.pk])).content.decode()
    answer = client.get(reverse("bundle-volume", args=[bundle.pk, "pdf", 2]))

    assert "Volume 2" in shown
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert bundle.file_name("pdf", 2) in answer["Content-Disposition"]
    assert client.get(reverse("bundle-volume", args=[bundle.pk, "pdf", 3])).status_code == 302
    assert [download.form for download in bundle.downloads.all()] == ["pdf"]
