"""Verifies uploaded files while they stream in: nothing of them is stored.

A file is recognised by its digest. Files that this server did not make, such as those of another
server of the committee, can be recognised by their signature.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from evidence.bundles.verification.known_digests import Known, known
from evidence.bundles.verification.signed_manifest import Signed, faults, read_signed
from evidence.bundles.verification.zip_stream import PassingZip
from evidence.custody.signing_keys import SIGNATURE_SIZE, public_keys

# The most bytes that all manifests of one visit may take in memory. 60,000 files fit.
LARGEST_MANIFEST = 32 * 1024 * 1024
MOST_FILES = 10


class Verdict(Enum):
    UNALTERED = "made here, unaltered"
    SIGNED = "not known here, but signed and as it is listed"
    ALTERED = "signed, but not as it is listed"
    UNKNOWN = "not known here"


@dataclass(frozen=True)
class Answer:
    """The answer for one file. `name` is the name it was uploaded with."""

    name: str
    verdict: Verdict
    known: Known | None = None
    signed: Signed | None = None
    wrong: tuple[str, ...] = ()


class Visit:
    """The files of one visitor. For each file call `begin`, `take` with its bytes and `end`; then
    read `answers`."""

    def __init__(self) -> None:
        self._files: list[_File] = []
        self._room = LARGEST_MANIFEST

    def begin(self, name: str) -> bool:
        """Begin a file. Files beyond `MOST_FILES` get no answer."""
        if len(self._files) == MOST_FILES:
            return False
        self._files.append(_File(name, self._room))
        return True

    def take(self, chunk: bytes) -> None:
        self._files[-1].take(chunk)

    def end(self) -> None:
        self._files[-1].end()
        self._room -= len(self._files[-1].kept)

    def answers(self) -> list[Answer]:
        manifests = list(self._signed())
        return [_answer(file, manifests) for file in self._files]

    def _signed(self) -> Iterator[Signed]:
        """The manifests among the files whose signature is among the others."""
        keys = public_keys()
        signatures = [file.kept for file in self._files if len(file.kept) == SIGNATURE_SIZE]
        for file in self._files:
            for signature in signatures:
                if signed := read_signed(bytes(file.kept), bytes(signature), keys):
                    yield signed


class _File:
    """A file that streams in. `kept` is the content of a possible manifest or signature."""

    def __init__(self, name: str, room: int) -> None:
        self.name, self._room = name, room
        self._digest, self._size = hashlib.sha256(), 0
        self._zip = PassingZip(room=room)
        self.kept = bytearray()
        self.signed: Signed | None = None
        self.wrong: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def take(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self._zip.take(chunk)
        if self._size == len(self.kept):
            self.kept += chunk
        self._size += len(chunk)
        most = self._room if self.kept.startswith(b"{") else SIGNATURE_SIZE
        if self._size > most:
            self.kept.clear()

    def end(self) -> None:
        if self._zip.whole():
            self.signed = read_signed(self._zip.manifest, self._zip.signature, public_keys())
            if self.signed:
                self.wrong = tuple(name for name, _ in faults(self.signed, self._zip.members))
        del self._zip


def by_digest(name: str, sha256: str) -> Answer:
    """The answer for a file whose digest the browser computed."""
    match = known(sha256)
    return Answer(name, Verdict.UNALTERED if match else Verdict.UNKNOWN, known=match)


def _answer(file: _File, manifests: Sequence[Signed]) -> Answer:
    answer = by_digest(file.name, file.sha256)
    if answer.known:
        return answer
    if file.signed:
        verdict = Verdict.ALTERED if file.wrong else Verdict.SIGNED
        return Answer(file.name, verdict, signed=file.signed, wrong=file.wrong)
    for signed in manifests:
        if file.sha256 in signed.digests:
            return Answer(file.name, Verdict.SIGNED, signed=signed)
    return answer
