"""Builds the files of a bundle from its snapshot: PDF, ZIP with its indexes, signed manifest.

Reads only the snapshot and the files it names. The same contents give the same bytes.
"""

import hashlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from evidence.bundles.build.reuse_identical import OF_ITEMS, twin_of
from evidence.bundles.build.source_files import sources_of
from evidence.bundles.build.volumes import Report, bind
from evidence.bundles.build.workspace import workshop
from evidence.bundles.export.index_rows import listed
from evidence.bundles.export.manifest import Pages
from evidence.bundles.export.zip_contents import Packed, pack
from evidence.bundles.models import Bundle, BundleFile, BundleItem
from evidence.bundles.retention import keep_until
from evidence.bundles.spec.continuation import numbers_of
from evidence.bundles.spec.snapshot import Snapshot
from evidence.bundles.volume import Volume
from evidence.custody.record import record
from evidence.errors import EvidenceError
from evidence.jobs.queue import Settle
from evidence.pdf.assemble.page_numbers import Style
from evidence.stored_files.garbage_collection import StorageTransaction, hold_in_storage

# States in which a bundle can be built; any other state is left as it is.
BUILDABLE = (Bundle.State.ASKED, Bundle.State.FAILED)


class CancelledError(EvidenceError):
    """The bundle was cancelled while it was being built."""

    def __init__(self) -> None:
        super().__init__("This bundle was cancelled.")


def no_report(_done: int, _of: int, _doing: str) -> None:
    """A progress report that does nothing."""


def build(
    bundle: Bundle, *, within: Settle = transaction.atomic, report: Report = no_report
) -> None:
    """ASKED → READY: make, verify and store the files, then write the rows in one transaction.

    If a bundle with the same contents is ready, its files are reused. A submission that cannot be
    merged is listed as not included, with the reason. Raises `InvalidBundleError` if the finished
    PDF fails verification, `DiskFullError` if the disk is full and `CancelledError` if the bundle
    was cancelled; then none of its files are kept.
    """
    if bundle.state not in BUILDABLE:
        with within():
            return
    if twin := twin_of(bundle):
        with within():
            twin.settle_items(bundle)
            files = [
                BundleFile(
                    form=file.form,
                    volume=file.volume,
                    sha256=file.sha256,
                    size=file.size,
                    pages=file.pages,
                )
                for file in twin.files
            ]
            _settle(bundle, files, twin.values())
        return
    with workshop(bundle.pk) as folder, ExitStack() as stack:
        _make(bundle, folder, stack, within=within, report=_watching(bundle, report))


def _watching(bundle: Bundle, report: Report) -> Report:
    """Reports progress, and raises `CancelledError` once the bundle is cancelled."""
    wanted = Bundle.objects.filter(pk=bundle.pk, state__in=BUILDABLE)

    def pass_on(done: int, of: int, message: str) -> None:
        report(done, of, message)
        if not wanted.exists():
            raise CancelledError

    return pass_on


def _make(
    bundle: Bundle, folder: Path, stack: ExitStack, *, within: Settle, report: Report
) -> None:
    sources = sources_of(stack, bundle)
    volumes = bind(bundle, sources, folder, report=report)
    report(95, 100, "packing the ZIP")
    pages = [_measured(volume) for volume in volumes]
    packed = pack(bundle, sources, listed(volumes), pages)
    report(98, 100, "putting it in storage")
    files = _files(pages, packed)
    with StorageTransaction() as store:
        for path in (*(page.path for page in pages), packed.path):
            store.put_file(path)
        for content in (packed.manifest, packed.signature):
            store.put([content])
        with within():
            _settle_items(bundle, volumes)
            _settle(bundle, files, _values(bundle, volumes, files))


def _settle(bundle: Bundle, files: list[BundleFile], values: dict[str, Any]) -> None:
    hold_in_storage(file.sha256 for file in files)
    wanted = Bundle.objects.filter(pk=bundle.pk, state__in=BUILDABLE)
    # Files that are made again must have their earlier digests.
    made_at, until = bundle.ready_at or timezone.now(), keep_until()
    if not wanted.update(
        state=Bundle.State.READY, reason="", ready_at=made_at, keep_until=until, **values
    ):
        raise CancelledError
    for file in files:
        BundleFile.objects.update_or_create(
            bundle=bundle,
            form=file.form,
            sha256=file.sha256,
            defaults={
                "volume": file.volume,
                "size": file.size,
                "pages": file.pages,
                "in_storage": True,
            },
        )
    record(
        "bundle built",
        bundle,
        by=None,
        inquiry=bundle.inquiry_id,
        pdf=[file.sha256 for file in files if file.form == "pdf"],
        zip=values["zip_sha256"],
    )


def _files(pages: list[Pages], packed: Packed) -> list[BundleFile]:
    return [
        *(
            BundleFile(
                form="pdf",
                volume=at,
                sha256=volume_pdf.sha256,
                size=volume_pdf.size,
                pages=volume_pdf.count,
            )
            for at, volume_pdf in enumerate(pages, start=1)
        ),
        BundleFile(form="zip", sha256=_digest(packed.path), size=packed.path.stat().st_size),
        *(
            BundleFile(form=form, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
            for form, content in (("json", packed.manifest), ("sig", packed.signature))
        ),
    ]


def _values(bundle: Bundle, volumes: list[Volume], files: list[BundleFile]) -> dict[str, Any]:
    first, packed, manifest = (
        next(file for file in files if file.form == form) for form in ("pdf", "zip", "json")
    )
    return {
        "numbers": _numbers(bundle, volumes),
        "pages": sum(file.pages for file in files),
        "pdf_sha256": first.sha256,
        "pdf_size": first.size,
        "zip_sha256": packed.sha256,
        "zip_size": packed.size,
        "manifest_sha256": manifest.sha256,
        "manifest_size": manifest.size,
    }


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _measured(volume: Volume) -> Pages:
    size = volume.path.stat().st_size
    return Pages(volume.name, volume.path, _digest(volume.path), size, count=volume.joined.pages)


def fail(bundle: Bundle, *, reason: str, within: Settle) -> None:
    """ASKED → FAILED. `reason` is a sentence for staff. The bundle can be built again."""
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
    BundleItem.objects.bulk_update(items.values(), OF_ITEMS)


def _numbers(bundle: Bundle, volumes: list[Volume]) -> dict[str, Any]:
    """The printed page numbers, for a bundle that continues this one."""
    files = {str(item.position): item.file for item in bundle.items.all()}
    before = (Snapshot.from_json(bundle.snapshot).earlier or {}).get("taken", [])
    items = []
    for volume in volumes:
        bound = {source.key: source.item for source in volume.sources}
        for place in volume.joined.placed:
            kept = volume.joined.numbers_of(place)
            items.append(
                {
                    "file": files[place.key],
                    "tab": bound[place.key].tab,
                    "groups": bound[place.key].groups,
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
