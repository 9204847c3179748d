"""A setting that cannot be used stops the start with a sentence that says which and why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAFE = {"SITE_URL": "https://evidence.example", "SECRET_KEY": "k" * 60}

UNUSABLE = {
    "SITE_URL": ("evidence.example", "is not an address"),
    "DATABASE_URL": ("mysql://host/name", "only sqlite and postgres"),
    "STORAGE_URL": ("ftp://host", "neither file"),
    "EMAIL_URL": ("mail.example", "none of"),
    "CLAMD_URL": ("localhost:3310", "must begin with"),
    "CELERY_BROKER_URL": ("amqp://host", "must begin with"),
    "FIELD_KEYS": ("short", "is not a Fernet key"),
    "LARGEST_FILE_MB": ("many", "is not a whole number"),
    "ATTEMPTS": ("0", "is less than 1"),
    "ACCEL_LOCATION": ("archive", "does not begin with"),
    "DEBUG": ("perhaps", "neither yes nor no"),
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


def test_the_embedded_defaults_start(tmp_path):
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_value_is_named_with_why(name, tmp_path):
    value, why = UNUSABLE[name]

    done = start(tmp_path, **{name: value})

    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert name in last
    assert why in last
    assert "docs/settings.md" in last


def test_nginx_is_not_asked_for_files_that_lie_in_a_bucket(tmp_path):
    done = start(tmp_path, ACCEL_LOCATION="/archive", STORAGE_URL="s3://bucket/prefix")

    assert "ACCEL_LOCATION cannot be used: the shelves are not in a folder" in done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_a_site_on_https_makes_no_secrets_of_its_own(name, tmp_path):
    environment = {key: value for key, value in SAFE.items() if key != name}

    done = start(tmp_path, **environment)

    assert f"Set {name}" in done.stderr


def test_every_setting_is_documented():
    written = (ROOT / "docs" / "settings.md").read_text()

    assert [name for name in UNUSABLE if f"`{name}`" not in written] == []
