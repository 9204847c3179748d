"""The command that verifies files of bundles, with and without the database."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from evidence.custody.signing_keys import as_pem, name_of, public_keys
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.factories import CallFactory, a_member, a_submission
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db


def make() -> Parts:
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    a_submission(call, text="One.")
    a_submission(call, text="Two.")
    do_all()
    return {"call": call, "clerk": clerk, "bundle": a_bundle(call, clerk, do_all)}


_world = made_once(make)
call, clerk, bundle = part("call"), part("clerk"), part("bundle")


@pytest.fixture
def folder(bundle, tmp_path) -> Path:
    """A folder with the files of a bundle, its unpacked ZIP and the public keys."""
    path = tmp_path / "bundle"
    path.mkdir()
    for file in bundle.files.all():
        ending = "json.sig" if file.form == "sig" else file.form
        (path / f"bundle.{ending}").write_bytes(content(file.sha256))
    with zipfile.ZipFile(path / "bundle.zip") as pack:
        pack.extractall(path / "unpacked")
    (path / "keys.pem").write_bytes(as_pem(public_keys()))
    return path


@pytest.fixture
def check(capsys):
    """Run the command; what it said, a line each, and whether all was well."""

    def run(*paths: Path, key: Path | None = None) -> tuple[list[str], bool]:
        capsys.readouterr()
        try:
            call_command("verify_bundle", *paths, key=key)
        except CommandError:
            return capsys.readouterr().out.splitlines(), False
        return capsys.readouterr().out.splitlines(), True

    return run


def paper_in(folder: Path) -> Path:
    return min((folder / "unpacked" / "papers").iterdir())


def spoil(file: Path, name: str) -> None:
    """Alter one bit of one file in a ZIP."""
    whole = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as pack:
        start = pack.getinfo(name).header_offset
    whole[start + 30 + len(name) + 20] ^= 1
    file.write_bytes(whole)


# --- Well ----------------------------------------------------------------------------------------


def test_file_made_here_is_known_by_its_digest(check, folder, bundle):
    lines, well = check(*(folder / f"bundle.{form}" for form in ("pdf", "zip", "json", "json.sig")))

    assert well
    assert len(lines) == 4
    assert all("unaltered, made here on" in line for line in lines)
    assert all(bundle.fingerprint in line for line in lines)


def test_public_keys_alone_verify_every_file_type(check, folder):
    key = name_of(public_keys()[0])
    files = [folder / name for name in ("bundle.pdf", "bundle.json", "bundle.zip", "unpacked")]

    lines, well = check(*files, key=folder / "keys.pem")

    assert well
    assert [line.split(": ")[0] for line in lines] == [str(file) for file in files]
    assert all("unaltered" in line and key in line for line in lines)
    assert "all 9 files in it" in lines[2]
    assert "all 9 files in it" in lines[3]


def test_repacked_zip_verifies_like_the_first(check, folder):
    with zipfile.ZipFile(folder / "again.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        pack.mkdir("papers")
        for file in sorted((folder / "unpacked").rglob("*")):
            if file.is_file():
                pack.write(file, file.relative_to(folder / "unpacked"))

    _lines, well = check(folder / "again.zip", key=folder / "keys.pem")
    assert well


def test_verification_works_without_a_database(folder, tmp_path):
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    nowhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/none/none.sqlite3", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "manage.py", "verify_bundle"]
    arguments = ["--key", str(folder / "keys.pem"), str(folder / "bundle.zip")]
    done = subprocess.run(
        [*command, *arguments],
        cwd=django_settings.BASE_DIR,
        env={**kept, **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "bundle.zip: unaltered, all 9 files in it" in done.stdout


def test_command_exits_with_an_error_if_any_file_fails(folder):
    with pytest.raises(CommandError, match=r"Not as made: .*keys\.pem") as ended:
        call_command("verify_bundle", folder / "bundle.pdf", folder / "keys.pem")
    assert ended.value.returncode == 1


# --- Not well ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["altered", "missing", "added", "linked"])
def test_altered_file_in_a_folder_is_named(check, folder, how):
    paper = paper_in(folder)
    name = f"papers/{paper.name}"
    match how:
        case "altered":
            paper.write_bytes(paper.read_bytes()[:-1] + b"?")
        case "missing":
            paper.unlink()
        case "added":
            name = "papers/more.pdf"
            (folder / "unpacked" / name).write_bytes(b"%PDF")
        case "linked":
            aside = folder / "aside.pdf"
            paper.rename(aside)
            paper.symlink_to(aside)

    lines, well = check(folder / "unpacked", key=folder / "keys.pem")

    messages = {"missing": "is missing", "added": "is not listed in the manifest"}
    assert not well
    assert lines == [f"{folder / 'unpacked'}: {name} {messages.get(how, 'was altered')}"]


def test_item_with_one_altered_byte_in_a_zip_is_named(check, folder):
    name = f"papers/{paper_in(folder).name}"
    spoil(folder / "bundle.zip", name)

    lines, well = check(folder / "bundle.zip")

    assert not well
    assert lines == [f"{folder / 'bundle.zip'}: {name} was altered"]


@pytest.mark.parametrize("what", ["manifest.json", "manifest.json.sig"])
def test_altered_manifest_or_signature_verifies_nothing(check, folder, what):
    file = folder / "unpacked" / what
    file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])
    lines, well = check(folder / "unpacked", key=folder / "keys.pem")
    assert not well
    assert "its manifest is not signed with one of the keys" in lines[0]

    spoil(folder / "bundle.zip", what)
    lines, well = check(folder / "bundle.zip", key=folder / "keys.pem")
    assert not well
    assert "its manifest is not signed with one of the keys" in lines[0]


def test_pdf_alone_is_unknown_without_its_manifest(check, folder):
    lines, well = check(folder / "bundle.pdf", key=folder / "keys.pem")
    assert not well
    assert lines == [
        f"{folder / 'bundle.pdf'}: not known, and in no signed manifest among these files"
    ]


def test_bundle_signed_by_an_unknown_key_is_not_accepted(check, folder, settings):
    stranger = folder / "stranger.pem"
    stranger.write_bytes(as_pem([Ed25519PrivateKey.generate().public_key()]))

    for name in ("bundle.zip", "unpacked", "bundle.json"):
        assert not check(folder / name, key=stranger)[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not known, and in no signed manifest"),
        (b"PK\x03\x04 and nothing", "not known, and in no signed manifest"),
        (None, "cannot be read (FileNotFoundError)"),
    ],
)
def test_unreadable_file_is_reported_and_the_rest_is_checked(check, folder, content, message):
    broken = folder / "broken"
    if content is not None:
        broken.write_bytes(content)

    lines, well = check(broken, folder / "bundle.pdf")

    assert not well
    assert message in lines[0]
    assert "unaltered" in lines[1]


def test_control_characters_in_zip_names_are_not_printed(check, folder, tmp_path):
    whole = io.BytesIO((folder / "bundle.zip").read_bytes())
    with zipfile.ZipFile(whole, "a") as pack:
        pack.writestr("\x1b[2Jgone\n", b"")
    (folder / "hostile.zip").write_bytes(whole.getvalue())

    lines, well = check(folder / "hostile.zip", key=folder / "keys.pem")

    assert not well
    assert lines == [f"{folder / 'hostile.zip'}: \ufffd[2Jgone\ufffd is not listed in the manifest"]


def test_foreign_folder_and_invalid_key_are_reported(check, folder, tmp_path):
    lines, well = check(tmp_path)
    assert not well
    assert "there is no manifest.json with its signature in it" in lines[0]
    with pytest.raises(CommandError, match="holds no Ed25519 public keys"):
        call_command("verify_bundle", folder / "bundle.zip", key=folder / "bundle.pdf")
