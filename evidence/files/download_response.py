"""Responses for downloads: as attachment, uncached, in ranges, through nginx where configured."""

import re
from collections.abc import Iterator
from typing import IO

from django.conf import settings
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header

from evidence.files.storage import FileStore, chunks_of, place

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def serve(
    request: HttpRequest,
    store: FileStore,
    sha256: str,
    *,
    name: str,
    media_type: str,
    size: int,
    inline: bool = False,
) -> HttpResponseBase:
    """The response for one file in the archive store. The caller has checked permission."""
    if settings.ACCEL_LOCATION:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.ACCEL_LOCATION.rstrip('/')}/{place(sha256)}"
    else:
        response = _from_here(request, store.read(sha256), size)
        response["Accept-Ranges"] = "bytes"
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _from_here(request: HttpRequest, stream: IO[bytes], size: int) -> HttpResponseBase:
    byte_range = ONE_RANGE.match(request.headers.get("Range", ""))
    if not byte_range or not any(byte_range.groups()):
        return FileResponse(stream)
    first, last = _bounds(byte_range, size)
    if first > last or first >= size:
        stream.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    stream.seek(first)
    part = StreamingHttpResponse(_limited(stream, last - first + 1), status=206)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    return part


def _bounds(byte_range: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte of a range (RFC 9110, section 14.1.2)."""
    begin, end = byte_range.groups()
    if not begin:
        return max(0, size - int(end)), size - 1
    return int(begin), min(int(end), size - 1) if end else size - 1


def _limited(stream: IO[bytes], length: int) -> Iterator[bytes]:
    with stream:
        for chunk in chunks_of(stream):
            yield chunk[:length]
            length -= len(chunk)
            if length <= 0:
                return
