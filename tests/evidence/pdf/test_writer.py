"""Strings that we write to a PDF are read back unchanged by PDF readers."""

import io
import re

import pikepdf
import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.pdf.assemble.syntax import array, dictionary, reference, text
from evidence.pdf.assemble.writer import Writer

# pikepdf gives back words without the characters that end a C string.
WORDS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
HOSTILE = some.sampled_from([")", "(", "\\", "\\)", ">>", "> endobj", "%", "/Name", "\r\n", "﻿"])
# In a PDF it begins the name of a language (ISO 32000-2, 7.9.2.2.2); what follows would be lost.
ESCAPE = "\x1b"
MANY = settings(max_examples=150, deadline=None)


def a_document(words: str) -> bytes:
    """One empty page whose title is these words."""
    out = io.BytesIO()
    writer = Writer(out)
    pages = writer.allocate()
    page = writer.add(
        dictionary(
            {
                "Type": b"/Page",
                "Resources": b"<< >>",
                "Parent": reference(pages),
                "MediaBox": array([b"0"] * 2 + [b"9"] * 2),
            }
        )
    )
    writer.put(
        pages,
        dictionary({"Type": b"/Pages", "Kids": array([reference(page)]), "Count": b"1"}),
    )
    catalog = writer.add(dictionary({"Type": b"/Catalog", "Pages": reference(pages)}))
    info = writer.add(dictionary({"Title": text(words), "Producer": text("ours")}))
    writer.finish(catalog=catalog, info=info)
    return out.getvalue()


@MANY
@given(some.one_of(WORDS, some.lists(HOSTILE, max_size=6).map("".join)))
def test_strings_survive_a_round_trip(words):
    content = a_document(words)

    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo.Title) == words.replace(ESCAPE, "")
        assert str(pdf.docinfo.Producer) == "ours"
        assert pdf.check_pdf_syntax() == []


@MANY
@given(WORDS)
def test_pdfium_reads_the_same_strings(words):
    with pypdfium2.PdfDocument(a_document(words)) as document:
        assert document.get_metadata_dict()["Title"] == words.replace(ESCAPE, "")


@MANY
@given(some.text(max_size=60))
def test_strings_are_hexadecimal_or_escape_every_bracket(words):
    written = text(words)

    if written.startswith(b"<feff"):
        assert written.endswith(b">")
        assert set(written[1:-1]) <= set(b"0123456789abcdef")
    else:
        assert words.isascii()
        assert re.fullmatch(rb"\((?:[^\\()]|\\[\\()])*\)", written)


def test_same_strings_give_the_same_file():
    assert a_document("Title") == a_document("Title")
    assert a_document("Title") != a_document("Titel")
