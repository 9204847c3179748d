"""The same shelves in S3 or anything that speaks its language. Needs the extra `s3`."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn, cast

from django.core.files.base import File
from storages.backends.s3 import S3Storage

from evidence.files.shelves import Stored, chunks_of, place, spooled


class S3Shelf(S3Storage):  # type: ignore[misc]
    """A shelf in a bucket. Bytes are spooled to a local file first, to know their name."""

    def put(self, chunks: Iterable[bytes]) -> Stored:
        draft, stored = spooled(chunks, Path(tempfile.gettempdir()))
        try:
            if not self.has(stored.sha256):
                with draft.open("rb") as stream:
                    self.save(place(stored.sha256), File(stream))
        finally:
            draft.unlink(missing_ok=True)
        return stored

    def has(self, sha256: str) -> bool:
        return bool(self.exists(place(sha256)))

    def read(self, sha256: str) -> IO[bytes]:
        return cast("IO[bytes]", self.open(place(sha256)))

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile(prefix="shelf-") as copy, self.read(sha256) as stream:
            for chunk in chunks_of(stream):
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        # Two writers of one name write the same bytes.
        return name

    def delete(self, name: str) -> NoReturn:
        raise PermissionError("Nothing is deleted from a shelf.")
