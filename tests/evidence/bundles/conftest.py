import pytest

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Specification
from inquiry.calls.models import Call
from inquiry.people.models import User
from tests.factories import CallFactory, a_member, a_submission


@pytest.fixture
def call() -> Call:
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call) -> User:
    return a_member(call.inquiry)


@pytest.fixture
def submission(call, work):
    submission = a_submission(call)
    work()
    return submission


@pytest.fixture
def bundle(call, clerk, submission) -> Bundle:
    return freeze(call.inquiry, Specification(title="Pack"), by=clerk)
