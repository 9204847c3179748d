"""A sandboxed program that is kept running between orders and has a folder of its own."""

import contextlib
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from evidence.sandbox import programs


class KeptProcess:
    """The program is started when it is needed, and replaced after `most` orders or when it has
    died. `lock` must be held while it is used. `check` raises if it has not started well."""

    def __init__(
        self,
        start: Callable[[Path], "subprocess.Popen[bytes]"],
        *,
        prefix: str,
        most: int,
        check: Callable[["subprocess.Popen[bytes]"], None] = lambda _process: None,
    ) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.home: Path | None = None
        self.served = 0
        self._start, self._check = start, check
        self._prefix, self._most = prefix, most

    def ready(self) -> "subprocess.Popen[bytes]":
        """The running program."""
        if self.process is not None and (
            self.process.poll() is not None
            or self.served >= self._most
            # The folder was deleted as a leftover after a long idle time.
            or not (self.home and self.home.is_dir())
        ):
            self.stop()
        if self.process is None:
            self.home = Path(tempfile.mkdtemp(prefix=self._prefix))
            try:
                self.process = self._start(self.home)
                self._check(self.process)
            except BaseException:
                self.stop()
                raise
            self.served = 0
        return self.process

    def stop(self) -> None:
        """End the program and delete its folder."""
        if self.process is not None:
            programs.end(self.process)
            self._close_pipes()
        if self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)
        self.process = self.home = None

    def close(self) -> None:
        with self.lock:
            self.stop()

    def abandon(self) -> None:
        """In a forked process: forget the program of the parent without touching it."""
        if self.process is not None:
            self._close_pipes()
            self.process.returncode = 0  # it is not our child, so we cannot wait for it
        self.process = self.home = None

    def _close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout) if self.process else ():
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def read_some(pipe: int, most: int, *, deadline: float) -> bytes:
    """Some bytes from a pipe, at most `most`.

    Raises `TimeoutError` at the deadline (as of `time.monotonic`), and `EOFError`.
    """
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN | select.POLLHUP)
    left = deadline - time.monotonic()
    if left <= 0 or not waiting.poll(left * 1000):
        raise TimeoutError
    part = os.read(pipe, most)
    if not part:
        raise EOFError
    return part
