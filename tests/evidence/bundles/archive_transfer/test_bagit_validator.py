"""A bag is validated by its manifests, its signature and unlisted files."""

from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from evidence.bundles.archive_transfer.bagit_validator import bag_faults
from evidence.bundles.archive_transfer.bagit_writer import BagFolder
from evidence.custody.signing_keys import as_pem, name_of, public_keys

PAPER = "data/papers/FIA0001.pdf"


@pytest.fixture
def bag(tmp_path) -> Path:
    with BagFolder(tmp_path / "bag") as made:
        made.add("papers/FIA0001.pdf", [b"%PDF", b"-1.7"])
        made.add("papers/FIA0002.pdf", [b"%PDF-1.7"])
        made.seal({"Source-Organization": "A committee"})
        made.move()
    return tmp_path / "bag"


def faults(bag: Path) -> list[str]:
    return list(bag_faults(bag, public_keys()))


def test_valid_bag_has_no_faults_for_us_and_for_bagit(bag):
    assert faults(bag) == []
    bagit.Bag(str(bag)).validate()


def alterations() -> Iterator[tuple[str, object, list[str]]]:
    oxum = "it holds {} files of {} bytes; bag-info.txt says otherwise"
    yield "altered", lambda bag: (bag / PAPER).write_bytes(b"%PDF-1.8"), [f"{PAPER} was altered"]
    yield (
        "missing",
        lambda bag: (bag / PAPER).unlink(),
        [f"{PAPER} is missing", oxum.format(1, 8)],
    )
    yield (
        "added",
        lambda bag: (bag / "data/more.txt").write_bytes(b"1"),
        ["data/more.txt is not listed in manifest-sha512.txt", oxum.format(3, 17)],
    )
    yield (
        "linked",
        lambda bag: (bag / PAPER).rename(bag / "x") and (bag / PAPER).symlink_to(bag / "x"),
        [f"{PAPER} is a link and no file"],
    )
    yield (
        "list altered",
        lambda bag: (bag / "manifest-sha256.txt").write_text(
            (bag / "manifest-sha256.txt").read_text().replace("FIA0001", "FIA0009")
        ),
        [
            f"{PAPER} is not listed in manifest-sha256.txt",
            "data/papers/FIA0009.pdf is missing",
            "manifest-sha256.txt was altered",
        ],
    )
    yield (
        "facts altered",
        lambda bag: (bag / "bag-info.txt").write_text("Payload-Oxum: 16.2\n"),
        ["bag-info.txt was altered"],
    )
    yield (
        "signature altered",
        lambda bag: (bag / "tagmanifest-sha256.txt.sig").write_bytes(b"x" * 64),
        ["tagmanifest-sha256.txt is not signed with one of the keys"],
    )
    yield (
        "no signature",
        lambda bag: (bag / "tagmanifest-sha256.txt.sig").unlink(),
        ["tagmanifest-sha256.txt is not signed with one of the keys"],
    )


HARMS = list(alterations())


@pytest.mark.parametrize(
    ("harm", "expected"), [row[1:] for row in HARMS], ids=[row[0] for row in HARMS]
)
def test_altered_files_are_named(bag, harm, expected):
    harm(bag)
    problems = faults(bag)
    assert [line for line in expected if line not in problems] == []
    # And nothing else, but that the sum of sizes does not hold either.
    named = {line.split(" ")[0] for line in expected}
    assert {line.split(" ")[0] for line in problems} - {"it"} == named - {"it"}


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", "data/../../outside.txt"])
def test_manifest_paths_outside_the_bag_are_not_followed(bag, name):
    (bag.parent / "outside.txt").write_text("mine")
    with (bag / "manifest-sha256.txt").open("a") as out:
        out.write(f"{'0' * 64}  {name}\n")

    assert f"{name} leads out of the bag" in faults(bag)


def test_symlinked_folder_in_a_bag_is_not_followed(bag, tmp_path):
    (bag / "data/papers").rename(tmp_path / "papers")
    (bag / "data/papers").symlink_to(tmp_path / "papers")

    assert f"{PAPER} is a link and no file" in faults(bag)


def test_unreadable_and_repeated_manifest_lines_are_named(bag):
    listed = (bag / "manifest-sha256.txt").read_text()
    (bag / "manifest-sha256.txt").write_text(f"nonsense\n{listed}{listed}")

    lines = {fault.split(" names")[0] for fault in faults(bag) if " names" in fault}
    assert lines == {f"what line {n} of manifest-sha256.txt" for n in (1, 4, 5)}


def test_bag_without_manifests_is_not_valid(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "bagit.txt").write_text("BagIt-Version: 1.0\n")

    assert faults(tmp_path)[0] == "the bag has no list of its files by SHA-256 or SHA-512"


def test_bag_of_another_program_is_checked_and_reported_as_foreign(tmp_path):
    (tmp_path / "one.txt").write_text("One.")
    bagit.make_bag(str(tmp_path), checksums=["sha256"])

    assert faults(tmp_path) == ["tagmanifest-sha256.txt is not signed with one of the keys"]


def test_command_checks_a_bag(bag, capsys, tmp_path):
    key = tmp_path / "keys.pem"
    key.write_bytes(as_pem(public_keys()))

    call_command("verify_bundle", bag, key=key)
    name = name_of(public_keys()[0])
    assert capsys.readouterr().out == f"{bag}: unaltered, a whole bag, signed with {name}\n"

    (bag / PAPER).write_bytes(b"%PDF-1.8")
    with pytest.raises(CommandError):
        call_command("verify_bundle", bag, key=key)
    assert capsys.readouterr().out == f"{bag}: {PAPER} was altered\n"


def test_signature_with_an_unknown_key_is_not_trusted(bag, tmp_path):
    key = tmp_path / "keys.pem"
    key.write_bytes(as_pem([Ed25519PrivateKey.generate().public_key()]))
    with pytest.raises(CommandError):
        call_command("verify_bundle", bag, key=key)


@pytest.mark.parametrize("name", ["line\nbreak", "per%cent"])
def test_file_name_a_manifest_cannot_hold_makes_no_bag(tmp_path, name):
    with pytest.raises(ValueError, match="cannot list"), BagFolder(tmp_path / "bag") as made:
        made.add(name, [b""])
    assert not list(tmp_path.iterdir())
