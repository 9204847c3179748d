"""Temporary folders in which bundles are built.

Each build has its own folder under `settings.WORK_DIR`, named after what it makes, and keeps it
locked. What a killed worker leaves is removed by the next attempt or by the daily tidying.
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
    """A temporary folder for the block. Raises `DiskFullError` if the disk is full."""
    with disk_full_errors():
        place = work_dir()
        for left in place.glob(f"{key}-*"):
            _clear_if_nobodys(left)
        with (
            tempfile.TemporaryDirectory(
                dir=place, prefix=f"{key}-", ignore_cleanup_errors=True
            ) as folder,
            _locked(Path(folder)),
        ):
            yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder while this process lives and the block runs."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _clear_if_nobodys(left: Path) -> None:
    """Clear the folder of a dead worker. A slow worker that lost the job still holds the lock, and
    clears the folder itself."""
    with suppress(BlockingIOError, FileNotFoundError), _locked(left):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def disk_full_errors() -> Iterator[None]:
    """Turn every error caused by a full disk into `DiskFullError`."""
    try:
        yield
    except Exception as problem:
        if _for_want_of_room(problem):
            raise DiskFullError from problem
        raise


def _for_want_of_room(problem: BaseException | None) -> bool:
    # Libraries wrap the error of the disk in their own.
    while problem is not None:
        if isinstance(problem, OSError) and problem.errno in FULL:
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def earliest_start() -> datetime:
    """The moment before which no running job can have begun."""
    longest = settings.CELERY_TASK_TIME_LIMIT + settings.LEASE_SECONDS
    return timezone.now() - timedelta(seconds=longest)


def clear_leftovers() -> None:
    """Remove folders of killed workers: those older than any job may run."""
    before = earliest_start().timestamp()
    for left in work_dir().iterdir():
        # Its worker may remove it at the same moment.
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < before:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
    for store in (quarantine(), archive()):
        store.clear_unfinished(before)
