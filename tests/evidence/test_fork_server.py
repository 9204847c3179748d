"""Files are read the same way by a fork of a prepared process and by a process of their own."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.sandbox import child, fork_client, programs
from evidence.tasks.reader_modules import READERS

ROOT = Path(__file__).resolve().parents[2]
READER = "tests.misbehaving_reader"
needs_namespaces = pytest.mark.skipif(
    not programs.cuts_the_network(), reason="this machine lets nobody cut off the network"
)


@pytest.fixture(params=["forked", "started"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    fork_client.keep_ready([READER] if request.param == "forked" else [])
    yield request.param
    fork_client.keep_ready(READERS)


@pytest.fixture
def server() -> Iterator[None]:
    fork_client.keep_ready([READER])
    yield
    fork_client.keep_ready(READERS)


def work(what: str, *, seconds: float = 20, wall_seconds: float | None = None, **more: str):
    return child.work(READER, {"what": what, **more}, seconds=seconds, wall_seconds=wall_seconds)


def test_answer_comes_from_a_process_without_our_environment(way, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")

    answer = work("echo", words="Tŷ")

    assert answer["words"] == "Tŷ"
    assert answer["environment"]["HOME"] == answer["folder"] != str(Path.cwd())
    assert "SECRET_KEY" not in answer["environment"]


def test_each_file_is_read_by_a_process_of_its_own_in_its_own_folder(way) -> None:
    first, second = (work("echo", words="") for _ in range(2))

    assert first["folder"] != second["folder"]
    assert not Path(first["folder"]).exists()
    assert [work("remember", words=words) for words in ("one", "two")] == [None, None]


def test_nothing_but_its_own_input_and_output_is_open(way) -> None:
    assert work("descriptors") == [0, 1, 2]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("compute", "within 1 seconds of processing time"),
        ("take_memory", "memory"),
        ("end_silently", "broke the program"),
        ("crash", "broke the program"),
        ("damaged", r"The file is damaged\.$"),
    ],
)
def test_misbehaviour_is_an_error_in_plain_words_and_the_next_file_is_read(
    way, what: str, reason: str
) -> None:
    with pytest.raises(child.ChildFailedError, match=reason) as stopped:
        work(what, seconds=1)

    assert not re.search("0x|distance|Error|Traceback", str(stopped.value))
    assert work("echo", words="next")["words"] == "next"


def test_file_that_hangs_is_stopped_by_the_clock(way) -> None:
    with pytest.raises(child.ChildFailedError, match="had not ended after"):
        work("sleep", wall_seconds=0.5)

    assert work("echo", words="next")["words"] == "next"


def test_file_that_writes_without_end_is_stopped(way) -> None:
    with pytest.raises(child.ChildFailedError):
        work("write")


@needs_namespaces
def test_a_process_that_a_file_leaves_behind_is_ended_before_the_next_file(
    way, tmp_path: Path
) -> None:
    lock = str(tmp_path / "lock")

    assert work("leave_a_process", lock=lock) == "left"
    assert work("is_locked", lock=lock) is False


@needs_namespaces
def test_there_is_no_network(way) -> None:
    assert work("connect") is False


@needs_namespaces
def test_a_file_can_neither_stop_the_server_nor_look_into_it(server) -> None:
    _pid, parent = work("processes")
    assert parent == 1

    is_open = work("attack_the_server")

    assert is_open is False or os.geteuid() == 0
    assert work("processes")[1] == parent


def test_a_server_that_was_killed_is_replaced(server) -> None:
    work("echo", words="")
    programs.end(fork_client._ours.server.kept.process)

    assert work("echo", words="again")["words"] == "again"


def test_a_server_is_replaced_after_many_files(monkeypatch) -> None:
    monkeypatch.setattr(fork_client, "FILES_PER_SERVER", 2)
    fork_client.keep_ready([READER])
    pids = []
    for _ in range(3):
        work("echo", words="")
        pids.append(fork_client._ours.server.kept.process.pid)

    fork_client.keep_ready(READERS)

    assert pids[0] == pids[1] != pids[2]


@pytest.mark.parametrize("modules", [["tests.no_such_module"], [READER, "tests.no_such_module"]])
def test_where_the_server_does_not_start_files_are_read_without_it(modules) -> None:
    fork_client.keep_ready(modules)

    assert work("echo", words="all the same")["words"] == "all the same"
    assert fork_client._ours.server.modules == ()

    fork_client.keep_ready(READERS)


def test_while_the_server_is_busy_a_process_is_started(server) -> None:
    work("echo", words="")
    with fork_client._ours.server.kept.lock:
        assert work("echo", words="beside")["words"] == "beside"


def test_a_forked_worker_has_a_server_of_its_own(server, tmp_path: Path) -> None:
    work("echo", words="")
    ours = fork_client._ours.server.kept.process.pid
    pid = os.fork()
    if pid == 0:
        try:
            words = work("echo", words="of the fork")["words"]
            theirs = fork_client._ours.server.kept.process.pid
            (tmp_path / "result").write_text(f"{words} {theirs != ours}")
            fork_client._ours.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)

    assert (tmp_path / "result").read_text() == "of the fork True"
    assert work("echo", words="ours")["words"] == "ours"
    assert fork_client._ours.server.kept.process.pid == ours


def test_the_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from evidence.sandbox import child, fork_client\n"
        f"fork_client.keep_ready([{READER!r}])\n"
        f"child.work({READER!r}, {{'what': 'leave_a_process', 'lock': sys.argv[2]}}, seconds=20)\n"
        f"child.work({READER!r}, {{'what': 'echo', 'words': ''}}, seconds=20)\n"
        "print(fork_client._ours.server.kept.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path / "lock")],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL

    try:
        server = os.pidfd_open(int(ended.stdout))
    except ProcessLookupError:
        return
    assert select.select([server], [], [], 20)[0]


def test_every_reader_of_strangers_files_is_loaded() -> None:
    served = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "evidence").rglob("*.py")
        if "    child.serve(answer)\n" in path.read_text()
    }

    assert len(served) > 10
    assert served <= set(READERS)
