"""Makes a tagged PDF from a fixed template and data, in a typst process that is kept running.

typst has no time limit, ends its whole process when memory runs out, follows symbolic links out
of its folder and fetches packages from the network. So it never runs in our process: a child
compiles in a throw-away folder that holds only the template, the data and the files given, and
is killed and replaced when it takes too long, dies, or has served its share. The data reach the
template through `json("data.json")`: text is never pasted into typst source.
"""

import atexit
import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from evidence.sandbox import programs
from evidence.sandbox.kept_process import KeptProcess, read_some

DATA_NAME = "data.json"
MEMORY_MB = 2048
DOCUMENTS_PER_CHILD = 200
"""A child is replaced after so many documents, since typst's caches only grow."""

_CHILD = Path(__file__).with_name("typst_worker.py")
_HEAD = struct.Struct(">?QQ")
_OUTPUT_LIMIT = 256 * 1024 * 1024
_TOO_LONG = "it took longer than the time allowed"


class TypstError(Exception):
    """typst made no PDF. `reason` is typst's own message; `str(error)` is for a clerk."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The document could not be set as a PDF: {reason.rstrip('.')}.")


def typeset(
    template: Path,
    data: object,
    *,
    files: Mapping[str, bytes] = {},
    standards: Sequence[str] = ("ua-1",),
    seconds: float = 60,
) -> bytes:
    """The PDF that `template` makes of `data`.

    The same input gives the same bytes. `data` is anything that JSON can hold; the template reads
    it with `json("data.json")`. `files` are put beside it by plain names (pictures, further
    templates). May be called from any thread and after a fork: each process has one typesetter,
    which serves one document at a time. Raises `TypstError` if typst reports an error, or after
    `seconds` of the processor's time.
    """
    return typeset_and_ask(
        template, data, label="", files=files, standards=standards, seconds=seconds
    )[0]


def typeset_and_ask(
    template: Path,
    data: object,
    *,
    label: str,
    files: Mapping[str, bytes] = {},
    standards: Sequence[str] = ("ua-1",),
    seconds: float = 60,
) -> tuple[bytes, object]:
    """The PDF, and the value of the document's metadata with this `label`, or None.

    Such values, for example positions, are known only after layout. Otherwise as `typeset`.
    """
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:
        root = Path(folder)
        _lay_out(root, template, data, files)
        order = {
            "root": str(root.resolve()),
            "main": template.name,
            "standards": list(standards),
            "seconds": seconds,
            "wall_seconds": programs.wall_limit(seconds) + 5,
            "label": label,
        }
        return _ours.typesetter.make(order, seconds=seconds)


def _lay_out(root: Path, template: Path, data: object, files: Mapping[str, bytes]) -> None:
    taken = {template.name, DATA_NAME}
    for name, content in files.items():
        if Path(name).name != name or name in taken:
            raise ValueError(f"The file name {name!r} cannot be used for setting a document.")
        (root / name).write_bytes(content)
    (root / template.name).write_bytes(template.read_bytes())
    payload = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (root / DATA_NAME).write_text(payload, encoding="utf-8")


class _Typesetter:
    """One child process, which does one order at a time."""

    def __init__(self) -> None:
        self.kept = KeptProcess(_start, prefix="typesetter-", most=DOCUMENTS_PER_CHILD)

    def make(self, order: dict[str, object], *, seconds: float) -> tuple[bytes, object]:
        line = json.dumps(order).encode() + b"\n"
        with self.kept.lock:
            child = self.kept.ready()
            deadline = time.monotonic() + programs.wall_limit(seconds)
            try:
                well, content, value = _exchange(child, line, deadline=deadline)
            except BaseException:
                self.kept.stop()
                raise
            self.kept.served += 1
        if not well:
            raise TypstError(content.decode(errors="replace"))
        return content, json.loads(value)


def _start(home: Path) -> subprocess.Popen[bytes]:
    command = programs.wrapped(
        [sys.executable, "-I", str(_CHILD)],
        memory_mb=MEMORY_MB,
        output_limit=_OUTPUT_LIMIT,
        dies_with_us=False,
    )
    return programs.start(
        command,
        folder=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _exchange(
    child: subprocess.Popen[bytes], line: bytes, *, deadline: float
) -> tuple[bool, bytes, bytes]:
    if child.stdin is None or child.stdout is None:
        raise TypstError("the typesetter has no pipes")
    try:
        child.stdin.write(line)
        child.stdin.flush()
    except BrokenPipeError:
        raise TypstError("the typesetter ended before it was given the document") from None
    answer = child.stdout.fileno()
    try:
        well, size, besides = _HEAD.unpack(_receive(answer, _HEAD.size, deadline))
        return well, _receive(answer, size, deadline), _receive(answer, besides, deadline)
    except EOFError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if child.wait(1) == -signal.SIGPROF:
                raise TypstError(_TOO_LONG) from None
        raise TypstError("the typesetter ran out of memory or broke down") from None


def _receive(descriptor: int, size: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    while size:
        try:
            part = read_some(descriptor, min(size, 1 << 20), deadline=deadline)
        except TimeoutError:
            raise TypstError(_TOO_LONG) from None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _ProcessTypesetter:
    """The typesetter of this process. A forked child gets a new one, with a free lock."""

    def __init__(self) -> None:
        self.typesetter = _Typesetter()

    def renew(self) -> None:
        self.typesetter.kept.abandon()
        self.typesetter = _Typesetter()

    def close(self) -> None:
        self.typesetter.kept.close()


_ours = _ProcessTypesetter()
os.register_at_fork(after_in_child=_ours.renew)
atexit.register(_ours.close)
