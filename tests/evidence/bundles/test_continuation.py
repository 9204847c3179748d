"""Bundles that follow others: numbers that are kept, supplements, volumes."""

import io

import pikepdf
import pytest

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Continuation, Grouping, Kind, Specification
from evidence.decisions.models import Act
from evidence.errors import NotReadyError
from evidence.lifecycle import Disclosure
from evidence.pdf.assemble.bundle import write_bundle
from evidence.submissions.models import Submission
from evidence.tagging import tag
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import (
    a_bundle,
    content,
    made,
    packed,
    pages,
    references,
    rows,
)
from tests.factories import ThemeFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


def flat(bundle: Bundle) -> str:
    return " ".join(" ".join(pages(bundle)).split())


def again(bundle, clerk, work, how=Continuation.KEEP, **specification) -> Bundle:
    wanted = Specification(title="Pack", **specification)
    return made(freeze(bundle.inquiry, wanted, by=clerk, previous=bundle, continuation=how), work)


def numbers(bundle: Bundle) -> dict[str, tuple[str, str]]:
    return {
        item.reference: (item.first_number, item.last_number)
        for item in bundle.items.filter(elsewhere=False)
    }


@pytest.fixture
def themed(call, clerk, work):
    """Two submissions whose sections stand apart, and a way to put one more in the first
    section."""

    def submission_about(theme: str, **fields) -> Submission:
        submission = a_submission(call, **fields)
        work()
        kept = ThemeFactory._meta.model.objects.filter(name=theme).first()
        tag.with_theme(submission, kept or ThemeFactory(name=theme), by=clerk)
        return submission

    return submission_about


# --- Numbers that are kept -----------------------------------------------------------------------


def test_a_late_paper_gets_letters_and_all_other_numbers_stay(themed, call, clerk, work):
    specification = {"grouping": Grouping.THEME, "tabs": True, "dividers": True}
    themed("Alpha", text="One.")
    themed("Zeta", text="Two.")
    first = a_bundle(call, clerk, work, **specification)
    late = themed("Alpha", text="Late.", name="Ann Late", organisation="")

    second = again(first, clerk, work, **specification)

    before, after = numbers(first), numbers(second)
    first_submission = first.items.order_by("position")[0]
    assert {reference: after[reference] for reference in before} == before
    assert after[late.receipt] == (f"{first_submission.last_number}a",) * 2
    assert list(second.items.order_by("position").values_list("tab", flat=True)) == ["1", "1A", "2"]
    assert f"Page {first_submission.last_number}a" in flat(second)
    first_pages = {row["reference"]: row["first page"] for row in rows(second)}
    assert first_pages[late.receipt] == f"{first_submission.last_number}a"


def test_a_new_build_says_what_has_changed(themed, call, clerk, work):
    going = themed("Alpha", text="Going.", name="Zoe Going", organisation="")
    themed("Zeta", text="Staying.")
    first = a_bundle(call, clerk, work)
    coming = themed("Zeta", text="Coming.", name="Ann Coming", organisation="")
    decide(Submission.objects.get(pk=going.pk), Act.DECLINE, by=clerk)

    words = flat(again(first, clerk, work))

    changes = words[words.index("What has changed") :]
    assert f"fingerprint {first.fingerprint[:16]}" in changes
    assert "Ann Coming Added" in changes
    assert "Zoe Going No longer included" in changes
    assert coming.receipt in words


def test_a_letter_that_was_given_is_not_given_again_builds_later(themed, call, clerk, work):
    themed("Alpha", text="One.")
    first = a_bundle(call, clerk, work, grouping=Grouping.THEME)
    late = themed("Alpha", text="Late.")
    second = again(first, clerk, work, grouping=Grouping.THEME)
    decide(Submission.objects.get(pk=late.pk), Act.DECLINE, by=clerk)
    third = again(second, clerk, work, grouping=Grouping.THEME)
    later = themed("Alpha", text="Later.")

    fourth = again(third, clerk, work, grouping=Grouping.THEME)

    assert numbers(second)[late.receipt][0].endswith("a")
    assert numbers(fourth)[later.receipt][0].endswith("b")


def test_a_submission_that_is_gone_from_a_new_build_still_guards_it(themed, call, clerk, work):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    going = themed("Alpha", text="Going.")
    themed("Zeta", text="Staying.")
    first = a_bundle(call, officer, work)
    decide(Submission.objects.get(pk=going.pk), Act.DECLINE, by=clerk)
    second = again(first, officer, work)
    assert second in Bundle.objects.visible_to(officer)

    Submission.objects.filter(pk=going.pk).update(disclosure_requested=Disclosure.CONFIDENTIAL)

    assert second not in Bundle.objects.visible_to(officer)


# --- Supplements ---------------------------------------------------------------------------------


def test_a_supplement_holds_what_is_new_and_goes_on_from_the_last_page(call, clerk, work):
    old = a_submission(call, text="Old.", name="Ann Old", organisation="")
    work()
    first = a_bundle(call, clerk, work, tabs=True)
    new = a_submission(call, text="New.", name="Zoe New", organisation="")
    work()

    second = again(first, clerk, work, Continuation.SUPPLEMENT, tabs=True)

    assert references(second) == [new.receipt]
    words = flat(second)
    assert f"Page {first.pages + 2}" in words
    assert int(numbers(second)[new.receipt][0]) > first.pages
    assert second.items.get(elsewhere=False).tab == "2"
    # Its contents list both.
    assert f"{old.receipt} Ann Old" in words
    with pikepdf.open(io.BytesIO(content(second.pdf_sha256))) as pdf:
        remote = [str(link.A.F.UF) for link in pdf.pages[1].obj.Annots if "/A" in link]
    assert remote == [first.file_name("pdf")]


