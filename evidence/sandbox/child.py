"""Reads strangers' files in a process of its own, limited in time and memory.

Readers are large, often written in C, and not safe in threads: a file that breaks one, or keeps it
busy, must stop neither a worker nor a web page. A module that works apart has
`answer(order) -> object` and ends with `apart.serve(answer)`.
"""

import gc
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from evidence.sandbox import programs as confine

MEMORY_MB: Final = 1_536
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_START: Final = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
    "runpy.run_module(sys.argv[2], run_name='__main__')"
)


class ChildFailedError(Exception):
    """The child process failed. `str(error)` says why, in words for a clerk."""


def work(module: str, order: object, *, seconds: float, programs: bool = False) -> object:
    """Lets `module` answer an order (both as JSON) in its own process, within `seconds`.

    With `programs` it may start some that reserve more memory than they use.
    Raises `ChildFailedError`: the file was at fault, took too long or too much memory.
    """
    with tempfile.TemporaryDirectory(prefix="apart-") as folder:
        try:
            done = confine.run(
                [sys.executable, "-I", "-c", _START, _ROOT, module],
                folder=Path(folder),
                seconds=seconds,
                memory_mb=None if programs else MEMORY_MB,
                data_mb=MEMORY_MB if programs else None,
                stdin=json.dumps(order).encode(),
            )
        except confine.TimeLimitExceededError:
            raise ChildFailedError(f"It took longer than {seconds:.0f} seconds to read.") from None
        except confine.ProgramFailedError as fault:
            raise ChildFailedError(str(fault)) from fault
    try:
        reply = json.loads(done.stdout)
    except ValueError:
        raise ChildFailedError("The file broke the program that reads it.") from None
    if "fault" in reply:
        raise ChildFailedError(reply["fault"])
    return reply["answer"]


def serve(answer: Callable[..., object]) -> None:
    """The child's side: reads the order, writes the answer or the error in words."""
    # Present objects stay, so the garbage collector need not visit them again.
    gc.freeze()
    order = json.load(sys.stdin)
    try:
        reply: dict[str, object] = {"answer": answer(**order)}
    except MemoryError:
        reply = {"fault": "It needs more memory than is allowed."}
    except Exception as fault:  # noqa: BLE001 - whatever a hostile file provokes is an answer
        # Messages of the readers begin with the path of the file, which says nothing to a clerk.
        words = " ".join(str(fault).split()).rsplit(": ", 1)[-1][:200]
        reply = {"fault": f"The file is damaged ({words or type(fault).__name__})."}
    sys.stdout.write(json.dumps(reply))
    sys.stdout.flush()
