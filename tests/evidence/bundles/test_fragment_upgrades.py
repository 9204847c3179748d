"""Fragments of an earlier format version are made again."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone

from evidence.bundles.fragment_upgrades import ask_to_renew, out_of_date, renew, renew_paper
from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import PaperDetails, add_paper
from evidence.documents.models import Rendition
from evidence.files.storage import archive, put_bytes
from evidence.jobs.models import Job
from evidence.pdf.fragment.file_format import VERSION, read
from evidence.stored_files.garbage_collection import remove_left_behind
from tests.evidence.bundles.bundle_builders import content, file_names_in_storage
from tests.evidence.documents.test_fragments_kept import as_pdf, prepared
from tests.evidence.pdf.hostile_pdfs import document
from tests.factories import CallFactory, a_member, docx
from tests.process_kill import die, killed_in

pytestmark = pytest.mark.django_db
Form = Rendition.Form


def make_fragment_outdated(submission) -> Rendition:
    """As it was kept by an earlier version of the program."""
    old = put_bytes(archive(), b"inquiry fragment 0\n" + bytes(40)).sha256
    submission.renditions.filter(form=Form.FRAGMENT).update(sha256=old, version=0)
    return submission.renditions.get(form=Form.FRAGMENT)


@pytest.mark.parametrize(
    "sent",
    [
        {"text": "First paragraph.\n\nSecond."},
        {"content": as_pdf(document("A page")), "file_name": "a.pdf"},
    ],
)
def test_outdated_fragment_is_remade_with_the_same_content(sent, work):
    submission = prepared(work, **sent)
    before = submission.renditions.get(form=Form.FRAGMENT)
    make_fragment_outdated(submission)
    assert list(out_of_date()) == [submission.pk]

    ask_to_renew()
    work()

    again = submission.renditions.get(form=Form.FRAGMENT)
    assert (again.sha256, again.size, again.version) == (before.sha256, before.size, VERSION)
    assert list(out_of_date()) == []


def test_running_the_upgrade_twice_equals_running_it_once(work):
    submission = prepared(work)
    make_fragment_outdated(submission)

    renew(submission)
    digest = submission.renditions.get(form=Form.FRAGMENT).sha256
    renew(submission)

    assert submission.renditions.get(form=Form.FRAGMENT).sha256 == digest
    assert (
        read(memoryview(content(digest))).heading.pages
        == submission.renditions.get(form="pdf").pages
    )


def test_other_renditions_are_unchanged(work):
    submission = prepared(work)
    others = submission.renditions.exclude(form=Form.FRAGMENT).values_list(
        "form", "sha256", "version"
    )
    before = sorted(others.all())
    make_fragment_outdated(submission)

    renew(submission)

    assert sorted(others.all()) == before


def test_old_fragment_is_removed_unless_another_row_names_it(work):
    submission = prepared(work)
    old = make_fragment_outdated(submission).sha256

    renew(submission)
    remove_left_behind(timezone.now())

    assert not archive().has(old)
    named = submission.renditions.values_list("sha256", flat=True)
    assert all(archive().has(sha256) for sha256 in named)


@pytest.mark.django_db(transaction=True)
def test_upgrade_killed_before_commit_leaves_no_unreferenced_file(work, monkeypatch):
    submission = prepared(work)
    make_fragment_outdated(submission)
    kept = file_names_in_storage()

    @contextmanager
    def dies():
        with transaction.atomic():
            yield
            die()

    monkeypatch.setattr("evidence.bundles.fragment_upgrades.prepare_file", lambda *_a, **_f: b"new")
    killed_in(lambda: renew(submission, within=dies))
    assert len(file_names_in_storage() - kept) == 1
    remove_left_behind(timezone.now())

    assert file_names_in_storage() == kept


def test_current_fragment_is_left_alone(work):
    prepared(work)

    ask_to_renew()

    assert not Job.objects.filter(name__startswith="renew").exists()


def test_fragment_remade_meanwhile_is_kept(work, monkeypatch):
    submission = prepared(work)
    new = submission.renditions.get(form=Form.FRAGMENT).sha256
    make_fragment_outdated(submission)

    def meanwhile(*_args, **_fields):
        Rendition.objects.filter(form=Form.FRAGMENT).update(sha256=new, version=VERSION)
        return b"made of pages that are no more"

    monkeypatch.setattr("evidence.bundles.fragment_upgrades.prepare_file", meanwhile)
    renew(submission)

    assert submission.renditions.get(form=Form.FRAGMENT).sha256 == new


def test_fragments_of_committee_papers_are_upgraded_too(work, tmp_path):
    inquiry = CallFactory().inquiry
    clerk = a_member(inquiry)
    path = tmp_path / "brief.docx"
    path.write_bytes(docx("# Brief\n\nWords."))
    with path.open("rb") as stream:
        details = PaperDetails(CommitteePaper.Kind.BRIEF, "Brief")
        paper = add_paper(inquiry, stream, details, name="brief.docx", by=clerk)
    work()
    paper.refresh_from_db()
    before = paper.fragment_sha256
    CommitteePaper.objects.update(fragment_sha256="0" * 64, fragment_version=0)

    ask_to_renew()
    work()

    paper.refresh_from_db()
    assert (paper.fragment_sha256, paper.fragment_version) == (before, VERSION)
    renew_paper(paper)
    paper.refresh_from_db()
    assert paper.fragment_sha256 == before
