"""Makes small real documents for tests."""

import io
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from evidence.documents.readers import pandoc
from evidence.findings import Finding
from evidence.intake.finding_messages import MESSAGES, key

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def by_pandoc(folder: Path, markdown: str, kind: str) -> Path:
    """The markdown as a document of this kind, written by pandoc."""
    path = folder / f"made.{kind}"
    subprocess.run(
        [str(pandoc.program()), "--standalone", "-f", "markdown", "-o", str(path)],
        input=markdown.encode(),
        cwd=folder,
        check=True,
    )
    return path


def changed(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """The same ZIP with parts replaced or added."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content.update({k: v.encode() if isinstance(v, str) else v for k, v in parts.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path


def word_with(folder: Path, body: str, parts: Mapping[str, str | bytes] | None = None) -> Path:
    """A DOCX whose text is this WordprocessingML."""
    path = by_pandoc(folder, "placeholder", "docx")
    document = f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>"
    return changed(path, {"word/document.xml": document, **(parts or {})})


def paragraph(words: str, properties: str = "") -> str:
    """One paragraph of one run."""
    run = f'<w:r>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'
    return f"<w:p>{run}</w:p>"


def word_part(root: str, inside: str) -> str:
    """A header, footer, comments or notes part."""
    return f"<w:{root} {_NAMES}>{inside}</w:{root}>"


def photograph(*, gps: bool = True, file_format: str = "JPEG") -> bytes:
    """A small picture with EXIF in it."""
    exif = Image.Exif()
    exif[0x010F] = "SpyCamera"
    if gps:
        exif[0x8298] = "Copyright A Dissident"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, file_format, exif=exif)
    return out.getvalue()


def codes(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    """The findings by their code (the last of each); every code has its sentence."""
    assert {key(finding) for finding in findings} <= MESSAGES.keys()
    return {finding.code: finding for finding in findings}
