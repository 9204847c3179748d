"""The files of a form: accepted or refused at once, kept in order, deleted when removed."""

import io
import zipfile

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from evidence.drafts import files as draft_files
from evidence.drafts.file_checks import look
from evidence.drafts.models import Arrival, Draft, DraftFile
from evidence.submissions.models import Submission
from tests.evidence.drafts.witness import begin, file, ready
from tests.evidence.pdf.damaged_pdfs import damaged_page
from tests.factories import CallFactory, docx
from tests.jobs import without_pauses

pytestmark = pytest.mark.django_db


@pytest.fixture
def form():
    return begin(CallFactory())


def with_macro() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


def png() -> bytes:
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )


def names(form) -> list[str]:
    return [file.name for file in form.draft.files.all()]


def stored_draft_files() -> list[str]:
    """The files that lie on the disk for drafts."""
    place = storages["drafts"]

    def below(folder: str) -> list[str]:
        if not place.exists(folder):
            return []
        folders, paths = place.listdir(folder)
        inner = [name for each in folders for name in below(f"{folder}/{each}".lstrip("/"))]
        return [*inner, *(f"{folder}/{name}" for name in paths)]

    return below("")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "empty.txt", "This file is empty"),
        (with_macro, "evidence.docm", "contains macros"),
        (b"MZ\x90\x00" + b"\0" * 100, "program.docx", "not a file type we accept"),
        (b"PK\x03\x04 broken", "broken.docx", "damaged"),
    ],
    ids=["empty", "macros", "wrong type", "damaged"],
)
def test_unaccepted_file_is_refused_at_once_and_not_kept(form, content, name, message):
    answer = form.upload(file(content() if callable(content) else content, name))

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert name in answer.content.decode()
    assert names(form) == []
    assert stored_draft_files() == []


