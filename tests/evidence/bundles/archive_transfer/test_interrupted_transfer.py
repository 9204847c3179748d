"""A bag is complete or not there, even if a run ends half-way or two run at once."""

import fcntl
import os

import bagit
import pytest

from evidence.bundles.archive_transfer.bagit_writer import BagFolder
from evidence.custody.models import CustodyEntry
from evidence.errors import NotReadyError
from tests.evidence.bundles.archive_transfer.bag_contents import (
    bagged,
    make,
)
from tests.factories import (
    CallFactory,
    a_member,
)
from tests.shared_data import made_once, part

pytestmark = pytest.mark.django_db

_world = made_once(make)
call, clerk, evidence = part("call"), part("clerk"), part("evidence")


def test_failed_run_leaves_nothing(call, clerk, evidence, tmp_path):
    def stop(done: int, of: int, message: str) -> None:
        if done == 1:
            assert any(path.name.endswith(".unfinished") for path in tmp_path.iterdir())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bagged(call, tmp_path / "bag", by=clerk, report=stop)

    assert [path.name for path in tmp_path.iterdir()] == ["stores"]
    assert CustodyEntry.objects.filter(act="archive bag begun").exists()
    assert not CustodyEntry.objects.filter(act="archive bag written").exists()


def test_leftovers_of_a_killed_run_are_not_a_bag_and_are_cleared(call, clerk, evidence, tmp_path):
    left = tmp_path / ".bag.unfinished"
    (left / "data/submissions").mkdir(parents=True)
    (left / "data/submissions/old.pdf").write_bytes(b"%PDF")
    (left / "bag-info.txt").write_bytes(b"")
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(left))

    bagged(call, tmp_path / "bag", by=clerk)

    bagit.Bag(str(tmp_path / "bag")).validate()
    assert not left.exists()


def test_two_runs_into_one_folder_do_not_mix(tmp_path):
    with BagFolder(tmp_path / "bag") as first:
        first.add("one.txt", [b"1"])
        with pytest.raises(NotReadyError, match="Another run"), BagFolder(tmp_path / "bag"):
            pass
        first.seal({})
        first.move()
    bagit.Bag(str(tmp_path / "bag")).validate()


def test_lock_is_released_when_a_run_ends(tmp_path):
    with BagFolder(tmp_path / "bag") as bag:
        bag.seal({})
        bag.move()
    handle = os.open(tmp_path / "bag", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


@pytest.mark.parametrize("there", ["folder", "file", "dead link"])
def test_existing_files_are_not_overwritten(call, clerk, evidence, tmp_path, there):
    match there:
        case "folder":
            (tmp_path / "bag").mkdir()
        case "file":
            (tmp_path / "bag").write_text("mine")
        case "dead link":
            (tmp_path / "bag").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotReadyError, match="There is something at"):
        bagged(call, tmp_path / "bag", by=clerk)


def test_inquiry_without_evidence_makes_no_bag(tmp_path):
    empty = CallFactory()
    with pytest.raises(NotReadyError, match="no evidence here that can be handed"):
        bagged(empty, tmp_path / "bag", by=a_member(empty.inquiry))
    assert not (tmp_path / "bag").exists()
