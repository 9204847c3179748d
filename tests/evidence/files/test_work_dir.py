"""Files of killed processes are left only in the work folder, and are cleared there."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from celery.signals import worker_init
from django.conf import settings

from evidence.bundles.build.workspace import clear_leftovers
from evidence.documents import libreoffice, read
from evidence.documents.readers import any_format
from evidence.drafts import file_checks, preview
from evidence.files.work_dir import work_here
from evidence.pdf.sandbox import typst as typesetting
from tests.evidence.pdf.hostile_pdfs import document
from tests.process_kill import die, killed_in

# Takes in a file as web pages and workers do, and is killed while it looks at it.
AT_THE_DOOR = """
import io, os, signal
import django
django.setup()
from evidence.files.work_dir import work_here
work_here()
from evidence.submissions.receive import at_the_door
with at_the_door(io.BytesIO(b"Evidence that nobody may find."), name="a.txt"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
SAY = "import tempfile; print(tempfile.gettempdir())"


@pytest.fixture
def process_work_dir(monkeypatch) -> Path:
    """As in a web server or worker that has been started."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    work_here()
    return Path(settings.WORK_DIR)


def make_files_old(folder: Path) -> None:
    for left in folder.iterdir():
        os.utime(left, (0, 0))


def process_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a process with a data folder and a folder for what is temporary."""
    for name in ("data", "tmp"):
        (tmp_path / name).mkdir()
    given = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return {
        **given,
        "DATA_DIR": str(tmp_path / "data"),
        "TMPDIR": str(tmp_path / "tmp"),
        "DJANGO_SETTINGS_MODULE": "inquiry.config.settings",
    }


def python(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        check=False,
    )


def test_killed_process_leaves_evidence_in_the_work_dir_only_and_it_is_cleared(tmp_path, settings):
    environment = process_environment(tmp_path)

    ended = python(environment, "-c", AT_THE_DOOR)

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert list((tmp_path / "tmp").iterdir()) == []
    settings.WORK_DIR = str(tmp_path / "data" / "working")
    left = [path for path in Path(settings.WORK_DIR).rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in left] == [b"Evidence that nobody may find."]

    clear_leftovers()
    assert left[0].exists()
    make_files_old(Path(settings.WORK_DIR))
    clear_leftovers()
    assert list(Path(settings.WORK_DIR).iterdir()) == []


@pytest.mark.parametrize(
    "how",
    [
        ["-c", f"import inquiry.config.wsgi; {SAY}"],
        ["manage.py", "shell", "-v0", "-c", SAY],
    ],
)
def test_web_server_and_commands_use_the_work_dir(tmp_path, how):
    completed = python(process_environment(tmp_path), *how)

    assert completed.stdout.decode().strip() == str(tmp_path / "data" / "working"), completed.stderr


def test_workers_use_the_work_dir(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)

    worker_init.send(sender=None)

    assert tempfile.gettempdir() == settings.WORK_DIR
    assert Path(settings.WORK_DIR).is_dir()


@pytest.mark.parametrize(
    ("module", "name", "work"),
    [
        (preview, "page_picture", lambda path: preview._drawn(path, 0)),
        (
            file_checks,
            "extract_text",
            lambda path: file_checks._read_pdf(
                file_checks.DraftFile(), path, file_checks.FileReport()
            ),
        ),
        (read, "_read_in", lambda path: read.read(path, "html")),
        (libreoffice.programs, "run", lambda path: libreoffice._converted(path, "doc", "docx")),
        (any_format, "_apart", lambda path: any_format.opened(path, any_format.Kind.DOC)),
        (any_format, "work", lambda path: any_format.opened(path, any_format.Kind.HTML)),
        (typesetting._Typesetter, "make", lambda path: typesetting.typeset(path, {})),
    ],
)
def test_every_process_killed_at_work_leaves_files_in_the_work_dir_only(
    module, name, work, process_work_dir, tmp_path, monkeypatch
):
    path = tmp_path / "given"
    document("A page.").save(path)
    monkeypatch.setattr(module, name, die)
    monkeypatch.setattr(any_format, "doc_to_docx", lambda _path: b"words of a witness")

    killed_in(lambda: work(path))

    # Beside it may be the empty folder of the process that has loaded the readers.
    left = [path for path in process_work_dir.iterdir() if not path.name.startswith("readers-")]
    assert len(left) == 1
    make_files_old(process_work_dir)
    clear_leftovers()
    assert list(process_work_dir.iterdir()) == []


def test_clearing_tolerates_files_cleared_by_others_at_the_same_time(process_work_dir, monkeypatch):
    for name in ("one", "two"):
        (process_work_dir / name).write_bytes(b"")
    make_files_old(process_work_dir)
    stat = Path.stat

    def gone(self, **how):
        if self.parent == process_work_dir:
            self.unlink(missing_ok=True)
        return stat(self, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", gone)
        clear_leftovers()

    assert list(process_work_dir.iterdir()) == []


def test_typesetter_whose_folder_was_cleared_is_restarted(process_work_dir, tmp_path):
    template = tmp_path / "a.typ"
    template.write_text("Hello")
    typesetting._ours.typesetter.kept.close()
    typesetting.typeset(template, {}, standards=("1.7",))
    make_files_old(process_work_dir)
    clear_leftovers()
    assert list(process_work_dir.iterdir()) == []

    assert typesetting.typeset(template, {}, standards=("1.7",)).startswith(b"%PDF")
    typesetting._ours.typesetter.kept.close()
