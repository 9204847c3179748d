"""A build on a full disk says so, leaves nothing unfinished, and succeeds later."""

import hashlib
import io
import os
import random
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.files.storage import storages

from evidence.bundles.models import Bundle
from evidence.bundles.requests import build_again, freeze
from evidence.bundles.specification import Specification
from evidence.stored_files.models import UncommittedFile
from tests.evidence.bundles.bundle_builders import built_bundle, content
from tests.factories import a_submission

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
Room = Callable[[int], AbstractContextManager[None]]


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """The folder is a disk of its own while the block runs; raises where we may not do that."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def may_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with mounted(Path(folder)):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may be larger: the same to whoever writes it as a disk that is full at that byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The database of the tests needs some room too.
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(size, 2 * MEGABYTE), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_but_for(size: int) -> Iterator[None]:
    disk = os.statvfs(settings.WORK_DIR)
    filler = Path(settings.WORK_DIR).with_name("filler")
    filler.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - size)))
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture
def limit() -> Room:
    return largest_file


@pytest.fixture
def mount(tmp_path, settings) -> Iterator[Room]:
    """A real disk for working and for storage."""
    small = tmp_path / "small"
    small.mkdir()
    with mounted(small):
        settings.WORK_DIR = str(small / "working")
        Path(settings.WORK_DIR).mkdir()
        place = {**settings.STORAGES["archive"], "OPTIONS": {"location": str(small / "archive")}}
        settings.STORAGES = {**settings.STORAGES, "archive": place}
        storages._storages = {}
        yield full_but_for


# Both where we may mount a disk, and in any case the first.
WAYS = ["limit", "mount"] if os.geteuid() == 0 and may_mount() else ["limit"]


@pytest.fixture(params=WAYS)
def disk(request) -> Room:
    """What leaves so much room on the disk while a block runs."""
    return request.getfixturevalue(request.param)


def incompressible_pdf() -> bytes:
    """A page with a picture of a million pixels that no program makes smaller."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(600, 600))
    shape = {"Width": 1000, "Height": 1000, "BitsPerComponent": 8}
    picture = pdf.make_stream(random.Random(1).randbytes(3_000_000), **shape)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.ColorSpace = pikepdf.Name.DeviceRGB
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.obj.Contents = pdf.make_stream(b"q 600 0 0 600 0 0 cm /P Do Q")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def file_names_in_storage() -> set[str]:
    return {path.name for path in Path(storages["archive"].location).rglob("*") if path.is_file()}


@pytest.fixture
def bundle(disk, call, clerk, work) -> Bundle:
    a_submission(call, content=incompressible_pdf(), file_name="scan.pdf")
    work()
    return freeze(call.inquiry, Specification(title="Pack"), by=clerk)


def fails_plainly(bundle: Bundle, before: set[str], work) -> bool:
    """Whether it failed; if so, all is as it must be."""
    work()
    bundle.refresh_from_db()
    if bundle.state == Bundle.State.READY:
        return False
    assert bundle.state == Bundle.State.FAILED
    assert bundle.reason.startswith("There is not enough room on the disk to make this bundle.")
    assert file_names_in_storage() == before
    assert list(Path(settings.WORK_DIR).iterdir()) == []
    assert not bundle.files.exists()
    assert not UncommittedFile.objects.exists()
    return True


def test_build_reports_lack_of_disk_space_until_there_is_enough(disk, bundle, clerk, work):
    before, failed = file_names_in_storage(), 0
    for megabytes in range(0, 30, 2):
        with disk(megabytes * MEGABYTE):
            if not fails_plainly(bundle, before, work):
                break
        failed += 1
        build_again(bundle, by=clerk)

    assert failed >= 2
    built_bundle(bundle, work)
    assert bundle.pdf_size > 2 * MEGABYTE
    assert all(
        hashlib.sha256(content(name)).hexdigest() == name for name in file_names_in_storage()
    )
    assert len(file_names_in_storage() - before) == 4
