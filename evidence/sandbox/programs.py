"""Runs programs with limits, without network, and always ends them.

Whatever reads a stranger's file (pandoc, LibreOffice, typst) runs through here. What is promised:
the program gets an environment with nothing of ours in it, and its own session; when the call
ends, for whatever reason, the whole process group is killed, because a program that is merely
asked to stop leaves its children running. Where the machine has util-linux the program also gets
its own process namespace (so a child that leaves the group dies too), no network, limits on
time of the processor, memory and file size, and it dies with the process that started it.
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
_HEAP_EXHAUSTED = 251  # how programs made by GHC, such as pandoc, end when they pass their -M


class ProgramFailedError(Exception):
    """A program failed. `str(error)` is a sentence for a clerk."""


class NotInstalledError(ProgramFailedError):
    """The program is not installed."""

    def __init__(self, program: str) -> None:
        super().__init__(f"The program {program} is not installed on this machine.")


class TimeLimitExceededError(ProgramFailedError):
    """The program was stopped at its time limit."""

    def __init__(self, program: str, seconds: float) -> None:
        super().__init__(
            f"Reading the file was stopped after {seconds:g} seconds ({program}). The file may be "
            "damaged or made to overload the system."
        )


class MemoryLimitExceededError(ProgramFailedError):
    """The program was stopped at its memory limit."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"Reading the file needed too much memory and was stopped ({program}). The file may be "
            "damaged or made to overload the system."
        )


class OutputLimitExceededError(ProgramFailedError):
    """The program wrote more than its output limit."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"Reading the file gave far more text than a document holds and was stopped ({program})"
            ". The file may be made to overload the system."
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
    cpu_seconds: float | None = None,
    memory_mb: int | None = None,
    data_mb: int | None = None,
    stdin: bytes | None = None,
    output_limit: int = OUTPUT_LIMIT,
) -> Completed:
    """Run one program in `folder` and wait for it, at most `seconds`. No process of it may
    use the processor for longer than `cpu_seconds` (if they are not given, for `seconds`).

    `memory_mb` limits its address space (not for pandoc, which reserves a terabyte: give it
    `+RTS -M…`), `data_mb` only what it writes to there. `output_limit` is in bytes, for its output
    and for every file it writes.
    Raises `NotInstalledError`, `TimeLimitExceededError`, `MemoryLimitExceededError` or
    `OutputLimitExceededError`. A program that ends with an error of its own is returned, not
    raised: the caller knows what it means.
    """
    name = Path(argv[0]).name
    with _holding(stdin) as source, _holding(None) as out, _holding(None) as err:
        command = wrapped(
            argv,
            memory_mb=memory_mb,
            data_mb=data_mb,
            cpu_seconds=math.ceil(cpu_seconds or seconds),
            output_limit=output_limit,
            dies_with_us=True,
        )
        process = start(command, folder=folder, stdin=source, stdout=out, stderr=err)
        try:
            returncode, used = _wait(process, seconds)
        except subprocess.TimeoutExpired:
            raise TimeLimitExceededError(name, seconds) from None
        finally:
            end(process)
        _check_size(name, (out, err), output_limit)
        completed = Completed(_content(out), _content(err), returncode)
    # The programs in between do not always pass on which signal ended the program.
    if returncode and used >= math.ceil(cpu_seconds or seconds):
        raise TimeLimitExceededError(name, cpu_seconds or seconds)
    if _ran_out_of_memory(completed):
        raise MemoryLimitExceededError(name)
    return completed


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
    data_mb: int | None = None,
    cpu_seconds: int | None = None,
) -> list[str]:
    """The command with everything this machine offers to confine it put in front.

    `dies_with_us` is tied to the calling *thread* by the kernel, so it is only for programs the
    caller waits for. A program without it outlives the call: it gets no process namespace, so
    that its process number stays the one we started.
    """
    if not (program := shutil.which(argv[0])):
        raise NotInstalledError(Path(argv[0]).name)
    command = list(namespaces(processes=dies_with_us))
    if dies_with_us and (setpriv := shutil.which("setpriv")):
        command = [setpriv, "--pdeathsig", "KILL", "--", *command]
    if prlimit := shutil.which("prlimit"):
        command += [prlimit, "--core=0", f"--fsize={_allowed(output_limit, resource.RLIMIT_FSIZE)}"]
        if memory_mb is not None:
            command.append(f"--as={_allowed(memory_mb * 1024 * 1024, resource.RLIMIT_AS)}")
        if data_mb is not None:
            command.append(f"--data={_allowed(data_mb * 1024 * 1024, resource.RLIMIT_DATA)}")
        if cpu_seconds is not None:
            # SIGXCPU comes a second before SIGKILL, so that this limit is recognised.
            soft = _allowed(cpu_seconds, resource.RLIMIT_CPU)
            command.append(f"--cpu={soft}:{_allowed(cpu_seconds + 1, resource.RLIMIT_CPU)}")
        command.append("--")
    return [*command, program, *argv[1:]]


def environment(folder: Path) -> dict[str, str]:
    """The environment of a sandboxed program: no proxies, no keys, no home folder."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


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
    """How it ended, and how long it and what it waited for used the processor, where that is known.

    Waits without asking again and again: `Popen.wait` with a limit sleeps 50 ms too long.
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


def _allowed(wished: int, limit: int) -> int:
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


def _check_size(name: str, files: Sequence[IO[bytes]], limit: int) -> None:
    if any(os.fstat(file.fileno()).st_size >= limit for file in files):
        raise OutputLimitExceededError(name)


def _ran_out_of_memory(completed: Completed) -> bool:
    if completed.returncode == 0:
        return False
    if completed.returncode in {_HEAP_EXHAUSTED, -signal.SIGKILL}:
        return True
    output = completed.stderr[-4000:].lower()
    return any(sign in output for sign in _SIGNS_OF_NO_MEMORY)
