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
    built_bundle,
    content,
    packed,
    pages,
    references,
    rows,
)
from tests.factories import ThemeFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db


def flat(bundle: Bundle) -> str:
    return " ".join(" ".join(pages(bundle)).split())


def continued_bundle(bundle, clerk, work, how=Continuation.KEEP, **specification) -> Bundle:
    wanted = Specification(title="Pack", **specification)
    return built_bundle(
        freeze(bundle.inquiry, wanted, by=clerk, previous=bundle, continuation=how), work
    )


def numbers(bundle: Bundle) -> dict[str, tuple[str, str]]:
    return {
        item.reference: (item.first_number, item.last_number)
        for item in bundle.items.filter(elsewhere=False)
    }


@pytest.fixture
def add_themed_submission(call, clerk, work):
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


def test_late_submission_gets_lettered_numbers_and_others_keep_theirs(
    add_themed_submission, call, clerk, work
):
    specification = {"grouping": Grouping.THEME, "tabs": True, "dividers": True}
    add_themed_submission("Alpha", text="One.")
    add_themed_submission("Zeta", text="Two.")
    first = a_bundle(call, clerk, work, **specification)
    late = add_themed_submission("Alpha", text="Late.", name="Ann Late", organisation="")

    second = continued_bundle(first, clerk, work, **specification)

    before, after = numbers(first), numbers(second)
    first_submission = first.items.order_by("position")[0]
    assert {reference: after[reference] for reference in before} == before
    assert after[late.receipt] == (f"{first_submission.last_number}a",) * 2
    assert list(second.items.order_by("position").values_list("tab", flat=True)) == ["1", "1A", "2"]
    assert f"Page {first_submission.last_number}a" in flat(second)
    first_pages = {row["reference"]: row["first page"] for row in rows(second)}
    assert first_pages[late.receipt] == f"{first_submission.last_number}a"


def test_new_build_says_what_changed(add_themed_submission, call, clerk, work):
    going = add_themed_submission("Alpha", text="Going.", name="Zoe Going", organisation="")
    add_themed_submission("Zeta", text="Staying.")
    first = a_bundle(call, clerk, work)
    coming = add_themed_submission("Zeta", text="Coming.", name="Ann Coming", organisation="")
    decide(Submission.objects.get(pk=going.pk), Act.DECLINE, by=clerk)

    words = flat(continued_bundle(first, clerk, work))

    changes = words[words.index("What has changed") :]
    assert f"fingerprint {first.fingerprint[:16]}" in changes
    assert "Ann Coming Added" in changes
    assert "Zoe Going No longer included" in changes
    assert coming.receipt in words


def test_letters_given_to_late_pages_are_not_reused_in_later_builds(
    add_themed_submission, call, clerk, work
):
    add_themed_submission("Alpha", text="One.")
    first = a_bundle(call, clerk, work, grouping=Grouping.THEME)
    late = add_themed_submission("Alpha", text="Late.")
    second = continued_bundle(first, clerk, work, grouping=Grouping.THEME)
    decide(Submission.objects.get(pk=late.pk), Act.DECLINE, by=clerk)
    third = continued_bundle(second, clerk, work, grouping=Grouping.THEME)
    later = add_themed_submission("Alpha", text="Later.")

    fourth = continued_bundle(third, clerk, work, grouping=Grouping.THEME)

    assert numbers(second)[late.receipt][0].endswith("a")
    assert numbers(fourth)[later.receipt][0].endswith("b")


def test_submission_dropped_from_a_new_build_still_restricts_who_opens_it(
    add_themed_submission, call, clerk, work
):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    going = add_themed_submission("Alpha", text="Going.")
    add_themed_submission("Zeta", text="Staying.")
    first = a_bundle(call, officer, work)
    decide(Submission.objects.get(pk=going.pk), Act.DECLINE, by=clerk)
    second = continued_bundle(first, officer, work)
    assert second in Bundle.objects.visible_to(officer)

    Submission.objects.filter(pk=going.pk).update(disclosure_requested=Disclosure.CONFIDENTIAL)

    assert second not in Bundle.objects.visible_to(officer)


