import pytest

from evidence.submissions.models import Submission
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
def submission(call, work) -> Submission:
    submission = a_submission(call)
    work()
    submission.refresh_from_db()
    return submission
