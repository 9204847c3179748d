"""Public lists and searches show evidence as published, not later corrections."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from evidence.decisions.models import Act
from evidence.jobs.queue import ask
from evidence.lifecycle import Disclosure
from evidence.publication.models import Publication
from evidence.publication.publish import publish, take_down
from evidence.submissions.models import Submission
from tests.evidence.admin.admin_client import page_of, page_text, signed_in
from tests.factories import CallFactory, a_member, a_submission, decide
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db

LIST = "/evidence/"


def make() -> Parts:
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    submission = a_submission(call, name="Dr First Name", title="The first title")
    hidden = a_submission(call, text="Protected.", disclosure=Disclosure.NAME_WITHHELD)
    do_all()
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    decide(hidden, Act.ACCEPT, Act.WITHHOLD_NAME, Act.REPORT, by=clerk)
    do_all()
    for row in (submission, hidden):
        publish(row, by=clerk)
    return {"submission": submission, "hidden": hidden, "clerk": clerk}


_world = made_once(make)
submission, hidden, clerk = part("submission"), part("hidden"), part("clerk")


def listed(query: str = "") -> str:
    return Client().get(f"{LIST}{query}").content.decode()


@pytest.fixture
def corrected(submission):
    Submission.objects.filter(pk=submission.pk).update(title="A second title")
    submission.witnesses.update(name="Dr Second Name")
    ask("render", submission.pk)
    do_all()
    submission.refresh_from_db()
    return submission


def test_correction_reaches_the_public_only_when_published_again(corrected, clerk, work):
    for page in (listed(), listed("?q=first"), Client().get(f"{LIST}FIA0001/").content.decode()):
        assert "Dr First Name" in page
        assert "The first title" in page
        assert "econd" not in page
    assert "FIA0001" not in listed("?q=second")

    take_down(corrected, by=clerk, note="Corrected.")
    publish(corrected, by=clerk)
    work()

    for page in (listed(), listed("?q=second")):
        assert page.count("FIA0001)") == 1
        assert "Dr Second Name" in page
        assert "A second title" in page
        assert "first" not in page


def test_clerk_is_told_the_public_sees_an_earlier_version(corrected, hidden, clerk):
    warning = "This submission was edited after it was published."
    assert warning in page_text(signed_in(clerk), page_of(corrected))
    assert warning not in page_text(signed_in(clerk), page_of(hidden))


def test_date_of_receipt_cannot_be_filtered_by(hidden, submission):
    """Only the month of receipt is on the page of what is published without a name."""
    received = timezone.localdate() - datetime.timedelta(days=400)
    moment = timezone.now() - datetime.timedelta(days=400)
    Submission.objects.update(received_at=moment)
    published = Publication.objects.get(submission=hidden).published_at
    day = timezone.localtime(published).date()
    after = day + datetime.timedelta(days=1)
    for query, there in (
        (f"?after={received}&before={received}", False),
        (f"?after={day}&before={day}", True),
        (f"?after={after}", False),
        (f"?before={received}", False),
    ):
        assert ("FIA0002" in listed(query)) == there, query
