"""Small handmade PDFs such as witnesses, scanners and attackers send."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

SECRET = "SECRET"


def document(*texts: str, size: tuple[float, float] = (300, 300)) -> Pdf:
    """A page for each text, in Helvetica."""
    pdf = pikepdf.new()
    for text in texts:
        page = pdf.add_blank_page(page_size=size).obj
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    return pdf


def content(raw: bytes, **page: object) -> Pdf:
    pdf = document("words")
    pdf.pages[0].obj.Contents = pdf.make_stream(raw)
    for key, value in page.items():
        pdf.pages[0].obj[f"/{key}"] = value
    return pdf


def shaped(**page: object) -> Callable[[], Pdf]:
    """A page with its corners marked, of a shape of its own."""
    corners = b"1 0 0 rg 0 0 40 40 re f 0 0 1 rg 260 260 40 40 re f 0 g "
    return lambda: content(corners + b"BT /F1 12 Tf 80 150 Td (turned words) Tj ET", **page)


def without_resources() -> Pdf:
    pdf = document("gone")
    del pdf.pages[0].obj["/Resources"]
    return pdf


def without_content() -> Pdf:
    pdf = document("gone")
    del pdf.pages[0].obj["/Contents"]
    return pdf


def inherited() -> Pdf:
    pdf = document("inherited", "also inherited")
    tree = pdf.Root.Pages
    for key in ("/MediaBox", "/Resources"):
        tree[key] = pdf.pages[0].obj[key]
        for page in pdf.pages:
            del page.obj[key]
    tree.Rotate = 90
    return pdf


def with_split_content() -> Pdf:
    pdf = document("words")
    parts = [b"q BT /F1 12 Tf", b" 20 200 Td (in parts) Tj", b" ET Q"]
    pdf.pages[0].obj.Contents = Array([pdf.make_stream(part) for part in parts])
    return pdf


def layered() -> Pdf:
    """One layer off, one on, and a rule over both."""
    pdf = document("words")
    hidden, shown = (
        pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("H", "S")
    )
    rule = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=[hidden, shown], P=Name.AllOn))
    pdf.Root.OCProperties = Dictionary(OCGs=[hidden, shown], D=Dictionary(OFF=[hidden]))
    page = pdf.pages[0].obj
    page.Resources.Properties = Dictionary(H=hidden, S=shown, M=rule)
    page.Contents = pdf.make_stream(
        b"/OC /H BDC BT /F1 12 Tf 20 200 Td (SECRET) Tj ET 0 0 99 99 re f EMC "
        b"/OC /S BDC BT /F1 12 Tf 20 100 Td (seen) Tj ET EMC "
        b"/OC /M BDC 200 0 99 99 re f EMC"
    )
    return pdf


def form() -> Pdf:
    pdf = document("a form")
    shown = pdf.make_stream(
        b"0.5 g 0 0 99 99 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99]
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String(SECRET), F=4,
            Rect=[0, 0, 99, 99], AP=Dictionary(N=shown),
            A=Dictionary(S=Name.JavaScript, JS=String(SECRET)),
        )
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=[field])
    return pdf


def annotated() -> Pdf:
    """Links of every kind, a comment, a box over words."""
    pdf = document("links", "their target")
    rect = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": [10, 10, 90, 30]}
    drawn = pdf.make_stream(
        b"0 0 200 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 30]
    )
    addresses = (
        "https://a.example/(1 0 R)",
        "mailto:a@b.example",
        "file:///SECRET",
        "javascript:SECRET",
    )
    pdf.pages[0].obj.Annots = Array(
        [
            *(Dictionary(A=Dictionary(S=Name.URI, URI=String(web)), **rect) for web in addresses),
            Dictionary(Dest=Array([pdf.pages[1].obj, Name.XYZ, 0, 100, None]), **rect),
            Dictionary(Dest=String("chapter"), **rect),
            Dictionary(A=Dictionary(S=Name.Launch, F=String(SECRET)), **rect),
            Dictionary(A=Dictionary(S=Name.GoToR, F=String(SECRET), D=[0, Name.Fit]), **rect),
            Dictionary(
                Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String(SECRET)
            ),
            Dictionary(
                Type=Name.Annot, Subtype=Name.Square, Rect=[10, 240, 210, 270], F=4,
                T=String(SECRET), AP=Dictionary(N=drawn),
            ),
        ]
    )  # fmt: skip
    tree = pikepdf.NameTree.new(pdf)
    tree["chapter"] = Array([pdf.pages[1].obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=tree.obj)
    return pdf


def with_active_content() -> Pdf:
    """Everything that acts by itself."""
    pdf = document("armed")
    script = Dictionary(S=Name.JavaScript, JS=String(SECRET))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String(SECRET)))
    pdf.attachments["SECRET.txt"] = b"SECRET"
    pdf.docinfo["/Author"] = SECRET
    picture = pdf.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1,
                              ColorSpace=Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
    picture.AF = Array([pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String(SECRET)))])
    pdf.pages[0].obj.Resources.XObject = Dictionary(I=picture)
    return pdf


def pictured(mask: int) -> Callable[[], Pdf]:
    """A picture whose bytes are equal in two documents, and whose mask is not."""

    def make() -> Pdf:
        pdf = document("picture")
        gray = Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=64, Height=64,
                          ColorSpace=Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
        cover = pdf.make_stream(bytes([mask]) * 4096, gray)
        shown = pdf.make_stream(bytes(4096), gray)
        shown.SMask = cover
        page = pdf.pages[0].obj
        page.Resources.XObject = Dictionary(I=shown)
        page.Contents = pdf.make_stream(b"q 99 0 0 99 50 50 cm /I Do Q")
        return pdf

    return make


def scanned() -> Pdf:
    out = io.BytesIO()
    Image.effect_mandelbrot((300, 400), (-2, -1, 1, 1), 40).save(out, "PDF", resolution=100)
    return pikepdf.open(io.BytesIO(out.getvalue()))


def named_like_ours() -> Pdf:
    pdf = document("ours")
    fonts = pdf.pages[0].obj.Resources.Font
    for name in ("Line0x0", "Line0x1", "Line1x2"):
        fonts[f"/{name}"] = fonts.F1
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /Line0x0 12 Tf 20 200 Td (its own) Tj ET")
    return pdf


def saying_other_words() -> Pdf:
    return content(
        b"/Span <</ActualText (SECRET)>> BDC BT /F1 12 Tf 20 200 Td (shown) Tj ET EMC "
        b"/P <</MCID 7>> BDC BT /F1 12 Tf 20 100 Td (tagged) Tj ET EMC /X MP"
    )


def same_page_twice() -> Pdf:
    pdf = document("the same page")
    pdf.pages.append(pdf.pages[0])
    return pdf


def tagged(paragraphs: int = 12) -> Pdf:
    """Set as we set papers: PDF/UA with headings, a list, a table, a note, links."""
    source = f"""
