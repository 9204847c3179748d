"""Specifications of every kind of bundle: saved, used again, and arranged by hand."""

import json

import pytest

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.requests import freeze
from evidence.bundles.spec.contents import ONLY_WHAT_IS_PUBLIC
from evidence.bundles.spec.selection import plan
from evidence.bundles.specification import Grouping, Kind, Order, Specification
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.errors import NotReadyError
from evidence.lifecycle import Disclosure
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.tagging import tag
from inquiry.calls.models import Question
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import (
    a_bundle,
    bookmarks,
    built_bundle,
    pages,
    references,
    rows,
)
from tests.factories import InstitutionFactory, ThemeFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


def flat(words: list[str]) -> str:
    return " ".join(" ".join(words).split())


def published(call, clerk, work, **fields):
    submission = a_submission(call, **fields)
    work()
    decide(submission, Act.ACCEPT, by=clerk)
    decide(
        submission,
        Act.OPEN if submission.disclosure == Disclosure.OPEN else Act.WITHHOLD_NAME,
        by=clerk,
    )
    decide(submission, Act.REPORT, by=clerk)
    work()
    submission.refresh_from_db()
    publish(submission, by=clerk)
    work()
    submission.refresh_from_db()
    return submission


# --- Kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.WITNESS, Kind.PUBLICATION, Kind.VOLUME])
def test_bundle_for_outside_readers_holds_public_evidence_only(call, clerk, work, kind):
    out = published(call, clerk, work, text="Public.")
    a_submission(call, text="Before the committee.")
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()

    # Not even by asking for another status in the address.
    bundle = a_bundle(call, clerk, work, kind=kind, filters="status=prepared&status=published")

    assert references(bundle) == [out.reference]
    words = flat(pages(bundle))
    assert ONLY_WHAT_IS_PUBLIC in words
    assert "onfidential" not in words


@pytest.mark.parametrize("parameters", [{"with_confidential": True}, {"with_names": True}])
def test_bundle_for_outside_readers_refuses_protected_evidence(call, clerk, work, parameters):
    published(call, clerk, work)

    with pytest.raises(NotReadyError, match="for readers outside"):
        freeze(call.inquiry, Specification(title="P", kind=Kind.WITNESS, **parameters), by=clerk)


def test_witness_pack_withholds_names_and_own_institutions(call, clerk, work):
    own = InstitutionFactory(name="Revealing College")
    submission = published(
        call,
        clerk,
        work,
        name="Dr Hidden",
        disclosure=Disclosure.NAME_WITHHELD,
    )
    # As it might have been before titles were searched for names.
    Submission.objects.filter(pk=submission.pk).update(title="By Dr Hidden")
    tag.with_institution(submission, own, part="submitter", by=clerk)

    bundle = a_bundle(call, clerk, work, kind=Kind.WITNESS, sheets=True)

    text = flat(pages(bundle)) + json.dumps(rows(bundle)) + json.dumps(bundle.snapshot)
    assert submission.reference in text
    assert "Hidden" not in text
    assert "Revealing" not in text


def test_circulation_pack_holds_new_submissions_with_a_schedule(call, clerk, work):
    accepted = a_submission(call, text="Old.")
    new = a_submission(call, text="New words here.", name="Ann Ash", organisation="")
    secret = a_submission(call, text="Kept.", name="Dr Hidden", disclosure=Disclosure.NAME_WITHHELD)
    work()
    decide(accepted, Act.ACCEPT, by=clerk)
    propose(Submission.objects.get(pk=new.pk), Act.ACCEPT, by=clerk)

    bundle = a_bundle(call, clerk, work, kind=Kind.CIRCULATION)

    assert set(references(bundle)) == {new.receipt, secret.receipt}
    words = flat(pages(bundle))
    assert "Schedule" in words
    assert "Dr Hidden" not in words
    listed = {
        row["cells"][0]: row["cells"] for row in bundle.snapshot["front"]["tables"][0]["rows"]
    }
    assert listed[new.receipt][2:] == [
        "Written evidence",
        "1 page, 3 words",
        "Accept as evidence",
        "",
    ]
    assert listed[secret.receipt][4:] == ["None yet", "name withheld"]


# --- Order, sections, what is left out -----------------------------------------------------------


def test_bundle_can_have_its_own_order_and_sections(call, clerk, work):
    first, second, third = (a_submission(call, text=f"{n}.") for n in range(3))
    work()
    specification = Specification(
        title="P",
        order=Order.OWN,
        grouping=Grouping.OWN,
        own_order=(str(third.pk), str(first.pk)),
        sections={str(third.pk): "Panel 1", str(first.pk): "Panel 2"},
        dividers=True,
        tabs=True,
    )

    bundle = built_bundle(freeze(call.inquiry, specification, by=clerk), work)

    assert references(bundle) == [third.receipt, first.receipt, second.receipt]
    assert list(bundle.items.values_list("tab", flat=True)) == ["1", "2", "3"]
    assert [m for m in bookmarks(bundle) if m[:5] in {"Panel", "Other"}] == [
        "Panel 1",
        "Panel 2",
        "Other evidence",
    ]


