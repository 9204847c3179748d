"""Reads strangers' files in a separate process, with limits on time and memory.

The libraries that read files are large, often written in C, and not thread-safe. A file that
crashes one, or keeps it busy, must stop neither a worker nor a web page. A module that runs here
has `answer(order) -> object` and ends with `child.serve(answer)`.
"""

import gc
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evidence.sandbox import fork_client
from evidence.sandbox import programs as confine

MEMORY_MB: Final = 1_536
_BROKEN: Final = "The file broke the program that reads it."
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_START: Final = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
    "runpy.run_module(sys.argv[2], run_name='__main__')"
)


class ChildFailedError(Exception):
    """The child process failed. `str(error)` says why, in words for a clerk."""


class UnfitFileError(Exception):
    """Raised in the child process: the file cannot be used. `str(error)` is a sentence for a
    clerk."""


def work(
    module: str,
    order: object,
    *,
    seconds: float,
    wall_seconds: float | None = None,
    programs: bool = False,
) -> object:
    """Lets `module` answer an order (both as JSON) in its own process, within `seconds` of the
    processor's time. `wall_seconds` are for someone who waits (default: six times as long).

    With `programs` it may start some that reserve more memory than they use.
    Raises `ChildFailedError`: the file was at fault, took too long or too much memory.
    """
    limits = Limits(
        math.ceil(seconds), wall_seconds or confine.wall_limit(seconds), programs=programs
    )
    with tempfile.TemporaryDirectory(prefix="apart-") as folder:
        try:
            done = _fork(module, order, Path(folder), limits) or _start(
                module, order, Path(folder), limits
            )
        except confine.ProgramFailedError as fault:
            raise ChildFailedError(str(fault)) from fault
    try:
        reply = json.loads(done.stdout)
    except ValueError:
        raise ChildFailedError(_BROKEN) from None
    if "fault" in reply:
        raise ChildFailedError(reply["fault"])
    return reply["answer"]


@dataclass(frozen=True)
class Limits:
    """Of one child process. With `programs`, its memory is limited in another way."""

    cpu_seconds: int
    wall_seconds: float
    programs: bool


def _start(module: str, order: object, folder: Path, limits: Limits) -> confine.Completed:
    return confine.run(
        [sys.executable, "-I", "-c", _START, _ROOT, module],
        folder=folder,
        seconds=limits.cpu_seconds,
        wall_seconds=limits.wall_seconds,
        memory_mb=None if limits.programs else MEMORY_MB,
        data_mb=MEMORY_MB if limits.programs else None,
        stdin=json.dumps(order).encode(),
    )


def _fork(module: str, order: object, folder: Path, limits: Limits) -> confine.Completed | None:
    """The same by a process that has loaded the readers; None if there is none that is free."""
    memory = MEMORY_MB * 1024 * 1024
    fields = {
        "module": module,
        "order": order,
        "folder": str(folder),
        "cpu_seconds": limits.cpu_seconds,
        "wall_seconds": limits.wall_seconds,
        "memory": 0 if limits.programs else memory,
        "data": memory if limits.programs else 0,
    }
    try:
        reply = fork_client.run(fields)
    except fork_client.ServerFailedError:
        raise ChildFailedError(_BROKEN) from None
    if reply is None:
        return None
    result, content = reply
    if result["is_late"]:
        raise confine.NeverEndedError(limits.wall_seconds)
    code = os.waitstatus_to_exitcode(result["status"])
    done = confine.Completed(content, result["errors"].encode(), code)
    confine.check_limits(done, cpu_seconds=result["cpu_seconds"], limit=limits.cpu_seconds)
    return done


def serve(answer: Callable[..., object]) -> None:
    """The child's side: reads the order, writes the answer or the error in words."""
    # Objects loaded so far are never freed, so the garbage collector can skip them.
    gc.freeze()
    order = json.load(sys.stdin)
    sys.stdout.write(json.dumps(replied(answer, order)))
    sys.stdout.flush()


def replied(answer: Callable[..., object], order: dict[str, Any]) -> dict[str, object]:
    """The answer to an order, or the error in words."""
    try:
        return {"answer": answer(**order)}
    except MemoryError:
        return {"fault": "It needs more memory than is allowed."}
    except UnfitFileError as fault:
        return {"fault": str(fault)}
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes is an answer
        # What its reader says of it, such as “invalid distance too far back”, helps no clerk.
        return {"fault": "The file is damaged."}
