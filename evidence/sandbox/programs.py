"""Runs programs with limits, without network, and always ends them.

Every program that reads a stranger's file (pandoc, LibreOffice, typst) runs through here. The
program gets an environment without our variables, and its own session; when the call ends, for
whatever reason, the whole process group is killed, because a program that is merely asked to stop
leaves its children running. Where the machine has util-linux the program also gets its own process
namespace (so a child that leaves the group dies too), no network, limits on time of the processor,
memory and file size, and it dies with the process that started it.
"""

import contextlib
import math
import os
import resource
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

WALL_FACTOR = 6
"""How many times longer than its processor time a program may take. On a busy machine it waits for
its turn; a program that sleeps or hangs is stopped."""
LEAST_WALL_SECONDS = 60.0
OUTPUT_LIMIT = 256 * 1024 * 1024
"""Bytes a program may write to its output, and to any one file."""

_SIGNS_OF_NO_MEMORY = (
    b"heap exhausted",
    b"heap overflow",
    b"out of memory",
    b"bad_alloc",
    b"memoryerror",
    b"cannot allocate memory",
    b"memory allocation of",
)
_HEAP_EXHAUSTED = (
    251  # the exit code of programs built with GHC, such as pandoc, that exceed their -M limit
)


class ProgramFailedError(Exception):
    """A program failed. `str(error)` is a sentence for a clerk."""


class NotInstalledError(ProgramFailedError):
    """The program is not installed."""

    def __init__(self, program: str) -> None:
        super().__init__(f"The program {program} is not installed on this machine.")


class TimeLimitExceededError(ProgramFailedError):
    """The program was stopped after as much time of the processor as it may use."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"We could not read this file within {seconds:g} seconds of processing time. It may be "
            "very long or complex, or damaged."
        )


class NeverEndedError(TimeLimitExceededError):
    """The program was stopped because it did not end, although it hardly used the processor."""

    def __init__(self, seconds: float) -> None:
        ProgramFailedError.__init__(
            self,
            f"Reading this file had not ended after {seconds:g} seconds, so we stopped it. Try it "
            "again. If that does not help, the file may be damaged.",
        )


class MemoryLimitExceededError(ProgramFailedError):
    """The program was stopped at its memory limit."""

    def __init__(self) -> None:
        super().__init__(
            "Reading this file needed too much memory, so we stopped it. It may be very long or "
            "complex, or damaged."
        )


class OutputLimitExceededError(ProgramFailedError):
    """The program wrote more than its output limit."""

    def __init__(self) -> None:
        super().__init__(
            "Reading this file gave far more text than a document holds, so we stopped it. It may "
            "be damaged."
        )


@dataclass(frozen=True, slots=True)
class Completed:
    """The result of a program that ended by itself, with its return code."""

    stdout: bytes
    stderr: bytes
    returncode: int


def run(
    argv: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    wall_seconds: float | None = None,
    memory_mb: int | None = None,
    data_mb: int | None = None,
    stdin: bytes | None = None,
    output_limit: int = OUTPUT_LIMIT,
) -> Completed:
    """Run one program in `folder` and wait for it. No process of it may use the processor for
    longer than `seconds`, in whole seconds.

    So a program is not stopped because the machine is busy. It is stopped after `wall_seconds`,
    by default six times as long and at least a minute.

    `memory_mb` limits its address space (not for pandoc, which reserves a terabyte: give it
    `+RTS -M…`), `data_mb` only what it writes to there. `output_limit` is in bytes, for its output
    and for every file it writes.
    Raises `NotInstalledError`, `TimeLimitExceededError`, `MemoryLimitExceededError` or
    `OutputLimitExceededError`. A program that ends with an error of its own is returned, not
    raised: the caller knows what it means.
    """
    limit, wall = math.ceil(seconds), wall_seconds or wall_limit(seconds)
    with _holding(stdin) as source, _holding(None) as out, _holding(None) as err:
        command = wrapped(
            argv,
            memory_mb=memory_mb,
            data_mb=data_mb,
            cpu_seconds=limit,
            output_limit=output_limit,
            dies_with_us=True,
        )
        process = start(command, folder=folder, stdin=source, stdout=out, stderr=err)
        try:
            returncode, used = _wait(process, wall)
        except subprocess.TimeoutExpired:
            raise NeverEndedError(wall) from None
        finally:
            end(process)
        _check_size((out, err), output_limit)
        completed = Completed(_content(out), _content(err), returncode)
    check_limits(completed, cpu_seconds=used, limit=limit)
    return completed


def check_limits(completed: Completed, *, cpu_seconds: float, limit: int) -> None:
    """Raise `TimeLimitExceededError` or `MemoryLimitExceededError` if one ended the program."""
    # The programs in between do not always pass on which signal ended the program.
    stopped = completed.returncode == -signal.SIGXCPU or cpu_seconds >= limit
    if completed.returncode and stopped:
        raise TimeLimitExceededError(limit)
    if _ran_out_of_memory(completed):
        raise MemoryLimitExceededError


def wall_limit(seconds: float) -> float:
    """How long a program may take by the clock that may use the processor for `seconds`."""
    return max(seconds * WALL_FACTOR, LEAST_WALL_SECONDS)


def start(
    command: Sequence[str],
    *,
    folder: Path,
    stdin: IO[bytes] | int,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int,
) -> subprocess.Popen[bytes]:
    """Starts a program in its own session. The caller must call `end`."""
    try:
        return subprocess.Popen(  # noqa: S603 - a list of arguments, never a shell
            command,
            cwd=folder,
            env=environment(folder),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError):
        raise NotInstalledError(Path(command[0]).name) from None


def end(process: subprocess.Popen[bytes]) -> None:
    """Kills the program's whole process group, even when the program itself has ended, and reaps
    it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wrapped(
    argv: Sequence[str],
    *,
    memory_mb: int | None,
    output_limit: int,
    dies_with_us: bool,
    own_processes: bool | None = None,
    data_mb: int | None = None,
    cpu_seconds: int | None = None,
) -> list[str]:
    """The command with everything this machine offers to confine it put in front.

    `dies_with_us` is tied to the calling *thread* by the kernel, so it is only for programs the
    caller waits for. A program without it outlives the call: it gets no process namespace, unless
    it is to have its `own_processes`, so that its process number stays the one we started.
    """
    if not (program := shutil.which(argv[0])):
        raise NotInstalledError(Path(argv[0]).name)
    has_processes = dies_with_us if own_processes is None else own_processes
    command = list(namespaces(processes=has_processes))
    if dies_with_us and (setpriv := shutil.which("setpriv")):
        command = [setpriv, "--pdeathsig", "KILL", "--", *command]
    if prlimit := shutil.which("prlimit"):
        command += [prlimit, "--core=0", f"--fsize={allowed(output_limit, resource.RLIMIT_FSIZE)}"]
        if memory_mb is not None:
            command.append(f"--as={allowed(memory_mb * 1024 * 1024, resource.RLIMIT_AS)}")
        if data_mb is not None:
            command.append(f"--data={allowed(data_mb * 1024 * 1024, resource.RLIMIT_DATA)}")
        if cpu_seconds is not None:
            # SIGXCPU comes a second before SIGKILL, so that this limit is recognised.
            soft = allowed(cpu_seconds, resource.RLIMIT_CPU)
            command.append(f"--cpu={soft}:{allowed(cpu_seconds + 1, resource.RLIMIT_CPU)}")
        command.append("--")
    return [*command, program, *argv[1:]]


