"""Tests that share a module's rows run on one worker, so that the rows are made once."""

from pathlib import Path

import pytest

from tests.xdist_scheduling import ROOT, _makes_once

MAKERS = sorted(
    str(path.relative_to(ROOT))
    for path in Path(__file__).parent.rglob("test_*.py")
    if " = made_once(" in path.read_text() and path != Path(__file__)
)


@pytest.mark.parametrize("module", MAKERS)
def test_tests_of_a_module_with_shared_rows_stay_together(module):
    assert _makes_once(module)


def test_other_tests_run_on_any_worker():
    assert not _makes_once("tests/test_process_kill.py")
