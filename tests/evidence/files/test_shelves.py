"""The shelves: named by content, kept once, never overwritten or emptied."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from evidence.files.shelves import archive, put_bytes, quarantine


def test_bytes_lie_under_their_digest():
    stored = put_bytes(quarantine(), b"words")

    assert stored.sha256 == hashlib.sha256(b"words").hexdigest()
    with quarantine().local(stored.sha256) as path:
        assert path.read_bytes() == b"words"


def test_the_same_bytes_are_kept_once():
    shelf = archive()
    put_bytes(shelf, b"words")
    put_bytes(shelf, b"words")

    files = [path for path in Path(storages["archive"].location).rglob("*") if path.is_file()]
    assert len(files) == 1


def test_a_sender_who_breaks_off_leaves_nothing():
    def breaks_off():
        yield b"the first half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        quarantine().put(breaks_off())

    left = Path(storages["quarantine"].location).rglob("*")
    assert [path for path in left if path.is_file()] == []


def test_what_is_not_there_is_said():
    with pytest.raises(FileNotFoundError), archive().local("0" * 64):
        pass


def test_nothing_is_saved_by_name_or_deleted():
    with pytest.raises(PermissionError):
        storages["archive"].save("mine.pdf", ContentFile(b"x"))
    with pytest.raises(PermissionError):
        storages["archive"].delete("mine.pdf")
    with pytest.raises(PermissionError):
        storages["default"].save("mine.pdf", ContentFile(b"x"))
