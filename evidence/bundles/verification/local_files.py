"""Verifies files of bundles on a disk, and reports in plain sentences.

Needs only the public keys. Files made here can also be recognised by digest, through `known`.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.timezone import localtime

from evidence.bundles.archive_transfer.bagit_validator import bag_faults, is_bag, signed_with
from evidence.bundles.export.deterministic_zip import Member
from evidence.bundles.export.manifest import NAME, SIGNATURE
from evidence.bundles.verification.known_digests import Known
from evidence.bundles.verification.signed_manifest import Signed, faults, read_signed
from evidence.custody.signing_keys import Keys
from evidence.files.storage import chunks_of

# Enough for a manifest of 100,000 files.
LARGEST_MANIFEST = 64 * 1024 * 1024
UNREADABLE = (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError)
NOT_SIGNED = "its manifest is not signed with one of the keys"


@dataclass(frozen=True)
class Message:
    """A sentence about a file, and whether it is as it was made."""

    name: str
    sentence: str
    well: bool


def well(path: Path, sentence: str) -> Message:
    return Message(shown(str(path)), shown(sentence), well=True)


def amiss(path: Path, sentence: str) -> Message:
    return Message(shown(str(path)), shown(sentence), well=False)


def shown(text: str) -> str:
    """A file name without control characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def check(
    paths: Iterable[Path], keys: Keys, known: Callable[[str], Known | None]
) -> Iterator[Message]:
    """The messages about each file or folder. A single PDF is recognised by its digest, or by a
    signed manifest among the other files."""
    given = list(paths)
    manifests = [signed for path in given if (signed := _loose_manifest(path, keys))]
    for path in given:
        try:
            yield from _check_one(path, keys, known, manifests)
        except UNREADABLE as problem:
            yield amiss(path, f"cannot be read ({type(problem).__name__})")


def _check_one(
    path: Path, keys: Keys, known: Callable[[str], Known | None], manifests: Sequence[Signed]
) -> Iterator[Message]:
    if path.is_dir():
        yield from (_check_bag if is_bag(path) else _check_folder)(path, keys)
        return
    sha256, _size = _digest(path)
    if made := known(sha256):
        when = f"{localtime(made.made_at):%-d %B %Y, %H:%M}"
        yield well(path, f"unaltered, made here on {when}, {made.fingerprint}")
    elif zipfile.is_zipfile(path):
        yield from _check_zip(path, keys)
    elif signed := next((manifest for manifest in manifests if sha256 in manifest.digests), None):
        yield well(path, f"unaltered, by a manifest signed with {signed.key}")
    else:
        yield amiss(path, "not known, and in no signed manifest among these files")


def _check_bag(folder: Path, keys: Keys) -> Iterator[Message]:
    wrong = list(bag_faults(folder, keys))
    yield from (amiss(folder, sentence) for sentence in wrong)
    if not wrong:
        yield well(folder, f"unaltered, a whole bag, signed with {signed_with(folder, keys)}")


def _check_folder(folder: Path, keys: Keys) -> Iterator[Message]:
    if not (folder / NAME).is_file() or not (folder / SIGNATURE).is_file():
        yield amiss(folder, f"there is no {NAME} with its signature in it")
        return
    signed = _signed_beside(folder / NAME, keys)
    files = (path for path in sorted(folder.rglob("*")) if not path.is_dir() or path.is_symlink())
    names = ((path.relative_to(folder).as_posix(), path) for path in files)
    members = (_member(name, path) for name, path in names if name not in {NAME, SIGNATURE})
    yield from _compare(folder, signed, members)


def _check_zip(path: Path, keys: Keys) -> Iterator[Message]:
    """Checks a ZIP by the directory at its end, as programs do. It may have been packed again."""
    with zipfile.ZipFile(path) as pack:
        entries = [entry for entry in pack.infolist() if not entry.is_dir()]
        ours = [entry for entry in entries if entry.filename in {NAME, SIGNATURE}]
        content = {entry.filename: _inside(pack, entry) for entry in ours}
        signed = read_signed(content.get(NAME, b""), content.get(SIGNATURE, b""), keys)
        members = (_packed(pack, entry) for entry in entries if entry not in ours[:2])
        yield from _compare(path, signed, members)


def _inside(pack: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return _bytes(pack.open(entry))
    except UNREADABLE:
        return b""


def _packed(pack: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    """The members of a ZIP with their digests. Damaged ones count as altered."""
    try:
        return _hashed(entry.filename, pack.open(entry))
    except UNREADABLE:
        return Member(entry.filename, "", 0)


def _compare(path: Path, signed: Signed | None, members: Iterable[Member]) -> Iterator[Message]:
    if signed is None:
        yield amiss(path, NOT_SIGNED)
        return
    wrong = list(faults(signed, members))
    for member, what in wrong:
        yield amiss(path, f"{member} {what}")
    if not wrong:
        count = len(signed.files)
        yield well(path, f"unaltered, all {count} files in it, signed with {signed.key}")


def _loose_manifest(path: Path, keys: Keys) -> Signed | None:
    """The signed manifest, if this is one with its signature beside it."""
    if path.suffix != ".json" or not path.is_file():
        return None
    try:
        return _signed_beside(path, keys)
    except OSError:
        return None


def _signed_beside(manifest: Path, keys: Keys) -> Signed | None:
    signature = manifest.with_name(f"{manifest.name}.sig")
    if not signature.is_file():
        return None
    return read_signed(_bytes(manifest.open("rb")), _bytes(signature.open("rb")), keys)


def _member(name: str, path: Path) -> Member:
    """The digest of a file. A symbolic link never counts as a file."""
    return Member(name, "", 0) if path.is_symlink() else _hashed(name, path.open("rb"))


def _hashed(name: str, stream: IO[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    with stream:
        for chunk in chunks_of(stream):
            digest.update(chunk)
            size += len(chunk)
    return Member(name, digest.hexdigest(), size)


def _digest(path: Path) -> tuple[str, int]:
    member = _hashed(path.name, path.open("rb"))
    return member.sha256, member.size


def _bytes(stream: IO[bytes]) -> bytes:
    with stream:
        return stream.read(LARGEST_MANIFEST)