# --- Supplements ---------------------------------------------------------------------------------


def test_supplement_holds_new_submissions_and_continues_the_page_numbers(call, clerk, work):
    old = a_submission(call, text="Old.", name="Ann Old", organisation="")
    work()
    first = a_bundle(call, clerk, work, tabs=True)
    new = a_submission(call, text="New.", name="Zoe New", organisation="")
    work()

    second = continued_bundle(first, clerk, work, Continuation.SUPPLEMENT, tabs=True)

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


def test_supplement_of_a_supplement_lists_all_three(call, clerk, work):
    bundles = []
    for name in ("Ann", "Ben", "Cat"):
        a_submission(call, text=f"{name}.", name=f"{name} Named", organisation="")
        work()
        if bundles:
            bundles.append(continued_bundle(bundles[-1], clerk, work, Continuation.SUPPLEMENT))
        else:
            bundles.append(a_bundle(call, clerk, work))

    words = flat(bundles[2])

    assert len(references(bundles[2])) == 1
    assert words.index("Ann Named") < words.index("Ben Named") < words.index("Cat Named")


def test_supplement_without_new_submissions_is_refused(call, clerk, work):
    a_submission(call)
    work()
    first = a_bundle(call, clerk, work)

    with pytest.raises(NotReadyError, match="nothing new"):
        continued_bundle(first, clerk, work, Continuation.SUPPLEMENT)


@pytest.mark.parametrize("how", [Continuation.KEEP, Continuation.SUPPLEMENT])
@pytest.mark.parametrize("wide", [{"with_confidential": True}, {"with_names": True}])
def test_narrower_bundle_cannot_continue_a_wider_one(call, clerk, work, how, wide):
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    a_submission(call, text="Open.")
    work()
    first = a_bundle(call, clerk, work, **wide)
    a_submission(call, text="New.")
    work()

    with pytest.raises(NotReadyError, match="may hold more"):
        continued_bundle(first, clerk, work, how)


def test_bundle_for_outside_readers_does_not_continue_an_internal_one(call, clerk, work):
    a_submission(call)
    work()
    first = a_bundle(call, clerk, work)

    with pytest.raises(NotReadyError, match="may hold more"):
        continued_bundle(first, clerk, work, Continuation.KEEP, kind=Kind.WITNESS)


def test_unbuilt_bundle_cannot_be_continued(call, clerk, work):
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
def test_volumes_split_between_items_and_refer_to_each_other(
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


def test_volumes_keep_to_the_page_limit_where_items_allow(call, clerk, work, three_submissions):
    whole = a_bundle(call, clerk, work, sheets=True)
    split = a_bundle(call, clerk, work, sheets=True, volume_pages=whole.pages - 1)

    assert all(f.pages < whole.pages for f in split.files.filter(form="pdf"))
    assert split.files.filter(form="pdf").count() == 2


def test_volumes_keep_to_the_size_limit(call, clerk, work, three_submissions):
    bundle = a_bundle(call, clerk, work, volume_megabytes=1)

    assert all(file.size <= 1_000_000 for file in bundle.files.filter(form="pdf"))


def test_zip_of_volumes_uses_the_file_names_the_links_use(three_submissions, call, clerk, work):
    bundle = a_bundle(call, clerk, work, volume_pages=1)

    members = packed(bundle)
    for file in bundle.files.filter(form="pdf"):
        assert members[bundle.file_name("pdf", file.volume)] == content(file.sha256)
    assert [row["volume"] for row in rows(bundle)] == ["1", "2", "3"]


def test_bundle_in_volumes_cannot_keep_earlier_numbers(three_submissions, call, clerk, work):
    first = a_bundle(call, clerk, work)

    with pytest.raises(NotReadyError, match="several volumes"):
        continued_bundle(first, clerk, work, volume_pages=2)
