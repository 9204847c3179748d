"""The storage of drafts, in a folder and in a bucket: files are kept and deleted."""

import errno

import pytest

from evidence.files import draft_storage as place
from evidence.files.storage import spooled
from tests.s3_server import serving_s3, stores_in_a_bucket


@pytest.fixture(scope="module")
def s3():
    with serving_s3() as endpoint:
        yield endpoint


@pytest.fixture(params=["folder", "bucket"], autouse=True)
def storage_backend(request, settings, monkeypatch):
    if request.param == "folder":
        yield
        return
    endpoint = request.getfixturevalue("s3")
    with stores_in_a_bucket(settings, monkeypatch, endpoint, prefix="inquiry/drafts"):
        yield


def test_file_is_read_back_and_available_to_programs():
    place.put_bytes("draft/file/text", b"words")
    assert place.has("draft/file/text")
    assert place.read("draft/file/text") == b"words"
    with place.local("draft/file/text") as path:
        assert path.read_bytes() == b"words"


def test_file_is_stored_from_a_path_and_replaced(tmp_path):
    source = tmp_path / "source"
    for content in (b"first", b"second"):
        source.write_bytes(content)
        place.put("draft/file/original", source)
    assert place.read("draft/file/original") == b"second"


def test_file_is_moved_from_where_it_was_written_and_replaces_another(tmp_path):
    for content in (b"first", b"second"):
        written, _stored = spooled([content], tmp_path)
        place.take("draft/file/original", written)
        with place.stream("draft/file/original") as stream:
            assert stream.read() == content


def test_file_is_moved_from_another_disk(tmp_path, monkeypatch):
    def elsewhere(_path, _target):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    written, _stored = spooled([b"words"], tmp_path)
    with monkeypatch.context() as other_disk:
        other_disk.setattr(type(written), "replace", _only_from(written, elsewhere))
        place.take("draft/file/original", written)
    assert place.read("draft/file/original") == b"words"


def _only_from(file, refused):
    usual = type(file).replace
    return lambda path, target: (refused if path == file else usual)(path, target)


def test_missing_file_is_not_found():
    assert not place.has("draft/file/nothing")
    with pytest.raises(FileNotFoundError):
        place.read("draft/file/nothing")
    with pytest.raises(FileNotFoundError), place.local("draft/file/nothing"):
        pass


def test_deleting_a_draft_deletes_its_own_folder_only():
    for name in ("one/a/original", "one/a/picture.png", "one/b/original", "other/a/original"):
        place.put_bytes(name, b"words")

    place.remove_all("one")
    place.remove_all("one")

    names = ("one/a/original", "one/a/picture.png", "one/b/original", "other/a/original")
    assert [place.has(name) for name in names] == [False, False, False, True]
