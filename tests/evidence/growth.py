"""Runs readers on hostile input and measures their CPU time.

Run as a program, in a process of its own with a limit on its time: the name of a family in, lines
of "case, seconds for the input, seconds for twice the input" out. Asked by `test_growth.py`.
"""

import io
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.documents.document import Cell, Document, Paragraph, Run, Table, safe_link
from evidence.documents.errors import UnreadableFileError
from evidence.documents.identifying_words import identifying_matches, passages_in
from evidence.documents.readers import docx as word
from evidence.documents.readers import email, html, rtf, rtf_tree
from evidence.documents.readers import odt as opendocument
from evidence.documents.readers import text as plaintext
from evidence.documents.readers.completeness import Passage, missing_and_added
from evidence.documents.readers.email_summary import summary
from evidence.documents.readers.list_labels import Labels
from evidence.documents.readers.pandoc_inlines import Inlines
from evidence.documents.renderers.table_grid import laid_out
from evidence.documents.renderers.typst_data import setting
from evidence.documents.text_cleaning import clean, count_words, is_page_number, words_of
from evidence.drafts.typed_text import document_of
from evidence.families.own_words import own_sentences
from evidence.families.signature import signature_of
from evidence.files.accepted_types import Kind
from evidence.files.text_types import another_format, decode_text, is_web_page
from evidence.findings import Location
from evidence.intake.content_checks import look
from evidence.name_search.identity import Identity
from evidence.pdf.assemble.watermark import read_code
from evidence.pdf.machine_reading import PageReading, differing_words
from evidence.pdf.sanitize.complete_content import complete_content
from evidence.pdf.sanitize.image_metadata import without_jp2_metadata, without_jpeg_metadata
from evidence.pdf.sanitize.invisible_words import Word
from evidence.pdf.sanitize.read_photo_metadata import words_of_xmp
from evidence.tagging.institution_names import spellings
from evidence.tagging.names_in_text import NameIndex
from evidence.unicode_normal_form import normalised
from evidence.word_search import Text

