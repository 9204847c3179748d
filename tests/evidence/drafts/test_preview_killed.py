"""A process killed while drawing a preview leaves no partial file, and others see no previews."""

import io
import tempfile
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image

from evidence.bundles.build.workspace import clear_leftovers
from evidence.drafts import preview
from evidence.drafts.expiry import clear
from evidence.drafts.models import DraftFile
from evidence.files import draft_storage as place
from evidence.files.work_dir import work_here
from tests.evidence.drafts.test_preview_of_pdf import a_pdf
from tests.evidence.drafts.witness import AtTheForm, begin, file
from tests.evidence.files.test_work_dir import make_files_old
from tests.factories import CallFactory, a_member
from tests.process_kill import die, killed_in

pytestmark = pytest.mark.django_db
WIDTH = 1100
ROUTES = (("form-page-picture", 0), ("form-page-picture", 1), ("form-pages-pdf", None))


def with_a_pdf(call, work) -> AtTheForm:
    form = begin(call)
    form.fill_in()
    form.upload(file(a_pdf("Words of page 1", "Words of page 2"), "evidence.pdf"))
    work()
    return form


@pytest.fixture
def form(work) -> AtTheForm:
    return with_a_pdf(CallFactory(), work)


def in_drafts() -> list[Path]:
    root = Path(storages["drafts"].location)
    return sorted(path for path in root.rglob("*") if path.is_file())


@pytest.fixture
def process_work_dir(monkeypatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", None)
    work_here()
    return Path(settings.WORK_DIR)


# --- Killed --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [0, 1])
def test_process_killed_while_drawing_a_preview_leaves_no_partial_file(
    number, form, process_work_dir, monkeypatch
):
    file, before = DraftFile.objects.get(), in_drafts()
    with monkeypatch.context() as patch:
        patch.setattr(preview, "page_picture", die)
        killed_in(lambda: form.get("form-page-picture", file.pk, number))

    assert in_drafts() == before
    assert list(process_work_dir.iterdir())
    make_files_old(process_work_dir)
    clear_leftovers()
    assert list(process_work_dir.iterdir()) == []
    answer = form.get("form-page-picture", file.pk, number)
    assert Image.open(io.BytesIO(answer.content)).width == WIDTH


class HalfWritten:
    """A picture of which some is written when the process is killed."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def chunks(self, *_: object):
        yield self.content[: len(self.content) // 2]
        die()


@pytest.mark.django_db(transaction=True)
def test_half_written_preview_page_is_drawn_again(form, monkeypatch):
    file = DraftFile.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(place, "ContentFile", HalfWritten)
        killed_in(lambda: form.get("form-page-picture", file.pk, 1))

    answer = form.get("form-page-picture", file.pk, 1)

    with Image.open(io.BytesIO(answer.content)) as shown:
        shown.load()
        assert shown.width == WIDTH
    clear(form.draft.pk)
    assert in_drafts() == []


# --- Strangers -----------------------------------------------------------------------------------


def answers(client: Client, handle: str, key: uuid.UUID) -> list[tuple[int, bytes]]:
    replies = []
    for name, number in ROUTES:
        more = [] if number is None else [number]
        answer = client.get(reverse(name, args=[handle, key, *more]))
        # The page for what is not there leads back to where it was asked for, if anywhere.
        content = answer.content.replace(key.hex.encode(), b"").replace(str(key).encode(), b"")
        replies.append((answer.status_code, content))
    return replies


def test_preview_pages_do_not_exist_for_others(form, work):
    other = with_a_pdf(form.call, work)
    there, nowhere = form.draft.files.get().pk, uuid.uuid4()
    clerk = Client()
    clerk.force_login(a_member(form.call.inquiry))

    for client, handle in (
        (Client(), form.handle),
        (clerk, form.handle),
        (other.client, form.handle),
        (other.client, other.handle),
    ):
        of_theirs = answers(client, handle, there)
        assert [status for status, _ in of_theirs] == [404] * len(ROUTES)
        assert of_theirs == answers(client, handle, nowhere)
    assert [status for status, _ in answers(form.client, form.handle, there)] == [200] * 3


def test_removed_or_sent_file_has_no_preview_pages(form):
    pk = form.draft.files.get().pk
    assert form.get("form-page-picture", pk, 1).status_code == 200

    form.send()

    for name, number in ROUTES:
        more = [] if number is None else [number]
        assert form.get(name, pk, *more).status_code in {302, 404}
