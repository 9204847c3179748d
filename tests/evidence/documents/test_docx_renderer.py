"""A document written as a Word file has the same words, notes, tables and pictures."""

import zipfile
from pathlib import Path

import pytest

from evidence.documents.document import Document, Image, Paragraph, Run
from evidence.documents.read import read
from evidence.documents.renderers.docx import to_docx
from tests.evidence.documents.document_builders import by_pandoc, photograph, word_with

EVERYTHING = """
# One

A *first* **paragraph** with [a link](https://example.org/x), H~2~O, x^2^, ~~struck~~.[^1] Two.[^2]

[^1]: A **note**.
[^2]: Another.

- a
- b

    3. three
    4. four

> Quoted words.

| A | B |
|---|---|
| 1 | 2 |

: A caption

```
as   typed
```

متن فارسی برای آزمایش

Line one\\
line two
"""


def read_back(folder: Path, content: bytes) -> Document:
    path = folder / "copy.docx"
    path.write_bytes(content)
    return read(path, "docx").document


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf", "html"])
def test_the_document_reads_the_same_again(kind, tmp_path):
    reading = read(by_pandoc(tmp_path, EVERYTHING, kind), kind)
    assert len(reading.document.notes) == 2
    again = read_back(tmp_path, to_docx(reading.document, reading.images))
    assert again == reading.document


def test_pictures_are_in_it_with_their_descriptions_and_without_metadata(tmp_path):
    (tmp_path / "a.jpg").write_bytes(photograph())
    reading = read(by_pandoc(tmp_path, "Words.\n\n![A gate](a.jpg)", "docx"), "docx")
    content = to_docx(reading.document, reading.images)

    again = read_back(tmp_path, content)
    assert [block.alt for block in again.blocks if isinstance(block, Image)] == ["A gate"]
    with zipfile.ZipFile(tmp_path / "copy.docx") as archive:
        pictures = [archive.read(name) for name in archive.namelist() if "media/" in name]
    assert len(pictures) == 1
    assert b"Dissident" not in pictures[0]


def test_no_property_comment_or_hidden_text_of_the_file_is_in_it(tmp_path):
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden words</w:t></w:r></w:p>"
    shown = "<w:p><w:r><w:t>Words shown.</w:t></w:r></w:p>"
    core = (
        '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
        "<dc:creator>Nadia Tursun</dc:creator></cp:coreProperties>"
    )
    reading = read(word_with(tmp_path, shown + hidden, {"docProps/core.xml": core}), "docx")
    content = to_docx(reading.document, reading.images)

    (tmp_path / "copy.docx").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "copy.docx") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Words shown." in everything
    for words in (b"Nadia", b"Tursun", b"Hidden words"):
        assert words not in everything


def test_a_picture_that_is_not_there_leaves_its_description(tmp_path):
    document = Document((Paragraph((Run("Words."),), 1), Image("none.png", "A gate", "0" * 64)))
    again = read_back(tmp_path, to_docx(document, {}))
    assert [run.text for block in again.blocks for run in getattr(block, "runs", ())] == [
        "Words.",
        "A gate",
    ]
