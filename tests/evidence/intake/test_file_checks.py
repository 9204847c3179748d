"""The file checks: what they find in a file."""

import io
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pypandoc
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from evidence.files.file_types import Kind
from evidence.findings import Finding
from evidence.intake.file_checks import MOST_ENTRIES, inspect
from evidence.intake.finding_locations import place_name
from evidence.intake.finding_messages import message

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(path: Path, body: str = "", parts: dict[str, str | bytes] | None = None) -> Path:
    """A Word file with this body and these further parts."""
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in ({"word/document.xml": document} | (parts or {})).items():
            archive.writestr(name, content)
    return path


def odt(path: Path, body: str) -> Path:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for name, long in (("text", "text"), ("office", "office"), ("draw", "drawing"))
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        link = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
        archive.writestr("content.xml", f"<office:body {names} {link}>{body}</office:body>")
    return path


def severities(findings: list[Finding]) -> dict[str, str]:
    return {finding.code: finding.severity for finding in findings}


def run(settings: str, words: str = "words") -> str:
    return f"<w:p><w:r><w:rPr>{settings}</w:rPr><w:t>{words}</w:t></w:r></w:p>"


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf", "html"])
def test_ordinary_document_has_no_warnings(kind, tmp_path):
    (tmp_path / "a.md").write_text("# Title\n\nWords *here* and [there](https://a.example).\n")
    path = tmp_path / f"a.{kind}"
    subprocess.run([pypandoc.get_pandoc_path(), "-o", path, tmp_path / "a.md"], check=True)

    assert not {"warn", "hold"} & set(severities(inspect(path, Kind(kind))).values())


def test_zip_bomb_is_detected_by_inflating_and_not_by_headers(tmp_path):
    path = docx(tmp_path / "a.docx", parts={"word/media/a.bin": b"\0" * 8_000_000})
    raw = bytearray(path.read_bytes())
    # The list of contents says 100 bytes; the deflated stream says otherwise.
    at = raw.rindex(b"word/media/a.bin") - 46 + 24
    raw[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(raw)

    assert {c.code for c in inspect(path, Kind.DOCX) if c.severity == "hold"} & {
        "zip-bomb",
        "truncated",
    }


def test_extreme_repetition_is_a_zip_bomb(tmp_path):
    path = docx(tmp_path / "a.docx", parts={"word/media/a.bin": b"\0" * 8_000_000})

    assert severities(inspect(path, Kind.DOCX)) == {"zip-bomb": "hold"}


def test_file_of_too_many_parts_is_not_read(tmp_path):
    parts: dict[str, str | bytes] = {f"word/{n}.txt": "" for n in range(MOST_ENTRIES)}

    findings = inspect(docx(tmp_path / "a.docx", parts=parts), Kind.DOCX)

    assert severities(findings) == {"zip-bomb": "hold"}


WORD_SIGNS = {
    "hidden-text": (run("<w:vanish/>"), "warn"),
    "tracked-changes": ("<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>", "warn"),
    "embedded": ("<w:p><w:r><w:object/></w:r></w:p>", "warn"),
    "activex": ("<w:p><w:r><w:control/></w:r></w:p>", "hold"),
    "too-long": ("<w:p/>" * 50_001, "hold"),
}


@pytest.mark.parametrize("code", WORD_SIGNS)
def test_hidden_content_of_a_word_file_is_found(code, tmp_path):
    body, severity = WORD_SIGNS[code]

    assert severities(inspect(docx(tmp_path / "a.docx", body), Kind.DOCX)) == {code: severity}


@pytest.mark.parametrize(
    "body",
    [
        run('<w:vanish w:val="0"/>'),
        run('<w:vanish w:val="false"/>'),
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>words</w:t></w:r></w:p>",
    ],
)
def test_hidden_formatting_without_words_is_not_hidden_text(body, tmp_path):
    assert inspect(docx(tmp_path / "a.docx", body), Kind.DOCX) == []


@pytest.mark.parametrize(("used", "codes"), [("Secret", {"hidden-text"}), ("Other", set())])
def test_hiding_style_matters_only_where_it_is_used(used, codes, tmp_path):
    style = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr>'
        "</w:style></w:styles>"
    )
    body = run(f'<w:rStyle w:val="{used}"/>')

    findings = inspect(docx(tmp_path / "a.docx", body, {"word/styles.xml": style}), Kind.DOCX)

    assert {finding.code for finding in findings} == codes


