"""Verifying uploaded files: unknown files all get one answer, and forgeries are unknown."""

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence.bundles.export.deterministic_zip import Zipped
from evidence.bundles.export.manifest import FORMAT, NAME, SIGNATURE
from evidence.bundles.models import BundleFile
from evidence.bundles.verification import uploaded_files, zip_stream
from evidence.bundles.verification.uploaded_files import Answer, Verdict, Visit
from evidence.custody.signing_keys import sign
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.factories import CallFactory, a_member, a_submission
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db


def answers_about(*files: tuple[str, bytes], by: int = 64 * 1024) -> list[Answer]:
    visit = Visit()
    for name, whole in files:
        assert visit.begin(name)
        for at in range(0, len(whole), by):
            visit.take(whole[at : at + by])
        visit.end()
    return visit.answers()


def verdict(whole: bytes, **how: int) -> Verdict:
    return answers_about(("file", whole), **how)[0].verdict


def make() -> Parts:
    """The files of a bundle that another server of the committee made: unknown here."""
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    a_submission(call, text="One.")
    a_submission(call, text="Two.")
    do_all()
    bundle = a_bundle(call, clerk, do_all)
    files = {file.form: content(file.sha256) for file in bundle.files.all()}
    BundleFile.objects.all().delete()
    return {"call": call, "clerk": clerk, "elsewhere": files}


_world = made_once(make)
call, clerk, elsewhere = part("call"), part("clerk"), part("elsewhere")


# --- What was made here --------------------------------------------------------------------------


def test_every_file_of_a_bundle_is_known_with_fingerprint_and_time(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)

    files = [(file.form, content(file.sha256)) for file in bundle.files.all()]
    answers = answers_about(*files)

    assert [name for name, _ in files] == ["json", "pdf", "sig", "zip"]
    for answer in answers:
        assert answer.verdict == Verdict.UNALTERED
        assert answer.known.fingerprint == bundle.fingerprint
        assert answer.known.made_at == bundle.ready_at


def test_any_changed_byte_makes_a_file_unknown(call, clerk, work):
    a_submission(call)
    work()
    pdf = content(a_bundle(call, clerk, work).pdf_sha256)

    middle = len(pdf) // 2
    other = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
    assert [verdict(altered) for altered in (pdf + b"\n", pdf[:-1], other)] == [Verdict.UNKNOWN] * 3


def test_identical_bundles_are_known_by_the_first_time(call, clerk, work):
    a_submission(call)
    work()
    first = a_bundle(call, clerk, work)
    second = a_bundle(call, clerk, work)
    assert first.pdf_sha256 == second.pdf_sha256

    answer = answers_about(("file", content(first.pdf_sha256)))[0]

    assert answer.known.made_at == first.ready_at


def test_all_unknown_files_get_the_same_answer(elsewhere):
    unknown = [b"", b"PK", b"{", b"{}", b"x" * 64, b"%PDF-1.7", elsewhere["pdf"], b"P" * 100_000]
    answers = answers_about(*(("file", content) for content in unknown))
    assert answers == [Answer("file", Verdict.UNKNOWN)] * len(unknown)


# --- What is signed ------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [1, 7, 64 * 1024, 10**9])
def test_zip_of_another_server_is_known_by_its_signature_in_any_chunks(elsewhere, by):
    whole = elsewhere["zip"]
    if by == 1:
        # As few bytes as there can be, where the parts meet.
        head, tail = whole[:600], whole[600:]
        visit = Visit()
        visit.begin("file")
        for at in range(600):
            visit.take(head[at : at + 1])
        visit.take(tail)
        visit.end()
        answer = visit.answers()[0]
    else:
        answer = answers_about(("file", whole), by=by)[0]

    assert answer.verdict == Verdict.SIGNED
    assert answer.signed.fingerprint == json.loads(elsewhere["json"])["fingerprint"]


def test_pdf_of_another_server_is_known_beside_its_manifest_and_signature(elsewhere):
    files = [("b.pdf", elsewhere["pdf"]), ("m", elsewhere["json"]), ("s", elsewhere["sig"])]

    assert [answer.verdict for answer in answers_about(*files)] == [Verdict.SIGNED] * 3
    alone = answers_about(*files[:2])
    assert [answer.verdict for answer in alone] == [Verdict.UNKNOWN] * 2
    altered = [("b.pdf", elsewhere["pdf"] + b" "), *files[1:]]
    assert answers_about(*altered)[0].verdict == Verdict.UNKNOWN