def test_a_supplement_to_a_supplement_lists_all_three(call, clerk, work):
    bundles = []
    for name in ("Ann", "Ben", "Cat"):
        a_submission(call, text=f"{name}.", name=f"{name} Named", organisation="")
        work()
        if bundles:
            bundles.append(again(bundles[-1], clerk, work, Continuation.SUPPLEMENT))
        else:
            bundles.append(a_bundle(call, clerk, work))

    words = flat(bundles[2])

    assert len(references(bundles[2])) == 1
    assert words.index("Ann Named") < words.index("Ben Named") < words.index("Cat Named")


def test_a_supplement_of_nothing_new_is_refused(call, clerk, work):
    a_submission(call)
    work()
    first = a_bundle(call, clerk, work)

    with pytest.raises(NotReadyError, match="nothing new"):
        again(first, clerk, work, Continuation.SUPPLEMENT)


@pytest.mark.parametrize("how", [Continuation.KEEP, Continuation.SUPPLEMENT])
@pytest.mark.parametrize("wide", [{"with_confidential": True}, {"with_names": True}])
def test_what_held_more_cannot_be_followed_by_what_holds_less(call, clerk, work, how, wide):
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    a_submission(call, text="Open.")
    work()
    first = a_bundle(call, clerk, work, **wide)
    a_submission(call, text="New.")
    work()

    with pytest.raises(NotReadyError, match="may hold more"):
        again(first, clerk, work, how)


def test_a_pack_for_readers_outside_does_not_go_on_from_one_for_the_committee(call, clerk, work):
    a_submission(call)
    work()
    first = a_bundle(call, clerk, work)

    with pytest.raises(NotReadyError, match="may hold more"):
        again(first, clerk, work, Continuation.KEEP, kind=Kind.WITNESS)


def test_a_bundle_that_is_not_built_cannot_be_followed(call, clerk, work):
    a_submission(call)
    work()
    first = freeze(call.inquiry, Specification(title="P"), by=clerk)

    with pytest.raises(NotReadyError, match="not built yet"):
        freeze(
            call.inquiry,
            Specification(title="P"),
            by=clerk,
            previous=first,
            continuation=Continuation.KEEP,
        )


# --- Volumes -------------------------------------------------------------------------------------


@pytest.fixture
def three_submissions(call, work) -> list[Submission]:
    names = ("Ann Ash", "Ben Bay", "Cat Cox")
    submissions = [
        a_submission(call, text=f"By {name}.", name=name, organisation="") for name in names
    ]
    work()
    return submissions


@pytest.mark.parametrize("planned", [True, False])
def test_volumes_split_at_papers_and_know_of_each_other(
    three_submissions, call, clerk, work, planned, monkeypatch
):
    if not planned:
        monkeypatch.setattr("evidence.bundles.build.volumes.known", lambda _submission: None)
    whole = a_bundle(call, clerk, work)
    bundle = a_bundle(call, clerk, work, volume_pages=whole.pages - 1)

    files = list(bundle.files.filter(form="pdf"))
    assert [file.volume for file in files] == [1, 2]
    assert sum(file.pages for file in files) == bundle.pages
    assert list(bundle.items.values_list("volume", flat=True)) == [1, 1, 2]
    opened = [pikepdf.open(io.BytesIO(content(file.sha256))) for file in files]
    names = [bundle.file_name("pdf", volume) for volume in (1, 2)]
    for here, pdf in enumerate(opened):
        remote = [link.A for link in pdf.pages[1].obj.Annots if "/A" in link]
        assert {str(annotation.F.UF) for annotation in remote} == {names[1 - here]}
        for annotation in remote:
            assert int(annotation.D[0]) < len(opened[1 - here].pages)
    # Numbers go on from volume to volume.
    last = bundle.items.get(volume=2)
    assert int(last.first_number) == files[0].pages + last.first_page


def test_volumes_are_written_once_although_each_lists_the_others(
    three_submissions, call, clerk, work, monkeypatch
):
    made = []

    def noted(*arguments, **more):
        made.append(arguments[3].name)
        return write_bundle(*arguments, **more)

    monkeypatch.setattr("evidence.bundles.build.volumes.write_bundle", noted)
    a_bundle(call, clerk, work, volume_pages=1)

    assert made == ["volume-1.pdf", "volume-2.pdf", "volume-3.pdf"]


def test_volumes_have_no_more_pages_than_asked_for_where_papers_allow(
    call, clerk, work, three_submissions
):
    whole = a_bundle(call, clerk, work, sheets=True)
    split = a_bundle(call, clerk, work, sheets=True, volume_pages=whole.pages - 1)

    assert all(f.pages < whole.pages for f in split.files.filter(form="pdf"))
    assert split.files.filter(form="pdf").count() == 2


def test_volumes_are_no_larger_than_asked_for(call, clerk, work, three_submissions):
    bundle = a_bundle(call, clerk, work, volume_megabytes=1)

    assert all(file.size <= 1_000_000 for file in bundle.files.filter(form="pdf"))


def test_the_zip_of_volumes_holds_them_by_the_names_they_lead_to(
    three_submissions, call, clerk, work
):
    bundle = a_bundle(call, clerk, work, volume_pages=1)

    members = packed(bundle)
    for file in bundle.files.filter(form="pdf"):
        assert members[bundle.file_name("pdf", file.volume)] == content(file.sha256)
    assert [row["volume"] for row in rows(bundle)] == ["1", "2", "3"]


def test_numbers_cannot_be_kept_in_volumes(three_submissions, call, clerk, work):
    first = a_bundle(call, clerk, work)

    with pytest.raises(NotReadyError, match="several volumes"):
        again(first, clerk, work, volume_pages=2)
