"""Validates a BagIt bag (RFC 8493): digests, missing and unlisted files, and the signature."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from evidence.bundles.archive_transfer.bagit_writer import SIGNATURE, SIGNED
from evidence.custody.signing_keys import Keys, name_of, signer
from evidence.files.storage import chunks_of

LISTS = re.compile(r"(tag)?manifest-(sha256|sha512)\.txt")
LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(.+)")
OXUM = re.compile(r"^Payload-Oxum:\s*(\d+)\.(\d+)\s*$", re.MULTILINE)
DECLARATION = "bagit.txt"
# Manifest name → file name → digest.
Lists = dict[str, dict[str, str]]


def is_bag(folder: Path) -> bool:
    return (folder / DECLARATION).is_file()


def bag_faults(folder: Path, keys: Keys) -> Iterator[str]:
    """What is wrong with a bag, one sentence for each fault; empty if the bag is valid."""
    lists = {
        path.name: _read(path) for path in sorted(folder.iterdir()) if LISTS.fullmatch(path.name)
    }
    payload = dict(_files_of(folder / "data", folder))
    wrong = _unlisted(lists, payload)
    for name, digests in _wanted(lists).items():
        if fault := _fault(folder, name, digests):
            wrong[name] = fault
    yield from (f"{name} {fault}" for name, fault in sorted(wrong.items()))
    yield from _oxum(folder, payload)
    if not signed_with(folder, keys):
        yield f"{SIGNED} is not signed with one of the keys"


def _unlisted(lists: Lists, payload: Iterable[str]) -> dict[str, str]:
    """Payload files that a manifest does not list."""
    of_payload = [name for name in lists if name.startswith("manifest-")]
    if not of_payload:
        return {"the bag": "has no list of its files by SHA-256 or SHA-512"}
    return {
        name: f"is not listed in {list_name}"
        for name in payload
        for list_name in of_payload
        if name not in lists[list_name]
    }


def _wanted(lists: Lists) -> dict[str, dict[str, str]]:
    """The digests of each listed file, by algorithm."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for list_name, listed in lists.items():
        algorithm = list_name.removesuffix(".txt").partition("-")[2]
        for name, digest in listed.items():
            wanted[name][algorithm] = digest
    return wanted


def signed_with(folder: Path, keys: Keys) -> str:
    """The name of the key that signed the bag, or an empty string."""
    try:
        content = (folder / SIGNED).read_bytes()
        signature = (folder / SIGNATURE).read_bytes()
    except OSError:
        return ""
    key = signer(content, signature, keys)
    return name_of(key) if key else ""


def _read(file: Path) -> dict[str, str]:
    """The entries of a manifest. A line that cannot be read, or repeats a file, counts as a missing
    file."""
    listed: dict[str, str] = {}
    text = file.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        match = LINE.fullmatch(line)
        if not match or match[2] in listed:
            listed[f"what line {number} of {file.name} names"] = ""
        else:
            listed[match[2]] = match[1].lower()
    return listed


def _fault(folder: Path, name: str, digests: dict[str, str]) -> str:
    path = folder / name
    if name.startswith("/") or ".." in path.parts[len(folder.parts) :]:
        return "leads out of the bag"
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        return "is a link and no file"
    if not path.is_file():
        return "is missing"
    hashes = {algorithm: hashlib.new(algorithm) for algorithm in digests}
    with path.open("rb") as stream:
        for chunk in chunks_of(stream):
            for digest in hashes.values():
                digest.update(chunk)
    whole = all(hashes[algorithm].hexdigest() == digest for algorithm, digest in digests.items())
    return "" if whole else "was altered"


def _files_of(place: Path, folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(place.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix(), path.lstat().st_size


def _oxum(folder: Path, payload: dict[str, int]) -> Iterator[str]:
    info = folder / "bag-info.txt"
    match = (
        OXUM.search(info.read_text(encoding="utf-8", errors="replace")) if info.is_file() else ""
    )
    there = (sum(payload.values()), len(payload))
    if match and (int(match[1]), int(match[2])) != there:
        yield f"it holds {there[1]} files of {there[0]} bytes; bag-info.txt says otherwise"
