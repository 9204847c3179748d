"""The same stores in S3 or a compatible service. Needs the extra `s3`."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from evidence.files.storage import (
    CHUNK,
    Stored,
    Told,
    chunks_of,
    may_remove,
    nobody,
    place,
    spooled,
)
from evidence.files.work_dir import work_dir

MISSING, ALREADY_THERE = 404, 412


class S3FileStore(S3Storage):  # type: ignore[misc]
    """A store in a bucket. Bytes are spooled to a local file first, to know their name.

    They are uploaded in one request (S3 allows 5 GB), because only a single request can be
    conditional on the name being free.
    """

    def put(self, chunks: Iterable[bytes], *, before: Told = nobody) -> Stored:
        draft, stored = spooled(chunks, work_dir())
        try:
            before(stored)
            if not self.has(stored.sha256):
                self._put_once(draft, stored.sha256)
        finally:
            draft.unlink(missing_ok=True)
        return stored

    def _put_once(self, draft: Path, sha256: str) -> None:
        """Of several writers of the same bytes the first wins.

        A server that ignores the condition overwrites the file with the same bytes.
        """
        try:
            with draft.open("rb") as stream:
                self._object(sha256).put(
                    Body=stream, ContentType=self.default_content_type, IfNoneMatch="*"
                )
        except ClientError as refused:
            if _http_status(refused) != ALREADY_THERE:
                raise

    def has(self, sha256: str) -> bool:
        return bool(self.exists(place(sha256)))

    def read(self, sha256: str) -> IO[bytes]:
        stored = self._object(sha256)
        try:
            size = stored.content_length
        except ClientError as refused:
            if _http_status(refused) == MISSING:
                raise FileNotFoundError(sha256) from None
            raise
        return io.BufferedReader(_FromBucket(stored, size), CHUNK)

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        with self.read(sha256) as stream, _copy() as copy:
            for chunk in chunks_of(stream):
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)

    def remove(self, sha256: str) -> None:
        may_remove(self)
        self._object(sha256).delete()

    def clear_unfinished(self, before: float) -> None:
        """They are spooled in `settings.WORK_DIR`, which is cleared by itself."""

    def _object(self, sha256: str) -> Any:
        return self.bucket.Object(self._normalize_name(place(sha256)))

    def _save(self, name: str, content: File[Any]) -> NoReturn:
        raise PermissionError("Files are put on a storage by their content: use put().")

    def delete(self, name: str) -> NoReturn:
        raise PermissionError("Nothing is deleted from a storage.")

    def url(self, name: str, *args: object, **kwargs: object) -> NoReturn:
        """Refused: a signed address would give out the file without checking permission."""
        raise PermissionError("Files on a storage are handed out by our own pages alone.")


def _copy() -> IO[bytes]:
    return tempfile.NamedTemporaryFile(dir=work_dir(), prefix="store-")


class _FromBucket(io.RawIOBase):
    """The bytes of one object as a stream. Reading a range downloads only that range."""

    def __init__(self, stored: Any, size: int) -> None:
        self._object, self._size = stored, size
        self._at, self._body = 0, cast("IO[bytes] | None", None)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset != self._at:
            self._let_go()
            self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        if self._body is None:
            self._body = self._object.get(Range=f"bytes={self._at}-")["Body"]
        submission = self._body.read(len(buffer))
        if not submission:
            raise EOFError("The bucket broke off in the middle of a file.")
        buffer[: len(submission)] = submission
        self._at += len(submission)
        return len(submission)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def _http_status(refused: ClientError) -> int:
    return int(refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
