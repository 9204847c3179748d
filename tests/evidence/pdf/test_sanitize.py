"""Sanitising a witness's PDF keeps its pages and nothing else."""

import io
import zlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from evidence.findings import Finding
from evidence.pdf.exceptions import SanitizeError, TextExtractionError
from evidence.pdf.sandbox.text_extraction import extract_text
from evidence.pdf.sanitize.image_metadata import without_jpeg_metadata
from evidence.pdf.sanitize.inspect import examine
from evidence.pdf.sanitize.sanitize import sanitize

SAFE_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources"}
SAFE_PAGE |= {"/Contents", "/Annots"}


def document(*texts: str) -> Pdf:
    """A PDF with a page for each text."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for text in texts:
        page = pdf.add_blank_page(page_size=(300, 300)).obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    return pdf


def saved(pdf: Pdf, path: Path, **options: object) -> Path:
    pdf.save(path, **options)
    pdf.close()
    return path


def cleaned(pdf: Pdf, folder: Path, **options: object) -> Path:
    sanitize(saved(pdf, folder / "source.pdf", **options), folder / "target.pdf")
    return folder / "target.pdf"


def everything_in(path: Path) -> bytes:
    """All objects of a file as text, streams unpacked."""
    with pikepdf.open(path) as pdf:
        parts = []
        for thing in pdf.objects:
            parts.append(thing.unparse())
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") != Name.Image:
                parts.append(thing.read_bytes())
        return b"\n".join(parts) + pdf.trailer.unparse()


def pixel(path: Path, x: int, y: int, page: int = 0) -> tuple[int, ...]:
    picture = pypdfium2.PdfDocument(path)[page].render(scale=1).to_pil().convert("RGB")
    return picture.getpixel((x, y))


def test_words_survive_page_by_page(tmp_path):
    target = cleaned(document("first page", "second page"), tmp_path)

    assert [text.strip() for text in extract_text(target).pages] == ["first page", "second page"]


def test_same_source_gives_the_same_bytes(tmp_path):
    source = saved(document("words"), tmp_path / "source.pdf")
    for name in ("one.pdf", "two.pdf"):
        sanitize(source, tmp_path / name)

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_scripts_attachments_and_author_names_are_removed_and_reported(tmp_path):
    pdf = document("words")
    secret = Dictionary(S=Name.JavaScript, JS=String("app.alert('SECRET')"))
    launch = Dictionary(S=Name.Launch, F=String("SECRET.exe"))
    pdf.Root.OpenAction = secret
    pdf.Root.AA = Dictionary(WC=secret)
    pdf.pages[0].obj.AA = Dictionary(O=launch)
    pdf.pages[0].obj.PieceInfo = Dictionary(SECRET=Dictionary())
    pdf.attachments["SECRET.txt"] = b"SECRET"
    pdf.docinfo["/Author"] = "SECRET name"
    pdf.Root.Metadata = pdf.make_stream(b"<x>SECRET</x>", Type=Name.Metadata)
    source = saved(pdf, tmp_path / "source.pdf")

    removed = sanitize(source, tmp_path / "target.pdf").removed

    assert b"SECRET" in everything_in(source)
    assert b"SECRET" not in everything_in(tmp_path / "target.pdf")
    assert {"an action on opening", "attached files", "actions of pages"} <= set(removed)
    assert "details about the author and the program" in removed


def test_pages_and_catalog_keep_only_allowed_keys(tmp_path):
    pdf = document("words")
    pdf.pages[0].obj.Tabs = Name.S
    pdf.pages[0].obj.SeparationInfo = Dictionary()
    target = cleaned(pdf, tmp_path)

    with pikepdf.open(target) as made:
        assert set(made.pages[0].obj.keys()) <= SAFE_PAGE
        assert set(made.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in made.trailer


def link(pdf: Pdf, **entries: object) -> None:
    page = pdf.pages[0].obj
    made = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], **entries)
    page.Annots = Array([*page.get("/Annots", []), pdf.make_indirect(made)])


def test_only_web_and_internal_links_are_kept(tmp_path):
    pdf = document("words", "more")
    for address in ("https://a.example/", "mailto:a@b.example", "file:///etc/x", "javascript:x"):
        link(pdf, A=Dictionary(S=Name.URI, URI=String(address)))
    link(pdf, A=Dictionary(S=Name.GoToR, F=String("other.pdf"), D=[0, Name.Fit]))
    link(pdf, Dest=String("chapter"))
    link(pdf, Dest=String("nowhere"))
    pdf.Root.Dests = Dictionary()
    tree = pikepdf.NameTree.new(pdf)
    tree["chapter"] = Array([pdf.pages[1].obj, Name.XYZ, 0, 100, None])
    pdf.Root.Names = Dictionary(Dests=tree.obj)
    target = cleaned(pdf, tmp_path)

    with pikepdf.open(target) as made:
        links = list(made.pages[0].obj.Annots)
        addresses = [str(annotation.A.URI) for annotation in links if "/A" in annotation]
        inside = [annotation.Dest for annotation in links if "/Dest" in annotation]
        assert addresses == ["https://a.example/", "mailto:a@b.example"]
        assert [place[0].objgen for place in inside] == [made.pages[1].obj.objgen]


def layered(content: bytes) -> Pdf:
    """A page whose layer Hidden is off and whose layer Shown is on."""
    pdf = document("open")
    hidden, shown = (
        pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name)))
        for name in ("Hidden layer", "Shown layer")
    )
    pdf.Root.OCProperties = Dictionary(OCGs=[hidden, shown], D=Dictionary(OFF=[hidden]))
    page = pdf.pages[0].obj
    page.Resources.Properties = Dictionary(H=hidden, S=shown)
    page.Contents = pdf.make_stream(content)
    return pdf


def test_hidden_layer_is_removed_and_the_rest_kept(tmp_path):
    pdf = layered(
        b"/OC /H BDC BT /F1 12 Tf 20 200 Td (SECRET) Tj ET 0 0 99 99 re f EMC "
        b"/OC /S BDC BT /F1 12 Tf 20 100 Td (seen) Tj ET EMC"
    )
    source = saved(pdf, tmp_path / "source.pdf")

    removed = sanitize(source, tmp_path / "target.pdf").removed

    assert extract_text(tmp_path / "target.pdf").pages[0].strip() == "seen"
    assert pixel(tmp_path / "target.pdf", 50, 250) == (255, 255, 255)
    assert b"SECRET" not in everything_in(tmp_path / "target.pdf")
    assert b"Hidden layer" not in everything_in(tmp_path / "target.pdf")
    assert "content on hidden layers" in removed


def test_hidden_picture_and_hidden_part_of_a_drawing_stay_hidden(tmp_path):
    pdf = layered(b"/X1 Do /X2 Do")
    page = pdf.pages[0].obj
    layer = page.Resources.Properties.H
    form = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": [0, 0, 300, 300]}
    page.Resources.XObject = Dictionary(
        X1=pdf.make_stream(b"0 0 99 99 re f %SECRET", OC=layer, **form),
        X2=pdf.make_stream(
            b"/OC /L BDC 0 0 99 99 re f EMC 200 0 99 99 re f",
            Resources=Dictionary(Properties=Dictionary(L=layer)),
            **form,
        ),
    )
    target = cleaned(pdf, tmp_path)

    assert pixel(target, 50, 250) == (255, 255, 255)
    assert pixel(target, 250, 250) == (0, 0, 0)
    assert b"SECRET" not in everything_in(target)


def test_optional_content_membership_rules_are_applied(tmp_path):
    pdf = layered(b"/OC /M BDC 0 0 99 99 re f EMC /OC /N BDC 200 0 99 99 re f EMC")
    properties = pdf.pages[0].obj.Resources.Properties
    both = [properties.H, properties.S]
    properties.M = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=both, P=Name.AllOn))
    properties.N = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=both, P=Name.AnyOn))
    target = cleaned(pdf, tmp_path)

    assert pixel(target, 50, 250) == (255, 255, 255)
    assert pixel(target, 250, 250) == (0, 0, 0)


def test_form_field_appearance_becomes_part_of_the_page(tmp_path):
    pdf = document("words")
    shown = pdf.make_stream(
        b"0 0 99 99 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99]
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Btn,
            T=String("SECRET field"),
            Rect=[0, 0, 99, 99],
            F=4,
            AP=Dictionary(N=shown),
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=[field])
    target = cleaned(pdf, tmp_path)

    assert pixel(target, 50, 250) == (0, 0, 0)
    assert b"SECRET" not in everything_in(target)


def test_box_annotation_over_words_still_covers_them(tmp_path):
    pdf = document("words")
    shown = pdf.make_stream(
        b"0 0 200 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 50]
    )
    box = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[10, 180, 210, 230], F=4,
                     T=String("SECRET name"), AP=Dictionary(N=shown))  # fmt: skip
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(box)])
    target = cleaned(pdf, tmp_path)

    assert pixel(target, 30, 95) == (0, 0, 0)
    assert b"SECRET" not in everything_in(target)


def photograph() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SECRET camera"
    out = io.BytesIO()
    Image.effect_mandelbrot((64, 64), (-2, -1, 1, 1), 20).save(
        out, "JPEG", exif=exif, comment=b"SECRET comment"
    )
    return out.getvalue()


def test_photograph_loses_its_metadata_and_keeps_every_pixel():
    raw = photograph()

    plain = without_jpeg_metadata(raw + b"SECRET after the end")

    assert b"SECRET" in raw
    assert b"SECRET" not in plain
    assert Image.open(io.BytesIO(plain)).tobytes() == Image.open(io.BytesIO(raw)).tobytes()


@pytest.mark.parametrize("cut", [2, 3, 5, 30, 200])
def test_truncated_photograph_never_raises(cut):
    assert without_jpeg_metadata(photograph()[:cut]).startswith(b"\xff\xd8")


def test_pictures_inside_the_pdf_lose_their_metadata(tmp_path):
    pdf = document("words")
    picture = pdf.make_stream(
        photograph(), Type=Name.XObject, Subtype=Name.Image, Width=64, Height=64,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.DCTDecode,
        Metadata=pdf.make_stream(b"SECRET"),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.XObject = Dictionary(I=picture)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"q 99 0 0 99 0 0 cm /I Do Q")
    target = cleaned(pdf, tmp_path)

    with pikepdf.open(target) as made:
        kept = made.pages[0].obj.Resources.XObject.I
        assert b"SECRET" not in kept.read_raw_bytes()
        assert "/Metadata" not in kept
    assert pixel(target, 50, 250) != (255, 255, 255)


def test_pdf_with_an_owner_password_only_is_decrypted(tmp_path):
    lock = pikepdf.Encryption(owner="o", user="", allow=pikepdf.Permissions(extract=False))
    target = cleaned(document("words"), tmp_path, encryption=lock)

    with pikepdf.open(target) as made:
        assert not made.is_encrypted
    assert extract_text(target).pages[0].strip() == "words"


def test_inherited_boxes_and_resources_are_kept(tmp_path):
    pdf = document("words")
    page, tree = pdf.pages[0].obj, pdf.Root.Pages
    for key in ("/MediaBox", "/Resources"):
        tree[key] = page[key]
        del page[key]
    tree.Rotate = 90
    target = cleaned(pdf, tmp_path)

    with pikepdf.open(target) as made:
        assert made.pages[0].obj.Rotate == 90
    assert extract_text(target).pages[0].strip() == "words"


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7\nnothing", b"%PDF-1.7\n" + b"\0" * 5_000])
def test_file_that_is_no_pdf_is_reported(raw, tmp_path):
    (tmp_path / "source.pdf").write_bytes(raw)

    with pytest.raises(SanitizeError, match="Ask the witness"):
        sanitize(tmp_path / "source.pdf", tmp_path / "target.pdf")
    with pytest.raises(TextExtractionError, match="cannot be read"):
        extract_text(tmp_path / "source.pdf")


def test_bytes_before_the_pdf_header_are_not_copied(tmp_path):
    whole = saved(document("first page"), tmp_path / "whole.pdf").read_bytes()
    source = tmp_path / "source.pdf"
    source.write_bytes(b"Kept in /home/quillfeather\r\n" + whole)

    sanitize(source, tmp_path / "target.pdf")

    target = (tmp_path / "target.pdf").read_bytes()
    assert target.startswith(b"%PDF-")
    assert b"quillfeather" not in target
    assert [text.strip() for text in extract_text(tmp_path / "target.pdf").pages] == ["first page"]
    assert Finding("before-the-pdf", "warn", {"count": 26}) in examine(source)


def test_copy_has_an_identifier_of_its_own(tmp_path):
    """The original's stays the same however often it is saved, and leads to whoever holds it."""
    source = saved(document("words"), tmp_path / "source.pdf")
    with pikepdf.open(source) as pdf:
        before = [bytes(identifier) for identifier in pdf.trailer.ID]
    sanitize(source, tmp_path / "target.pdf")

    with pikepdf.open(tmp_path / "target.pdf") as pdf:
        after = [bytes(identifier) for identifier in pdf.trailer.ID]
    assert not {*before} & {*after}
    assert not any(
        identifier.hex().encode() in everything_in(tmp_path / "target.pdf") for identifier in before
    )


