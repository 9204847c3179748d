"""A run killed at any moment leaves no partial bag, and the next run makes a complete one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import bagit
import pytest
from django.conf import settings as django_settings

from evidence.bundles.archive_transfer.bagit_validator import bag_faults
from evidence.bundles.archive_transfer.bagit_writer import BagFolder
from evidence.custody.signing_keys import public_keys

pytestmark = pytest.mark.campaign
PATIENCE = 60.0
# Says each thing it has done, and waits to be told to go on or to be killed.
RUN = """
import sys
from pathlib import Path
import django
django.setup()
from evidence.bundles.archive_transfer.bagit_writer import BagFolder
def said(word):
    print(word, flush=True)
    sys.stdin.readline()
with BagFolder(Path(sys.argv[1])) as bag:
    for at in range(30):
        bag.add(f"papers/{at}.pdf", [b"%PDF", bytes(200_000)])
        said("added")
    bag.seal({"Source-Organization": "A committee"})
    said("sealed")
    bag.move()
    said("moved")
"""


def killed_after(words: int, target: Path) -> None:
    """Run, and kill when so many words were said."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "DATA_DIR") if key in os.environ}
    program = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", RUN, str(target)],
        cwd=django_settings.BASE_DIR,
        env={**kept, "DJANGO_SETTINGS_MODULE": "inquiry.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    for word in range(words):
        if word:
            program.stdin.write(b"\n")
            program.stdin.flush()
        assert program.stdout.readline()
    program.send_signal(signal.SIGKILL)
    program.wait(timeout=PATIENCE)
    program.stdin.close()
    program.stdout.close()


@pytest.mark.parametrize("words", [1, 7, 29, 30, 31, 32])
def test_run_killed_at_any_moment_leaves_a_valid_bag_or_none(tmp_path, words):
    target = tmp_path / "bag"
    killed_after(words, target)

    assert target.exists() == (words == 32)
    if not target.exists():
        with BagFolder(target) as again:
            again.add("papers/0.pdf", [b"%PDF"])
            again.seal({})
            again.move()
    bagit.Bag(str(target)).validate()
    assert list(bag_faults(target, public_keys())) == []
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]
