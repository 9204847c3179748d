"""Fragments: the same for the same file, and never used when they are not as they were written."""

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
def made(tmp_path_factory) -> tuple[Path, bytes]:
    """A paper of ours as a file, and its fragment."""
    path = hostile_pdfs.written(tmp_path_factory.mktemp("ours"), "tagged")
    return path, prepare_file(path, ours=hostile_pdfs.ALL)


def whole(raw: bytes) -> None:
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


def test_the_same_file_gives_the_same_fragment(made):
    path, raw = made

    assert prepare_file(path, ours=hostile_pdfs.ALL) == raw


def test_a_fragment_knows_its_pages_and_the_file_it_was_made_of(made):
    path, raw = made
    heading = read(memoryview(raw)).heading

    with pypdfium2.PdfDocument(path) as document:
        assert heading.pages == len(document) == len(heading.placing_of)
    assert heading.source == hashlib.sha256(path.read_bytes()).hexdigest()
    assert heading.language == "en"


@pytest.mark.parametrize("part", range(0, 100, 7))
def test_a_fragment_cut_short_anywhere_is_noticed(made, part):
    _, raw = made

    with pytest.raises(UnusableFragmentError):
        whole(raw[: len(raw) * part // 100])


@pytest.mark.parametrize("seed", range(60))
def test_one_flipped_bit_anywhere_is_noticed(made, seed):
    _, raw = made
    changed = bytearray(raw)
    chance = random.Random(seed)
    changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)

    with pytest.raises(UnusableFragmentError):
        whole(bytes(changed))


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_fragment_gives_the_same_bundle_as_a_good_one(made, seed, tmp_path):
    path, raw = made
    good = bundle(tmp_path, path, raw)
    changed = bytearray(raw)
    changed[random.Random(seed).randrange(len(raw))] ^= 0x01

    assert bundle(tmp_path, path, bytes(changed)) == good


@pytest.mark.parametrize("kept", [0, 10, 100, 5_000])
def test_a_fragment_cut_short_gives_the_same_bundle_as_a_good_one(made, kept, tmp_path):
    path, raw = made

    assert bundle(tmp_path, path, raw[:kept]) == bundle(tmp_path, path, raw)


def test_a_fragment_of_an_older_version_is_made_again(made, tmp_path, monkeypatch):
    path, raw = made
    good = bundle(tmp_path, path, raw)
    monkeypatch.setattr(module, "MAGIC", b"inquiry fragment 0\n")
    old = prepare_file(path, ours=hostile_pdfs.ALL)
    monkeypatch.undo()

    with pytest.raises(UnusableFragmentError, match="no fragment of this version"):
        read(memoryview(old))
    assert bundle(tmp_path, path, old) == good


def test_a_fragment_of_another_file_is_not_used(made, tmp_path):
    path, raw = made
    other = hostile_pdfs.written(tmp_path, "plain")
    source = hashlib.sha256(path.read_bytes()).hexdigest()

    mixed = bundle(tmp_path, path, prepare_file(other, ours=0), sha256=source)

    assert mixed == bundle(tmp_path, path, raw, sha256=source)


def test_a_fragment_without_its_file_is_enough(made, tmp_path):
    _, raw = made
    item = Item("k", tmp_path / "gone.pdf", "FIA0001", "FIA0001 Dr Name", "March 2026")
    (tmp_path / "f").write_bytes(raw)

    joined = write_bundle(
        [dataclasses.replace(item, fragment=tmp_path / "f")], FRONT, [], tmp_path / "bundle.pdf"
    )

    assert joined.not_included == ()


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7\nnothing", b"words"])
def test_a_file_that_is_no_pdf_has_no_fragment_and_says_why(raw, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(raw)

    with pytest.raises(UnusableItemError, match=r"^Its file is damaged"):
        prepare_file(tmp_path / "bad.pdf", ours=0)