def test_figures_and_fonts_keep_only_what_drawing_needs(tmp_path):
    pdf = document("words")
    secret = pdf.make_indirect(Dictionary(Author=String("SECRET"), Title=String("SECRET")))
    xmp = pdf.make_stream(b"<x:xmpmeta><dc:creator>SECRET</dc:creator></x:xmpmeta>")
    figure = pdf.make_stream(b"0 0 1 rg 0 0 50 50 re f")
    figure.Type, figure.Subtype, figure.BBox = Name.XObject, Name.Form, Array([0, 0, 50, 50])
    figure["/PTEX.FileName"], figure["/PTEX.InfoDict"] = String("/home/SECRET/a.pdf"), secret
    figure.Info, figure.Metadata, figure.LastModified = secret, xmp, String("D:2020")
    figure.Resources = Dictionary(
        Properties=Dictionary(MC0=Dictionary(Metadata=xmp, Title=String("SECRET"))),
        Private=String("SECRET"),
    )
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(Fig=pdf.make_indirect(figure))
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" q 1 0 0 1 100 100 cm /Fig Do Q")
    font = page.Resources.Font.F1
    font.Author, font.Metadata = String("SECRET"), xmp
    target = cleaned(pdf, tmp_path)

    assert b"SECRET" not in everything_in(target)
    assert pixel(target, 120, 180) == (0, 0, 255)
    assert [text.strip() for text in extract_text(target).pages] == ["words"]


