"""More submissions than SQLite takes values in one query: each list and the plan of a bundle.

`test_thousands.py`, a longer trial, has five thousand.
"""

import pytest

from tests.evidence.many_submissions import all_are_listed, all_are_planned, many
from tests.shared_data import Parts, made_once, part

pytestmark = pytest.mark.django_db

COUNT = 1200


def make() -> Parts:
    return many(COUNT)


_world = made_once(make)
call, clerk = part("call"), part("clerk")


def test_plan_includes_more_than_a_thousand_submissions(call, clerk):
    all_are_planned(call, clerk, COUNT)


def test_lists_include_more_than_a_thousand_submissions(call, clerk):
    all_are_listed(call, clerk)
