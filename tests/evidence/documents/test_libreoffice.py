"""LibreOffice, if installed: the original layout for clerks, and old Word files."""

import shutil
import subprocess
from pathlib import Path

import pytest
from document_builders import by_pandoc

from evidence.documents import libreoffice
from evidence.documents.errors import UnreadableFileError
from evidence.documents.libreoffice import doc_to_docx, libreoffice_facsimile
from evidence.documents.read import read

pytestmark = pytest.mark.office
needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)


@needs_office
def test_clerk_can_view_the_original_as_libreoffice_shows_it(tmp_path: Path) -> None:
    path = by_pandoc(tmp_path, "Seen.", "docx")

    made = libreoffice_facsimile(path, "docx")

    assert made is not None
    assert made.startswith(b"%PDF-")


@needs_office
def test_missing_pdf_is_an_error_even_if_libreoffice_reports_success(tmp_path: Path) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(b"PK\x03\x04" + bytes(200))

    with pytest.raises(UnreadableFileError, match="LibreOffice could not open"):
        libreoffice_facsimile(path, "docx")


@needs_office
def test_old_word_file_is_converted_to_docx(tmp_path: Path) -> None:
    by_pandoc(tmp_path, "Old words.", "docx")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "doc",
            "made.docx",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    new = tmp_path / "new.docx"

    new.write_bytes(doc_to_docx(tmp_path / "made.doc"))

    assert read(new, "docx").words == 2


def test_without_libreoffice_there_is_no_facsimile_and_doc_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "_program", lambda: None)

    assert libreoffice_facsimile(tmp_path / "any.docx", "docx") is None
    with pytest.raises(UnreadableFileError, match=r"saved as a new Word document \(\.docx\)"):
        doc_to_docx(tmp_path / "any.doc")
