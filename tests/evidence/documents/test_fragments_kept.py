"""Each PDF has a fragment for bundles, and nobody can download it."""

import io
import re
from contextlib import closing

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from evidence.decisions.models import Act
from evidence.documents import prepare as preparing
from evidence.documents.models import Rendition
from evidence.pdf.exceptions import UnusableItemError
from evidence.pdf.fragment.file_format import Fragment, read
from evidence.publication.models import PublishedFile
from tests.evidence.bundles.bundle_builders import a_bundle, content, packed
from tests.evidence.pdf.hostile_pdfs import document, tagged
from tests.factories import a_member, a_submission, decide, docx

pytestmark = pytest.mark.django_db
Form = Rendition.Form


def prepared(work, **fields):
    submission = a_submission(**fields)
    work()
    submission.refresh_from_db()
    return submission


def fragment_of(submission) -> Fragment:
    kept = submission.renditions.get(form=Form.FRAGMENT)
    return read(memoryview(content(kept.sha256)))


def kinds(submission) -> set[bytes]:
    return set(re.findall(rb"/StructElem /S /(\w+)", fragment_of(submission).body))


def as_pdf(made: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_each_pdf_has_a_fragment_made_from_it(work):
    submission = prepared(work)
    pdf = submission.renditions.get(form=Form.PDF)

    assert fragment_of(submission).heading.source == pdf.sha256
    assert fragment_of(submission).heading.pages == pdf.pages


def test_rerendered_pages_get_a_new_fragment(work):
    submission = prepared(work)
    before = submission.renditions.get(form=Form.FRAGMENT).sha256

    decide(submission, Act.ACCEPT, by=a_member(submission.inquiry))
    work()

    assert submission.renditions.get(form=Form.FRAGMENT).sha256 != before
    pdf = submission.renditions.get(form=Form.PDF)
    assert fragment_of(submission).heading.source == pdf.sha256


def test_pages_that_cannot_be_prepared_have_no_fragment(work, monkeypatch):
    submission = prepared(work)

    def fail(*_args, **_fields):
        raise UnusableItemError("It cannot be used.")

    monkeypatch.setattr(preparing, "prepare_fragment", fail)
    decide(submission, Act.ACCEPT, by=a_member(submission.inquiry))
    work()

    assert submission.renditions.filter(form=Form.PDF).exists()
    assert not submission.renditions.filter(form=Form.FRAGMENT).exists()


def test_paragraphs_are_named_destinations_of_the_page_and_the_fragment(work):
    submission = prepared(work, text="First paragraph.\n\nSecond paragraph.")

    names = [name for name, _page, _spot in fragment_of(submission).heading.places]
    assert {"p1", "p2"} <= set(names)
    with closing(
        pypdfium2.PdfDocument(content(submission.renditions.get(form=Form.PDF).sha256))
    ) as pdf:
        assert pypdfium2.raw.FPDF_CountNamedDests(pdf) == len(names)


def test_structure_tags_are_kept_from_our_pages_and_dropped_from_uploaded_pdfs(work):
    ours = prepared(work, content=docx("# Heading\n\nWords."), file_name="a.docx")
    theirs = prepared(work, content=as_pdf(tagged()), file_name="a.pdf")

    assert {b"H1", b"H2", b"P"} <= kinds(ours)
    # The page in front is ours and has the submission's heading; theirs are read as one text each.
    assert kinds(theirs) >= {b"H1", b"P"}
    assert not kinds(theirs) & {b"L", b"LI", b"Table", b"TH", b"TD", b"Note"}


def test_no_page_url_or_download_serves_a_fragment(work, client):
    submission = prepared(work, content=as_pdf(document("A page")), file_name="a.pdf")
    clerk = a_member(submission.inquiry)
    decide(submission, Act.ACCEPT, by=clerk)
    work()
    kept = submission.renditions.get(form=Form.FRAGMENT).sha256
    client.force_login(clerk)

    addresses = [
        reverse("submission", args=[submission.pk]),
        reverse("submission-pdf", args=[submission.pk, 0]),
        reverse("submission-picture", args=[submission.pk, 0, kept]),
        reverse("submission-picture", args=[submission.pk, 0, "fragment"]),
        reverse("admin:evidence_submission_change", args=[submission.pk]),
    ]
    answers = [client.get(address) for address in addresses]

    whole = content(kept)
    assert [answer.status_code for answer in answers][2:4] == [404, 404]
    for answer in answers:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert kept.encode() not in body
        assert whole[:16] not in body


def test_bundles_and_published_pages_do_not_name_a_fragment(work):
    submission = prepared(work)
    clerk = a_member(submission.inquiry)
    kept = submission.renditions.get(form=Form.FRAGMENT).sha256
    bundle = a_bundle(submission.call, clerk, work)

    files = packed(bundle)
    assert kept.encode() not in b"".join([*files.values(), content(bundle.manifest_sha256)])
    assert not any(name.endswith("fragment") for name in files)
    named = {field.name for field in PublishedFile._meta.get_fields()}
    assert not any("fragment" in name for name in named)
