"""`manage.py serve` starts workers that yield the processor to the web server."""

import os
import signal
import sys
import time

import pytest

from evidence.management.commands.serve import NICEST, WORKER_NICE, Child, make_nicer, workers

WAIT = [sys.executable, "-c", "import signal; signal.pause()"]


@pytest.fixture
def started():
    children: list[Child] = []

    def start(child: Child) -> int:
        child.start()
        children.append(child)
        assert child.process is not None
        return child.process.pid

    yield start
    for child in children:
        child.end(signal.SIGKILL)
        assert child.wait(time.monotonic() + 10)


def niceness(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def test_worker_yields_to_the_web_server(started):
    (worker,) = workers(1)
    web = started(Child("web server", WAIT))

    assert niceness(started(worker)) == niceness(0) + WORKER_NICE
    assert niceness(web) == niceness(0)


def test_worker_and_web_server_share_a_session_so_priorities_compare(started):
    worker, web = Child("worker", WAIT, nice=WORKER_NICE), Child("web server", WAIT)
    pids = [started(worker), started(web)]

    assert {os.getsid(pid) for pid in pids} == {os.getsid(0)}
    assert [os.getpgid(pid) for pid in pids] == pids


def test_make_nicer_raises_niceness_by_steps_up_to_the_maximum(started):
    pid = started(Child("worker", WAIT, nice=WORKER_NICE))
    make_nicer(pid, by=WORKER_NICE)
    assert niceness(pid) == min(niceness(0) + 2 * WORKER_NICE, NICEST)
    make_nicer(pid, by=WORKER_NICE)
    assert niceness(pid) == NICEST
