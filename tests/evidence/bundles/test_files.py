"""The files of a bundle: safe, complete, taken on record; and what happens when it goes wrong."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence.bundles.freeze import freeze
from evidence.bundles.issue import build_again, issue
from evidence.bundles.models import Bundle
from evidence.bundles.recipe import Recipe
from evidence.custody.models import Entry
from evidence.errors import NotReady
from evidence.files.shelves import archive, place
from evidence.house.models import Rendition
from evidence.lifecycle import Disclosure
from evidence.work.models import Step
from inquiry.people.roles import Role
from tests.evidence.bundles.binding import a_bundle, letters, made, pages, rows
from tests.factories import (
    a_member,
    a_piece,
)

pytestmark = pytest.mark.django_db

# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_piece_whose_pages_cannot_be_used_is_named_and_the_bundle_is_made(
    call, clerk, work, harm
):
    good, bad = a_piece(call, text="Good."), a_piece(call, text="Bad.")
    work()
    pdf = Rendition.objects.get(submission=bad, form=Rendition.Form.PDF)
    spoil(Path(archive().path(place(pdf.sha256))), harm)

    bundle = a_bundle(call, clerk, work)

    assert bundle.items.get(submission=good).not_included == ""
    assert bundle.items.get(submission=bad).not_included
    said = {row["reference"]: row["not included because"] for row in rows(bundle)}
    assert said[good.receipt] == ""
    assert said[bad.receipt]
    # A long receipt may be broken over two lines.
    assert letters(bad.receipt) in letters("".join(pages(bundle)))


@pytest.mark.parametrize("harm", ["missing", "damaged", "not kept"])
def test_a_bundle_is_the_same_without_what_was_prepared_for_it(call, clerk, work, harm):
    piece = a_piece(call, text="Words of evidence.")
    work()
    before = a_bundle(call, clerk, work)
    kept = Rendition.objects.get(submission=piece, form=Rendition.Form.FRAGMENT)
    if harm == "not kept":
        kept.delete()
    else:
        spoil(Path(archive().path(place(kept.sha256))), harm)

    after = a_bundle(call, clerk, work)

    assert after.items.get().not_included == ""
    assert (after.fingerprint, after.pdf_sha256) == (before.fingerprint, before.pdf_sha256)


def test_pages_are_numbered_as_was_asked_for(call, clerk, work):
    a_piece(call)
    work()

    bundle = a_bundle(call, clerk, work, prefix="B-", of_pages=True)

    for number, words in enumerate(pages(bundle)[1:], start=2):
        assert f"Page B-{number} of B-{bundle.pages}" in words


def test_a_bundle_that_was_asked_for_before_there_were_fragments_is_built(call, clerk, work):
    a_piece(call)
    work()
    bundle = freeze(call.inquiry, Recipe(title="Pack"), by=clerk)
    frozen = bundle.frozen
    del frozen["fragments"]
    for name in ("ours", "groups", "tab", "sheet", "kept", "pages"):
        del frozen["pieces"][0][name]
    for name in ("first", "width", "dividers", "tables", "lines"):
        del frozen["front"][name]
    del frozen["volumes"], frozen["follows"]
    Bundle.objects.filter(pk=bundle.pk).update(frozen=frozen)

    assert made(bundle, work).items.get().not_included == ""


def spoil(file: Path, harm: str) -> None:
    file.unlink()
    if harm == "damaged":
        file.write_bytes(b"%PDF-1.7 and then nothing")


def test_every_download_is_written_down_with_who_and_what(call, clerk, work):
    a_piece(call)
    work()
    bundle = a_bundle(call, clerk, work)

    issue(bundle, form="pdf", by=clerk)
    issue(bundle, form="zip", by=clerk)

    entries = Entry.objects.filter(act="bundle downloaded", subject_id=str(bundle.pk))
    assert [(entry.by, entry.detail["form"]) for entry in entries] == [
        (clerk, "pdf"),
        (clerk, "zip"),
    ]
    assert bundle.downloads.count() == 2


# --- When it goes wrong --------------------------------------------------------------------------


def test_a_selection_without_pages_is_refused_in_words(call, clerk):
    a_piece(call)
    with pytest.raises(NotReady, match="nothing to bundle"):
        freeze(call.inquiry, Recipe(title="Pack"), by=clerk)


def test_a_selection_that_cannot_be_read_is_refused_in_words(call, clerk, work):
    a_piece(call)
    work()
    with pytest.raises(NotReady, match="Choose the filters again"):
        freeze(call.inquiry, Recipe(title="Pack", asked="status=nonsense"), by=clerk)


def test_a_bundle_that_is_not_ready_cannot_be_taken(call, clerk, work):
    a_piece(call)
    work()
    bundle = freeze(call.inquiry, Recipe(title="Pack"), by=clerk)
    with pytest.raises(NotReady, match="not ready yet"):
        issue(bundle, form="pdf", by=clerk)
    assert not bundle.downloads.exists()


def test_a_bundle_that_failed_is_tried_again_when_asked(call, clerk, work):
    a_piece(call)
    work()
    bundle = freeze(call.inquiry, Recipe(title="Pack"), by=clerk)
    Step.objects.filter(subject_id=bundle.pk).update(state=Step.State.HELD)
    Bundle.objects.filter(pk=bundle.pk).update(state=Bundle.State.FAILED, reason="It stopped.")

    build_again(bundle, by=clerk)

    assert made(bundle, work).reason == ""


def test_asking_again_for_a_bundle_that_is_ready_changes_nothing(call, clerk, work):
    a_piece(call)
    work()
    bundle = a_bundle(call, clerk, work)

    build_again(bundle, by=clerk)

    assert work() == 0
    assert not Entry.objects.filter(act="bundle asked for again").exists()


# --- The command ---------------------------------------------------------------------------------


def test_the_command_makes_a_bundle_with_the_rights_of_the_person_named(
    call, clerk, work, tmp_path, capsys
):
    a_piece(call, text="Open.")
    a_piece(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    out = tmp_path / "bundle.pdf"

    call_command("make_bundle", inquiry=call.inquiry.code, user=clerk.username, out=out)

    assert out.read_bytes().startswith(b"%PDF-")
    assert "(1 pieces," in capsys.readouterr().out
    assert Entry.objects.filter(act="bundle downloaded", by=clerk).count() == 1


def test_the_command_refuses_who_may_not_make_bundles_and_writes_nothing(call, work, tmp_path):
    a_piece(call)
    work()
    member = a_member(call.inquiry, Role.MEMBER)
    out = tmp_path / "bundle.pdf"

    with pytest.raises(CommandError, match=r"You may not make bundles\."):
        call_command("make_bundle", inquiry=call.inquiry.code, user=member.username, out=out)
    assert not out.exists()


def test_the_command_says_what_it_does_not_know(call, clerk, tmp_path):
    with pytest.raises(CommandError, match="There is no institution “Nowhere”"):
        call_command(
            "make_bundle",
            inquiry=call.inquiry.code,
            user=clerk.username,
            institution=["Nowhere"],
            out=tmp_path / "b.pdf",
        )