def environment(folder: Path) -> dict[str, str]:
    """The environment of a sandboxed program: no proxies, no keys, no home folder."""
    return {
        "PATH": os.defpath,
        **environment_of(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        # Threads of one tesseract only wait for each other.
        "OMP_THREAD_LIMIT": "1",
        # Threads of numpy, which a process that forks must not have.
        "OPENBLAS_NUM_THREADS": "1",
    }


def environment_of(folder: Path | str) -> dict[str, str]:
    """What depends on the folder that a program works in."""
    return {"HOME": str(folder), "TMPDIR": str(folder)}


@cache
def namespaces(*, processes: bool = True) -> tuple[str, ...]:
    """The most confining `unshare` command that works here, or nothing. Tried once per process.

    A process namespace makes sure of descendants that leave the group; a network namespace has
    no way out. Inside containers the kernel may allow neither, or only for a mapped user.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    ways: list[list[str]] = [["--net"], ["--map-current-user", "--net"]]
    if processes:
        ways = [[*way, "--pid", "--fork", "--kill-child"] for way in ways] + ways
    for flags in ways:
        command = (unshare, *flags, "--")
        tried = subprocess.run(  # noqa: S603 - our own list of arguments
            [*command, shutil.which("true") or "true"], capture_output=True, check=False
        )
        if tried.returncode == 0:
            return command
    return ()


def cuts_the_network() -> bool:
    """Whether this machine can run programs without network."""
    return bool(namespaces())


def _wait(process: subprocess.Popen[bytes], seconds: float) -> tuple[int, float]:
    """The exit status, and the processor time of the program and its children, if known.

    Waits without polling, because `Popen.wait` with a limit sleeps up to 50 ms too long.
    """
    if not hasattr(os, "pidfd_open"):
        return process.wait(seconds), 0.0
    descriptor = os.pidfd_open(process.pid)
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        if not waiting.poll(seconds * 1000):
            raise subprocess.TimeoutExpired(process.args, seconds)
    finally:
        os.close(descriptor)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def allowed(wished: int, limit: int) -> int:
    """A limit no higher than the present one: only root may raise it."""
    _, hard = resource.getrlimit(limit)
    return wished if hard == resource.RLIM_INFINITY else min(wished, hard)


@contextlib.contextmanager
def _holding(content: bytes | None) -> Iterator[IO[bytes]]:
    """An unnamed file for output. A pipe held open by a grandchild would never end."""
    with tempfile.TemporaryFile() as file:
        if content:
            file.write(content)
            file.seek(0)
        yield file


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _check_size(files: Sequence[IO[bytes]], limit: int) -> None:
    if any(os.fstat(file.fileno()).st_size >= limit for file in files):
        raise OutputLimitExceededError


def _ran_out_of_memory(completed: Completed) -> bool:
    if completed.returncode == 0:
        return False
    if completed.returncode in {_HEAP_EXHAUSTED, -signal.SIGKILL}:
        return True
    output = completed.stderr[-4000:].lower()
    return any(sign in output for sign in _SIGNS_OF_NO_MEMORY)
