"""Small PDFs that break the rules and that all readers open, as people send them."""

import io
import re
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, StreamDecodeLevel, String

from tests.evidence.pdf.hostile_pdfs import document


def plain(*texts: str) -> bytes:
    """A PDF with a page for each text, whose objects and trailer stand in it unpacked."""
    return saved(document(*texts))


def saved(pdf: Pdf, **options: object) -> bytes:
    """As it stands: qpdf mends nothing that the test broke."""
    out = io.BytesIO()
    pdf.save(
        out,
        compress_streams=False,
        object_stream_mode=ObjectStreamMode.disable,
        fix_metadata_version=False,
        **(options or {"stream_decode_level": StreamDecodeLevel.none}),
    )
    return out.getvalue()


def broken_stream(pdf: Pdf, words: str = "kept words", **entries: object) -> pikepdf.Object:
    """A stream that begins with words, and goes on with what no unpacker understands: a block of a
    type that is not defined (RFC 1951, 3.2.3)."""
    packing = zlib.compressobj()
    begin = packing.compress(
        f"BT /F1 12 Tf 20 200 Td ({words}) Tj ET 1 w 9 9 m 99 99 l S ".encode()
    )
    stream = pdf.make_stream(b"", **entries)
    damaged = begin + packing.flush(zlib.Z_FULL_FLUSH) + b"\x07" * 60
    stream.write(damaged, filter=Name.FlateDecode)
    return stream


def damaged_page(turn: int = 0) -> bytes:
    """The second of three pages has a damaged content stream."""
    pdf = document("first page", "gone", "third page")
    page = pdf.pages[1].obj
    page.Contents = broken_stream(pdf)
    page.CropBox = Array([10, 150, 210, 290])
    page.Rotate = turn
    return saved(pdf)


def damaged_form() -> bytes:
    """A page draws a form whose stream is damaged."""
    pdf = document("words of the page")
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(
        D=broken_stream(
            pdf, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 300],
            Resources=Dictionary(Font=page.Resources.Font),
        )
    )  # fmt: skip
    page.Contents = pdf.make_stream(b"/D Do BT /F1 12 Tf 20 100 Td (words of the page) Tj ET")
    return saved(pdf)


def with_catalog(key: str, value: Callable[[Pdf], object]) -> bytes:
    """An entry of the catalog is of a kind that it must not be."""
    pdf = document("first page", "second page")
    pdf.Root[f"/{key}"] = value(pdf)
    return saved(pdf)


def with_page_tree(key: str, value: Callable[[Pdf], object]) -> bytes:
    pdf = document("first page", "second page")
    pdf.Root.Pages[f"/{key}"] = value(pdf)
    return saved(pdf)


def with_strange_kid(value: Callable[[Pdf], object]) -> bytes:
    pdf = document("first page", "second page")
    first, second = pdf.Root.Pages.Kids
    pdf.Root.Pages.Kids = Array([first, value(pdf), second])
    return saved(pdf)


WRONG: dict[str, Callable[[Pdf], object]] = {
    "number": lambda _pdf: 3,
    "string": lambda _pdf: String("x"),
    "list": lambda _pdf: Array([1, Dictionary(S=3, Kids=4)]),
    "dictionary": lambda _pdf: Dictionary(Kids=3, Names=4, Fields=5, First=6, OCGs=8, Nums=9),
    "stream": lambda pdf: pdf.make_stream(b"zz"),
}
CATALOG = [
    *("AA", "AcroForm", "AF", "Dests", "MarkInfo", "Metadata", "Names", "OCProperties"),
    *("OpenAction", "Outlines", "PageLabels", "StructTreeRoot", "Type", "ViewerPreferences"),
]


def _in_trailer(raw: bytes, entry: bytes) -> bytes:
    return raw.replace(b"trailer <<", b"trailer << %s" % entry)


TRAILERS: dict[str, Callable[[bytes], bytes]] = {
    "without a size": lambda raw: re.sub(rb"/Size \d+", b"", raw),
    "with a size that is no number": lambda raw: re.sub(rb"/Size \d+", b"/Size (x)", raw),
    "with properties that are a number": lambda raw: _in_trailer(raw, b"/Info 3"),
    "with an earlier revision that is not there": lambda raw: _in_trailer(raw, b"/Prev 999999"),
}  # fmt: skip


def that_only_pdfium_opens() -> bytes:
    """The page tree says that it is the child of a number."""
    return with_page_tree("Parent", lambda _pdf: 3)


def with_page_nobody_shows() -> bytes:
    """As the last, of three pages; the second is an object that is not in the file."""
    pdf = document("first page", "gone", "third page")
    pdf.Root.Pages.Parent = 3
    pdf.Root.Pages.Kids[1].Type = Name.Gone
    raw = saved(pdf)
    number = re.search(rb"(\d+) 0 obj\n<<[^\n]*/Type /Gone", raw)
    assert number is not None
    return raw.replace(b" %s 0 R " % number[1], b" 9 0 R ", 1)


def with_locked_attachment() -> bytes:
    """Only its attached file is encrypted: /StmF and /StrF are Identity (ISO 32000-2, 7.6.6)."""
    pdf = document("words for all")
    pdf.attachments["locked.bin"] = b"SECRET"
    raw = saved(pdf)
    rules = (
        b"8 0 obj\n<< /Filter /Standard /V 4 /R 4 /Length 128 /P -1084 /EFF /StdCF "
        b"/StmF /Identity /StrF /Identity "
        b"/CF << /StdCF << /CFM /AESV2 /AuthEvent /EFOpen /Length 16 >> >> "
        b"/O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>\nendobj\n"
    )
    at = raw.rindex(b"\nxref\n") + 1
    body, table = raw[:at] + rules, raw[at:]
    table = table.replace(b"trailer <<", b"8 1\n%010d 00000 n \ntrailer <<" % at, 1)
    table = table.replace(b"<< /Root", b"<< /Encrypt 8 0 R /Root", 1)
    table = re.sub(rb"/Size \d+", b"/Size 9", table)
    return body + re.sub(rb"startxref\n\d+", b"startxref\n%d" % len(body), table)