WITNESS = Identity(
    names=("Ann Othername", "张伟明", "محمد الراشد", "Tenzin Lobsang"),
    contact=("a.witness@b.example", "020 7946 0000"),
    organisations=("University of Nowhere",),
    roles=("Reader in Law",),
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"


@dataclass(frozen=True)
class Case:
    """What is done with an input of a size. `size` is what takes some hundredths of a second."""

    name: str
    size: int
    make: Callable[[int], object]
    run: Callable[..., object]


def texts(name: str, run: Callable[[str], object], size: int, *patterns: str) -> Iterator[Case]:
    """The same text over and over: a pattern with `|` has a part before and a part after it."""
    for pattern in patterns:
        before, again, after = pattern.split("|") if "|" in pattern else ("", pattern, "")
        yield Case(
            f"{name}: {pattern!r}",
            size,
            lambda n, b=before, a=again, c=after: b + a * (n // len(a)) + c,
            run,
        )


def named(text: str) -> object:
    passages = [(Location("paragraph", 1), line) for line in text.split("\n")]
    return identifying_matches(passages, WITNESS)


def in_file(text: str | bytes, run: Callable[[Path], object]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        try:
            return run(path)
        except UnreadableFileError:
            return None


def prepare_for_pandoc(by: Callable[[Path, Path], object]) -> Callable[[str | bytes], object]:
    return lambda text: in_file(text, lambda path: by(path, path.with_name("target")))


def looked(kind: Kind) -> Callable[[str | bytes], object]:
    return lambda text: in_file(text, lambda path: look(path, kind))


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def docx(body: str, **parts: str) -> bytes:
    document = f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
    return zipped(word__document_xml=document, **parts)


def odt(body: str) -> bytes:
    return zipped(
        content_xml=(
            f'<office:document-content xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0" '
            f'xmlns:draw="{ODF}drawing:1.0"><office:body><office:text>{body}</office:text>'
            "</office:body></office:document-content>"
        )
    )


def words_of_pandoc(count: int) -> list[dict[str, str]]:
    return [{"t": "Str", "c": "word"}, {"t": "Space"}] * count


def inlines(tree: list[dict[str, str]]) -> object:
    nothing = lambda *_args: None  # noqa: E731
    return Inlines(picture=nothing, note=lambda _blocks: 0, finding=nothing).runs(tree)


def tall_table(rows: int) -> Table:
    """One cell over all columns and rows, so that every other waits for a place."""
    cell = Cell((Paragraph((Run("a"),)),))
    return Table((), ((Cell((), rows=rows),), *[(cell,)] * rows))


def jpeg(rest: bytes) -> bytes:
    return b"\xff\xd8\xff\xda\x00\x02" + rest


def families() -> dict[str, list[Case]]:
    return {"words": [*of_words()], "documents": [*of_documents()], "files": [*of_files()]}


def compared(text: str) -> object:
    """The text of a page with a reading of other words, as many."""
    words = tuple(Word(f"x{word}", 0, 0, 9, 9) for word in text.split())
    return differing_words(text, PageReading(1, 90, words))


def of_words() -> Iterator[Case]:
    yield from texts("compared with a page", compared, 50_000, "word ", "ab", "abc de ")
    yield from texts(
        "who wrote it", named, 20_000,
        "a", "a@", "@", "a.", "0", "0 ", "0-1", "+1 ", "+", "1", "|.|@", "Signed |:|x", "Signed\n",
        "A@b.c ", "a@b|.c|", "Othername ",
    )  # fmt: skip
    yield from texts(
        "names in other scripts", named, 5_000,
        "张", "张伟", "张·", "محمد ", "عبد ", "བསྟན་", "Abdul ", "al ", "Y. ", "Y.", "Wei-",
        "Tenzin ", "Zhang Wei Ming ", "0191 ", "(0", "\u0301", "University of ", "Reader ",
    )  # fmt: skip
    yield from texts(
        "typed", lambda text: list(passages_in(document_of(text))), 60_000,
        "# a\n", "\n \t", "|\n |x", "\n| |", "a\n", "a ",
    )  # fmt: skip
    yield from texts(
        "plain text", lambda text: plaintext.read(text.encode()), 50_000,
        "\n \n", "\n|\t|x", "\n", "a\n", "a ", "\r",
    )  # fmt: skip
    names = ("University of York", "York", "Reading University", "King's", "北京大学", "y", "yy")
    index = NameIndex(name for n, text in enumerate(names) for name in spellings(n, text))
    yield from texts(
        "names of institutions", lambda text: list(index.find(text)), 50_000,
        "York ", "york ", "University of York ", "University of ", "reading university ", "y", "y ",
        "北京大学", "北京大学生", "北\n", " ", "’", "é", "a\u0301", "universities of |York, |",
        "|York and |universities", "\u200b", "|York, |a",
    )  # fmt: skip
    marks = "a|\u0301|" + "\u0323" * 30_000
    for name, run in (
        ("clean", clean),
        ("words", words_of),
        ("search", lambda t: Text(t).has("abcd")),
    ):
        yield from texts(name, run, 30_000, marks, "\u0f73\u0f71", "\u0301\u0323", "\uff9e\u0301")
    yield from texts("NFKD", lambda text: normalised("NFKD", text), 100_000, marks, "\u0344\u0323")
    yield from texts("counted", count_words, 200_000, "a-", "a", "-", "a-|.|")
    yield from texts("page number", is_page_number, 200_000, "1", "page", " ", "|1|x", "page of 1 ")
    yield from texts("sought", lambda t: Text(t).has("aaaa " * 40 + "b"), 200_000, "aaaa ", "a")
    yield from texts("link", safe_link, 200_000, "mailto:|@a| x", "mailto:|a|", "http://|a| x")
    yield from texts(
        "another format", lambda text: (another_format(text), is_web_page(text)), 400_000,
        "<!--a-->", "<!--", "<?xml", "\n%PDF", "a:|\nx-mailer|", "endobj", "{\\rtf", " ", "<", "\n",
    )  # fmt: skip
    yield from texts(
        "letters of a family", lambda text: own_sentences(text, beside=text[::-1]), 50_000,
        "a ", "a. ", "a\n", ".", "1. ", "1. a\n", "\n| |x", "张。", "\"", ".\"", "\u0301",
    )  # fmt: skip
    yield from texts("signature", signature_of, 50_000, "a ", "张", "1. ", "a b c d ", "\u0e01")
    yield from texts("decoded", lambda text: decode_text(text.encode()), 400_000, "a", "é", "\t")
    yield Case(
        "every word accounted for", 20_000,
        lambda n: ([Passage("a b c", Location("paragraph", i)) for i in range(n)], Document(())),
        lambda both: missing_and_added(*both),
    )  # fmt: skip


def of_documents() -> Iterator[Case]:
    yield Case("words of one paragraph", 20_000, words_of_pandoc, inlines)
    yield Case("a tall table", 4_000, tall_table, laid_out)
    yield Case(
        "long words set", 60_000,
        lambda n: Document((Paragraph((Run("a" * n),)),)),
        lambda document: setting(document, {}, {}),
    )  # fmt: skip
    yield from texts(
        "page", prepare_for_pandoc(html.prepare_for_pandoc), 50_000,
        "<style>|a|</style>", "<style>|a{|</style>", "<style>|.a|{display:none}</style>",
        "<style>|a,|{display:none}</style>", "<style>.a{|display |}</style>", "<p>|x<!--a-->|",
        "<p>|x<script>a</script>|", "<p>|x<b hidden>a</b>|", "<div hidden>|a|", "<p>|a<br>|",
        "<div>", "<p style='|display |'>a", "<p class='|a |'>a",
        "<p style='|opacity:0 |'>a", "<", "&", "<meta name=author |a |>",
    )  # fmt: skip
    yield from texts(
        "page in an encoding", prepare_for_pandoc(html.prepare_for_pandoc), 50_000,
        "<meta charset=punycode><p>|é|", "<meta charset=unicode_escape><p>|\\x41|",
        "<meta charset=idna><p>|a.|", "<meta charset=utf-7><p>|+AGE-|",
    )  # fmt: skip
    yield from texts(
        "rich text", prepare_for_pandoc(rtf.prepare_for_pandoc), 40_000,
        "{\\rtf1 |\\'41|}", "{\\rtf1 |\\u65?|}", "{\\rtf1 |{\\author a;}|}",
        "{\\rtf1 {\\revtbl |a;|}}",
        "{\\rtf1 |\\{a|}", "{\\rtf1 |\\v a\\v0 |}", "{\\rtf1 |\\a|}", "{\\rtf1 |{\\footnote a}|}",
    )  # fmt: skip
    start = "From: a\nMIME-Version: 1.0\n"
    yield from texts(
        "email", prepare_for_pandoc(email.prepare_for_pandoc), 100_000,
        f"{start}\n|a b\n|", f"{start}\n|> a\n|", f"{start}\n|on a\n|", f"{start}\n|cid:a |",
        f"{start}To: |a <a@b.example>,|\n\nx", f"{start}Subject: |=?utf-8?q?a?= |\n\nx",
        f"{start}Content-Type: multipart/mixed; boundary=b\n\n|--b\n\na\n|--b--",
        f"{start}Content-Type: text/html\n\n<p>|<img src=cid:a>|",
        f"{start}Content-Type: text/plain; format=flowed\n\n|a \n|",
        f"{start}Content-Type: text/plain; charset=punycode\n\n|a-|",
    )  # fmt: skip
    yield from texts(
        "summary of an email", lambda text: summary(text.encode()), 100_000,
        f"{start}\n|a b\n|", f"{start}|From: a <a@b.example>\n|\nx", f"{start}|Date: a\n|\nx",
        f"{start}From: |(|\n\nx", f"{start}From: |<a@|\n\nx", f"{start}From: |\"a\" |\n\nx",
        f"{start}Content-Type: text/html\n\n|<p>|", f"{start}Content-Type: text/html\n\n|<b><p>|",
        f"{start}Content-Type: text/html\n\n<p>|<!--|",
        f"{start}Content-Type: text/plain; charset=punycode\n\n|a-|",
    )  # fmt: skip
    yield from texts(
        "tree of rich text", lambda text: rtf_tree.read(text, Labels()), 40_000,
        "a\\par ", "\\b a\\b0 ", "{\\footnote |a\\par |}", "{\\footnote ", "{\\pict |00|}",
        "\\cell ", "\\trowd|\\cellx9\\clvmrg |\\row", "\\trowd\\clvmrg\\cellx9\\cell\\row ",
        "|\\cell |\\row a\\cell\\row", "\\itap|9|", "\\itap9 a\\nestcell\\itap1 ", "\\ls1 a\\par ",
        "{\\listtext a}\\li9 b\\par\\pard\\li9 c\\par ", "{\\*\\listtable|\\list\\listlevel |}",
        "{\\field{\\*\\fldinst |H|}}", "{\\stylesheet|{\\s1 heading 1;}|}",
    )  # fmt: skip
    yield from xml_documents()


def xml_documents() -> Iterator[Case]:
    either = (
        "<mc:AlternateContent><mc:Choice><w:r><w:t>a</w:t></w:r></mc:Choice></mc:AlternateContent>"
    )
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t></w:r>"
    changed = "<w:ins><w:r><w:t>a</w:t></w:r></w:ins>"
    white = '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>a</w:t></w:r>'
    runs = {"choices": either, "hidden": hidden, "changes": changed, "white": white}
    for name, again in runs.items():
        yield Case(
            f"Word: {name}", 1_000,
            lambda n, a=again: docx(f"<w:p>{a * n}</w:p>"),
            prepare_for_pandoc(word.prepare_for_pandoc),
        )  # fmt: skip
    numbered = '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r/></w:p>'
    for name, again in (("tables", "<w:tr><w:tc><w:p/></w:tc></w:tr>"), ("numbers", numbered)):
        yield Case(
            f"Word: {name}", 1_000,
            lambda n, a=again: docx(f"<w:tbl>{a * n}</w:tbl>"),
            prepare_for_pandoc(word.prepare_for_pandoc),
        )  # fmt: skip
    spans = '<text:span text:style-name="U">a</text:span>b'
    fields = "<text:title>a</text:title>b"
    for name, again in (("spans", spans), ("fields", fields)):
        yield Case(
            f"OpenDocument: {name}", 2_000,
            lambda n, a=again: odt(f"<text:p>{a * n}</text:p>"),
            prepare_for_pandoc(opendocument.prepare_for_pandoc),
        )  # fmt: skip
    comment = "x<office:annotation><text:p>a</text:p></office:annotation>"
    unseen = "x<text:hidden-text/>"
    for name, again in (("comments", comment), ("hidden", unseen)):
        yield Case(
            f"OpenDocument: {name}", 2_000,
            lambda n, a=again: odt(f"<text:p>{a * n}</text:p>"),
            prepare_for_pandoc(opendocument.prepare_for_pandoc),
        )  # fmt: skip
    yield Case(
        "Word: what the first look finds", 4_000,
        lambda n: docx(f"<w:p>{'<w:ins/><w:object/>' * n}</w:p>"),
        looked(Kind.DOCX),
    )  # fmt: skip


def of_files() -> Iterator[Case]:
    yield from texts(
        "first look at a page", looked(Kind.HTML), 100_000,
        "<", "<a", "<img ", "<img |a|", "<meta name=author ", "<meta |name=author |", "display ",
        "<!--", "<a |hidde |",
    )  # fmt: skip
    yield from texts(
        "first look at rich text", looked(Kind.RTF), 100_000,
        "{\\author a", "{\\author |a|", "\\v", "{", "\\*", "\\revised1",
    )  # fmt: skip
    yield Case("JPEG: fill bytes", 200_000, lambda n: jpeg(b"\xff" * n), without_jpeg_metadata)
    yield Case(
        "JPEG: no markers", 200_000, lambda n: jpeg(b"\xff\x00" * (n // 2)), without_jpeg_metadata
    )
    yield Case(
        "JPEG: comments", 80_000,
        lambda n: b"\xff\xd8" + b"\xff\xfe\x00\x02" * (n // 4),
        without_jpeg_metadata,
    )  # fmt: skip
    yield Case(
        "JPEG 2000", 80_000,
        lambda n: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x08xml " * (n // 8),
        without_jp2_metadata,
    )  # fmt: skip
    for again in (b"1", b"1 ", b"1 1 m ", b"-", b"1 1 l "):
        yield Case(f"trace: {again!r}", 200_000, lambda n, a=again: a * (n // len(a)), read_code)
    for again in (b"%%EOF\n", b"startxref 1 ", b"/Encrypt 1 0 R ", b"/Encrypt  ", b"1 0 obj "):
        yield Case(
            f"end of a PDF: {again!r}", 2_000_000,
            lambda n, a=again: b"%PDF /Encrypt 1 0 R " + a * (n // len(a)) + b"startxref 9 %%EOF z",
            lambda raw: in_file(raw, lambda path: complete_content(str(path))),
        )  # fmt: skip
    for again in (b"<a>", b"<a/>", b"&#65;", b"a:b "):
        yield Case(
            f"XMP: {again!r}", 100_000,
            lambda n, a=again: b"<x>" + a * (n // len(a)) + b"</x>",
            lambda raw: list(words_of_xmp(raw)),
        )  # fmt: skip


def seconds(case: Case, size: int) -> float:
    made = case.make(size)
    begin = time.process_time()
    case.run(made)
    return time.process_time() - begin


def measured(case: Case, times: int) -> tuple[float, float]:
    """How long the input takes, and twice the input. Whatever else the machine does only adds to
    it, so what looks too long is measured again.

    A cache that suddenly is too small makes one doubling look like more. Then four times the input
    decides: what grows with the square takes sixteen times as long there, and may take eight.
    """
    base = seconds(case, case.size * times)
    twice = seconds(case, 2 * case.size * times)
    for _ in range(3):
        if at_most_doubled(base, twice):
            return base, twice
        twice = min(twice, seconds(case, 2 * case.size * times))
    four_times = min(seconds(case, 4 * case.size * times) for _ in range(2))
    return base, min(twice, four_times / 8 * 3)


def at_most_doubled(base: float, twice: float) -> bool:
    """With a margin of a half, and of what the clock of a processor cannot tell."""
    return twice <= 3 * max(base, 0.03)


def main(cases: Iterable[Case], times: int) -> None:
    for case in cases:
        sys.stdout.write(json.dumps([case.name, *measured(case, times)]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(families()[sys.argv[1]], int(sys.argv[2]))