def test_signature_of_an_unknown_key_counts_as_none(elsewhere, settings):
    settings.SIGNING_KEY = Ed25519PrivateKey.generate()
    assert verdict(elsewhere["zip"]) == Verdict.UNKNOWN

    settings.SIGNING_KEYS_FORMER = []
    files = [("m", elsewhere["json"]), ("s", elsewhere["sig"])]
    assert {answer.verdict for answer in answers_about(*files)} == {Verdict.UNKNOWN}


def test_zip_signed_by_a_former_key_is_still_known(elsewhere, settings):
    settings.SIGNING_KEYS_FORMER = [settings.SIGNING_KEY.public_key()]
    settings.SIGNING_KEY = Ed25519PrivateKey.generate()
    assert verdict(elsewhere["zip"]) == Verdict.SIGNED


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"format": 1}', b"[" * 100_000, b"not json"])
def test_signed_file_that_is_not_a_manifest_verifies_nothing(content):
    assert answers_about(("m", content), ("s", sign(content)))[0].verdict == Verdict.UNKNOWN


def signed_zip(folder: Path, members: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP with its manifest and signature, as a bundle of so many papers would be."""
    target = folder / "signed.zip"
    with Zipped(target) as pack:
        for name, inside in members:
            pack.add_bytes(name, inside)
        listed = [
            {"name": member.name, "sha256": member.sha256, "size": member.size}
            for member in pack.members
        ]
        pdf = {"sha256": "0" * 64, "size": 1, "pages": 1}
        manifest = json.dumps(
            {"format": FORMAT, "fingerprint": "f" * 64, "pdf": pdf, "files": listed, "items": []}
        ).encode()
        pack.add_bytes(NAME, manifest)
        pack.add_bytes(SIGNATURE, sign(manifest))
    return target.read_bytes()


@pytest.mark.campaign
def test_zip_of_more_than_65535_files_is_known(tmp_path):
    whole = signed_zip(tmp_path, [(f"{n:06}.pdf", b"") for n in range(66_000)])
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
    assert verdict(whole, by=10**9) == Verdict.SIGNED


@pytest.mark.parametrize("limit", [0, 50, 500])
def test_zip64_file_is_known_and_its_forgery_is_not(tmp_path, monkeypatch, limit):
    """As Python writes files of more than two gigabytes, or such that stand behind them."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    members = [("a.pdf", b"a" * 20), ("b.pdf", b"b" * 200), ("c.pdf", b"c" * 2000)]
    whole = signed_zip(tmp_path, members)
    assert b"PK\x06\x06" in whole

    assert verdict(whole) == Verdict.SIGNED
    assert verdict(whole.replace(b"b" * 200, b"x" * 200)) != Verdict.SIGNED
    where = whole.index(b"PK\x06\x06")
    for at in range(where, where + 76):
        changed = bytearray(whole)
        changed[at] ^= 1
        # What says by whom and for which version it is written proves nothing.
        if at - where not in range(12, 16):
            assert verdict(bytes(changed)) == Verdict.UNKNOWN, at - where


# --- Forgeries -----------------------------------------------------------------------------------


def rezipped(folder: Path, members: list[tuple[str, bytes]]) -> bytes:
    target = folder / "made.zip"
    with Zipped(target) as pack:
        for name, inside in members:
            pack.add_bytes(name, inside)
    return target.read_bytes()


def members_of(whole: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(whole)) as pack:
        return [(entry.filename, pack.read(entry)) for entry in pack.infolist()]


def test_altered_added_removed_or_duplicated_file_is_named(elsewhere, tmp_path):
    members = members_of(elsewhere["zip"])
    paper = next(name for name, _ in members if name.startswith("papers/"))

    def wrong(*changed: tuple[str, bytes]) -> tuple[Verdict, tuple[str, ...]]:
        answer = answers_about(("file", rezipped(tmp_path, list(changed))))[0]
        return answer.verdict, answer.wrong

    assert wrong(*members) == (Verdict.SIGNED, ())
    altered = [(name, b"%PDF" if name == paper else inside) for name, inside in members]
    assert wrong(*altered) == (Verdict.ALTERED, (paper,))
    without = [member for member in members if member[0] != paper]
    assert wrong(*without) == (Verdict.ALTERED, (paper,))
    assert wrong(*members, ("run-me.exe", b"MZ")) == (Verdict.ALTERED, ("run-me.exe",))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_second_file_of_the_same_name_is_named(elsewhere, tmp_path):
    members = members_of(elsewhere["zip"])
    for name in (members[0][0], "manifest.json"):
        whole = rezipped(tmp_path, [*members, (name, b"{}")])
        answer = answers_about(("file", whole))[0]
        assert (answer.verdict, answer.wrong) == (Verdict.ALTERED, (name,))


def directory_offset(whole: bytes) -> int:
    """Where the directory begins, as the end of the ZIP says."""
    return struct.unpack("<I", whole[-6:-2])[0]


def forged(whole: bytes) -> Iterator[bytes]:
    """The ZIP of the committee with something in it that a program would show instead."""
    at = directory_offset(whole)
    yield b"#!/bin/sh\n" + whole
    yield whole + b"\n"
    yield whole[:at] + b"hidden" + whole[at:]
    # The directory leads elsewhere: another place, name, size, way of packing, a comment.
    yield whole[: at + 42] + struct.pack("<I", 4) + whole[at + 46 :]
    yield whole[: at + 46] + b"other" + whole[at + 51 :]
    yield whole[: at + 20] + struct.pack("<I", 1) + whole[at + 24 :]
    yield whole[: at + 10] + struct.pack("<H", 8) + whole[at + 12 :]
    yield whole[:-2] + struct.pack("<H", 3) + b"abc"
    # One entry of it is gone.
    second = whole.index(b"PK\x01\x02", at + 4)
    yield whole[:at] + whole[second:]
    # Before a file stands what is not in the directory.
    yield whole[:8] + struct.pack("<H", 8) + whole[10:]
    yield whole[:6] + struct.pack("<H", 8) + whole[8:]
    yield whole[:30] + b"xxxxx" + whole[35:]


def test_zip_with_contradictory_directories_is_unknown(elsewhere):
    forgeries = list(forged(elsewhere["zip"]))

    assert [verdict(forgery) for forgery in forgeries] == [Verdict.UNKNOWN] * len(forgeries)


def test_zip_truncated_anywhere_is_unknown(elsewhere):
    whole = elsewhere["zip"]
    ends = {
        1,
        10,
        40,
        directory_offset(whole) - 1,
        directory_offset(whole) + 3,
        len(whole) - 22,
        len(whole) - 1,
    }
    assert {verdict(whole[:end]) for end in ends} == {Verdict.UNKNOWN}


def test_zip_with_too_many_members_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_stream, "MOST_MEMBERS", 2)
    whole = rezipped(tmp_path, [(f"{n}", b"") for n in range(3)])
    reader = zip_stream.PassingZip(room=10)
    reader.take(whole)
    assert not reader.whole()
    assert len(list(reader.members)) == 2


