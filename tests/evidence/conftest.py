"""What most tests of evidence begin with; a module with a world of its own makes its own."""

import pytest

from inquiry.calls.models import Call
from inquiry.people.models import User
from tests.factories import CallFactory, a_member


@pytest.fixture
def call() -> Call:
    return CallFactory()


@pytest.fixture
def clerk(call) -> User:
    return a_member(call.inquiry)
