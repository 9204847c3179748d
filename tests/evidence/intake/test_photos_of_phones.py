"""Photos of phones (HEIC): accepted as extra files, read to their pixels, their details listed."""

import io

import pytest
from PIL import Image

from evidence.documents.readers.any_format import opened
from evidence.files.accepted_types import Kind
from evidence.files.file_types import kind_of
from evidence.intake.file_checks import inspect
from evidence.submissions.models import Submission
from tests.evidence.drafts.witness import file, ready
from tests.factories import CallFactory
from tests.phone_photo import PHOTO


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.heic"
    path.write_bytes(PHOTO)
    return path


def test_photo_is_known_by_its_content(photo):
    assert kind_of(photo, name="photo.jpg") == Kind.HEIC


def test_details_of_the_photo_are_listed(photo):
    findings = {finding.code: finding for finding in inspect(photo, Kind.HEIC)}

    assert findings.keys() == {"gps", "picture-metadata"}
    assert "Make: Camera of Ann" in findings["picture-metadata"].words


def test_photo_becomes_a_picture_without_details(photo):
    reading = opened(photo, Kind.HEIC)

    ((name, content),) = reading.images.items()
    with Image.open(io.BytesIO(content)) as picture:
        assert (name[-4:], picture.format) == (".jpg", "JPEG")
        assert sorted(picture.size) == [32, 48]
        assert not picture.getexif()
    assert b"Camera of Ann" not in content


@pytest.mark.parametrize("cut", [40, 500, 700])
def test_damaged_photo_gets_a_plain_reason(tmp_path, cut):
    path = tmp_path / "photo.heic"
    path.write_bytes(PHOTO[:cut])

    inspect(path, Kind.HEIC)
    with pytest.raises(Exception, match="The picture cannot be used"):
        opened(path, Kind.HEIC)


@pytest.mark.django_db
def test_photo_is_sent_as_an_extra_file(work):
    form = ready(CallFactory())
    form.upload(file(PHOTO, "photo.heic"))
    work()
    form.send()
    work()

    submission = Submission.objects.get()
    assert [row.kind for row in submission.attachments.all()] == ["txt", "heic"]
    assert submission.status == "prepared"
