"""Recipes: every kind of bundle from one, kept and made again, with what staff put in by hand."""

import json

import pytest

from evidence.bundles.contents import plan
from evidence.bundles.freeze import ONLY_WHAT_IS_PUBLIC, freeze
from evidence.bundles.models import Bundle, SavedRecipe
from evidence.bundles.recipe import Grouping, Kind, Order, Recipe, recipe_of
from evidence.decisions.models import Act
from evidence.decisions.propose import propose
from evidence.errors import NotReady
from evidence.lifecycle import Disclosure
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from evidence.tagging import tag
from inquiry.calls.models import Question
from inquiry.people.roles import Role
from tests.evidence.bundles.binding import (
    a_bundle,
    bookmarks,
    made,
    pages,
    references,
    rows,
)
from tests.factories import InstitutionFactory, ThemeFactory, a_member, a_piece, decide

pytestmark = pytest.mark.django_db


def flat(words: list[str]) -> str:
    return " ".join(" ".join(words).split())


def published(call, clerk, work, **fields):
    piece = a_piece(call, **fields)
    work()
    decide(piece, Act.ACCEPT, by=clerk)
    decide(piece, Act.OPEN if piece.disclosure == Disclosure.OPEN else Act.WITHHOLD_NAME, by=clerk)
    decide(piece, Act.REPORT, by=clerk)
    work()
    piece.refresh_from_db()
    publish(piece, by=clerk)
    work()
    piece.refresh_from_db()
    return piece


