"""Scans a file with ClamAV (clamd, command INSTREAM)."""

import re
import socket
import struct
import time
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal
from urllib.parse import urlsplit

from evidence.errors import EvidenceError

CHUNK: Final = 256 * 1024
LONGEST_ANSWER: Final = 4096
FOUND: Final = re.compile(r"^stream: (?P<name>.+) FOUND$")


class ScannerMisconfiguredError(EvidenceError):
    """The address of the virus scanner is not valid."""


@dataclass(frozen=True)
class ScanResult:
    """The result of a scan.

    Only "clean" means that the whole file was looked at and nothing was found. "too-large" and
    "unreachable" mean *not scanned*: `name` then says why, in words; for "infected" it is the
    name of what was found.
    """

    kind: Literal["clean", "infected", "unreachable", "too-large"]
    name: str = ""


def scan(stream: BinaryIO, *, address: str, seconds: float = 120) -> ScanResult:
    """Send everything left in `stream` to the clamd at `address` and return its verdict.

    `address` is "tcp://host:port" or "unix:///path/of/socket"; `seconds` bounds the whole
    exchange. Raises `ScannerMisconfiguredError` for another address, and whatever reading `stream`
    raises; a scanner that fails in any way is a verdict, not an error.
    """
    family, where = _address(address)
    deadline = time.monotonic() + seconds
    with socket.socket(family, socket.SOCK_STREAM) as link:
        try:
            link.settimeout(min(10.0, seconds))
            link.connect(where)
        except OSError as fault:
            return ScanResult(
                "unreachable", f"The virus scanner cannot be reached ({_why(fault)})."
            )
        sent_all = _send(link, stream, deadline)
        return _verdict(_answer(link, deadline), sent_all=sent_all)


def _address(address: str) -> tuple[int, tuple[str, int] | str]:
    parts = urlsplit(address)
    try:
        if parts.scheme == "tcp" and parts.hostname:
            return socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET, (
                parts.hostname,
                parts.port or 3310,
            )
    except ValueError:
        pass
    if parts.scheme == "unix" and parts.path:
        return socket.AF_UNIX, parts.path
    raise ScannerMisconfiguredError(
        f"“{address}” is not the address of a virus scanner. "
        "Write tcp://host:port or unix:///path/of/the/socket."
    )


def _send(link: socket.socket, stream: BinaryIO, deadline: float) -> bool:
    """Sends the file in chunks. False where the scanner stopped listening before the end."""
    blocks = iter(lambda: stream.read(CHUNK), b"")
    try:
        _patience(link, deadline)
        link.sendall(b"zINSTREAM\0")
        for block in blocks:
            _patience(link, deadline)
            link.sendall(struct.pack("!I", len(block)) + block)
        link.sendall(struct.pack("!I", 0))
    except (TimeoutError, ConnectionError):
        return False
    return True


def _answer(link: socket.socket, deadline: float) -> str | None:
    """The scanner's reply up to its zero byte. None for no reply, an error or an endless reply."""
    reply = b""
    try:
        while b"\0" not in reply and len(reply) < LONGEST_ANSWER:
            _patience(link, deadline)
            more = link.recv(1024)
            if not more:
                break
            reply += more
    except OSError:
        # The reply may have arrived before the connection was reset.
        pass
    if not reply.endswith(b"\0"):
        # A reply without its end may be part of another reply, so it is ignored.
        return None
    return reply[:-1].decode("utf-8", "replace").strip()


def _patience(link: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    link.settimeout(left)


def _verdict(reply: str | None, *, sent_all: bool) -> ScanResult:
    if reply is not None and "size limit exceeded" in reply.casefold():
        return ScanResult("too-large", "The file is larger than the virus scanner takes.")
    if reply is not None and (match := FOUND.match(reply)):
        return ScanResult("infected", match["name"])
    if not sent_all:
        # Over its limit clamd closes the connection, often before its reply can be read.
        return ScanResult(
            "too-large", "The virus scanner stopped reading before the end of the file."
        )
    if reply == "stream: OK":
        return ScanResult("clean")
    return ScanResult("unreachable", "The virus scanner gave no answer that can be understood.")


def _why(fault: OSError) -> str:
    return fault.strerror or type(fault).__name__
