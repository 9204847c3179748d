"""No page waits for a worker: it says that a file is being checked, and refreshes."""

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


def test_web_code_never_sleeps():
    asleep = [
        f"{path.name}:{node.lineno}"
        for path in WEB.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) == "sleep"
    ]
    assert asleep == []


def test_upload_is_answered_without_a_worker(form):
    answer = form.upload(file(b"Words."))

    assert answer.status_code == 302
    assert "Checking your file." in form.words("form-files")


@pytest.mark.parametrize("name", TELLING)
def test_page_says_a_file_is_being_checked_and_refreshes_until_it_is(form, name, work):
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


def test_refresh_pauses_without_scripts_grow_and_keep_the_position(form):
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
def test_page_answers_whatever_the_refresh_parameter_is(form, parameter):
    form.upload(file(b"Words."))
    answer = form.client.get(form.address("form-files"), {"look": parameter})
    assert answer.status_code == 200


def test_answer_to_sending_does_not_refresh(form):
    form.upload(file(b"Words."))
    answer = form.send()
    assert answer.status_code == 422
    assert "http-equiv" not in answer.content.decode()


def test_form_can_be_sent_while_a_file_is_being_checked():
    form = ready(CallFactory())
    assert form.send().status_code == 302
    form.draft.refresh_from_db()
    assert form.draft.sent


def test_preview_request_is_refused_for_now_while_many_pages_are_drawn(form, work):
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