# --- Kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.WITNESS, Kind.PUBLICATION, Kind.VOLUME])
def test_a_bundle_for_readers_outside_holds_only_what_is_public(call, clerk, work, kind):
    out = published(call, clerk, work, text="Public.")
    a_piece(call, text="Before the committee.")
    a_piece(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()

    # Not even by asking for another status in the address.
    bundle = a_bundle(call, clerk, work, kind=kind, asked="status=prepared&status=published")

    assert references(bundle) == [out.reference]
    words = flat(pages(bundle))
    assert ONLY_WHAT_IS_PUBLIC in words
    assert "onfidential" not in words


@pytest.mark.parametrize("asked", [{"with_confidential": True}, {"with_names": True}])
def test_a_bundle_for_readers_outside_cannot_be_asked_for_with_what_is_protected(
    call, clerk, work, asked
):
    published(call, clerk, work)

    with pytest.raises(NotReady, match="for readers outside"):
        freeze(call.inquiry, Recipe(title="P", kind=Kind.WITNESS, **asked), by=clerk)


def test_a_witness_pack_withholds_names_and_own_institutions(call, clerk, work):
    own = InstitutionFactory(name="Revealing College")
    piece = published(
        call,
        clerk,
        work,
        name="Dr Hidden",
        disclosure=Disclosure.NAME_WITHHELD,
    )
    # As it might have been before titles were searched for names.
    Submission.objects.filter(pk=piece.pk).update(title="By Dr Hidden")
    tag.with_institution(piece, own, part="submitter", by=clerk)

    bundle = a_bundle(call, clerk, work, kind=Kind.WITNESS, sheets=True)

    told = flat(pages(bundle)) + json.dumps(rows(bundle)) + json.dumps(bundle.frozen)
    assert piece.reference in told
    assert "Hidden" not in told
    assert "Revealing" not in told


def test_a_circulation_pack_holds_what_is_new_with_its_schedule(call, clerk, work):
    accepted = a_piece(call, text="Old.")
    new = a_piece(call, text="New words here.", name="Ann Ash", organisation="")
    secret = a_piece(call, text="Kept.", name="Dr Hidden", disclosure=Disclosure.NAME_WITHHELD)
    work()
    decide(accepted, Act.ACCEPT, by=clerk)
    propose(Submission.objects.get(pk=new.pk), Act.ACCEPT, by=clerk)

    bundle = a_bundle(call, clerk, work, kind=Kind.CIRCULATION)

    assert set(references(bundle)) == {new.receipt, secret.receipt}
    words = flat(pages(bundle))
    assert "Schedule" in words
    assert "Dr Hidden" not in words
    listed = {row["cells"][0]: row["cells"] for row in bundle.frozen["front"]["tables"][0]["rows"]}
    assert listed[new.receipt][2:] == [
        "Written evidence",
        "1 page, 4 words",
        "Accept as evidence",
        "",
    ]
    assert listed[secret.receipt][4:] == ["None yet", "name withheld"]


# --- Order, sections, what is left out -----------------------------------------------------------


def test_a_bundle_has_an_order_and_sections_of_ones_own(call, clerk, work):
    one, two, three = (a_piece(call, text=f"{n}.") for n in range(3))
    work()
    recipe = Recipe(
        title="P",
        order=Order.OWN,
        grouping=Grouping.OWN,
        own_order=(str(three.pk), str(one.pk)),
        sections={str(three.pk): "Panel 1", str(one.pk): "Panel 2"},
        dividers=True,
        tabs=True,
    )

    bundle = made(freeze(call.inquiry, recipe, by=clerk), work)

    assert references(bundle) == [three.receipt, one.receipt, two.receipt]
    assert list(bundle.items.values_list("tab", flat=True)) == ["1", "2", "3"]
    assert [m for m in bookmarks(bundle) if m[:5] in {"Panel", "Other"}] == [
        "Panel 1",
        "Panel 2",
        "Other evidence",
    ]


def test_sections_can_stand_within_sections(call, clerk, work):
    for number, (institution, theme) in enumerate([("A", "Y"), ("B", "X"), ("A", "X")]):
        piece = a_piece(call, text=f"{number}.")
        work()
        tag.with_institution(
            piece, _known(InstitutionFactory, institution), part="subject", by=clerk
        )
        tag.with_theme(piece, _known(ThemeFactory, theme), by=clerk)

    bundle = freeze(
        call.inquiry,
        Recipe(title="P", grouping=Grouping.INSTITUTION, within=Grouping.THEME),
        by=clerk,
    )

    assert [piece["groups"] for piece in bundle.frozen["pieces"]] == [
        ["A", "X"],
        ["A", "Y"],
        ["B", "X"],
    ]


def _known(factory, name):
    return factory._meta.model.objects.filter(name=name).first() or factory(name=name)


def test_sections_by_question_stand_in_the_order_of_the_questions(call, clerk, work):
    questions = [
        Question.objects.create(inquiry=call.inquiry, number=number, text=f"What of {number}?")
        for number in (2, 10)
    ]
    ten, two, none = (a_piece(call, text=f"{n}.") for n in range(3))
    ten.questions.add(questions[1])
    two.questions.add(questions[0])
    work()

    bundle = a_bundle(call, clerk, work, grouping=Grouping.QUESTION)

    assert references(bundle) == [two.receipt, ten.receipt, none.receipt]
    assert "Questions of the terms of reference" in flat(pages(bundle))


def test_what_is_left_out_by_hand_is_named_with_the_reason(call, clerk, work):
    kept, out = a_piece(call, text="One."), a_piece(call, text="Two.", name="Ann Ash")
    work()

    bundle = a_bundle(call, clerk, work, left_out={str(out.pk): "Withdrawn by the witness"})

    assert references(bundle) == [kept.receipt]
    words = flat(pages(bundle))
    assert "Left out of this bundle" in words
    assert "Withdrawn by the witness" in words
    assert out.receipt not in {row["reference"] for row in rows(bundle)}


def test_a_piece_that_is_only_named_closes_the_bundle_when_it_becomes_confidential(
    call, clerk, work
):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    a_piece(call, text="One.")
    out = a_piece(call, text="Two.")
    work()
    recipe = Recipe(title="P", left_out={str(out.pk): "Not needed"})
    bundle = made(freeze(call.inquiry, recipe, by=officer), work)
    assert bundle in Bundle.objects.visible_to(officer)

    decide(out, Act.KEEP_CONFIDENTIAL, by=clerk)

    assert bundle not in Bundle.objects.visible_to(officer)


def test_a_left_out_piece_that_the_asker_may_not_see_is_not_named(call, clerk, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    a_piece(call, text="One.")
    secret = a_piece(call, text="Two.", disclosure=Disclosure.CONFIDENTIAL)
    work()

    recipe = Recipe(title="P", left_out={str(secret.pk): "A reason that tells"})
    bundle = made(freeze(call.inquiry, recipe, by=officer), work)

    assert "reason that tells" not in flat(pages(bundle)) + json.dumps(bundle.frozen)


def test_a_cover_sheet_tells_of_its_paper(call, clerk, work):
    piece = a_piece(call, title="On visas")
    work()
    tag.with_theme(piece, ThemeFactory(name="Visas and vetting"), by=clerk)

    bundle = a_bundle(call, clerk, work, sheets=True, marking="For the committee")

    item = bundle.items.get()
    sheet = " ".join(pages(bundle)[item.first_page - 1].split())
    for said in (piece.receipt, "On visas", "Visas and vetting", "For the committee"):
        assert said in sheet


def test_a_plan_tells_how_many_pages_there_will_be(call, clerk, work):
    one, two = a_piece(call, text="One."), a_piece(call, text="Two.")
    work()

    planned = plan(call.inquiry, Recipe(title="P"), by=clerk)

    assert {entry.key for entry in planned.entries()} == {str(one.pk), str(two.pk)}
    assert planned.pages_of_entries() == {str(one.pk): 1, str(two.pk): 1}
    assert planned.pages == 2


# --- Kept ----------------------------------------------------------------------------------------


def test_a_recipe_that_is_kept_is_the_recipe_that_was_asked_for():
    recipe = Recipe(
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

    assert recipe_of(json.loads(json.dumps(recipe.said()))) == recipe


def test_a_kept_recipe_of_a_former_version_has_defaults_for_what_is_new():
    assert recipe_of({"title": "P", "something": "old"}) == Recipe(title="P")


def test_recipes_are_seen_by_their_maker_and_when_shared_by_who_makes_bundles(call, clerk):
    specialist = a_member(call.inquiry, Role.SPECIALIST)
    member = a_member(call.inquiry, Role.MEMBER)
    stranger = a_member(a_piece().inquiry)
    kept = {
        shared: SavedRecipe.objects.create(
            inquiry=call.inquiry, name=f"{shared}", shared=shared, said={}, made_by=clerk
        )
        for shared in (False, True)
    }

    assert set(SavedRecipe.objects.visible_to(clerk)) == set(kept.values())
    assert set(SavedRecipe.objects.visible_to(specialist)) == {kept[True]}
    assert not SavedRecipe.objects.visible_to(member)
    assert not SavedRecipe.objects.visible_to(stranger)
