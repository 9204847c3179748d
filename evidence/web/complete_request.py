"""Rejects truncated request bodies.

A web server passes on the body of a request as it arrives. If the connection breaks, the body just
ends, and Django would save half of what was typed. Here an early end is an error, and nothing is
saved.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict, UnreadablePostError

SILENCE_SECONDS: Final = 60.0
"""How long a client can send nothing. A dead connection would hold a thread."""


class TruncatedRequestError(OSError):
    """The client disconnected before `Content-Length` bytes had come."""


class CompleteRequest(WSGIRequest):
    """A request whose body is as long as its `Content-Length` says, or cannot be read."""

    def __init__(self, environ: dict[str, Any]) -> None:
        with contextlib.suppress(ValueError):
            length = int(environ.get("CONTENT_LENGTH") or 0)
            line = environ.get("gunicorn.socket")
            environ["wsgi.input"] = Counted(environ["wsgi.input"], length, line)
        super().__init__(environ)

    def parse_file_upload(self, META: Any, post_data: Any) -> tuple[QueryDict, Any]:  # noqa: N803
        try:
            return super().parse_file_upload(META, post_data)
        except UnreadablePostError:
            # A partly received file stays on the disk until its handler deletes it.
            for handler in self.upload_handlers:
                handler.upload_interrupted()
            raise


class Counted:
    """A stream that raises an error if fewer than the expected bytes come."""

    def __init__(self, stream: Any, length: int, line: Any = None) -> None:
        self.stream, self.left, self.line = stream, length, line

    def read(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        with self._patience():
            content: bytes = self.stream.read(wanted) if wanted else b""
        return self._checked(content, whole=len(content) == wanted)

    def readline(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        with self._patience():
            content: bytes = self.stream.readline(wanted) if wanted else b""
        return self._checked(content, whole=len(content) == wanted or content.endswith(b"\n"))

    def _wanted(self, size: int) -> int:
        return self.left if size < 0 else min(size, self.left)

    def _checked(self, content: bytes, *, whole: bool) -> bytes:
        if not whole:
            raise TruncatedRequestError
        self.left -= len(content)
        return content

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        """Limit the wait while reading only: a response may take as long as its reader needs."""
        if self.line is None:
            yield
            return
        self.line.settimeout(SILENCE_SECONDS)
        try:
            yield
        finally:
            self.line.settimeout(None)
