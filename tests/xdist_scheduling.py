"""Keeps tests that share a module's rows on one worker, so that the rows are made once."""

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
# The one that deals out the tests has not collected them, so it goes by what their modules say.
MADE_ONCE = re.compile(r'scope="module"|^_world = made_once\(', re.MULTILINE)


class Together(LoadScopeScheduling):
    """Large groups begin first; all other tests go one by one to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith("tests/browser/"):
            return "browser"
        return module if _makes_once(module) else nodeid


@cache
def _makes_once(module: str) -> bool:
    return MADE_ONCE.search((ROOT / module).read_text()) is not None


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    return Together(config, log)
