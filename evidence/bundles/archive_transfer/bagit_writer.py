"""Writes a BagIt 1.0 bag (RFC 8493): a folder of files with manifests of their digests.

The bag is written to a temporary folder and moved when it is complete, so an interrupted run leaves
no bag. The same files and facts give the same bytes.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence.bundles.export.deterministic_zip import Member
from evidence.custody.signing_keys import sign
from evidence.errors import NotReadyError

VERSION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")
SIGNED, SIGNATURE = "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"
# Characters that manifests escape (RFC 8493, 2.1.3).
FORBIDDEN = frozenset("%\r\n")


class BagFolder:
    """A bag that is being written. Nothing is at `target` before `move`."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._place = target.with_name(f".{target.name}.unfinished")
        self._lines: dict[str, list[str]] = {algorithm: [] for algorithm in ALGORITHMS}
        self._lock = -1
        self._moved = False
        self.files = 0
        self.size = 0

    def __enter__(self) -> Self:
        """Remove what an interrupted run has left. Two runs at once are refused."""
        if self._target.exists() or self._target.is_symlink():
            raise NotReadyError(
                f"There is something at {self._target} already. Choose another place."
            )
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._place.mkdir(mode=0o700, exist_ok=True)
        self._lock = os.open(self._place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise NotReadyError("Another run is writing there. Wait until it has ended.") from None
        for left in self._place.iterdir():
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._moved:
            shutil.rmtree(self._place)
        os.close(self._lock)

    def add(self, name: str, chunks: Iterable[bytes]) -> Member:
        """Add a file to the bag; if its bytes cannot be read to the end, it is not added."""
        name = f"data/{name}"
        path = self._place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digests, size = {algorithm: hashlib.new(algorithm) for algorithm in ALGORITHMS}, 0
        try:
            with path.open("xb") as out:
                for chunk in chunks:
                    for digest in digests.values():
                        digest.update(chunk)
                    size += out.write(chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        for algorithm, digest in digests.items():
            self._lines[algorithm].append(_line(digest.hexdigest(), name))
        self.files, self.size = self.files + 1, self.size + size
        return Member(name, digests["sha256"].hexdigest(), size)

    def take_back(self, member: Member) -> None:
        """Remove the file that was added last."""
        (self._place / member.name).unlink()
        for lines in self._lines.values():
            lines.pop()
        self.files, self.size = self.files - 1, self.size - member.size

    def seal(self, info: Mapping[str, str]) -> str:
        """Write the manifests and facts, sign them, and flush everything to the disk.

        Returns the digest of the signed manifest, which covers the whole bag.
        """
        facts = {**info, "Payload-Oxum": f"{self.size}.{self.files}"}
        lines = [f"{name}: {_one_line(value)}\n" for name, value in facts.items() if value]
        tags = {"bag-info.txt": "".join(lines).encode(), "bagit.txt": VERSION}
        for algorithm, listed in self._lines.items():
            listed.sort(key=_name_in)
            tags[f"manifest-{algorithm}.txt"] = "".join(listed).encode()
        of_tags = {
            f"tagmanifest-{algorithm}.txt": "".join(
                _line(hashlib.new(algorithm, tags[name]).hexdigest(), name) for name in sorted(tags)
            ).encode()
            for algorithm in ALGORITHMS
        }
        signed = of_tags[SIGNED]
        # The file that makes a folder a bag is written last.
        tags |= {"bagit.txt": tags.pop("bagit.txt")}
        for name, content in {**of_tags, SIGNATURE: sign(signed), **tags}.items():
            (self._place / name).write_bytes(content)
        os.sync()
        return hashlib.sha256(signed).hexdigest()

    def move(self) -> None:
        """Move the sealed bag to `target`."""
        self._place.rename(self._target)
        self._moved = True


def _line(digest: str, name: str) -> str:
    if FORBIDDEN & set(name):
        raise ValueError(f"A bag cannot list {name!r}.")
    return f"{digest}  {name}\n"


def _name_in(line: str) -> str:
    return line.partition("  ")[2]


def _one_line(value: str) -> str:
    return " ".join(value.split())
