"""Our side of the process that has loaded the readers (`evidence.sandbox.fork_server`).

Only workers keep one: `keep_ready` is called once in each of their processes. Elsewhere, and while
it is busy, each file is read by a process that is started for it.
"""

import atexit
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from evidence.sandbox import programs
from evidence.sandbox.kept_process import KeptProcess, read_some

FILES_PER_SERVER: Final = 500
"""A server is replaced after so many files, so that no two of its forks can learn from each other
for long where in memory things lie."""
GRACE_SECONDS: Final = 10.0
START_SECONDS: Final = 60.0
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_START: Final = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('evidence.sandbox.fork_server', run_name='__main__')"
)


class ServerFailedError(Exception):
    """The server itself broke, which no file should be able to do."""


class _Server:
    """One server process, which has one file read at a time."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        self.modules = tuple(modules)
        self.kept = KeptProcess(
            lambda home: _start(home, self.modules),
            prefix="readers-",
            most=FILES_PER_SERVER,
            check=_wait_until_loaded,
        )

    def run(self, order: dict[str, Any]) -> tuple[dict[str, Any], bytes] | None:
        """The result and what the fork wrote; None if there is no server or it is busy.

        Raises `ServerFailedError`.
        """
        if not self.modules or not self.kept.lock.acquire(blocking=False):
            return None
        try:
            try:
                process = self.kept.ready()
            except ServerFailedError:
                # As on a machine that lacks what the server needs: from now on without it.
                self.modules = ()
                return None
            try:
                reply = _exchange(process, order)
            except BaseException:
                self.kept.stop()
                raise
            self.kept.served += 1
            return reply
        finally:
            self.kept.lock.release()


def _start(home: Path, modules: Sequence[str]) -> subprocess.Popen[bytes]:
    command = programs.wrapped(
        [sys.executable, "-I", "-c", _START, _ROOT, *modules],
        memory_mb=None,
        output_limit=programs.OUTPUT_LIMIT,
        dies_with_us=False,
        own_processes=True,
    )
    return programs.start(
        command,
        folder=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _wait_until_loaded(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is None:
        raise ServerFailedError("no pipes")
    deadline = time.monotonic() + START_SECONDS
    received = b""
    while not received.endswith(b"\n"):
        received += _some(process.stdout.fileno(), deadline)


def _exchange(
    process: subprocess.Popen[bytes], order: dict[str, Any]
) -> tuple[dict[str, Any], bytes]:
    if process.stdin is None or process.stdout is None:
        raise ServerFailedError("no pipes")
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        raise ServerFailedError("it ended before it got the order") from None
    pipe = process.stdout.fileno()
    deadline = time.monotonic() + order["wall_seconds"] + GRACE_SECONDS
    received = b""
    while b"\n" not in received:
        received += _some(pipe, deadline)
    head, _, content = received.partition(b"\n")
    result: dict[str, Any] = json.loads(head)
    parts, missing = [content], result["size"] - len(content)
    while missing > 0:
        parts.append(_some(pipe, deadline))
        missing -= len(parts[-1])
    return result, b"".join(parts)


def _some(pipe: int, deadline: float) -> bytes:
    try:
        return read_some(pipe, 1 << 20, deadline=deadline)
    except (TimeoutError, EOFError) as fault:
        raise ServerFailedError("it did not answer, or ended") from fault


class _ProcessServer:
    """The server of this process. A forked child gets its own, with a free lock."""

    def __init__(self) -> None:
        self.server = _Server()

    def keep(self, modules: Sequence[str]) -> None:
        self.server.kept.close()
        self.server = _Server(modules)

    def renew(self) -> None:
        self.server.kept.abandon()
        self.server = _Server(self.server.modules)

    def close(self) -> None:
        self.server.kept.close()


_ours = _ProcessServer()
os.register_at_fork(after_in_child=_ours.renew)
atexit.register(_ours.close)


def keep_ready(modules: Sequence[str]) -> None:
    """From now on, files are read by forks of a process that has loaded these modules.

    With no modules, by processes that are started for each file; so also where the machine lacks
    what it takes (Linux 5.3).
    """
    _ours.keep(modules if hasattr(os, "pidfd_open") else ())


def run(order: dict[str, Any]) -> tuple[dict[str, Any], bytes] | None:
    """See `_Server.run`."""
    return _ours.server.run(order)
