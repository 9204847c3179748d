"""systemd accepts the unit files of docs/production without warnings."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.management.commands.serve import WORKER_NICE

PRODUCTION = Path(__file__).parents[2] / "docs" / "production"
PROGRAM = "/srv/evidence/app/.venv/bin/python"


def verify(unit: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def _systemd() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")


@pytest.mark.parametrize("name", sorted(path.name for path in PRODUCTION.glob("*.service")))
def test_unit_files_are_accepted_by_systemd_without_warnings(name, tmp_path):
    written = (PRODUCTION / name).read_text()
    assert PROGRAM in written
    unit = tmp_path / name.replace("@.", "@1.")
    unit.write_text(written.replace(PROGRAM, sys.executable))

    done = verify(unit)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_worker_units_have_lower_cpu_and_disk_priority_than_the_web_server():
    worker = (PRODUCTION / "evidence-worker@.service").read_text().splitlines()
    web = (PRODUCTION / "evidence-web.service").read_text()

    assert f"Nice={WORKER_NICE}" in worker
    assert {"CPUWeight=20", "IOWeight=20"} <= set(worker)
    assert not any(word in web for word in ("Nice=", "CPUWeight=", "IOWeight="))


def test_systemd_reports_a_faulty_unit_file(tmp_path):
    unit = tmp_path / "evidence-web.service"
    written = (PRODUCTION / unit.name).read_text().replace(PROGRAM, sys.executable)
    unit.write_text(written.replace("PrivateTmp=yes", "PrivateTemp=yes"))

    assert "'PrivateTemp'" in verify(unit).stderr
