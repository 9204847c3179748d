"""Fragments: deterministic, and never used when damaged."""

import dataclasses
import hashlib
import random
from pathlib import Path

import pypdfium2
import pytest

from evidence.pdf.assemble.bundle import Front, Item, verify, write_bundle
from evidence.pdf.exceptions import UnusableItemError
from evidence.pdf.fragment import file_format as module
from evidence.pdf.fragment.file_format import UnusableFragmentError, read
from evidence.pdf.fragment.prepare import prepare_file
from tests.evidence.pdf import hostile_pdfs

FRONT = Front("C", "I", "HC 1", "Written evidence", "", (), (), "")


@pytest.fixture(scope="module")
def file_and_fragment(tmp_path_factory) -> tuple[Path, bytes]:
    """A paper of ours as a file, and its fragment."""
    path = hostile_pdfs.written(tmp_path_factory.mktemp("ours"), "tagged")
    return path, prepare_file(path, ours=hostile_pdfs.ALL)


def read_completely(raw: bytes) -> None:
    """Read all of a fragment, its blobs too."""
    fragment = read(memoryview(raw))
    for blob in fragment.heading.blobs:
        fragment.check(blob)


def bundle(folder: Path, path: Path, fragment: bytes, **fields: object) -> bytes:
    """The bytes of a bundle of one item with this fragment."""
    (folder / "item.fragment").write_bytes(fragment)
    plain = Item("k", path, "FIA0001", "FIA0001 Dr Name", "March 2026", ours=hostile_pdfs.ALL)
    item = dataclasses.replace(plain, fragment=folder / "item.fragment", **fields)
    joined = write_bundle([item], FRONT, [], folder / "bundle.pdf")
    verify(folder / "bundle.pdf", joined, [item])
    return (folder / "bundle.pdf").read_bytes()


def test_same_file_gives_the_same_fragment(file_and_fragment):
    path, raw = file_and_fragment

    assert prepare_file(path, ours=hostile_pdfs.ALL) == raw


def test_fragment_knows_its_pages_and_its_source_file(file_and_fragment):
    path, raw = file_and_fragment
    heading = read(memoryview(raw)).heading

    with pypdfium2.PdfDocument(path) as document:
        assert heading.pages == len(document) == len(heading.placing_of)
    assert heading.source == hashlib.sha256(path.read_bytes()).hexdigest()
    assert heading.language == "en"


@pytest.mark.parametrize("part", range(0, 100, 7))
def test_truncated_fragment_is_detected(file_and_fragment, part):
    _, raw = file_and_fragment

    with pytest.raises(UnusableFragmentError):
        read_completely(raw[: len(raw) * part // 100])


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bit_in_a_fragment_is_detected(file_and_fragment, seed):
    _, raw = file_and_fragment
    changed = bytearray(raw)
    chance = random.Random(seed)
    changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)

    with pytest.raises(UnusableFragmentError):
        read_completely(bytes(changed))


@pytest.mark.parametrize("seed", range(12))
def test_damaged_fragment_gives_the_same_bundle_as_a_good_one(file_and_fragment, seed, tmp_path):
    path, raw = file_and_fragment
    good = bundle(tmp_path, path, raw)
    changed = bytearray(raw)
    changed[random.Random(seed).randrange(len(raw))] ^= 0x01

    assert bundle(tmp_path, path, bytes(changed)) == good


@pytest.mark.parametrize("kept", [0, 10, 100, 5_000])
def test_truncated_fragment_gives_the_same_bundle_as_a_good_one(file_and_fragment, kept, tmp_path):
    path, raw = file_and_fragment

    assert bundle(tmp_path, path, raw[:kept]) == bundle(tmp_path, path, raw)


def test_fragment_of_an_older_version_is_remade(file_and_fragment, tmp_path, monkeypatch):
    path, raw = file_and_fragment
    good = bundle(tmp_path, path, raw)
    monkeypatch.setattr(module, "MAGIC", b"inquiry fragment 0\n")
    old = prepare_file(path, ours=hostile_pdfs.ALL)
    monkeypatch.undo()

    with pytest.raises(UnusableFragmentError, match="no fragment of this version"):
        read(memoryview(old))
    assert bundle(tmp_path, path, old) == good


def test_fragment_of_another_file_is_not_used(file_and_fragment, tmp_path):
    path, raw = file_and_fragment
    other = hostile_pdfs.written(tmp_path, "plain")
    source = hashlib.sha256(path.read_bytes()).hexdigest()

    mixed = bundle(tmp_path, path, prepare_file(other, ours=0), sha256=source)

    assert mixed == bundle(tmp_path, path, raw, sha256=source)


def test_fragment_is_enough_without_its_source_file(file_and_fragment, tmp_path):
    _, raw = file_and_fragment
    item = Item("k", tmp_path / "gone.pdf", "FIA0001", "FIA0001 Dr Name", "March 2026")
    (tmp_path / "f").write_bytes(raw)

    joined = write_bundle(
        [dataclasses.replace(item, fragment=tmp_path / "f")], FRONT, [], tmp_path / "bundle.pdf"
    )

    assert joined.not_included == ()


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7\nnothing", b"words"])
def test_file_that_is_no_pdf_has_no_fragment_and_a_reason(raw, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(raw)

    with pytest.raises(UnusableItemError, match=r"^Its file is damaged"):
        prepare_file(tmp_path / "bad.pdf", ours=0)
