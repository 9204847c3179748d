"""The manifest of a bundle lists all its files and has the committee's signature."""

import json
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence.bundles.downloads import issue
from evidence.custody.signing_keys import as_pem, name_of, public_keys, read_keys, sign, signer
from evidence.documents.models import Rendition
from evidence.errors import KeysUnreadableError, NotReadyError
from tests.evidence.bundles.bundle_builders import a_bundle, content, packed
from tests.factories import a_submission

pytestmark = pytest.mark.django_db


# --- The manifest --------------------------------------------------------------------------------


def test_manifest_lists_every_file_with_its_digest_and_names_nobody(call, clerk, work):
    submission = a_submission(call, name="Dr Somebody")
    work()
    bundle = a_bundle(call, clerk, work)

    written = content(bundle.manifest_sha256)

    manifest = json.loads(written)
    pdf = Rendition.objects.get(submission=submission, form=Rendition.Form.PDF)
    assert manifest["pdf"] == {
        "sha256": bundle.pdf_sha256,
        "size": bundle.pdf_size,
        "pages": bundle.pages,
    }
    assert [item["sha256"] for item in manifest["items"]] == [pdf.sha256]
    inside = packed(bundle)
    listed = {file["name"]: file["size"] for file in manifest["files"]}
    assert listed == {
        name: len(inside[name]) for name in inside if not name.startswith("manifest.json")
    }
    assert b"Somebody" not in written


def test_zip_holds_the_downloadable_manifest_and_signature(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)

    inside = packed(bundle)

    assert inside["manifest.json"] == content(issue(bundle, form="json", by=clerk).sha256)
    signature = issue(bundle, form="sig", by=clerk)
    assert inside["manifest.json.sig"] == content(signature.sha256)
    assert signature.name.endswith(".json.sig")
    assert signer(inside["manifest.json"], inside["manifest.json.sig"], public_keys())


def test_signature_of_a_bundle_older_than_signing_is_refused_with_a_message(call, clerk, work):
    a_submission(call)
    work()
    bundle = a_bundle(call, clerk, work)
    bundle.files.filter(form="sig").delete()

    with pytest.raises(NotReadyError, match="no such file"):
        issue(bundle, form="sig", by=clerk)


# --- Keys ----------------------------------------------------------------------------------------


def test_equal_bytes_have_equal_signatures_and_others_do_not_match():
    signature = sign(b"These words.")

    assert sign(b"These words.") == signature
    assert signer(b"These words.", signature, public_keys()) is not None
    assert signer(b"These words!", signature, public_keys()) is None
    assert signer(b"These words.", b"short", public_keys()) is None


def test_former_key_stays_trusted_and_an_unknown_key_is_not(settings):
    former, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    settings.SIGNING_KEYS_FORMER = [former.public_key()]

    assert public_keys()[0] == settings.SIGNING_KEY.public_key()
    assert signer(b"Words.", former.sign(b"Words."), public_keys()) == former.public_key()
    assert signer(b"Words.", stranger.sign(b"Words."), public_keys()) is None


def test_openssl_reads_the_signature_and_the_key_name(tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    (tmp_path / "manifest.json").write_bytes(b"{}")
    (tmp_path / "manifest.json.sig").write_bytes(sign(b"{}"))
    (tmp_path / "keys.pem").write_bytes(as_pem(public_keys()))

    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "keys.pem", "-rawin"]
    verify += ["-in", "manifest.json", "-sigfile", "manifest.json.sig"]
    done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Verified Successfully" in done.stdout

    der = ["openssl", "pkey", "-pubin", "-in", "keys.pem", "-outform", "DER", "-out", "key.der"]
    subprocess.run(der, cwd=tmp_path, check=True)
    summed = subprocess.run(
        ["sha256sum", "key.der"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert summed.stdout.split()[0] == name_of(public_keys()[0])


def test_key_file_with_several_keys_is_read_and_invalid_ones_are_refused(tmp_path):
    keys = [Ed25519PrivateKey.generate().public_key() for _ in range(2)]
    file = tmp_path / "keys.pem"
    file.write_bytes(as_pem(keys))
    assert read_keys(file) == keys

    other = generate_private_key(SECP256R1()).public_key()
    others = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for unusable in (b"", b"nothing", others, as_pem(keys) + others):
        file.write_bytes(unusable)
        with pytest.raises(KeysUnreadableError, match=r"keys\.pem holds no Ed25519"):
            read_keys(file)
    with pytest.raises(KeysUnreadableError):
        read_keys(tmp_path / "missing.pem")
