"""Fetches the files of a bundle from storage and compares them with their digests."""

import hashlib
from contextlib import ExitStack
from pathlib import Path

from evidence.bundles.models import Bundle
from evidence.bundles.spec.snapshot import Snapshot, SnapshotItem
from evidence.bundles.volume import Source
from evidence.files.storage import archive


def sources_of(stack: ExitStack, bundle: Bundle) -> list[Source]:
    """The sources of a bundle in order. Their paths are valid while `stack` is open.

    A file that is missing or has changed since the bundle was asked for is not used; the source
    says so.
    """
    items = Snapshot.from_json(bundle.snapshot).items
    return [_source(stack, str(position), item) for position, item in enumerate(items)]


def _source(stack: ExitStack, key: str, item: SnapshotItem) -> Source:
    path, fault = _whole(stack, item.pdf)
    text, text_fault = _whole(stack, item.text) if item.text else (None, "")
    return Source(
        key=key,
        item=item,
        path=path,
        fragment=_local(stack, item.fragment) if item.fragment and path else None,
        text=text,
        reason=f"Its file is {fault}." if fault else "",
        text_reason=f"Its text is {text_fault}." if text_fault else "",
    )


def _whole(stack: ExitStack, sha256: str) -> tuple[Path | None, str]:
    path = _local(stack, sha256)
    if path is None:
        return None, "missing"
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
            return None, "damaged"
    return path, ""


def _local(stack: ExitStack, sha256: str) -> Path | None:
    try:
        return stack.enter_context(archive().local(sha256))
    except FileNotFoundError:
        return None
