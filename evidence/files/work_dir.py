"""The folder for temporary files: `settings.WORK_DIR`.

What a killed process was working with lies there and nowhere else, so it is found and cleared
(`evidence.bundles.build.workspace.clear_leftovers`).
"""

import tempfile
from pathlib import Path

from django.conf import settings


def work_dir() -> Path:
    """The folder, made if it does not exist."""
    folder = Path(settings.WORK_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def work_here() -> None:
    """Makes this process, and the libraries in it, write temporary files there.

    Whatever starts a process calls this: the web server, a worker, a command.
    """
    tempfile.tempdir = str(work_dir())