# --- Memory --------------------------------------------------------------------------------------


def peak_of(visit: Visit, chunk: bytes, times: int) -> int:
    visit.begin("file")
    tracemalloc.start()
    try:
        for _ in range(times):
            visit.take(chunk)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        visit.end()


@pytest.mark.parametrize("start", [b"", b"{", b"PK\x03\x04"])
def test_large_file_is_streamed_and_not_kept_in_memory(start):
    megabyte = start + b"x" * (2**20 - len(start))
    # A manifest may be kept whole up to its limit; twice over while it grows.
    assert peak_of(Visit(), megabyte, 64) < 3 * uploaded_files.LARGEST_MANIFEST


def test_many_manifests_together_keep_within_the_limit_of_one(monkeypatch):
    monkeypatch.setattr(uploaded_files, "LARGEST_MANIFEST", 1000)
    content = json.dumps({"format": FORMAT, "more": "x" * 600}).encode()
    files = [("one", content), ("two", content), ("sig", sign(content))]

    visit = Visit()
    for name, whole in files:
        visit.begin(name)
        visit.take(whole)
        visit.end()

    assert sum(len(file.kept) for file in visit._files) < 1000


def test_files_beyond_the_allowed_number_are_ignored():
    visit = Visit()
    begun = [visit.begin("file") for _ in range(uploaded_files.MOST_FILES + 5)]
    assert begun.count(True) == uploaded_files.MOST_FILES
