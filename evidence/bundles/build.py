"""Builds the files of a bundle from what was frozen: PDF, ZIP with its indexes, signed manifest.

Reads nothing but the frozen recipe and the files it names. Same contents, same bytes.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from evidence.bundles.listing import listed
from evidence.bundles.manifest import Pages
from evidence.bundles.models import Bundle, BundleItem, MadeFile
from evidence.bundles.pack import pack
from evidence.bundles.sources import Source, sources_of
from evidence.custody.record import record
from evidence.files.shelves import archive, put_bytes, put_file
from evidence.pdf.join import Front, Index, Joined, Piece, join, verify
from evidence.work.claim import Settle

Report = Callable[[int, int, str], None]


def no_report(_done: int, _of: int, _doing: str) -> None:
    """For those who do not watch."""


def build(
    bundle: Bundle, *, within: Settle = transaction.atomic, report: Report = no_report
) -> None:
    """ASKED → READY: make, verify and shelve the files, then say so in one transaction.

    A piece that cannot be merged does not sink the bundle: it is listed as not included, with
    its reason. Raises `BundleWrong` if the finished PDF is not what it says it is.
    """
    if bundle.state == Bundle.State.READY:
        with within():
            return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bundle-")))
        shelf = archive()
        sources = sources_of(stack, bundle)
        pdf, joined = _pdf(bundle, sources, folder, report)
        stored_pdf = put_file(shelf, pdf)
        report(95, 100, "packing the ZIP")
        papers = listed(sources, joined)
        pages = Pages(pdf, stored_pdf.sha256, stored_pdf.size, joined.pages)
        packed = pack(bundle, sources, papers, pages)
        stored_zip = put_file(shelf, packed.path)
        manifest = put_bytes(shelf, packed.manifest)
        signature = put_bytes(shelf, packed.signature)
    with within():
        _settle_items(bundle, joined)
        Bundle.objects.filter(pk=bundle.pk).update(
            state=Bundle.State.READY,
            reason="",
            ready_at=timezone.now(),
            pages=joined.pages,
            pdf_sha256=stored_pdf.sha256,
            pdf_size=stored_pdf.size,
            zip_sha256=stored_zip.sha256,
            zip_size=stored_zip.size,
            manifest_sha256=manifest.sha256,
            manifest_size=manifest.size,
        )
        MadeFile.objects.bulk_create(
            MadeFile(bundle=bundle, form=form, sha256=stored.sha256, size=stored.size)
            for form, stored in {
                "pdf": stored_pdf,
                "zip": stored_zip,
                "json": manifest,
                "sig": signature,
            }.items()
        )
        record(
            "bundle built",
            bundle,
            by=None,
            inquiry=bundle.inquiry_id,
            pdf=stored_pdf.sha256,
            zip=stored_zip.sha256,
        )


def fail(bundle: Bundle, *, reason: str, within: Settle) -> None:
    """ASKED → FAILED, with a reason a person can read. It may be asked for again."""
    with within():
        Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.ASKED).update(
            state=Bundle.State.FAILED, reason=reason[:500]
        )


def _pdf(
    bundle: Bundle, sources: list[Source], folder: Path, report: Report
) -> tuple[Path, Joined]:
    target = folder / "bundle.pdf"
    front = bundle.frozen["front"]
    pieces = [
        Piece(
            key=source.key,
            path=source.path or folder,
            reference=source.frozen["reference"],
            title=f"{source.frozen['reference']} {source.frozen['label']}",
            date=source.frozen["date"],
            groups=(source.frozen["group"],) if source.frozen["group"] else (),
            marking=source.frozen["marking"],
            ours=source.frozen.get("ours", 0),
            fragment=source.fragment,
            sha256=source.frozen["pdf"],
            unusable=source.reason,
        )
        for source in sources
    ]
    joined = join(
        pieces,
        Front(
            committee=front["committee"],
            inquiry=front["inquiry"],
            hc_number=front["hc_number"],
            title=front["title"],
            marking=front["marking"],
            lines=(),
            left_out=tuple(front["left_out"]),
            fingerprint=bundle.fingerprint,
            prefix=front.get("prefix", ""),
            of_pages=front.get("of_pages", False),
        ),
        [
            Index(title, tuple((name, tuple(map(str, at))) for name, at in entries))
            for title, entries in bundle.frozen["indexes"].items()
            if entries
        ],
        target,
        progress=lambda done, of, doing: report(90 * done // max(of, 1), 100, doing),
    )
    report(91, 100, "checking page numbers and links")
    verify(target, joined, pieces)
    return target, joined


def _settle_items(bundle: Bundle, joined: Joined) -> None:
    placed = {place.key: place for place in joined.placed}
    reasons = dict(joined.not_included)
    items = list(bundle.items.all())
    for item in items:
        place = placed.get(str(item.position))
        item.first_page = place.first if place else None
        item.last_page = place.last if place else None
        item.not_included = reasons.get(str(item.position), "")[:500]
    BundleItem.objects.bulk_update(items, ["first_page", "last_page", "not_included"])
