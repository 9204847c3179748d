"""Builds the files of a bundle from what was frozen: PDF, ZIP with its indexes, signed manifest.

Reads nothing but the frozen recipe and the files it names. Same contents, same bytes.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from evidence.bundles.bind import Report, Volume, bind
from evidence.bundles.follow import numbers_of
from evidence.bundles.listing import listed
from evidence.bundles.manifest import Pages
from evidence.bundles.models import Bundle, BundleItem, MadeFile
from evidence.bundles.pack import pack
from evidence.bundles.sources import sources_of
from evidence.custody.record import record
from evidence.files.shelves import archive, put_bytes, put_file
from evidence.pdf.numbering import Style
from evidence.work.claim import Settle


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
        volumes = bind(bundle, sources, folder, report=report)
        report(95, 100, "packing the ZIP")
        pages = [_shelved(volume) for volume in volumes]
        packed = pack(bundle, sources, listed(volumes), pages)
        stored_zip = put_file(shelf, packed.path)
        manifest = put_bytes(shelf, packed.manifest)
        signature = put_bytes(shelf, packed.signature)
    with within():
        _settle_items(bundle, volumes)
        Bundle.objects.filter(pk=bundle.pk).update(
            state=Bundle.State.READY,
            reason="",
            ready_at=timezone.now(),
            numbers=_numbers(bundle, volumes),
            pages=sum(one.count for one in pages),
            pdf_sha256=pages[0].sha256,
            pdf_size=pages[0].size,
            zip_sha256=stored_zip.sha256,
            zip_size=stored_zip.size,
            manifest_sha256=manifest.sha256,
            manifest_size=manifest.size,
        )
        made = [
            MadeFile(form="pdf", volume=at, sha256=one.sha256, size=one.size, pages=one.count)
            for at, one in enumerate(pages, start=1)
        ]
        made += (
            MadeFile(form=form, sha256=stored.sha256, size=stored.size)
            for form, stored in (("zip", stored_zip), ("json", manifest), ("sig", signature))
        )
        for file in made:
            file.bundle = bundle
        MadeFile.objects.bulk_create(made)
        record(
            "bundle built",
            bundle,
            by=None,
            inquiry=bundle.inquiry_id,
            pdf=[one.sha256 for one in pages],
            zip=stored_zip.sha256,
        )


def _shelved(volume: Volume) -> Pages:
    stored = put_file(archive(), volume.path)
    return Pages(volume.name, volume.path, stored.sha256, stored.size, count=volume.joined.pages)


def fail(bundle: Bundle, *, reason: str, within: Settle) -> None:
    """ASKED → FAILED, with a reason a person can read. It may be asked for again."""
    with within():
        Bundle.objects.filter(pk=bundle.pk, state=Bundle.State.ASKED).update(
            state=Bundle.State.FAILED, reason=reason[:500]
        )


def _settle_items(bundle: Bundle, volumes: list[Volume]) -> None:
    items = {str(item.position): item for item in bundle.items.filter(elsewhere=False)}
    for volume in volumes:
        labels = volume.joined.labels
        reasons = dict(volume.joined.not_included)
        for source in volume.sources:
            item = items[source.key]
            item.volume = volume.number
            item.not_included = reasons.get(source.key, "")[:500]
        for place in volume.joined.placed:
            item = items[place.key]
            item.first_page, item.last_page = place.first, place.last
            item.first_number, item.last_number = labels.of(place.first), labels.of(place.last)
    fields = [
        "volume",
        "first_page",
        "last_page",
        "first_number",
        "last_number",
        "not_included",
    ]
    BundleItem.objects.bulk_update(items.values(), fields)


def _numbers(bundle: Bundle, volumes: list[Volume]) -> dict[str, Any]:
    """The numbers printed, for a bundle that goes on from this one."""
    files = {str(item.position): str(item.attachment_id) for item in bundle.items.all()}
    before = (bundle.frozen.get("follows", {}).get("earlier") or {}).get("taken", [])
    items = []
    for volume in volumes:
        frozen = {source.key: source.frozen for source in volume.sources}
        for place in volume.joined.placed:
            kept = volume.joined.numbers_of(place)
            items.append(
                {
                    "file": files[place.key],
                    "tab": frozen[place.key]["tab"],
                    "groups": frozen[place.key]["groups"],
                    "divider": numbers_of(kept.divider),
                    "sheet": numbers_of(kept.sheet),
                    "pages": numbers_of(kept.pages),
                }
            )
    runs = [run for volume in volumes for run in numbers_of(volume.joined.runs)]
    opening = volumes[0].joined.earlier().opening
    last = max(run["start"] + run["count"] for run in runs if run["style"] == Style.PLAIN)
    return {
        "opening": numbers_of(opening),
        "taken": [*before, *runs],
        "next": last,
        "items": items,
    }
