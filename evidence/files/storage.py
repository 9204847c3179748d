"""The file stores: `quarantine` for files not yet checked, `archive` for all others.

A file's name on a storage is the SHA-256 of its content, so nothing is ever overwritten and
writing the same bytes again changes nothing. This is the only place that names a storage.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

CHUNK = 1024 * 1024
UNFINISHED = "incoming-"


@dataclass(frozen=True)
class Stored:
    """A stored file: its digest, which is also its name, and its size in bytes."""

    sha256: str
    size: int


Told = Callable[[Stored], None]


def nobody(_stored: Stored) -> None:
    """A callback that does nothing."""


class FileStore(Protocol):
    """A store of files by their digest."""

    def put(self, chunks: Iterable[bytes], *, before: Told = nobody) -> Stored:
        """Keep these bytes, on disk for good when this returns. Known bytes are kept once.

        `before` is called with their name before the file exists under it.
        """

    def has(self, sha256: str) -> bool: ...

    def read(self, sha256: str) -> IO[bytes]:
        """The bytes as a stream; raises `FileNotFoundError`."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A path at which programs can read the file while the block runs."""

    def remove(self, sha256: str) -> None:
        """Delete a file for good; a missing file is no error. Only
        `evidence.stored_files.garbage_collection` may call this: it checks that no row needs it.
        Refused by a storage that holds what was sent."""

    def clear_unfinished(self, before: float) -> None:
        """Deletes unfinished files older than that moment (in seconds of `time.time()`)."""


def quarantine() -> FileStore:
    return cast("FileStore", storages["quarantine"])


def archive() -> FileStore:
    return cast("FileStore", storages["archive"])


def may_remove(store: Storage) -> None:
    """Raises `PermissionError` unless this is the archive: files in quarantine stay."""
    if store is not storages["archive"]:
        raise PermissionError("What was sent is never removed from its storage.")


def place(sha256: str) -> str:
    """The path of a file in its store: two levels of folders, so that none grows large."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def put_bytes(store: FileStore, content: bytes) -> Stored:
    return store.put([content])


def put_file(store: FileStore, path: Path) -> Stored:
    with path.open("rb") as stream:
        return store.put(chunks_of(stream))


def spooled(chunks: Iterable[bytes], folder: Path) -> tuple[Path, Stored]:
    """Writes the chunks to a new file in `folder`, hashes them, and syncs the file to disk."""
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as draft:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                draft.write(chunk)
            draft.flush()
            os.fsync(draft.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name), Stored(digest.hexdigest(), size)


class LocalFileStore(FileSystemStorage):
    """A store in a local folder."""

    def put(self, chunks: Iterable[bytes], *, before: Told = nobody) -> Stored:
        root = Path(self.location)
        root.mkdir(parents=True, exist_ok=True)
        draft, stored = spooled(chunks, root)
        try:
            before(stored)
            target = root / place(stored.sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.chmod(self.file_permissions_mode or 0o640)
            # Linking fails if the name exists: then the same bytes are stored already.
            try:
                target.hardlink_to(draft)
            except FileExistsError:
                pass
            else:
                _sync_folder(target.parent)
        finally:
            draft.unlink(missing_ok=True)
        return stored

    def has(self, sha256: str) -> bool:
        return self.exists(place(sha256))

    def read(self, sha256: str) -> IO[bytes]:
        return Path(self.path(place(sha256))).open("rb")

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        path = Path(self.path(place(sha256)))
        if not path.exists():
            raise FileNotFoundError(sha256)
        yield path

    def remove(self, sha256: str) -> None:
        may_remove(self)
        Path(self.path(place(sha256))).unlink(missing_ok=True)

    def clear_unfinished(self, before: float) -> None:
        for draft in Path(self.location).glob(f"{UNFINISHED}*"):
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < before:
                    draft.unlink()

    def _save(self, name: str, content: File[Any]) -> NoReturn:
        raise PermissionError("Files are put on a storage by their content: use put().")

    def delete(self, name: str) -> NoReturn:
        raise PermissionError("Nothing is deleted from a storage.")


class NoDefaultStorage(Storage):
    """Refuses every file, so that each is put into a store on purpose."""

    def save(self, name: Any, content: Any, max_length: int | None = None) -> NoReturn:
        raise PermissionError("There is no default storage. Use evidence.files.storage.")

    def open(self, name: str, mode: str = "rb") -> NoReturn:
        raise PermissionError("There is no default storage. Use evidence.files.storage.")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
