"""The file stores, in a folder and in a bucket: named by content, stored once, never
overwritten."""

import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from evidence.files.storage import FileStore, archive, place, put_bytes, put_file, quarantine
from tests.s3_server import Bucket, serving_s3, stores_in_a_bucket

NOT_THERE = "0" * 64


@pytest.fixture(scope="module")
def s3():
    with serving_s3() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(settings, monkeypatch, s3):
    with stores_in_a_bucket(settings, monkeypatch, s3, prefix="inquiry/one") as made:
        yield made


@pytest.fixture(params=["folder", "bucket"])
def store(request) -> FileStore:
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return archive()


def stored_names() -> list[str]:
    """The names of all files on the archive storage of this test, wherever it is."""
    location = storages["archive"].location
    return sorted(path.name for path in Path(location).rglob("*") if path.is_file())


# --- What both promise ---------------------------------------------------------------------------


def test_bytes_are_stored_under_their_digest(store):
    stored = put_bytes(store, b"words")

    assert stored.sha256 == hashlib.sha256(b"words").hexdigest()
    assert stored.size == 5
    assert store.has(stored.sha256)
    with store.read(stored.sha256) as stream:
        assert stream.read() == b"words"


def test_stored_file_has_a_local_path_while_a_program_works(store, tmp_path):
    written = tmp_path / "written"
    written.write_bytes(b"many words " * 300_000)
    stored = put_file(store, written)

    with store.local(stored.sha256) as path:
        assert path.read_bytes() == written.read_bytes()


def test_stored_file_can_be_read_from_any_offset(store):
    content = bytes(range(256)) * 10_000
    stored = put_bytes(store, content)

    with store.read(stored.sha256) as stream:
        assert stream.seek(0, io.SEEK_END) == len(content)
        assert stream.read() == b""
        stream.seek(1_500_001)
        assert stream.read(5) == content[1_500_001:1_500_006]
        stream.seek(3)
        assert stream.read() == content[3:]
        stream.seek(-4, io.SEEK_END)
        assert stream.read(10) == content[-4:]


def test_empty_file_can_be_stored(store):
    stored = put_bytes(store, b"")

    with store.read(stored.sha256) as stream:
        assert stream.read() == b""


def test_same_bytes_are_stored_once(store):
    assert put_bytes(store, b"words") == put_bytes(store, b"words")


def test_missing_file_raises_file_not_found(store):
    assert not store.has(NOT_THERE)
    with pytest.raises(FileNotFoundError):
        store.read(NOT_THERE)
    with pytest.raises(FileNotFoundError), store.local(NOT_THERE):
        pass


def test_stores_refuse_saving_by_name_and_deleting(store):
    stored = put_bytes(store, b"words")

    with pytest.raises(PermissionError):
        storages["archive"].save("mine.pdf", ContentFile(b"x"))
    with pytest.raises(PermissionError):
        storages["archive"].delete(place(stored.sha256))
    assert store.has(stored.sha256)


def test_interrupted_sender_leaves_nothing(store, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def breaks_off():
        yield b"the first half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(breaks_off())

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_stores_do_not_share_files(store):
    stored = put_bytes(quarantine(), b"unchecked")

    assert not store.has(stored.sha256)


def test_archived_file_can_be_removed_and_quarantined_file_cannot(store):
    made, other = put_bytes(store, b"made"), put_bytes(store, b"other")
    sent = put_bytes(quarantine(), b"made")

    store.remove(made.sha256)
    store.remove(made.sha256)

    assert not store.has(made.sha256)
    assert store.has(other.sha256)
    with pytest.raises(PermissionError):
        quarantine().remove(sent.sha256)
    assert quarantine().has(sent.sha256)
    assert put_bytes(store, b"made") == made


# --- In a folder ---------------------------------------------------------------------------------


def test_folder_keeps_the_same_bytes_once():
    put_bytes(archive(), b"words")
    stored = put_bytes(archive(), b"words")

    assert stored_names() == [stored.sha256]


def test_default_storage_refuses_to_save():
    with pytest.raises(PermissionError):
        storages["default"].save("mine.pdf", ContentFile(b"x"))


# --- In a bucket ---------------------------------------------------------------------------------


def test_bucket_has_a_folder_for_each_store_under_the_prefix(bucket: Bucket):
    first, second = put_bytes(archive(), b"one"), put_bytes(quarantine(), b"two")

    assert bucket.names() == sorted(
        [
            f"inquiry/one/archive/{place(first.sha256)}",
            f"inquiry/one/quarantine/{place(second.sha256)}",
        ]
    )


def test_bucket_stores_the_same_bytes_once(bucket: Bucket):
    put_bytes(archive(), b"words")
    put_bytes(archive(), b"words")

    assert len(bucket.names()) == 1


def test_second_of_two_writers_to_a_bucket_changes_nothing(bucket: Bucket, tmp_path, monkeypatch):
    """Both have asked whether the file is there, and both were told that it is not."""
    first = put_bytes(archive(), b"words")
    monkeypatch.setattr(type(archive()), "has", lambda *_: False)

    assert put_bytes(archive(), b"words") == first
    assert len(bucket.names()) == 1


def test_bucket_without_a_prefix_is_accepted(settings, monkeypatch, s3):
    with stores_in_a_bucket(settings, monkeypatch, s3) as bucket:
        stored = put_bytes(archive(), b"words")

        assert bucket.names() == [f"archive/{place(stored.sha256)}"]
        assert bucket.content(bucket.names()[0]) == b"words"


def test_bucket_url_is_never_given_out(bucket: Bucket):
    stored = put_bytes(archive(), b"words")

    with pytest.raises(PermissionError):
        storages["archive"].url(place(stored.sha256))


def test_missing_bucket_raises_an_error(bucket: Bucket):
    storages["archive"].bucket_name = "no-such-bucket"

    with pytest.raises(Exception, match="NoSuchBucket"):
        put_bytes(archive(), b"words")
