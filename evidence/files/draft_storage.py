"""Where the files of drafts are kept until the witness submits, and from where they can be deleted.

Files have random names, so that deleting one witness's draft never deletes the same bytes of
another's. When a draft is sent, its files are copied to the quarantine store, from which nothing is
ever served. Nothing in this storage is evidence.
"""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from evidence.files.storage import chunks_of, spooled


def put(name: str, path: Path) -> None:
    """Keeps a copy of a file. It replaces one of the same name."""
    with path.open("rb") as stream:
        _keep(name, File(stream))


def take(name: str, path: Path) -> None:
    """Keeps a file written by `spooled`; moves it if it is on the same disk."""
    place = _place()
    if isinstance(place, FileSystemStorage):
        target = _ready(place, name)
        path.chmod(_permissions(place))
        try:
            path.replace(target)
        except OSError as problem:
            if problem.errno != errno.EXDEV:
                raise
        else:
            return
    put(name, path)


def put_bytes(name: str, content: bytes) -> None:
    _keep(name, ContentFile(content))


def read(name: str) -> bytes:
    """The whole content; raises `FileNotFoundError`."""
    with _place().open(name) as stream:
        return bytes(stream.read())


def size(name: str) -> int:
    """How many bytes a file has; raises `FileNotFoundError`."""
    return int(_place().size(name))


def has(name: str) -> bool:
    return bool(_place().exists(name))


def stream(name: str) -> File[bytes]:
    """The content as chunks. Raises `FileNotFoundError`."""
    return _place().open(name)


@contextmanager
def local(name: str) -> Iterator[Path]:
    """A copy that programs can read while the block runs; raises `FileNotFoundError`."""
    with (
        _place().open(name) as stream,
        tempfile.NamedTemporaryFile(prefix="draft-") as copy,
    ):
        source: IO[bytes] = stream
        for chunk in chunks_of(source):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def remove_all(folder: str) -> None:
    """Deletes every file in a folder and below it. A missing folder is no error."""
    place = _place()
    if isinstance(place, FileSystemStorage):
        shutil.rmtree(place.path(folder), ignore_errors=True)
        return
    folders, names = place.listdir(folder)
    for name in names:
        place.delete(f"{folder}/{name}")
    for inner in folders:
        remove_all(f"{folder}/{inner}")


def _keep(name: str, content: File[bytes]) -> None:
    """Writes the file atomically, even if this process is killed."""
    place = _place()
    if isinstance(place, FileSystemStorage):
        target = _ready(place, name)
        # In the draft's own folder, so that it is deleted with the draft.
        written, _ = spooled(content.chunks(), target.parent)
        written.chmod(_permissions(place))
        written.replace(target)
        return
    # Uploads to a bucket are atomic.
    if place.exists(name):
        place.delete(name)
    place.save(name, content)


def _ready(place: FileSystemStorage, name: str) -> Path:
    """The path of a file, with its folder made."""
    target = Path(place.path(name))
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _permissions(place: FileSystemStorage) -> int:
    return place.file_permissions_mode or 0o640


def _place() -> Storage:
    return storages["drafts"]
