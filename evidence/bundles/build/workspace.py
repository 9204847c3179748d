"""Where bundles are made, and what is said when there is no room for them.

Each build works in a folder of its own under `settings.WORK_DIR`, named after what it makes, and
holds it while it lives. So what a killed worker has left there is found: by the next try, which
clears it, or by `tidy`.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from evidence.errors import EvidenceError
from evidence.files.storage import archive, quarantine
from evidence.files.work_dir import work_dir

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFullError(EvidenceError):
    """The disk is full."""

    def __init__(self) -> None:
        super().__init__(
            "There is not enough room on the disk to make this bundle. Nothing was lost, and what "
            "was begun is cleared away. Ask your operator to make room, then try again."
        )


@contextmanager
def workshop(key: UUID) -> Iterator[Path]:
    """A folder to make something in, gone when the block ends. Raises `DiskFullError` for a full
    disk."""
    with said_plainly():
        place = work_dir()
        for left in place.glob(f"{key}-*"):
            _clear_if_nobodys(left)
        with (
            tempfile.TemporaryDirectory(
                dir=place, prefix=f"{key}-", ignore_cleanup_errors=True
            ) as folder,
            _held(Path(folder)),
        ):
            yield Path(folder)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder for as long as this process lives and the block runs."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _clear_if_nobodys(left: Path) -> None:
    """Whoever had the job before is dead, or is slow and has lost it: then it is at work there
    still, and clears it away itself."""
    with suppress(BlockingIOError, FileNotFoundError), _held(left):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Raise `DiskFullError` for whatever goes wrong because the disk is full."""
    try:
        yield
    except Exception as problem:
        if _for_want_of_room(problem):
            raise DiskFullError from problem
        raise


def _for_want_of_room(problem: BaseException | None) -> bool:
    # Libraries wrap what the disk says in errors of their own.
    while problem is not None:
        if isinstance(problem, OSError) and problem.errno in FULL:
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def longest_ago() -> datetime:
    """No job that was begun before that moment is still worked on."""
    longest = settings.CELERY_TASK_TIME_LIMIT + settings.LEASE_SECONDS
    return timezone.now() - timedelta(seconds=longest)


def clear_leftovers() -> None:
    """Clear what killed workers have left: older than any job may run, so nobody's now."""
    before = longest_ago().timestamp()
    for left in work_dir().iterdir():
        # Whoever worked with it may clear it at the same time.
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < before:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
    for store in (quarantine(), archive()):
        store.clear_unfinished(before)
