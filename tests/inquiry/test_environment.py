"""An invalid setting stops the start with a message that says which and why."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core.exceptions import ImproperlyConfigured

from inquiry.config.settings import keys

PUBLIC_PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
ROOT = Path(__file__).parents[2]
SAFE = {
    "SITE_URL": "https://evidence.example",
    "SECRET_KEY": "k" * 60,
    "FIELD_KEYS": Fernet.generate_key().decode(),
}

UNUSABLE = {
    "DATA_DIR": ("/proc/none", "cannot be made"),
    "WORK_DIR": ("/proc/none", "cannot be made"),
    "SITE_URL": ("evidence.example", "is not an address"),
    "DATABASE_URL": ("mysql://host/name", "only sqlite and postgres"),
    "QUICK_EXIT_URL": ("http://weather.example", "is not an address"),
    "LETTER_SITE_URL": ("forms.example", "is not an address"),
    "ONION_URL": ("http://short.onion", "is not an address"),
    "STORAGE_URL": ("ftp://host", "neither file"),
    "EMAIL_URL": ("mail.example", "none of"),
    "CLAMD_URL": ("localhost:3310", "must begin with"),
    "CELERY_BROKER_URL": ("amqp://host", "must begin with"),
    "FIELD_KEYS": ("short", "is not a Fernet key"),
    "SIGNING_KEY": ("short", "is not an Ed25519 private key"),
    "SIGNING_KEYS_FORMER": ("c2hvcnQ=", "key 1 is not an Ed25519 public key"),
    "LARGEST_FILE_MB": ("many", "Not a valid integer"),
    "ATTEMPTS": ("0", "Must be greater than or equal to 1"),
    "ACCEL_LOCATION": ("archive", "does not begin with"),
    "DEBUG": ("perhaps", "Not a valid boolean"),
    "LOG_LEVEL": ("LOUD", "is none of"),
}


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import inquiry.config.settings"],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_default_settings_start(tmp_path):
    assert start(tmp_path).returncode == 0
    kept = {file.name: file.stat().st_mode & 0o077 for file in (tmp_path / "keys").iterdir()}
    assert kept == {"secret_key": 0, "field_keys": 0, "signing_key": 0}


@pytest.mark.parametrize("name", UNUSABLE)
def test_invalid_setting_is_named_with_the_reason(name, tmp_path):
    value, why = UNUSABLE[name]

    done = start(tmp_path, **{name: value})

    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert name in last
    assert why in last
    assert "docs/settings.md" in last


def test_nginx_is_not_asked_for_files_stored_in_a_bucket(tmp_path):
    done = start(tmp_path, ACCEL_LOCATION="/archive", STORAGE_URL="s3://bucket/prefix")

    assert "ACCEL_LOCATION cannot be used: the files are not in a folder" in done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "SIGNING_KEY"])
def test_https_site_requires_configured_secrets(name, tmp_path):
    environment = {key: value for key, value in SAFE.items() if key != name}

    done = start(tmp_path, **environment)

    assert f"Set {name}" in done.stderr


@pytest.mark.parametrize("form", ["base64", "pem", "pem in one line"])
def test_signing_key_is_accepted_in_any_usual_format(form, monkeypatch):
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    if form == "base64":
        private, shown = key.private_bytes_raw(), public.public_bytes_raw()
        written = [base64.b64encode(encoded).decode() for encoded in (private, shown)]
    else:
        plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pems = key.private_bytes(*plain), public.public_bytes(*PUBLIC_PEM)
        written = [pem.decode() for pem in pems]
    if form == "pem in one line":
        written = [pem.replace("\n", "\\n") for pem in written]
    monkeypatch.setenv("SIGNING_KEYS_FORMER", f"{written[1]}, {written[1]}")

    assert keys.signing_key("SIGNING_KEY", written[0].strip()).public_key() == public
    assert keys.public_keys("SIGNING_KEYS_FORMER") == [public, public]


def test_key_of_another_type_is_refused(monkeypatch):
    other = generate_private_key(SECP256R1())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    locked = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
    )
    for unusable in (private, locked.decode(), "", base64.b64encode(b"k" * 31).decode()):
        with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY cannot be used"):
            keys.signing_key("SIGNING_KEY", unusable)

    monkeypatch.setenv("FORMER", other.public_key().public_bytes(*PUBLIC_PEM).decode())
    with pytest.raises(ImproperlyConfigured, match="key 1 is not an Ed25519 public key"):
        keys.public_keys("FORMER")


def test_every_setting_is_documented():
    written = (ROOT / "docs" / "settings.md").read_text()

    assert [name for name in UNUSABLE if f"`{name}`" not in written] == []
