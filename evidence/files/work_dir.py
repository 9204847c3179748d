"""The folder for temporary files: `settings.WORK_DIR`.

Files of a killed process are left there and nowhere else, so
`evidence.bundles.build.workspace.clear_leftovers` can find and clear them.
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