@pytest.mark.parametrize("wrapping", ["ASCIIHexDecode", "FlateDecode"])
def test_compressed_photograph_loses_its_metadata_too(tmp_path, wrapping):
    exif = Image.Exif()
    exif[0x013B] = "SECRET"
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "JPEG", exif=exif)
    pack = {
        "ASCIIHexDecode": lambda raw: raw.hex().encode() + b">",
        "FlateDecode": zlib.compress,
    }[wrapping]
    pdf = document("words")
    photo = pdf.make_stream(pack(out.getvalue()))
    photo.Type, photo.Subtype = Name.XObject, Name.Image
    photo.Width = photo.Height = 20
    photo.ColorSpace, photo.BitsPerComponent = Name.DeviceRGB, 8
    photo.Filter = Array([Name(f"/{wrapping}"), Name.DCTDecode])
    page = pdf.pages[0].obj
    page.Resources.XObject = Dictionary(Im=photo)
    page.Contents = pdf.make_stream(b"q 100 0 0 100 50 50 cm /Im Do Q")
    target = cleaned(pdf, tmp_path)

    with pikepdf.open(target) as made:
        [picture] = [o for o in made.objects if isinstance(o, pikepdf.Stream) and "/Width" in o]
        raw = picture.read_raw_bytes()
    assert picture.get("/Filter") == Name.DCTDecode
    assert raw.startswith(b"\xff\xd8")
    assert b"SECRET" not in raw
    assert pixel(target, 100, 200)[0] > 200
