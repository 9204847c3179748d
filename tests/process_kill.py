"""Runs a function in a process that is killed half-way with SIGKILL."""

import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ENDED_BY_ITSELF = 3


def killed_in(doing: Callable[[], object]) -> None:
    """Run it in a process of its own, which has to come upon `die`.

    What it writes is there for the test only if the test is `transaction=True`.
    """
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            _inherited.extend(map(_let_go, connections))
            doing()
        finally:
            os._exit(ENDED_BY_ITSELF)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it came to its end before it was killed"
    assert os.WTERMSIG(status) == signal.SIGKILL


_inherited: list[BaseDatabaseWrapper] = []


def _let_go(alias: str) -> BaseDatabaseWrapper:
    """A connection that this process has from its parent, which is not ours to use or to close.

    There may be one although all were closed: those of an event loop, as the browser's driver has
    one, stand apart from those of its thread, and a new process has only the thread's.
    """
    inherited = connections[alias]
    del connections[alias]
    return inherited


def die(*_: Any, **__: Any) -> NoReturn:
    """What stands in the place where the process is killed: no handler runs, nothing is cleared."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives this")
