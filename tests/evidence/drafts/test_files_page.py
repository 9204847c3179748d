"""The page for files: chosen files are never lost, and every refused file is listed."""

import re

import pytest

from tests.evidence.drafts.witness import begin, file
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
PROGRAM = b"MZ\x90\x00" + b"\0" * 100


def test_continue_uploads_the_chosen_file_and_goes_on():
    form = begin(CallFactory())
    answer = form.upload(file(), go_on="yes")
    assert [row.name for row in form.draft.files.all()] == ["evidence.txt"]
    assert answer.status_code == 302
    assert answer["Location"] == form.address("form-page", "title")


def test_continue_stops_at_a_refused_file():
    form = begin(CallFactory())
    answer = form.upload(file(), file(b"", "empty.txt"), go_on="yes")
    assert answer.status_code == 422
    assert [row.name for row in form.draft.files.all()] == ["evidence.txt"]


def test_file_input_and_continue_button_share_one_form():
    page = begin(CallFactory()).words("form-files")
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    with_choice = [form for form in forms if 'id="files"' in form]
    assert len(with_choice) == 1
    assert 'name="go_on"' in with_choice[0]


def test_each_refused_file_has_an_entry_in_the_error_summary():
    form = begin(CallFactory())
    page = form.upload(file(b"", "one.txt"), file(PROGRAM, "program.exe"), file()).content.decode()
    summary = page.partition('role="alert"')[2].partition("</ul>")[0]
    entries = re.findall(r'<li><a href="#files">(.*?)</a></li>', summary)
    assert [entry[:7] for entry in entries] == ["one.txt", "“progra"]
    assert entries[1].startswith("“program.exe” is not a file type we accept.")
    assert "<title>Error: Form: files</title>" in page


def test_file_input_asks_phones_for_jpeg_pictures():
    page = begin(CallFactory()).words("form-files")
    accept = re.search(r'id="files"[^>]* accept="([^"]+)"', page)
    assert accept is not None
    kinds = accept.group(1).split(",")
    assert {"image/jpeg", "image/png", ".docx", ".pdf", ".odt", ".rtf", ".txt"} <= set(kinds)
    assert not [kind for kind in kinds if "hei" in kind or kind == "image/*"]


def test_upload_messages_have_one_live_region():
    form = begin(CallFactory())
    form.upload(file())
    page = form.words("form-files").partition("<main")[2]
    assert re.findall(r'role="status"[^>]*', page) == [
        'role="status" data-upload-status data-checked="We have checked your files."'
    ]
    assert "aria-live" not in page
