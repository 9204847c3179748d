"""The contents of a bundle: fixed when it is requested, and only what its readers may see."""

import json

import pytest

from evidence.bundles.build.build import build
from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.spec.planned_items import CONFIDENTIAL
from evidence.bundles.specification import Specification
from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.errors import NotPermittedError
from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import (
    a_bundle,
    bookmarks,
    built_bundle,
    letters,
    pages,
    references,
)
from tests.factories import (
    InstitutionFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
)

pytestmark = pytest.mark.django_db

# --- Frozen --------------------------------------------------------------------------------------


def test_decisions_after_the_request_do_not_change_the_bundle(call, clerk, work):
    submission = a_submission(call, name="Dr First Name")
    work()
    bundle = freeze(call.inquiry, Specification(title="Pack"), by=clerk)
    decide(submission, Act.ACCEPT, by=clerk)
    Submission.objects.filter(pk=submission.pk).update(title="Another title")
    submission.witnesses.update(name="Dr Second Name")

    built_bundle(bundle, work)

    assert references(bundle) == [submission.receipt]
    assert "Dr First Name" in "".join(pages(bundle))
    assert "Dr Second Name" not in "".join(pages(bundle))


def test_same_contents_give_the_same_bytes_for_every_requester(call, clerk, work):
    a_submission(call, text="One.")
    a_submission(call, text="Two.")
    work()

    first = a_bundle(call, clerk, work)
    second = a_bundle(call, a_member(call.inquiry), work)

    assert first.fingerprint == second.fingerprint
    assert first.pdf_sha256 == second.pdf_sha256
    assert first.zip_sha256 == second.zip_sha256


def test_building_twice_equals_building_once(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)
    before = (bundle.ready_at, CustodyEntry.objects.filter(act="bundle built").count())

    build(bundle)

    bundle.refresh_from_db()
    assert (bundle.ready_at, CustodyEntry.objects.filter(act="bundle built").count()) == before


# --- Whom it protects ----------------------------------------------------------------------------


