"""No page waits for a worker: it says what is still being read, and looks again by itself."""

import ast
import contextlib
import re
import time
from pathlib import Path

import pytest

from evidence.drafts import preview
from tests.evidence.drafts.test_preview_of_pdf import a_pdf
from tests.evidence.drafts.witness import begin, file, ready
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
WEB = Path(__file__).parents[3] / "evidence" / "web"
REFRESH = re.compile(r'<noscript><meta http-equiv="refresh" content="(\d+); url=\?([^"]+)">')
TELLING = ("form-files", "form-warnings", "form-preview", "form-check")


@pytest.fixture(autouse=True)
def _nobody_sleeps(monkeypatch):
    def never(seconds: float) -> None:
        pytest.fail(f"an answer waited {seconds} s")

    monkeypatch.setattr(time, "sleep", never)


@pytest.fixture
def form():
    return begin(CallFactory())


def test_nothing_in_the_web_sleeps():
    asleep = [
        f"{path.name}:{node.lineno}"
        for path in WEB.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) == "sleep"
    ]
    assert asleep == []


def test_an_upload_is_answered_although_no_worker_runs(form):
    answer = form.upload(file(b"Words."))

    assert answer.status_code == 302
    assert "Checking your file." in form.words("form-files")


@pytest.mark.parametrize("name", TELLING)
def test_a_page_says_that_a_file_is_being_read_until_it_is_and_looks_again(form, name, work):
    form.upload(file(b"Words."))
    page = form.words(name)
    assert "hecking" in page
    assert "Refresh" in page
    assert "data-reading" in page
    assert "file_progress.js" in page or "reading." in page
    assert REFRESH.search(page)

    work()
    page = form.words(name)
    assert "hecking" not in page
    assert "data-reading" not in page
    assert "http-equiv" not in page


def test_the_pauses_between_looks_without_scripts_grow_and_keep_the_place(form):
    form.upload(file(b"Words."))
    pauses, query = [], "of=abc&from=5"
    for _ in range(6):
        page = form.client.get(f"{form.address('form-preview')}?{query}").content.decode()
        match = REFRESH.search(page)
        assert match
        pauses.append(int(match.group(1)))
        query = match.group(2).replace("&amp;", "&")
        assert query.startswith("of=abc&from=5&look=")
    assert pauses == [4, 8, 16, 32, 32, 32]


@pytest.mark.parametrize("parameter", ["-1", "x", "²", "9" * 5000])
def test_whatever_stands_in_the_address_there_is_an_answer(form, parameter):
    form.upload(file(b"Words."))
    answer = form.client.get(form.address("form-files"), {"look": parameter})
    assert answer.status_code == 200


def test_the_address_that_sends_is_not_looked_at_again(form):
    form.upload(file(b"Words."))
    answer = form.send()
    assert answer.status_code == 422
    assert "http-equiv" not in answer.content.decode()


def test_what_is_still_being_read_may_be_sent():
    form = ready(CallFactory())
    assert form.send().status_code == 302
    form.draft.refresh_from_db()
    assert form.draft.sent


def test_while_many_pages_are_drawn_the_next_one_is_asked_for_later(form, work):
    form.upload(file(a_pdf("Words"), "evidence.pdf"))
    work()
    pk = form.draft.files.get().pk
    with contextlib.ExitStack() as busy:
        for _ in range(preview.ADMITTED):
            busy.enter_context(preview._held(preview._admitted, seconds=0))
        picture = form.get("form-page-picture", pk, 1)
        whole = form.get("form-pages-pdf", pk)

    assert (picture.status_code, picture.content) == (503, b"")
    assert whole.status_code == 503
    assert "Try again in a minute" in whole.content.decode()
    assert picture["Retry-After"] == whole["Retry-After"] == "5"
    assert form.get("form-page-picture", pk, 1).status_code == 200
