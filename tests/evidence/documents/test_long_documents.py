"""Long documents: what they need grows with their length."""

import re
from pathlib import Path

from evidence.documents.document import Document, Paragraph, Run, numbered
from evidence.documents.renderers.pdf import PageHeading, to_pdf
from evidence.pdf.sandbox import typst

MOST_MB = 600
SENTENCE = "A sentence of evidence that is as long as sentences of evidence often are. "


def with_notes(paragraphs: int) -> Document:
    """Paragraphs of fifty words, each with a footnote: about ten on a page."""
    blocks = numbered(
        Paragraph((Run(SENTENCE * 4), Run(note=number))) for number in range(1, paragraphs + 1)
    )
    notes = tuple((Paragraph((Run("A note that says more."),)),) for _ in range(paragraphs))
    return Document(blocks, notes)


def peak_mb_of_typesetter() -> int:
    process = typst._ours.typesetter.kept.process
    assert process is not None
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    assert peak is not None
    return int(peak[1]) // 1024


def test_footnotes_of_eighty_pages_fit_into_memory() -> None:
    typst._ours.close()

    rendered = to_pdf(
        with_notes(800), {}, PageHeading("Committee", "Inquiry", "Evidence", "A1", "2026")
    )

    assert rendered.pages > 70
    assert rendered.findings == ()
    assert 30 < peak_mb_of_typesetter() < MOST_MB
