"""Typesetting: the same data give the same tagged PDF, even if the typesetter is killed."""

import io
import os
import select
import signal
import threading
from pathlib import Path

import pikepdf
import pytest

from evidence.pdf.sandbox import typst as module
from evidence.pdf.sandbox.typst import TypstError, typeset
from evidence.sandbox import programs
from tests.evidence.pdf.languages import NEVER_PRINTED, WORDS

HEAD = '#set document(title: "A paper", date: none)\n#let data = json("data.json")\n'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "paper.typ"
    path.write_text(HEAD + "#for line in data.lines [#par(line)]\n", encoding="utf-8")
    return path


def write(folder: Path, source: str) -> Path:
    path = folder / "other.typ"
    path.write_text(HEAD + source, encoding="utf-8")
    return path


def child_id() -> int:
    child = module._ours.typesetter.kept.process
    assert child is not None
    return child.pid


def test_same_data_give_the_same_bytes(template: Path) -> None:
    first = typeset(template, {"lines": ["One", "Two"]})
    typeset(template, {"lines": ["Other"]})

    assert typeset(template, {"lines": ["One", "Two"]}) == first


def test_pdf_is_tagged_and_claims_accessibility(template: Path) -> None:
    with pikepdf.open(io.BytesIO(typeset(template, {"lines": ["One"]}))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()


def test_typst_code_in_the_data_stays_text(template: Path) -> None:
    hostile = '#panic("run") #read("/etc/passwd") $x$ *a* @ref <label> \\ `raw` // comment'

    assert typeset(template, {"lines": [hostile]}).startswith(b"%PDF-")


def test_characters_of_every_language_have_fonts(template: Path) -> None:
    # What claims to be PDF/UA is refused where a letter has no font.
    with pytest.raises(TypstError, match="could not be displayed"):
        typeset(template, {"lines": [NEVER_PRINTED]})

    assert typeset(template, {"lines": [*WORDS.values(), "∑ → ✓ ☑ ▪ 🙂"]}).startswith(b"%PDF-")


def test_template_error_gives_a_reason_and_the_next_document_is_typeset(
    template: Path, tmp_path: Path
) -> None:
    with pytest.raises(TypstError, match="could not be set as a PDF: panicked") as failed:
        typeset(write(tmp_path, '#panic("no")'), {})

    assert "no" in failed.value.reason
    assert typeset(template, {"lines": ["One"]})


def test_endless_document_is_stopped_and_the_next_one_is_typeset(
    template: Path, tmp_path: Path
) -> None:
    endless = "#{ for a in range(100000) { for b in range(100000) { } } }"
    before = (typeset(template, {"lines": ["One"]}), child_id())[1]

    with pytest.raises(TypstError, match="longer than the time allowed"):
        typeset(write(tmp_path, endless), {}, seconds=1)

    assert typeset(template, {"lines": ["One"]})
    assert child_id() != before


@pytest.mark.skipif(programs.shutil.which("prlimit") is None, reason="prlimit is not installed")
def test_document_exhausting_memory_ends_only_the_typesetter(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MEMORY_MB", 700)
    module._ours.close()
    hungry = "#range(80000000).map(n => (n, n, n)).len()"

    with pytest.raises(TypstError, match="out of memory"):
        typeset(write(tmp_path, hungry), {}, seconds=30)

    assert typeset(template, {"lines": ["One"]})
    module._ours.close()


def test_killed_typesetter_is_replaced(template: Path) -> None:
    typeset(template, {"lines": ["One"]})
    os.kill(child_id(), signal.SIGKILL)
    module._ours.typesetter.kept.process.wait()

    assert typeset(template, {"lines": ["One"]})


def test_typesetter_is_replaced_after_its_quota_of_documents(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typeset(template, {"lines": ["One"]})
    before = child_id()
    monkeypatch.setattr(module._ours.typesetter.kept, "_most", 1)

    typeset(template, {"lines": ["Two"]})

    assert child_id() != before


def test_document_cannot_read_outside_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")

    for path in (str(secret), "../secret.txt", "/etc/passwd"):
        with pytest.raises(TypstError):
            typeset(write(tmp_path, f'#read("{path}")'), {})


def test_packages_are_never_fetched(tmp_path: Path) -> None:
    with pytest.raises(TypstError, match="package"):
        typeset(write(tmp_path, '#import "@preview/example:0.1.0": add'), {}, seconds=30)


@pytest.mark.parametrize("name", ["../out.txt", "a/b.txt", "data.json", "paper.typ"])
def test_unusable_file_names_are_refused(template: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        typeset(template, {"lines": []}, files={name: b"x"})


def test_given_files_can_be_read_by_the_template(tmp_path: Path) -> None:
    typeset(
        write(tmp_path, '#assert(read("note.txt") == "hello")'), {}, files={"note.txt": b"hello"}
    )


def test_threads_share_one_typesetter(template: Path) -> None:
    made: dict[int, bytes] = {}

    def work(number: int) -> None:
        for _ in range(3):
            made[number] = typeset(template, {"lines": [f"Thread {number}"]})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == {n: typeset(template, {"lines": [f"Thread {n}"]}) for n in range(4)}


def test_forked_process_has_a_typesetter_of_its_own(template: Path) -> None:
    expected = typeset(template, {"lines": ["One"]})
    ours = child_id()
    reading, writing = os.pipe()
    forked = os.fork()
    if forked == 0:
        outcome = b"failed"
        try:
            same = typeset(template, {"lines": ["One"]}) == expected
            outcome = b"good" if same and child_id() != ours else b"wrong"
        finally:
            os.write(writing, outcome)
            module._ours.close()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        assert answer.read() == b"good"
    os.waitpid(forked, 0)

    assert typeset(template, {"lines": ["One"]}) == expected
    assert child_id() == ours


def test_typesetter_ends_when_its_process_is_killed(template: Path) -> None:
    reading, writing = os.pipe()
    forked = os.fork()
    if forked == 0:
        typeset(template, {"lines": ["One"]})
        os.write(writing, f"{child_id()} {module._ours.typesetter.kept.home}".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        number, home = answer.read().decode().split(" ", 1)
    orphan = int(number)
    os.waitpid(forked, 0)
    # Its input is closed, so it ends by itself; a process descriptor tells without asking again.
    try:
        descriptor = os.pidfd_open(orphan)
    except ProcessLookupError:
        return
    with os.fdopen(descriptor, "rb", closefd=True, buffering=0) as process:
        waiting = select.poll()
        waiting.register(process, select.POLLIN)
        assert waiting.poll(20_000), "the typesetter outlived its process"
    assert not Path(home).exists()
