"""The pages are right about encryption: test values are entered and searched for in storage."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from evidence.web.witness.what_is_stored import STORED_ITEMS, Stored
from tests.evidence.drafts.witness import AtTheForm, begin, file
from tests.factories import CallFactory, docx

pytestmark = pytest.mark.django_db
NEEDLES = {
    "contact": "contactneedle",
    "reasons": "reasonsneedle",
    "on_behalf_of": "behalfneedle",
    "name": "Nameneedle",
    "title": "titleneedle",
    "typed": "typedneedle",
    "file_name": "filenameneedle",
    "found": "authorneedle",
    "file": "insideneedle",
}


@pytest.fixture
def form() -> AtTheForm:
    form = begin(CallFactory())
    form.say("disclosure", wish="name_withheld", reasons="reasonsneedle")
    form.say("who", who="proxy")
    form.say("details", name="Nameneedle", on_behalf_of="behalfneedle", has_permission="on")
    form.say("contact", may_email="yes", email="contactneedle@x.example", may_phone="no")
    form.say("title", name="titleneedle")
    form.say("text", text="typedneedle")
    form.say("circumstances", published="no", court="no")
    form.say("declarations", own_work="on", truthful="on", understood="on")
    form.upload(file(docx("insideneedle", "-M", "author=authorneedle"), "filenameneedle.docx"))
    return form


def in_the_database() -> Iterator[bytes]:
    """The bytes of every row, as a thief of the database has them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                yield b"\0".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for value in row
                )


def in_files() -> Iterator[bytes]:
    """Names and bytes of every stored file; Word files unpacked, as a thief would."""
    folders = [
        storage["OPTIONS"]["location"]
        for storage in settings.STORAGES.values()
        if "location" in storage.get("OPTIONS", {})
    ]
    assert folders
    for path in (path for folder in folders for path in Path(folder).rglob("*")):
        yield path.name.encode()
        if path.is_file():
            content = path.read_bytes()
            yield content
            yield from unpacked(content)


def unpacked(content: bytes) -> Iterator[bytes]:

    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def plain_needles(caplog: pytest.LogCaptureFixture) -> set[str]:
    logs = [record.getMessage().encode() for record in caplog.records]
    assert not any(needle.encode() in line for needle in NEEDLES.values() for line in logs)
    rows, files = list(in_the_database()), list(in_files())
    return {
        key
        for key, needle in NEEDLES.items()
        # What a file says about itself stands in the file, too; here it is what we found in it.
        for content in (rows if key == "found" else [*rows, *files])
        if needle.casefold().encode() in content.lower()
    }


def documented_as_plain(column: int) -> set[str]:
    """What the page says is not encrypted, before (0) or after (1) sending."""
    page = Client().get(reverse("safety")).content.decode()
    table = page[page.index("What we encrypt") : page.index("What each choice means")]
    row = r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>'
    rows = re.findall(row, table, re.DOTALL)
    assert len(rows) == len(STORED_ITEMS) == len(NEEDLES)
    keys = {str(item.label): item.key for item in STORED_ITEMS}
    return {keys[row[0]] for row in rows if row[1 + column] == "Not encrypted"}


def test_stored_data_before_sending_are_plain_only_where_the_page_says_so(form, work, caplog):
    work()
    form.get("form-warnings")
    form.get("form-preview")
    assert plain_needles(caplog) == documented_as_plain(0)


def test_stored_data_after_sending_are_plain_only_where_the_page_says_so(form, work, caplog):
    work()
    form.get("form-warnings")
    assert form.send().status_code == 302
    work()
    assert plain_needles(caplog) == documented_as_plain(1)


def test_form_footer_says_how_answers_are_stored(form):
    assert "We encrypt what you type until you send it." in form.words()
    assert all(item.before == Stored.ENCRYPTED for item in STORED_ITEMS if item.key != "file"), (
        "what is typed is encrypted until it is sent"
    )
