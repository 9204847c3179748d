"""The files a bundle is made of, found in storage and compared with their digests."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.bundles.models import Bundle
from evidence.files.storage import archive

# What bundles that were asked for before say nothing of.
UNSAID: dict[str, Any] = {
    "groups": [],
    "tab": "",
    "sheet": [],
    "kept": {},
    "ours": 0,
    "pages": 0,
}


@dataclass(frozen=True)
class Source:
    """One submission with the paths its pages and its text can be read at, each None if it cannot
    be used or there is none, and that of its fragment, if it was prepared."""

    key: str
    frozen: dict[str, Any]
    path: Path | None = None
    fragment: Path | None = None
    text: Path | None = None
    reason: str = ""
    text_reason: str = ""


def sources_of(stack: ExitStack, bundle: Bundle) -> list[Source]:
    """The submissions of a bundle in their order; their paths are good while `stack` is open.

    A file that is missing or is not what it was when the bundle was asked for is not used; the
    source says so.
    """
    submissions = bundle.frozen["submissions"]
    # A bundle that was asked for before there were fragments does without.
    fragments = bundle.frozen.get("fragments") or [""] * len(submissions)
    return [
        _source(stack, str(position), UNSAID | submission, fragment)
        for position, (submission, fragment) in enumerate(zip(submissions, fragments, strict=True))
    ]


def _source(stack: ExitStack, key: str, frozen: dict[str, Any], fragment: str) -> Source:
    path, fault = _whole(stack, frozen["pdf"])
    text, text_fault = _whole(stack, frozen["text"]) if frozen["text"] else (None, "")
    return Source(
        key=key,
        frozen=frozen,
        path=path,
        fragment=_local(stack, fragment) if fragment and path else None,
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
