"""Truncated requests are rejected, and silent connections time out."""

import io
import socket
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import UnreadablePostError

from evidence.web import complete_request
from inquiry.config.wsgi import application

EDGE = "edge"
FILE = (
    f'--{EDGE}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    f"Words of evidence.\r\n--{EDGE}--\r\n"
).encode()
MULTIPART = f"multipart/form-data; boundary={EDGE}"


def request(body: bytes, *, length: int, kind: str = "application/x-www-form-urlencoded"):
    """As the web server makes it, where `length` bytes were announced and then the line ended."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(length),
        "wsgi.input": io.BytesIO(body),
    }
    return application.request_class(environ)


def test_truncated_request_body_is_rejected():
    body = urlencode({"text": "First words. And the last words."}).encode()

    assert request(body, length=len(body)).POST["text"] == "First words. And the last words."
    with pytest.raises(UnreadablePostError):
        request(body[:-12], length=len(body)).POST  # noqa: B018


def test_truncated_upload_leaves_no_file_on_the_disk(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    whole_one = request(FILE, length=len(FILE), kind=MULTIPART)
    assert whole_one.FILES["files"].read() == b"Words of evidence."
    whole_one.close()

    with pytest.raises(UnreadablePostError):
        request(FILE[:-20], length=len(FILE), kind=MULTIPART).FILES  # noqa: B018
    assert list(Path(tmp_path).iterdir()) == []


def test_silent_connection_times_out(monkeypatch):
    monkeypatch.setattr(complete_request, "SILENCE_SECONDS", 0.01)
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(b"12345")
        counted = complete_request.Counted(stream, 10, ours)
        assert counted.read(5) == b"12345"
        with pytest.raises(TimeoutError):
            counted.read(5)
        assert ours.gettimeout() is None


def test_bytes_read_by_line_are_counted_too():
    counted = complete_request.Counted(io.BytesIO(b"one\ntwo"), 8)
    assert counted.readline() == b"one\n"
    with pytest.raises(complete_request.TruncatedRequestError):
        counted.readline()
