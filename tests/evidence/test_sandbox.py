"""Misbehaving programs do no harm and leave nothing running."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from evidence.sandbox import programs

needs_namespaces = pytest.mark.skipif(
    not programs.cuts_the_network(), reason="this machine lets nobody cut off the network"
)
needs_prlimit = pytest.mark.skipif(
    shutil.which("prlimit") is None, reason="prlimit is not installed"
)


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-c", code]


def test_program_gets_its_input_and_returns_its_output(tmp_path: Path) -> None:
    code = (
        "import sys; print(sys.stdin.read().upper()); print('note', file=sys.stderr); sys.exit(3)"
    )

    ended = programs.run(python(code), folder=tmp_path, seconds=20, stdin=b"words")

    assert (ended.stdout, ended.stderr, ended.returncode) == (b"WORDS\n", b"note\n", 3)


def test_program_works_in_its_own_folder_without_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1:1")
    code = "import os; print(os.getcwd()); print(dict(os.environ))"

    ended = programs.run(python(code), folder=tmp_path, seconds=20)

    folder, environment = ended.stdout.decode().splitlines()
    assert folder == str(tmp_path)
    assert f"'HOME': '{tmp_path}'" in environment
    assert "SECRET_KEY" not in environment
    assert "PROXY" not in environment


def test_program_that_sleeps_is_stopped_by_the_clock(tmp_path: Path) -> None:
    with pytest.raises(programs.NeverEndedError, match=r"had not ended after 0\.5 seconds"):
        programs.run(
            python("import signal; signal.pause()"), folder=tmp_path, seconds=20, wall_seconds=0.5
        )


@needs_prlimit
def test_program_that_uses_too_much_processor_time_is_stopped_without_blame(
    tmp_path: Path,
) -> None:
    with pytest.raises(programs.TimeLimitExceededError) as stopped:
        programs.run(python("while True: pass"), folder=tmp_path, seconds=1)

    assert str(stopped.value) == (
        "We could not read this file within 1 seconds of processing time. It may be very long or "
        "complex, or damaged."
    )


def test_waiting_for_the_processor_does_not_count(tmp_path: Path) -> None:
    # Sleeps for longer than it may compute, as a program does on a busy machine.
    code = "import select; select.select([], [], [], 1.3); print('done')"

    ended = programs.run(python(code), folder=tmp_path, seconds=1)

    assert ended.stdout == b"done\n"


def test_no_limit_accuses_the_sender() -> None:
    errors = [
        programs.TimeLimitExceededError(9),
        programs.NeverEndedError(9),
        programs.MemoryLimitExceededError(),
        programs.OutputLimitExceededError(),
    ]

    assert not [error for error in errors if "overload" in str(error)]


@needs_prlimit
def test_memory_limit_can_count_writable_memory_alone(tmp_path: Path) -> None:
    reserve = "import mmap; mmap.mmap(-1, 1 << 33, prot=mmap.PROT_READ)\n"
    use = "bytearray(1 << 30)"

    ended = programs.run(python(f"{reserve}print(1)"), folder=tmp_path, seconds=20, data_mb=512)
    assert ended.stdout == b"1\n"
    with pytest.raises(programs.MemoryLimitExceededError):
        programs.run(python(f"{reserve}{use}"), folder=tmp_path, seconds=20, data_mb=512)


@pytest.mark.parametrize("after", ["pass", "while True: pass"])
def test_child_processes_end_with_the_call(tmp_path: Path, after: str) -> None:
    # The grandchild holds the lock of a file as long as it lives.
    code = (
        "import fcntl, os, sys\n"
        "lock = open('lock', 'w')\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "os.set_inheritable(lock.fileno(), True)\n"
        "if os.fork() == 0:\n"
        "    import signal\n"
        "    signal.pause()\n"
        f"{after}\n"
        "os._exit(0)\n"
    )
    if after == "pass":
        programs.run(python(code), folder=tmp_path, seconds=20)
    else:
        with pytest.raises(programs.TimeLimitExceededError):
            programs.run(python(code), folder=tmp_path, seconds=20, wall_seconds=1)

    # flock is released only when every process that holds it is dead; try for a bounded time.
    taken = f"import fcntl; fcntl.flock(open({str(tmp_path / 'lock')!r}), fcntl.LOCK_EX)"
    assert programs.run(python(taken), folder=tmp_path, seconds=10).returncode == 0


@needs_namespaces
def test_grandchild_that_leaves_the_process_group_is_ended_too(tmp_path: Path) -> None:
    code = (
        "import fcntl, os, signal\n"
        "lock = open('lock', 'w')\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    signal.pause()\n"
        "os._exit(0)\n"
    )

    programs.run(python(code), folder=tmp_path, seconds=20)

    taken = f"import fcntl; fcntl.flock(open({str(tmp_path / 'lock')!r}), fcntl.LOCK_EX)"
    assert programs.run(python(taken), folder=tmp_path, seconds=10).returncode == 0


@needs_prlimit
def test_program_that_uses_too_much_memory_is_stopped_with_a_message(tmp_path: Path) -> None:
    with pytest.raises(programs.MemoryLimitExceededError, match="too much memory"):
        programs.run(python("x = bytearray(10**9)"), folder=tmp_path, seconds=20, memory_mb=300)


def test_program_that_writes_without_end_is_stopped_with_a_message(tmp_path: Path) -> None:
    code = "import sys\nfor _ in range(64): sys.stdout.write('x' * 65536)"

    with pytest.raises(programs.OutputLimitExceededError, match="far more text"):
        programs.run(python(code), folder=tmp_path, seconds=20, output_limit=1024 * 1024)


@needs_namespaces
def test_program_has_no_network(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "server = socket.socket()\n"
        "try:\n"
        f"    socket.create_connection(('127.0.0.1', {os.getpid() % 60000 + 1024}), 2)\n"
        "except OSError as error:\n"
        "    print(error.errno)\n"
        "print([name for _, name in socket.if_nameindex()])\n"
    )

    lines = programs.run(python(code), folder=tmp_path, seconds=20).stdout.decode().splitlines()

    assert lines[1] == "['lo']"
    assert int(lines[0]) != 0


def test_missing_program_is_reported_with_a_message(tmp_path: Path) -> None:
    with pytest.raises(programs.NotInstalledError, match="no-such-program is not installed"):
        programs.run(["no-such-program"], folder=tmp_path, seconds=1)


def test_all_failures_share_one_base_error() -> None:
    kinds = [
        programs.TimeLimitExceededError,
        programs.MemoryLimitExceededError,
        programs.OutputLimitExceededError,
        programs.NotInstalledError,
    ]

    assert all(issubclass(kind, programs.ProgramFailedError) for kind in kinds)