def test_file_over_the_limit_is_refused_and_one_at_the_limit_accepted(form, settings):
    settings.LARGEST_FILE = 1024 * 1024
    exactly = b"word " * (1024 * 1024 // 5) + b"w"
    assert form.upload(file(exactly + b"x")).status_code == 422
    assert form.upload(file(exactly)).status_code == 302
    assert names(form) == ["evidence.txt"]


def test_good_files_of_an_upload_are_kept_and_the_refused_named(form):
    answer = form.upload(file(name="good.txt"), file(b"", "bad.txt"), file(b"Other.", "two.txt"))

    assert "bad.txt: This file is empty" in answer.content.decode()
    assert names(form) == ["good.txt", "two.txt"]


def test_same_file_uploaded_twice_is_kept_once(form):
    form.upload(file(name="one.txt"))
    assert (
        "You have already uploaded this file." in form.upload(file(name="two.txt")).content.decode()
    )
    assert names(form) == ["one.txt"]


def test_number_of_files_is_limited(form, settings):
    settings.MOST_FILES = 2
    for number in range(3):
        answer = form.upload(file(b"Text %d." % number, f"{number}.txt"))
    assert "no more than 2 files" in answer.content.decode()
    assert names(form) == ["0.txt", "1.txt"]


def test_files_are_moved_replaced_and_removed(form, django_capture_on_commit_callbacks):
    form.upload(file(b"a.", "a.txt"), file(b"b.", "b.txt"), file(b"c.", "c.txt"))
    first, _second, third = form.draft.files.all()

    form.post("form-file", third.pk, "up")
    assert names(form) == ["a.txt", "c.txt", "b.txt"]
    form.post("form-file", first.pk, "down")
    assert names(form) == ["c.txt", "a.txt", "b.txt"]
    with django_capture_on_commit_callbacks(execute=True):
        form.upload(file(b"new.", "new.txt"), instead_of=str(first.pk))
        form.post("form-file-remove", third.pk)
    assert names(form) == ["new.txt", "b.txt"]
    assert len(stored_draft_files()) == 2


def test_picture_alone_is_not_written_evidence(form):
    assert form.upload(file(png(), "photo.png")).status_code == 302
    assert (
        "This is a picture, a spreadsheet or a presentation."
        in form.post("form-files", go_on="yes").content.decode()
    )
    form.upload(file())
    form.post("form-file", form.draft.files.last().pk, "up")
    assert form.post("form-files", go_on="yes").status_code == 302


def test_form_without_evidence_says_so(form):
    answer = form.post("form-files", go_on="yes")
    assert "Choose a file with your evidence, or type your evidence" in answer.content.decode()


def test_uploaded_file_is_read_and_its_words_and_pages_are_counted(form, work):
    form.upload(file(docx("One two three."), "a.docx"))
    assert "Checking your file" in form.words("form-files")
    work()
    page = form.words("form-files")
    assert "3 words" in page
    assert "Checking your file" not in page


def test_reading_a_file_twice_equals_reading_it_once(form, work):
    form.upload(file(docx("One two three."), "a.docx"))
    work()
    before, lying = DraftFile.objects.values().get(), stored_draft_files()
    look(DraftFile.objects.get())
    assert DraftFile.objects.values().get() == before
    assert stored_draft_files() == lying


def test_unreadable_file_is_reported_and_not_sent(work):
    form = ready(CallFactory())
    form.upload(file(b"%PDF-1.7\nnothing more", "broken.pdf"))
    work()

    assert "This file is damaged." in form.words("form-files")
    assert form.send().status_code == 422
    assert not Submission.objects.exists()


def test_file_that_keeps_crashing_its_reader_is_given_up(form, work, monkeypatch):
    def breaks(*_args, **_options):
        raise MemoryError

    monkeypatch.setattr("evidence.drafts.file_checks.opened", breaks)
    without_pauses(monkeypatch)
    form.upload(file())
    work()

    assert DraftFile.objects.get().state == DraftFile.State.BAD
    assert "We could not read this file." in form.words("form-files")


# --- While a file is on its way ------------------------------------------------------------------


def test_form_is_not_sent_during_an_upload(work):
    form = ready(CallFactory())
    key = "8f8a4d2e-0000-4000-8000-000000000001"
    form.post("form-files-coming", arrival=key)

    answer = form.send()

    assert "Your file is still uploading." in answer.content.decode()
    assert not Submission.objects.exists()
    form.post("form-files-here", arrival=key)
    form.send()
    assert Submission.objects.count() == 1


def test_abandoned_upload_blocks_sending_only_briefly():
    form = ready(CallFactory())
    draft_files.announce(form.draft)
    assert form.send().status_code == 422

    Arrival.objects.update(until=timezone.now())

    assert form.send().status_code == 302


def test_interrupted_upload_leaves_nothing_behind(form):
    class Breaks(io.BytesIO):
        def read(self, *_args):
            raise OSError("the connection was lost")

    with pytest.raises(OSError, match="connection"), draft_files.arriving(form.draft):
        draft_files.add(form.draft, Breaks(), name="half.txt")

    assert names(form) == []
    assert stored_draft_files() == []
    assert not Arrival.objects.exists()


def test_upload_without_a_csrf_token_is_refused():
    form = begin(CallFactory())
    form.client.handler.enforce_csrf_checks = True
    assert form.upload(file()).status_code == 403
    assert names(form) == []
    assert not Arrival.objects.exists()


def test_file_changed_on_the_disk_is_not_sent():
    form = ready(CallFactory())
    row = DraftFile.objects.get()
    path = storages["drafts"].path(row.original)
    with open(path, "wb") as target:  # noqa: PTH123  a disk does not ask either
        target.write(b"Other words.")

    answer = form.send()

    assert "was damaged after you uploaded it. Upload it again." in answer.content.decode()
    assert not Submission.objects.exists()
    assert Draft.objects.get().submission is None


def test_witness_reads_that_a_damaged_page_will_be_a_picture(form, work):
    form.upload(file(damaged_page(), "a.pdf"))
    work()

    words = form.words("form-warnings")
    assert "A page is damaged and will be shown as a picture" in words
    assert "page 2" in words