def test_single_endless_run_is_held(tmp_path):
    words = "".join(chr(97 + n * n % 26) + str(n) for n in range(1_000_000))

    findings = inspect(docx(tmp_path / "a.docx", run("", words)), Kind.DOCX)

    assert "hold" in severities(findings).values()


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_embedded_document_is_found(start, tmp_path):
    path = docx(tmp_path / "a.docx", parts={"word/embeddings/a.bin": start + b"rest"})

    assert severities(inspect(path, Kind.DOCX)) == {"embedded": "warn"}


def test_remote_template_is_found_with_its_host(tmp_path):
    rels = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="a" TargetMode="External" '
        f'Type="{OFFICE_RELS}/attachedTemplate" Target="https://spy.example/t.dotm"/>'
        f'<Relationship Id="b" TargetMode="External" Type="{OFFICE_RELS}/hyperlink" '
        'Target="https://friend.example/"/></Relationships>'
    )

    [finding] = inspect(
        docx(tmp_path / "a.docx", parts={"word/_rels/settings.xml.rels": rels}), Kind.DOCX
    )

    assert (finding.code, finding.severity) == ("external", "warn")
    assert message(finding) == "The document loads something from spy.example."


def test_names_in_the_properties_are_found_unchanged(tmp_path):
    core = (
        '<p xmlns:dc="u:dc"><dc:creator>Dr Ŵyn Name</dc:creator>'
        "<lastModifiedBy>A. Friend</lastModifiedBy></p>"
    )
    path = docx(tmp_path / "a.docx", parts={"docProps/core.xml": core})

    assert {(c.code, c.severity, c.words) for c in inspect(path, Kind.DOCX)} == {
        ("metadata-author", "info", "Dr Ŵyn Name"),
        ("metadata-last-modified-by", "info", "A. Friend"),
    }


def test_xml_entity_definitions_are_held_and_never_expanded(tmp_path):
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'

    findings = inspect(docx(tmp_path / "a.docx", parts={"word/a.xml": bomb}), Kind.DOCX)

    assert severities(findings) == {"xml-entities": "hold"}


def photograph() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_picture_with_a_location_is_found(tmp_path):
    (tmp_path / "a.jpg").write_bytes(photograph())
    inside = docx(tmp_path / "a.docx", parts={"word/media/a.jpg": photograph()})

    assert severities(inspect(tmp_path / "a.jpg", Kind.JPEG)) == {"gps": "warn"}
    assert severities(inspect(inside, Kind.DOCX)) == {"gps": "warn"}


ODT_SIGNS = {
    "tracked-changes": ("<text:changed-region/>", "warn"),
    "comment": ("<office:annotation>x</office:annotation>", "warn"),
    "hidden-text": ("<text:hidden-text>x</text:hidden-text>", "warn"),
    "external": ('<draw:image xlink:href="http://spy.example/a.png"/>', "warn"),
    "embedded": ("<draw:object-ole/>", "warn"),
}


@pytest.mark.parametrize("code", ODT_SIGNS)
def test_hidden_content_of_an_odt_is_found(code, tmp_path):
    body, severity = ODT_SIGNS[code]

    assert severities(inspect(odt(tmp_path / "a.odt", body), Kind.ODT)) == {code: severity}


def test_empty_parts_written_by_libreoffice_are_no_damage(tmp_path):
    path = odt(tmp_path / "a.odt", "<text:p>x</text:p>")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("Configurations2/accelerator/current.xml", "")

    assert inspect(path, Kind.ODT) == []


def test_pdf_with_only_visible_layers_is_not_held(tmp_path):
    pdf = pdf_of(tmp_path)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("drawing")))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary())
    pdf.save(tmp_path / "a.pdf")

    assert severities(inspect(tmp_path / "a.pdf", Kind.PDF))["pdf-layers-shown"] == "info"


TEXT_SIGNS = {
    "an RTF with an object": (Kind.RTF, rb"{\rtf1 {\object\objemb}}", "embedded"),
    "an RTF with hidden text": (Kind.RTF, rb"{\rtf1 {\v secret}}", "hidden-text"),
    "an RTF with an author": (Kind.RTF, rb"{\rtf1{\info{\author A}}}", "metadata-author"),
    "an RTF without an end": (Kind.RTF, rb"{\rtf1 words", "truncated"),
    "a page with a script": (Kind.HTML, b"<p><script>x</script>", "script"),
    "a page that hides": (Kind.HTML, b'<p style="display:none">x</p>', "hidden-text"),
    "a page that loads": (Kind.HTML, b'<img src="https://spy.example/">', "external"),
    "an old Word file": (Kind.DOC, b"\xd0\xcf\x11\xe0", "legacy-word"),
}


@pytest.mark.parametrize("what", TEXT_SIGNS)
def test_hidden_content_of_other_file_types_is_found(what, tmp_path):
    kind, content, code = TEXT_SIGNS[what]
    (tmp_path / "a").write_bytes(content)

    assert code in severities(inspect(tmp_path / "a", kind))


