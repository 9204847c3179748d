"""Builds the files of a bundle from what was frozen: PDF, ZIP with CSV index, manifest.

Reads nothing but the frozen recipe and the files it names. Same contents, same bytes.
"""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedcsv import csv as safe_csv
from django.db import transaction
from django.utils import timezone

from evidence.bundles.models import Bundle, BundleItem
from evidence.custody.record import record
from evidence.files.naming import neutral
from evidence.files.shelves import archive, put_bytes, put_file
from evidence.pdf.join import Front, Index, Joined, Piece, join, verify
from evidence.work.claim import Settle

Report = Callable[[int, int, str], None]
# The first moment a ZIP can name; a build has no date, so that equal contents are equal bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
COLUMNS = (
    "position",
    "reference",
    "witness",
    "kind",
    "date",
    "status",
    "institutions",
    "themes",
    "first page",
    "last page",
    "file",
    "sha256",
    "not included because",
)


@dataclass(frozen=True)
class Source:
    """One piece with the path its pages can be read at, or None with why not, and that of its
    fragment, if it was prepared."""

    key: str
    frozen: dict[str, Any]
    path: Path | None
    fragment: Path | None = None
    reason: str = ""


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
        sources = _sources(stack, bundle)
        pdf, joined = _pdf(bundle, sources, folder, report)
        report(95, 100, "packing the ZIP")
        files = _pack(bundle, sources, joined, folder)
        shelf = archive()
        stored_pdf = put_file(shelf, pdf)
        stored_zip = put_file(shelf, files)
        manifest = put_bytes(shelf, _manifest(bundle, joined, stored_pdf.sha256))
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


def _sources(stack: ExitStack, bundle: Bundle) -> list[Source]:
    pieces = bundle.frozen["pieces"]
    # A bundle that was asked for before there were fragments does without.
    fragments = bundle.frozen.get("fragments") or [""] * len(pieces)
    return [
        _source(stack, str(position), piece, fragment)
        for position, (piece, fragment) in enumerate(zip(pieces, fragments, strict=True))
    ]


def _source(stack: ExitStack, key: str, frozen: dict[str, Any], fragment: str) -> Source:
    path = _local(stack, frozen["pdf"])
    if path is None:
        return Source(key, frozen, None, reason="Its file is missing.")
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != frozen["pdf"]:
            return Source(key, frozen, None, reason="Its file is damaged.")
    return Source(key, frozen, path, _local(stack, fragment) if fragment else None)


def _local(stack: ExitStack, sha256: str) -> Path | None:
    try:
        return stack.enter_context(archive().local(sha256))
    except FileNotFoundError:
        return None


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


def _pack(bundle: Bundle, sources: list[Source], joined: Joined, folder: Path) -> Path:
    """The ZIP: each piece as PDF and text under its reference, and the CSV index."""
    target = folder / "bundle.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as pack:
        _add(pack, "index.csv", _csv(bundle, joined))
        for source in sources:
            if source.path is not None:
                _add(pack, _file_name(source.frozen, "pdf"), source.path.read_bytes())
            if source.frozen["text"]:
                with archive().read(source.frozen["text"]) as text:
                    _add(pack, _file_name(source.frozen, "txt"), text.read())
    return target


def _add(pack: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, ZIP_EPOCH)
    entry.external_attr = 0o644 << 16
    pack.writestr(entry, content)


def _file_name(frozen: dict[str, Any], ending: str) -> str:
    return neutral(frozen["reference"], ending)


def _csv(bundle: Bundle, joined: Joined) -> bytes:
    """The index for a spreadsheet; no cell can run as a formula."""
    out = io.StringIO()
    writer = safe_csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _listing(bundle, joined):
        writer.writerow(row[column] for column in COLUMNS)
    return out.getvalue().encode("utf-8-sig")


def _listing(bundle: Bundle, joined: Joined) -> list[dict[str, Any]]:
    placed = {place.key: place for place in joined.placed}
    reasons = dict(joined.not_included)
    rows = []
    for position, piece in enumerate(bundle.frozen["pieces"]):
        place = placed.get(str(position))
        rows.append(
            {
                "position": position + 1,
                "reference": piece["reference"],
                "witness": piece["label"],
                "kind": piece["sort"],
                "date": piece["date"],
                "status": piece["status"],
                "institutions": "; ".join(piece["institutions"]),
                "themes": "; ".join(piece["themes"]),
                "first page": place.first if place else "",
                "last page": place.last if place else "",
                "file": _file_name(piece, "pdf"),
                "sha256": piece["pdf"],
                "not included because": reasons.get(str(position), ""),
            }
        )
    return rows


def _manifest(bundle: Bundle, joined: Joined, pdf: str) -> bytes:
    said = {
        "fingerprint": bundle.fingerprint,
        "pdf": {"sha256": pdf, "pages": joined.pages},
        "items": _listing(bundle, joined),
    }
    return json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True).encode()


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
