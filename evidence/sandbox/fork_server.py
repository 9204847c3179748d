"""A process that has loaded the readers, and forks for each file.

To load the libraries that read files takes longer than to read most files. So each worker keeps one
such process. It never touches a file itself: each file is read by a fork of its own, with its own
limits, and everything that the fork has started is killed before the next one. It has no network,
and where the machine allows it a process namespace of its own, like everything that runs in the
sandbox.

It is run as a program (see `evidence.sandbox.fork_client`). An order is a line of JSON, the fields
of `Order`. The result is a line of JSON, the fields of `Result`, followed by `size` bytes that the
fork has written.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from evidence.sandbox import child, programs

READY: Final = b"ready\n"
"""Written once everything is loaded."""
MOST_OUTPUT: Final = 256 * 1024 * 1024
_PR_SET_DUMPABLE: Final = 4


@dataclass(frozen=True)
class Order:
    """What one fork is to do, and its limits. `memory` and `data` are in bytes, 0 for none."""

    module: str
    order: dict[str, Any]
    folder: str
    cpu_seconds: int
    wall_seconds: float
    memory: int
    data: int


@dataclass(frozen=True)
class Result:
    """How a fork ended. `status` is as of `os.waitpid`."""

    status: int
    cpu_seconds: float
    size: int
    errors: str
    is_late: bool = False


def main(modules: list[str]) -> None:
    """Answer orders until the other end closes."""
    _be_undisturbed()
    programs.namespaces()
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    while line := sys.stdin.buffer.readline():
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            result = _run(Order(**json.loads(line)), out, errors)
            sys.stdout.buffer.write(json.dumps(asdict(result)).encode() + b"\n")
            out.seek(0)
            sys.stdout.buffer.write(out.read(result.size))
        sys.stdout.buffer.flush()


def _be_undisturbed() -> None:
    """No fork may look into this process or change it (prctl(2), PR_SET_DUMPABLE)."""
    with contextlib.suppress(OSError, ImportError, AttributeError):
        ctypes = importlib.import_module("ctypes")
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _run(order: Order, out: IO[bytes], errors: IO[bytes]) -> Result:
    pid = os.fork()
    if pid == 0:
        _read(order, out.fileno(), errors.fileno())
    is_late = not _ended(pid, order.wall_seconds)
    if is_late:
        os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    _kill_the_rest(pid)
    errors.seek(max(0, os.fstat(errors.fileno()).st_size - 4_000))
    return Result(
        status,
        usage.ru_utime + usage.ru_stime,
        min(os.fstat(out.fileno()).st_size, MOST_OUTPUT),
        errors.read().decode("utf-8", "replace"),
        is_late,
    )


def _ended(pid: int, seconds: float) -> bool:
    """Wait for the fork to end; False after so many seconds. Ends all if the other end is gone."""
    descriptor = os.pidfd_open(pid)
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        waiting.register(sys.stdin.fileno(), 0)
        for ready, _event in waiting.poll(seconds * 1000):
            if ready != descriptor:
                _kill_the_rest(pid)
                os._exit(0)
            return True
        return False
    finally:
        os.close(descriptor)


def _kill_the_rest(pid: int) -> None:
    """End whatever the fork has left behind: everything else in our process namespace, or at least
    in the session of the fork."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpid() == 1:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG if os.getpid() != 1 else 0)[0]:
            pass


def _read(order: Order, out: int, errors: int) -> None:
    """In the fork: answer the order within its limits. Does not return."""
    status = 1
    try:
        os.setsid()
        _confine(order)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, place in ((nothing, 0), (out, 1), (errors, 2)):
            os.dup2(descriptor, place)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        module = importlib.import_module(order.module)
        with open(1, "w", encoding="utf-8", closefd=False) as reply:
            json.dump(child.replied(module.answer, order.order), reply)
        status = 0
    except BaseException as fault:  # noqa: BLE001 - the other end gets its name
        os.write(2, type(fault).__name__.encode())
    finally:
        os._exit(status)


def _confine(order: Order) -> None:
    os.chdir(order.folder)
    os.environ.update(programs.environment_of(order.folder))
    tempfile.tempdir = None
    limits = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (MOST_OUTPUT, MOST_OUTPUT),
        # SIGXCPU comes a second before SIGKILL, so that this limit is recognised.
        resource.RLIMIT_CPU: (order.cpu_seconds, order.cpu_seconds + 1),
    }
    if order.memory:
        limits[resource.RLIMIT_AS] = (order.memory, order.memory)
    if order.data:
        limits[resource.RLIMIT_DATA] = (order.data, order.data)
    for limit, (soft, hard) in limits.items():
        resource.setrlimit(limit, (programs.allowed(soft, limit), programs.allowed(hard, limit)))


if __name__ == "__main__":
    main(sys.argv[1:])
    # The other end may have died before it removed the folder; it is removed only if empty.
    with contextlib.suppress(OSError):
        Path.cwd().rmdir()
