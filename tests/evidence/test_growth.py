"""No hostile text or file keeps a reader busy for long.

Each reader gets hostile input, and twice as much of it, in a process of its own whose time is
limited: the time it takes on the processor at most doubles. Where it took the square, a small file
would stop a worker, or the site for everybody.
"""

import json
import sys
from pathlib import Path

import pytest

from evidence.sandbox import programs
from tests.evidence.growth import at_most_doubled

ROOT = Path(__file__).resolve().parents[2]
START = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = sys.argv[2:]; "
    "runpy.run_module('tests.evidence.growth', run_name='__main__')"
)


def slower_than_double(folder: Path, family: str, *, times: int, cpu_seconds: float) -> list[str]:
    """The cases whose time did more than double, with their times."""
    ended = programs.run(
        [sys.executable, "-I", "-c", START, str(ROOT), family, str(times)],
        folder=folder,
        seconds=cpu_seconds,
        wall_seconds=10 * cpu_seconds,
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    cases = [json.loads(line) for line in ended.stdout.splitlines()]
    assert cases
    return [
        f"{name[:80]}: {base:.2f} s, then {twice:.2f} s"
        for name, base, twice in cases
        if not at_most_doubled(base, twice)
    ]


@pytest.mark.parametrize("family", ["words", "documents", "files"])
def test_doubling_the_input_at_most_doubles_the_time(tmp_path, family):
    assert slower_than_double(tmp_path, family, times=1, cpu_seconds=60) == []


@pytest.mark.campaign
@pytest.mark.parametrize("family", ["words", "documents", "files"])
def test_doubling_ten_times_the_input_at_most_doubles_the_time(tmp_path, family):
    assert slower_than_double(tmp_path, family, times=10, cpu_seconds=500) == []
