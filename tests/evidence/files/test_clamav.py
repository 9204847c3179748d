"""The virus scanner: only a completely scanned file is clean."""

import io
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidence.files.clamav import ScannerMisconfiguredError, scan

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
# The scanner is a socket on this machine; nothing beyond it is reached.
pytestmark = pytest.mark.enable_socket
# In two halves, so that no scanner takes this test for the test virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def received(link: socket.socket) -> bytes:
    """Read one INSTREAM to its end and return the file."""
    source = link.makefile("rb")
    assert source.read(10) == b"zINSTREAM\0"
    content = b""
    while length := struct.unpack("!I", source.read(4))[0]:
        content += source.read(length)
    return content


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Callable[[Callable[[socket.socket], object]], str]]:
    """A scanner on a real socket that behaves once as it is told."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    threads = []

    def behaving(behave: Callable[[socket.socket], object]) -> str:
        server.bind(str(tmp_path / "s"))
        server.listen(1)

        def serve() -> None:
            link, _ = server.accept()
            with link:
                behave(link)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return f"unix://{tmp_path / 's'}"

    yield behaving
    for thread in threads:
        thread.join(20)
    server.close()


def answering(words: bytes) -> Callable[[socket.socket], object]:
    return lambda link: (received(link), link.sendall(words))


def test_clean_file_is_reported_clean(scanner):
    assert scan(io.BytesIO(b"words"), address=scanner(answering(b"stream: OK\0"))).kind == "clean"


def test_whole_file_reaches_the_scanner(scanner):
    content = bytes(range(256)) * 4_000
    arrived = []

    def keep(link: socket.socket) -> None:
        arrived.append(received(link))
        link.sendall(b"stream: OK\0")

    scan(io.BytesIO(content), address=scanner(keep))

    assert arrived == [content]


def test_infection_is_named(scanner):
    address = scanner(answering(b"stream: Win.Test.EICAR_HDB-1 FOUND\0"))

    verdict = scan(io.BytesIO(b"words"), address=address)

    assert (verdict.kind, verdict.name) == ("infected", "Win.Test.EICAR_HDB-1")


def test_file_over_the_limit_is_not_reported_clean(scanner):
    address = scanner(answering(b"INSTREAM size limit exceeded. ERROR\0"))

    assert scan(io.BytesIO(b"words"), address=address).kind == "too-large"


def test_scanner_that_hangs_up_midway_has_not_scanned(scanner):
    address = scanner(lambda link: link.recv(1_000))

    verdict = scan(io.BytesIO(b"x" * 20_000_000), address=address)

    assert verdict.kind == "too-large"


@pytest.mark.parametrize(
    "words", [b"", b"stream: OK", b"garbage\0", b"stream: FOUND\0", b"OK\0", b"x" * 100_000]
)
def test_invalid_scanner_answer_is_never_clean(words, scanner):
    verdict = scan(io.BytesIO(b"words"), address=scanner(answering(words)))

    assert verdict.kind == "unreachable"
    assert verdict.name


def test_silent_scanner_times_out(scanner):
    done = threading.Event()
    address = scanner(lambda link: (received(link), done.wait(20)))

    verdict = scan(io.BytesIO(b"words"), address=address, seconds=0.3)
    done.set()

    assert verdict.kind == "unreachable"


def test_missing_scanner_is_a_result_and_not_an_error(tmp_path):
    assert scan(io.BytesIO(b"x"), address=f"unix://{tmp_path}/none").kind == "unreachable"


@pytest.mark.parametrize("address", ["", "clamd", "http://host", "tcp://", "unix://"])
def test_invalid_scanner_address_is_reported(address):
    with pytest.raises(ScannerMisconfiguredError, match="tcp://host:port"):
        scan(io.BytesIO(b"x"), address=address)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory) -> Iterator[str]:
    if CLAMD is None:
        pytest.skip("ClamAV's clamd is not installed on this machine")
    folder = tmp_path_factory.mktemp("clamd")
    folder.chmod(0o755)
    signature = EICAR[:40].hex()
    (folder / "local.ndb").write_text(f"Test.Virus:0:*:{signature}\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/s\nDatabaseDirectory {folder}\nForeground yes\n"
        f"StreamMaxLength 1M\nUser {Path(folder).owner()}\n"
    )
    process = subprocess.Popen(
        # By the line, so that its last word before it listens arrives when it is said.
        ["stdbuf", "-oL", CLAMD, "-c", folder / "clamd.conf"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    output = b""
    for line in process.stdout:
        output += line
        if b"Self checking every" in line:
            break
    drain = threading.Thread(target=process.stdout.read)
    drain.start()
    try:
        assert process.poll() is None, output
        yield f"unix://{folder}/s"
    finally:
        process.terminate()
        process.wait(20)
        drain.join(20)
        process.stdout.close()


def test_real_scanner_finds_the_test_virus(clamd):
    verdict = scan(io.BytesIO(EICAR), address=clamd)

    assert (verdict.kind, verdict.name) == ("infected", "Test.Virus.UNOFFICIAL")


def test_real_scanner_passes_plain_text(clamd):
    assert scan(io.BytesIO(b"Written evidence"), address=clamd).kind == "clean"


def test_real_scanner_does_not_pass_files_over_its_limit(clamd):
    assert scan(io.BytesIO(b"words " * 1_000_000), address=clamd).kind == "too-large"
