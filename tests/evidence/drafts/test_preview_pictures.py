"""Pictures of a preview are small, and a browser fetches them only when they come into view."""

import io
import random
import re
from pathlib import Path

import pytest
from PIL import Image

from evidence.drafts.file_checks import LARGEST_SHOWN
from tests.evidence.documents.document_builders import by_pandoc
from tests.evidence.drafts.witness import AtTheForm, begin, file
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
SOURCE = re.compile(r'<img src="([^"]+)"')


def noise(kind: str, side: int, mode: str = "RGB") -> bytes:
    """A picture that compresses badly, as photographs do."""
    data = random.Random(3).randbytes(side * side * len(mode))
    out = io.BytesIO()
    Image.frombytes(mode, (side, side), data).save(out, kind)
    return out.getvalue()


def with_picture(folder: Path, picture: bytes, name: str) -> AtTheForm:
    (folder / name).write_bytes(picture)
    document = by_pandoc(folder, f"Words.\n\n![A gate]({name})", "docx").read_bytes()
    form = begin(CallFactory())
    form.upload(file(document, "a.docx"))
    return form


def shown(form: AtTheForm, work) -> tuple[str, bytes, str]:
    work()
    page = form.words("form-preview")
    match = SOURCE.search(page)
    assert match is not None
    answer = form.client.get(match.group(1))
    return page, answer.content, answer["Content-Type"]


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA")])
def test_a_large_picture_is_shown_smaller(kind, mode, tmp_path, work):
    picture = noise(kind, 1600, mode)
    form = with_picture(tmp_path, picture, f"a.{kind.lower()}")
    page, content, content_type = shown(form, work)

    assert 'loading="lazy"' in page
    assert content_type == "image/jpeg"
    assert len(content) < len(picture) / 4
    with Image.open(io.BytesIO(content)) as small:
        assert small.size == (900, 900)


def test_a_small_picture_is_shown_as_it_is(tmp_path, work):
    form = with_picture(tmp_path, noise("PNG", 100), "a.png")
    _page, content, content_type = shown(form, work)
    assert len(content) <= LARGEST_SHOWN
    assert content_type == "image/png"
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (100, 100)