#set document(title: "Tagged", date: none)
#set text(lang: "en")
= A heading <top>
#for n in range({paragraphs}) [Paragraph number #n of this paper. #lorem(30)

]
- an item
- another#footnote[A note.]
#table(columns: 2, table.header([One], [Two]), [cell a], [cell b])
#link("https://a.example/")[a link] and #link(<top>)[back]
"""
    made = typst.compile(source.encode(), pdf_standards=["ua-1"])
    return pikepdf.open(io.BytesIO(made))


def with_broken_tags() -> Pdf:
    pdf = tagged(3)
    root = pdf.Root.StructTreeRoot
    top = root.K[0] if isinstance(root.K, Array) else root.K
    top.K.append(top)
    return pdf


PLAIN: dict[str, Callable[[], Pdf]] = {
    "plain": lambda: document("first page", "second page", "third page"),
    "upright": shaped(),
    "turned right": shaped(Rotate=90),
    "upside down": shaped(Rotate=180),
    "turned left": shaped(Rotate=270),
    "cropped": shaped(CropBox=[50, 50, 250, 250]),
    "cropped and turned": shaped(CropBox=[50, 100, 250, 250], Rotate=90),
    "away from the corner": shaped(MediaBox=[-100, -100, 300, 300]),
    "narrow": shaped(MediaBox=[0, 0, 120, 300]),
    "without resources": without_resources,
    "without content": without_content,
    "inherited": inherited,
    "in parts": with_split_content,
    "layered": layered,
    "form": form,
    "annotated": annotated,
    "armed": with_active_content,
    "picture behind a light mask": pictured(60),
    "picture behind a dark mask": pictured(240),
    "scanned": scanned,
    "named like ours": named_like_ours,
    "saying other words": saying_other_words,
    "twice": same_page_twice,
    "too many Q": lambda: content(b"Q Q 1 0 0 rg 0 0 99 99 re f Q"),
    "too few Q": lambda: content(b"q q 2 0 0 2 0 0 cm 0 0 99 20 re f"),
    "a letter in a picture": lambda: content(
        b"q 9 0 0 9 20 20 cm BI /W 3 /H 1 /BPC 8 /CS /G ID \nq \nEI Q"
    ),
}
OURS: dict[str, Callable[[], Pdf]] = {"tagged": tagged, "tagged badly": with_broken_tags}
LARGE: dict[str, Callable[[], Pdf]] = {
    "tiny": shaped(MediaBox=[0, 0, 10, 10]),
    "huge": shaped(MediaBox=[0, 0, 14_400, 14_400]),
    "in larger units": shaped(UserUnit=3),
}
SAVED: dict[str, dict[str, object]] = {
    "plain": {},
    "packed": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    "locked": {"encryption": pikepdf.Encryption(owner="o", user="")},
}


ALL = 10_000


def ours(kind: str) -> int:
    """How many pages of a document of this kind we set: all or none."""
    return ALL if kind in OURS else 0


def written(folder: Path, kind: str, how: str = "plain") -> Path:
    """The document of this kind as a file."""
    path = folder / f"{kind} {how}.pdf"
    if not path.exists():
        with (PLAIN | OURS | LARGE)[kind]() as pdf:
            pdf.save(path, **SAVED[how])
    return path
