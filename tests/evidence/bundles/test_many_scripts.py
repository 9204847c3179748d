"""Names in other scripts and special characters are printed as they are written."""

import io
import subprocess
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from evidence.bundles.models import Bundle, NumberedCopy
from evidence.bundles.numbered_copies import Recipient, issue_copies, take_copy
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from evidence.errors import NotReadyError
from evidence.pdf.fonts.shaping import stays_before_a_number, unprintable
from tests.evidence.bundles.bundle_builders import (
    a_bundle,
    built_bundle,
    content,
    one_submission,
    pages,
)
from tests.evidence.pdf.languages import NEVER_PRINTED
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import CallFactory, a_member, a_submission
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db

NAMES = {
    "Arabic": "محمد علي",
    "Hebrew": "דוד בן־גוריון",
    "Chinese": "王小明",
    "Greek": "Ελένη Παππά",
    "Tibetan": "བསྟན་འཛིན་རྒྱ་མཚོ",
    "Georgian": "შოთა რუსთაველი",
    "Devanagari": "नरेन्द्र कुमार",
    "accents": "Zoë Ångström",
    "marks": r"{0} %s \n #let $x$ *b*",
}


# Names are those of recipients; whose witness has another, has a submission of its own.
def make() -> Parts:
    world = one_submission()
    return world | {"bundle": a_bundle(world["call"], world["clerk"], do_all, sheets=True)}


_world = made_once(make)
call, clerk, submission, bundle = part("call"), part("clerk"), part("submission"), part("bundle")


def pictures(pdf: bytes, folder: Path) -> list[Image.Image]:
    """The pages as another program draws them."""
    (folder / "drawn.pdf").write_bytes(pdf)
    drawing = ["pdftoppm", "-r", "70", "-gray", str(folder / "drawn.pdf"), str(folder / "page")]
    subprocess.run(drawing, check=True)
    drawn = [Image.open(path) for path in sorted(folder.glob("page-*.pgm"))]
    for page in drawn:
        page.load()
    for path in folder.glob("page-*.pgm"):
        path.unlink()
    return drawn


def same_letters(text: str, name: str) -> bool:
    """Whether the letters of a name are in a text, in whichever order readers give them."""
    plain = unicodedata.normalize("NFKC", text)
    return all(letter in plain for letter in name if not letter.isspace())


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", NAMES)
def test_numbered_copy_names_its_recipient_in_every_script(script, bundle, clerk, work):
    name = NAMES[script]
    copy = issue_copies(bundle, [Recipient(name)], by=clerk, watermark=True)[0]
    work()

    copy.refresh_from_db()
    assert copy.state == NumberedCopy.State.READY
    issued = take_copy(copy, by=clerk)
    assert issued.name == f"FIA-bundle-{bundle.fingerprint[:8]}-copy-1.pdf"
    bundle.pdf_sha256 = issued.sha256
    for page in pages(bundle):
        assert same_letters(page, name)
        assert "?" not in page


def test_copies_for_two_people_of_one_script_differ_on_each_page(bundle, clerk, work, tmp_path):
    issue_copies(bundle, [Recipient("דוד"), Recipient("שרה")], by=clerk, watermark=True)
    work()
    # But for its number, each copy is told from the other by the name alone.
    NumberedCopy.objects.filter(number=2).update(number=1001)
    first, other = (
        pictures(content(copy.files.get().sha256), tmp_path) for copy in NumberedCopy.objects.all()
    )

    assert len(first) == len(other) == bundle.pages
    for left, right in zip(first, other, strict=True):
        different = ImageChops.difference(left, right).getbbox()
        assert different is not None
        # In the watermark, not in the line at the top alone.
        assert different[3] > left.height // 3


@pytest.mark.parametrize(
    "script", ["Arabic", "Hebrew", "Chinese", "Tibetan", "Georgian", "Devanagari"]
)
def test_contents_and_cover_sheets_name_witnesses_in_every_script(script, work):
    call = CallFactory(inquiry__prefix="FIB")
    clerk = a_member(call.inquiry)
    a_submission(call, name=NAMES[script], organisation="")
    work()

    bundle = a_bundle(call, clerk, work, sheets=True)

    assert bundle.items.get().label == NAMES[script]
    contents, sheet = pages(bundle)[1:3]
    assert same_letters(contents, NAMES[script])
    assert same_letters(sheet, NAMES[script])


def test_characters_without_a_font_are_named_before_a_copy_is_issued(bundle, clerk):
    fields = {"names": f"Ann Ash\n{NEVER_PRINTED}"}

    shown = (
        signed_in(clerk).post(reverse("copies-issue", args=[bundle.pk]), fields).content.decode()
    )

    assert "We cannot print these characters: " + NEVER_PRINTED in shown
    assert not NumberedCopy.objects.exists()
    assert unprintable("Ann Ash, " + "".join(NAMES.values())) == ""


# --- Before each page number ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "prefix", ["{0}%s%d\"'\\n", "#let $x$ *_[<a>]", "(\\( ) é文 -", "ส น้ำ ", "བོད་", "क्ष ", "🙂"]
)
def test_number_prefix_with_special_characters_is_printed_literally(
    prefix, call, clerk, submission, work
):
    bundle = a_bundle(call, clerk, work, prefix=prefix, dividers=True, sheets=True, of_pages=True)

    with pikepdf.open(io.BytesIO(content(bundle.pdf_sha256))) as pdf:
        assert [page.label for page in pdf.pages][:2] == [f"{prefix}1", f"{prefix}2"]
    first = bundle.items.get().first_number
    assert first.startswith(prefix)
    assert first in " ".join(pages(bundle)[1].split())


@pytest.mark.parametrize("prefix", ["م", "א", "A\u202e", "\n", "e\u0301", "A\u200b", NEVER_PRINTED])
def test_text_that_cannot_be_printed_as_written_is_refused_with_a_message(
    prefix, call, clerk, submission
):
    assert not stays_before_a_number(prefix)

    before = Bundle.objects.count()
    with pytest.raises(NotReadyError, match="cannot stand before page numbers"):
        freeze(call.inquiry, Specification(title="Pack", prefix=prefix), by=clerk)
    assert Bundle.objects.count() == before
    assert freeze(call.inquiry, Specification(title="Pack"), by=clerk)


def test_title_marking_and_lines_accept_any_text(call, clerk, submission, work):
    text = " ".join(NAMES.values())

    bundle = freeze(
        call.inquiry, Specification(title=text, marking=text[:60], lines=[text]), by=clerk
    )

    assert same_letters(pages(built_bundle(bundle, work))[0], text)