def test_sections_can_be_nested(call, clerk, work):
    for number, (institution, theme) in enumerate([("A", "Y"), ("B", "X"), ("A", "X")]):
        submission = a_submission(call, text=f"{number}.")
        work()
        tag.with_institution(
            submission, _known(InstitutionFactory, institution), part="subject", by=clerk
        )
        tag.with_theme(submission, _known(ThemeFactory, theme), by=clerk)

    bundle = freeze(
        call.inquiry,
        Specification(title="P", grouping=Grouping.INSTITUTION, within=Grouping.THEME),
        by=clerk,
    )

    assert [submission["groups"] for submission in bundle.snapshot["items"]] == [
        ["A", "X"],
        ["A", "Y"],
        ["B", "X"],
    ]


def _known(factory, name):
    return factory._meta.model.objects.filter(name=name).first() or factory(name=name)


def test_sections_by_question_follow_the_order_of_the_questions(call, clerk, work):
    questions = [
        Question.objects.create(inquiry=call.inquiry, number=number, text=f"What of {number}?")
        for number in (2, 10)
    ]
    ten, two, none = (a_submission(call, text=f"{n}.") for n in range(3))
    ten.questions.add(questions[1])
    two.questions.add(questions[0])
    work()

    bundle = a_bundle(call, clerk, work, grouping=Grouping.QUESTION)

    assert references(bundle) == [two.receipt, ten.receipt, none.receipt]
    assert "Questions of the terms of reference" in flat(pages(bundle))


def test_submission_left_out_by_hand_is_named_with_the_reason(call, clerk, work):
    kept, out = a_submission(call, text="One."), a_submission(call, text="Two.", name="Ann Ash")
    work()

    bundle = a_bundle(call, clerk, work, left_out={str(out.pk): "Withdrawn by the witness"})

    assert references(bundle) == [kept.receipt]
    words = flat(pages(bundle))
    assert "Left out of this bundle" in words
    assert "Withdrawn by the witness" in words
    assert out.receipt not in {row["reference"] for row in rows(bundle)}


def test_bundle_closes_when_a_submission_it_only_names_becomes_confidential(call, clerk, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    a_submission(call, text="One.")
    out = a_submission(call, text="Two.")
    work()
    specification = Specification(title="P", left_out={str(out.pk): "Not needed"})
    bundle = built_bundle(freeze(call.inquiry, specification, by=officer), work)
    assert bundle in Bundle.objects.visible_to(officer)

    decide(out, Act.KEEP_CONFIDENTIAL, by=clerk)

    assert bundle not in Bundle.objects.visible_to(officer)


def test_left_out_submission_hidden_from_the_requester_is_not_named(call, clerk, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    a_submission(call, text="One.")
    secret = a_submission(call, text="Two.", disclosure=Disclosure.CONFIDENTIAL)
    work()

    specification = Specification(title="P", left_out={str(secret.pk): "A reason that tells"})
    bundle = built_bundle(freeze(call.inquiry, specification, by=officer), work)

    assert "reason that tells" not in flat(pages(bundle)) + json.dumps(bundle.snapshot)


def test_cover_sheet_describes_its_item(call, clerk, work):
    submission = a_submission(call, title="On visas")
    work()
    tag.with_theme(submission, ThemeFactory(name="Visas and vetting"), by=clerk)

    bundle = a_bundle(call, clerk, work, sheets=True, marking="For the committee")

    item = bundle.items.get()
    sheet = " ".join(pages(bundle)[item.first_page - 1].split())
    for words in (submission.receipt, "On visas", "Visas and vetting", "For the committee"):
        assert words in sheet


def test_plan_gives_the_number_of_pages(call, clerk, work):
    first, second = a_submission(call, text="One."), a_submission(call, text="Two.")
    work()

    planned = plan(call.inquiry, Specification(title="P"), by=clerk)

    assert {entry.key for entry in planned.entries()} == {str(first.pk), str(second.pk)}
    assert planned.pages_of_entries() == {str(first.pk): 1, str(second.pk): 1}
    assert planned.pages == 2


# --- Kept ----------------------------------------------------------------------------------------


def test_saved_specification_equals_the_one_requested():
    specification = Specification(
        title="P",
        kind=Kind.MEETING,
        order=Order.OWN,
        grouping=Grouping.OWN,
        lines=["Meeting of 17 March"],
        own_order=["a", "b"],
        sections={"a": "Panel 1"},
        left_out={"b": "Late"},
        papers=["c"],
        volume_pages=500,
    )

    assert Specification.from_json(json.loads(json.dumps(specification.to_json()))) == specification


def test_saved_specification_of_an_older_version_gets_defaults():
    assert Specification.from_json({"title": "P", "something": "old"}) == Specification(title="P")


def test_specifications_are_visible_to_their_maker_and_shared_with_bundle_makers(call, clerk):
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    member = a_member(call.inquiry, Role.MEMBER)
    stranger = a_member(a_submission().inquiry)
    kept = {
        shared: SavedSpecification.objects.create(
            inquiry=call.inquiry, name=f"{shared}", shared=shared, specification={}, made_by=clerk
        )
        for shared in (False, True)
    }

    assert set(SavedSpecification.objects.visible_to(clerk)) == set(kept.values())
    assert set(SavedSpecification.objects.visible_to(specialist)) == {kept[True]}
    assert not SavedSpecification.objects.visible_to(member)
    assert not SavedSpecification.objects.visible_to(stranger)
