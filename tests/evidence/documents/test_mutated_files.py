"""Damaged files of every kind are read, or refused with a reason that a clerk understands.

`make campaign ARGS="--mutation-minutes=20 tests/evidence/documents/test_mutated_files.py"` reads
more of them. The number that a failure names gives the same file again: it is added to `KEPT`.
"""

import contextlib
import itertools
import os
import re
from pathlib import Path

import pytest

from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import PAGED, as_pages
from evidence.documents.readers.any_format import opened
from evidence.documents.renderers.html import to_html
from evidence.documents.renderers.pdf import to_pdf
from evidence.files.file_types import NotAcceptedError, kind_of
from evidence.findings import Finding
from evidence.intake.file_checks import inspect
from evidence.intake.finding_messages import message
from evidence.pdf.exceptions import PdfError
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.sanitize import sanitize
from tests.mutated_files import HEADING, SOURCES, source, written

# Words of programs, which tell a clerk nothing.
JARGON = re.compile(
    r"Traceback|[A-Z]\w+Error|Exception|\berrno\b|\b0x[0-9a-f]|<class|\bNone\b|\bzlib\b|\bcodec\b|"
    r"\blxml\b|object has no|line \d+, column|invalid distance|unexpected token|\bxref\b|/tmp/",
    re.IGNORECASE,
)
# One change of each source, and what failed once: a source and the number of its change.
KEPT: list[tuple[str, int]] = [*((name, 0) for name in SOURCES)]
FEWEST = 5


def sentences_about(path: Path, folder: Path) -> list[str]:
    """What staff are told of the file on its way to a prepared submission."""
    try:
        kind = kind_of(path, name=path.name)
    except NotAcceptedError as refused:
        return [str(refused)]
    findings: list[Finding] = inspect(path, kind)
    if any(finding.severity == "hold" for finding in findings):
        return [message(finding) for finding in findings]
    problems: list[str] = []
    try:
        if kind in PAGED:
            with as_pages(path, kind) as pages:
                findings += sanitize(pages, folder / "clean.pdf").findings
                extract_text(folder / "clean.pdf")
        else:
            reading = opened(path, kind)
            findings += reading.findings
            to_html(reading.document, image_url=lambda name: name)
            findings += to_pdf(reading.document, reading.images, HEADING).findings
    except (UnreadableFileError, PdfError) as problem:
        problems = [str(problem)]
    return [*(message(finding) for finding in findings), *problems]


def check(name: str, seed: int, folder: Path) -> None:
    for sentence in sentences_about(written(folder, name, seed), folder):
        assert sentence[0].isupper() or sentence[0] in "“0123456789", (name, seed, sentence)
        assert sentence.endswith((".", "?", "!", "…")), (name, seed, sentence)
        assert not JARGON.search(sentence), (name, seed, sentence)


@pytest.mark.parametrize("name", SOURCES)
def test_undamaged_file_is_accepted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "whole"
    path.write_bytes(source(name))

    assert kind_of(path, name=name) == SOURCES[name][0]
    assert "hold" not in {finding.severity for finding in inspect(path, SOURCES[name][0])}


@pytest.mark.parametrize("name", SOURCES)
def test_change_is_the_same_for_the_same_number(name: str, tmp_path: Path) -> None:
    first, again = (written(tmp_path, name, 7).read_bytes() for _ in range(2))

    assert first == again != source(name)


@pytest.mark.parametrize(("name", "seed"), KEPT)
def test_kept_damaged_file_is_read_or_gets_a_plain_reason(
    name: str, seed: int, tmp_path: Path
) -> None:
    check(name, seed, tmp_path)


def cpu_seconds() -> float:
    """Of this process and all below it, those that still run among them (proc_pid_stat(5))."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rsplit(")", 1)[1].split()
            stats[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    below, ticks = {os.getpid()}, 0
    for pid, (parent, used) in sorted(stats.items()):
        if pid in below or parent in below:
            below.add(pid)
            ticks += used
    return ticks / os.sysconf("SC_CLK_TCK")


@pytest.mark.campaign
@pytest.mark.parametrize("name", SOURCES)
def test_damaged_file_is_read_or_gets_a_plain_reason(
    name: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    end = cpu_seconds() + pytestconfig.getoption("--mutation-minutes") * 60 / len(SOURCES)
    for seed in itertools.count():
        check(name, seed, tmp_path)
        if seed >= FEWEST and cpu_seconds() > end:
            break
