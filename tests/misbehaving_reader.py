"""A reader for tests of the sandbox: what a hostile file could make a reader do."""

import ctypes
import fcntl
import os
import signal
import socket
from pathlib import Path

from evidence.sandbox import child


def answer(what: str, **more: str) -> object:
    return globals()[what](**more)


def echo(words: str) -> object:
    return {"words": words, "folder": str(Path.cwd()), "environment": dict(os.environ)}


def processes() -> object:
    return os.getpid(), os.getppid()


def descriptors() -> object:
    """The numbers of the files that are open."""
    return [number for number in range(256) if _is_open(number)]


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def compute() -> object:
    while True:
        pass


def sleep() -> object:
    signal.pause()


def take_memory() -> object:
    return len(bytearray(4 * 1024**3))


def write() -> object:
    block = b"x" * (1 << 20)
    with Path("long").open("wb") as file:
        file.writelines(block for _ in range(1024))


def leave_a_process(lock: str) -> object:
    """A grandchild in a session of its own, which holds the lock of a file as long as it lives."""
    file = os.open(lock, os.O_WRONLY | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)
    if os.fork() == 0:
        os.setsid()
        signal.pause()
    return "left"


def is_locked(lock: str) -> object:
    with Path(lock).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def end_silently() -> object:
    os._exit(0)


def crash() -> object:
    return ctypes.string_at(0)


def damaged() -> object:
    raise ValueError("invalid distance too far back at 0x1")


def connect() -> object:
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
    except OSError:
        return False
    return True


def attack_the_server() -> object:
    """Try to end the process that has forked this one, and to look into it."""
    server = os.getppid()
    try:
        os.kill(server, signal.SIGSTOP)
        os.kill(server, signal.SIGCONT)
    except PermissionError:
        pass
    try:
        return len(Path(f"/proc/{server}/environ").read_bytes()) >= 0
    except OSError:
        return False


def remember(words: str) -> object:
    """What an earlier file left in this process."""
    earlier = getattr(child, "left_behind", None)
    child.left_behind = words
    return earlier


if __name__ == "__main__":
    child.serve(answer)