def test_submission_made_confidential_later_closes_the_bundle_to_the_uncleared(call, clerk, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    submission = a_submission(call)
    work()
    bundle = built_bundle(freeze(call.inquiry, Specification(title="Pack"), by=officer), work)
    assert bundle in Bundle.objects.visible_to(officer)

    decide(submission, Act.KEEP_CONFIDENTIAL, by=clerk)

    assert bundle not in Bundle.objects.visible_to(officer)
    assert bundle in Bundle.objects.visible_to(clerk)


def test_name_withheld_later_closes_the_bundle_to_those_who_may_not_know_it(call, clerk, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    submission = a_submission(call)
    work()
    bundle = built_bundle(freeze(call.inquiry, Specification(title="Pack"), by=officer), work)

    decide(submission, Act.WITHHOLD_NAME, by=clerk)

    assert bundle not in Bundle.objects.visible_to(officer)


def test_outdated_pages_showing_a_withheld_name_are_not_bundled(call, clerk, work):
    submission, other = (
        a_submission(call, name="Dr Exposed", text="One."),
        a_submission(call, text="Two."),
    )
    work()
    decide(submission, Act.WITHHOLD_NAME, by=clerk)
    # Nobody has made the pages again yet.
    bundle = freeze(
        call.inquiry, Specification(title="Pack"), by=a_member(call.inquiry, Role.OPERATIONS)
    )
    built_bundle(bundle, work)

    assert references(bundle) == [other.receipt]
    assert "Dr Exposed" not in " ".join("".join(pages(bundle)).split())
    left_out = f"{submission.receipt} is not included: its pages are not made yet."
    assert left_out in bundle.snapshot["front"]["left_out"]


def test_confidential_submissions_are_left_out_unless_asked_for(call, clerk, work):
    a_submission(call, text="Open.")
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()

    without = a_bundle(call, clerk, work)
    included = a_bundle(call, clerk, work, with_confidential=True)

    assert secret.receipt not in references(without)
    assert letters(secret.receipt) not in letters("".join(pages(without)))
    assert secret.receipt in references(included)


def test_only_pages_of_confidential_submissions_are_marked(call, clerk, work):
    a_submission(call, text="Open.")
    long = "\n\n".join(f"Secret paragraph {n}. " + "Words and more words. " * 20 for n in range(30))
    secret = a_submission(call, text=long, disclosure=Disclosure.CONFIDENTIAL)
    work()

    bundle = a_bundle(call, clerk, work, with_confidential=True)

    item = bundle.items.get(submission=secret)
    assert item.last_page > item.first_page
    # The contents in front name the marking too.
    front = bundle.items.order_by("first_page")[0].first_page - 1
    for number, words in enumerate(pages(bundle)[front:], start=front + 1):
        inside = item.first_page <= number <= item.last_page
        assert (CONFIDENTIAL in words) == inside, number


def test_names_are_shown_only_on_request(call, clerk, work):
    a_submission(call, name="Dr Hidden", disclosure=Disclosure.NAME_WITHHELD)
    work()

    without = a_bundle(call, clerk, work)
    with_names = a_bundle(call, clerk, work, with_names=True)

    assert "Dr Hidden" not in "".join(pages(without)) + "".join(bookmarks(without))
    assert "Dr Hidden" in "".join(bookmarks(with_names))


@pytest.mark.parametrize(
    ("role", "specification"),
    [
        (Role.MEMBER, {}),
        (Role.MEDIA, {}),
        (Role.ADVISER, {}),
        (Role.SPECIALIST, {"with_confidential": True}),
        (Role.OPERATIONS, {"with_names": True}),
    ],
)
def test_bundle_beyond_the_requester_s_permissions_is_refused(call, work, role, specification):
    a_submission(call)
    work()
    person = a_member(call.inquiry, role)

    with pytest.raises(NotPermittedError):
        freeze(call.inquiry, Specification(title="Pack", **specification), by=person)
    assert not Bundle.objects.exists()


def test_losing_names_permission_or_clearance_closes_a_bundle(call, work):
    specialist = a_member(call.inquiry, Role.SPECIALIST, sees_identities=True)
    a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    bundle = built_bundle(
        freeze(call.inquiry, Specification(title="P", with_names=True), by=specialist), work
    )

    specialist.memberships.update(sees_identities=False)

    assert bundle not in Bundle.objects.visible_to(type(specialist).objects.get(pk=specialist.pk))


def test_unaccepted_submissions_are_bundled_only_when_their_status_is_chosen(call, clerk, work):
    submission, declined = a_submission(call, text="One."), a_submission(call, text="Two.")
    work()
    decide(Submission.objects.get(pk=declined.pk), Act.DECLINE, by=clerk)

    assert references(a_bundle(call, clerk, work)) == [submission.receipt]
    bundle = a_bundle(call, clerk, work, filters="status=declined")
    assert references(bundle) == [declined.receipt]


# --- Order and groups ----------------------------------------------------------------------------


def test_bundle_follows_the_chosen_order(call, clerk, work):
    second = a_submission(call, text="One.", name="Anna Ash", organisation="")
    first = a_submission(call, text="Two.", name="Zoe Zeal", organisation="")
    work()
    decide(first, Act.ACCEPT, by=clerk)
    decide(second, Act.ACCEPT, by=clerk)
    tag.with_institution(first, InstitutionFactory(name="B"), part="subject", by=clerk)
    tag.with_institution(second, InstitutionFactory(name="A"), part="subject", by=clerk)
    tag.with_theme(first, ThemeFactory(name="Alpha"), by=clerk)
    tag.with_theme(second, ThemeFactory(name="Beta"), by=clerk)
    work()

    def order(by: Bundle.Order) -> list[str]:
        return references(freeze(call.inquiry, Specification(title="P", order=by), by=clerk))

    assert order(Bundle.Order.NUMBER) == ["FIA0001", "FIA0002"]
    assert order(Bundle.Order.WITNESS) == ["FIA0002", "FIA0001"]
    assert order(Bundle.Order.INSTITUTION) == ["FIA0002", "FIA0001"]
    assert order(Bundle.Order.THEME) == ["FIA0001", "FIA0002"]
    assert order(Bundle.Order.DATE) == ["FIA0002", "FIA0001"]


def test_groups_are_sorted_by_name_and_ungrouped_items_come_last(call, clerk, work):
    none, zeta, alpha = (a_submission(call, text=f"{n}.") for n in range(3))
    work()
    tag.with_institution(zeta, InstitutionFactory(name="Zeta"), part="mentioned", by=clerk)
    tag.with_institution(alpha, InstitutionFactory(name="Alpha"), part="mentioned", by=clerk)

    bundle = a_bundle(call, clerk, work, grouping=Bundle.Grouping.INSTITUTION)

    assert references(bundle) == [alpha.receipt, zeta.receipt, none.receipt]
    groups = [title for title in bookmarks(bundle) if title in {"Alpha", "Zeta", "No institution"}]
    assert groups == ["Alpha", "Zeta", "No institution"]


def test_own_institution_of_a_protected_witness_makes_no_group(call, clerk, work):
    submission = a_submission(call, disclosure=Disclosure.NAME_WITHHELD)
    work()
    own = InstitutionFactory(name="Revealing College")
    tag.with_institution(submission, own, part=InstitutionTag.Part.SUBMITTER, by=clerk)

    plain = a_bundle(call, clerk, work, grouping=Bundle.Grouping.INSTITUTION)
    named = a_bundle(call, clerk, work, grouping=Bundle.Grouping.INSTITUTION, with_names=True)

    assert "Revealing" not in json.dumps(plain.snapshot) + "".join(pages(plain))
    assert "Revealing College" in json.dumps(named.snapshot)
