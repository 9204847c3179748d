"""Hostile uploads to the verify page neither break it nor reveal anything."""

import io
import tracemalloc
import zipfile

import pytest

from evidence.bundles.verification.uploaded_files import Verdict, Visit
from evidence.bundles.verification.zip_stream import (
    CENTRAL_HEAD,
    END_HEAD,
    LOCAL_HEAD,
    MOST_MEMBERS,
)
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.evidence.web.test_verify import upload_fields, words
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def bundle(work):
    call = CallFactory(inquiry__prefix="QSECRT")
    a_submission(call)
    work()
    return a_bundle(call, a_member(call.inquiry), work)


def zipped(how: int, **members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """Many megabytes in a few thousand bytes, in a ZIP in a ZIP."""
    inner = zipped(zipfile.ZIP_DEFLATED, a=bytes(64 * MEGABYTE))
    deflated = zipfile.ZIP_DEFLATED
    return zipped(deflated, **{"manifest.json": inner * 8, "manifest.json.sig": inner})


def with_many_members() -> bytes:
    """A hundred thousand members of no bytes, each in order."""
    names = [b"%06d" % number for number in range(100_000)]
    before, listed = bytearray(), bytearray()
    for name in names:
        listed += b"PK\x01\x02" + CENTRAL_HEAD.pack(
            *(20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, len(before))
        )
        listed += name
        before += b"PK\x03\x04" + LOCAL_HEAD.pack(20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    end = END_HEAD.pack(0, 0, 100_000 % 65536, 100_000 % 65536, len(listed), len(before), 0)
    return bytes(before + listed + b"PK\x05\x06" + end)


def with_false_size() -> bytes:
    """A stored member that says it is four gigabytes long."""
    whole = bytearray(zipped(zipfile.ZIP_STORED, a=b"words"))
    whole[18:26] = b"\xff" * 8
    return bytes(whole)


HOSTILE = {"bomb": bomb, "crowd": with_many_members, "liar": with_false_size}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_zip_is_answered_like_any_unknown_file(what, client, bundle):
    unknown = words(client.post("/verify/", upload_fields(b"words", name="a.zip")))
    assert "a.zip: not recognised" in unknown

    answer = client.post("/verify/", upload_fields(HOSTILE[what](), name="a.zip"))

    assert answer.status_code == 200
    assert words(answer) == unknown


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_zip_takes_little_memory_and_is_not_unpacked(what):
    whole = HOSTILE[what]()
    visit = Visit()
    visit.begin("a.zip")
    reader = visit._files[-1]._zip

    tracemalloc.start()
    try:
        for at in range(0, len(whole), 64 * 1024):
            visit.take(whole[at : at + 64 * 1024])
        peak = tracemalloc.get_traced_memory()[1]
        visit.end()
    finally:
        tracemalloc.stop()

    assert peak < 16 * MEGABYTE
    assert len(list(reader.members)) <= MOST_MEMBERS
    assert [answer.verdict for answer in visit.answers()] == [Verdict.UNKNOWN]


def test_pdf_named_as_a_zip_is_known_by_its_bytes(client, bundle):
    pdf = content(bundle.pdf_sha256)

    assert "a.zip: not changed" in words(client.post("/verify/", upload_fields(pdf, name="a.zip")))
    other = words(client.post("/verify/", upload_fields(pdf + b"\n", name="a.zip")))
    assert "a.zip: not recognised" in other
    assert bundle.fingerprint not in other


@pytest.mark.parametrize("form", ["pdf", "zip", "json", "sig"])
def test_truncated_file_of_ours_is_answered_like_any_unknown_file(form, client, bundle):
    whole = content(bundle.files.get(form=form).sha256)
    unknown = words(client.post("/verify/", upload_fields(b"words", name="a")))

    for end in (1, len(whole) // 2, len(whole) - 1):
        assert words(client.post("/verify/", upload_fields(whole[:end], name="a"))) == unknown


@pytest.mark.parametrize("end", [0.1, 0.5, 0.999])
def test_truncated_body_is_no_server_error_and_reveals_nothing(end, client, bundle):
    whole = content(bundle.pdf_sha256)
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    body = head + whole + b"\r\n--x--\r\n"

    answer = client.generic(
        "POST",
        "/verify/",
        body[: int(len(body) * end)],
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code in {200, 400, 422}
    assert bundle.fingerprint not in answer.content.decode()
    assert "unaltered" not in words(answer).partition("a.pdf:")[2][:40]