def pdf_of(tmp_path: Path) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 300))
    return pdf


def note(kind: Name, **entries: object) -> Array:
    return Array([Dictionary(Type=Name.Annot, Subtype=kind, Rect=[0, 0, 9, 9], **entries)])


def pdf_with(sign: str, pdf: pikepdf.Pdf) -> None:  # noqa: C901 - a table, not a decision
    """Put into the PDF what the sign stands for."""
    page, root = pdf.pages[0].obj, pdf.Root
    match sign:
        case "pdf-javascript":
            root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("x"))
        case "pdf-launch":
            page.AA = Dictionary(O=Dictionary(S=Name.Launch))
        case "pdf-attachment":
            pdf.attachments["a.txt"] = b"a"
        case "pdf-xfa":
            root.AcroForm = Dictionary(XFA=String("x"))
        case "pdf-form":
            root.AcroForm = Dictionary(Fields=[Dictionary()])
        case "pdf-layers":
            layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
            root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
        case "metadata-author":
            pdf.docinfo["/Author"] = "Dr A. Name"
        case "comment":
            page.Annots = note(Name.Text, Contents=String("see me"), T=String("Bo"))
        case "redaction-not-applied":
            page.Annots = note(Name.Redact)


PDF_SIGNS = {
    "pdf-javascript": "warn",
    "pdf-launch": "warn",
    "pdf-attachment": "warn",
    "pdf-xfa": "warn",
    "pdf-form": "warn",
    "pdf-layers": "hold",
    "metadata-author": "info",
    "comment": "warn",
    "redaction-not-applied": "hold",
    "no-text": "info",
}


@pytest.mark.parametrize("code", PDF_SIGNS)
def test_hidden_content_of_a_pdf_is_found(code, tmp_path):
    pdf = pdf_of(tmp_path)
    pdf_with(code, pdf)
    pdf.save(tmp_path / "a.pdf")

    findings = severities(inspect(tmp_path / "a.pdf", Kind.PDF))

    assert findings == {"no-text": "info"} | {code: PDF_SIGNS[code]}


def test_comment_is_found_with_its_words_and_author(tmp_path):
    pdf = pdf_of(tmp_path)
    pdf_with("comment", pdf)
    pdf.save(tmp_path / "a.pdf")

    findings = {c.code: c for c in inspect(tmp_path / "a.pdf", Kind.PDF)}

    assert findings["comment"].words == "see me"
    assert place_name(findings["comment"].location) == "a comment by Bo: page 1"


def test_pdf_followed_by_an_archive_is_held(tmp_path):
    pdf_of(tmp_path).save(tmp_path / "a.pdf")
    with (tmp_path / "a.pdf").open("ab") as stream:
        stream.write(docx(tmp_path / "a.docx").read_bytes())

    assert severities(inspect(tmp_path / "a.pdf", Kind.PDF))["polyglot"] == "hold"


def test_pdf_readers_disagreeing_on_page_count_hold_the_submission(tmp_path):
    pdf = pdf_of(tmp_path)
    pdf.add_blank_page()
    pdf.Root.Pages.Count = 7
    pdf.save(tmp_path / "a.pdf")
    raw = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(raw.replace(b"/Count 2", b"/Count 7"))

    findings = inspect(tmp_path / "a.pdf", Kind.PDF)

    assert severities(findings)["readers-disagree"] == "hold"


HOSTILE = {
    "nothing": lambda _: b"",
    "half": lambda raw: raw[: len(raw) // 2],
    "its last bytes missing": lambda raw: raw[:-40],
    "zeros in the middle": lambda raw: raw[:60] + b"\0" * 200 + raw[260:],
    "rubbish": lambda _: bytes(n * 7 % 251 for n in range(3_000)),
}


@pytest.mark.parametrize("how", HOSTILE)
@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.ODT, Kind.PDF])
def test_broken_file_is_held_and_never_raises(kind, how, tmp_path):
    pdf_of(tmp_path).save(tmp_path / "a.pdf")
    docx(tmp_path / "a.docx", run("", "words" * 100))
    odt(tmp_path / "a.odt", "<text:p>words</text:p>" * 50)
    path = tmp_path / f"a.{kind}"
    path.write_bytes(HOSTILE[how](path.read_bytes()))

    assert "hold" in severities(inspect(path, kind)).values()


def test_missing_file_is_a_finding_and_never_raises(tmp_path):
    assert severities(inspect(tmp_path / "none.docx", Kind.DOCX)) == {"unreadable": "hold"}
