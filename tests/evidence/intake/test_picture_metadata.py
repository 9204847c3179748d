"""What a picture's file records beside its pixels is found and listed."""

import io
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from evidence.files.file_types import Kind
from evidence.intake.file_checks import inspect
from tests.evidence.intake.test_file_checks import docx, severities

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" exif:GPSLatitude="54,46.5N" aux:SerialNumber="XS-77">
 <dc:creator><rdf:Seq><rdf:li>Nadia Tursun</rdf:li></rdf:Seq></dc:creator></rdf:Description>
</rdf:RDF></x:xmpmeta>"""


def written(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind, **options)
    return out.getvalue()


def exif_of_every_kind() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Lumen"
    exif[ExifTags.Base.XPAuthor] = "Nadia Tursun".encode("utf-16-le")
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: "2026:05:01 09:30:00",
        ExifTags.Base.BodySerialNumber: "SN-4711",
        ExifTags.Base.UserComment: b"ASCII\0\0\0flat above the bakery",
        ExifTags.Base.ExposureTime: 0.02,
    }
    return exif.tobytes()


def words_recorded(path: Path, kind: Kind) -> str:
    findings = {finding.code: finding for finding in inspect(path, kind)}
    assert findings["picture-metadata"].severity == "info"
    return findings["picture-metadata"].words


def test_exif_of_a_webp_is_listed_too(tmp_path):
    (tmp_path / "a.webp").write_bytes(written("WEBP", exif=exif_of_every_kind()))

    assert "XPAuthor: Nadia Tursun" in words_recorded(tmp_path / "a.webp", Kind.WEBP)


def test_exif_fields_are_listed_with_the_most_revealing_first(tmp_path):
    (tmp_path / "a.jpg").write_bytes(written("JPEG", exif=exif_of_every_kind()))
    words = words_recorded(tmp_path / "a.jpg", Kind.JPEG)

    assert words.startswith("XPAuthor: Nadia Tursun; BodySerialNumber: SN-4711; Make: Lumen; ")
    for field in ("DateTimeOriginal: 2026:05:01", "flat above the bakery", "ExposureTime: 0.02"):
        assert field in words


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_picture_metadata_in_every_kind_of_document_are_found(kind, tmp_path):
    picture = written(kind, exif=exif_of_every_kind())
    inside = docx(tmp_path / "a.docx", parts={"word/media/a.bin": picture})
    assert "SN-4711" in words_recorded(inside, Kind.DOCX)


def test_xmp_fields_are_read_with_the_location(tmp_path):
    (tmp_path / "a.jpg").write_bytes(written("JPEG", xmp=XMP))
    words = words_recorded(tmp_path / "a.jpg", Kind.JPEG)

    assert "creator: Nadia Tursun" in words
    assert "SerialNumber: XS-77" in words
    assert severities(inspect(tmp_path / "a.jpg", Kind.JPEG))["gps"] == "warn"


def test_iptc_gives_the_author_and_the_location(tmp_path):
    def entry(dataset: int, words: bytes) -> bytes:
        return bytes([0x1C, 2, dataset]) + len(words).to_bytes(2, "big") + words

    iptc = entry(80, b"Nadia Tursun") + entry(90, b"Durham")
    block = b"8BIM\x04\x04\0\0" + len(iptc).to_bytes(4, "big") + iptc + b"\0" * (len(iptc) % 2)
    segment = b"Photoshop 3.0\0" + block
    plain = written("JPEG")
    app13 = b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment
    (tmp_path / "a.jpg").write_bytes(plain[:2] + app13 + plain[2:])

    assert words_recorded(tmp_path / "a.jpg", Kind.JPEG) == "By-line: Nadia Tursun"
    assert severities(inspect(tmp_path / "a.jpg", Kind.JPEG))["gps"] == "warn"


def test_png_text_after_the_pixels_is_read(tmp_path):
    plain = written("PNG")
    text = b"tEXt" + b"Author\0Nadia Tursun"
    chunk = (len(text) - 4).to_bytes(4, "big") + text + zlib.crc32(text).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(plain[:-12] + chunk + plain[-12:])
    assert words_recorded(tmp_path / "a.png", Kind.PNG) == "Author: Nadia Tursun"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_picture_without_metadata_has_no_finding(kind, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(written(kind))
    assert not inspect(path, Kind(kind.lower()))
