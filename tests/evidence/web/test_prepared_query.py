"""Prepared queries read the current row and its joined rows in one statement."""

import datetime
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from evidence.drafts.models import Draft
from evidence.rate_limits import rules as limits
from evidence.rate_limits.models import RateLimitCount
from evidence.web.sessions import SESSIONS
from evidence.web.witness.access import DRAFTS
from tests.evidence.drafts.witness import begin, file, ready
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def form():
    return begin(CallFactory(inquiry__committee__name="The committee"))


def test_prepared_row_equals_the_one_django_reads(form, django_assert_num_queries):
    form.say("details", name="Dr Ann Othername")
    other = begin(CallFactory())
    usual = Draft.objects.select_related("call__inquiry__committee")
    for key in (form.draft.pk, other.draft.pk, form.draft.pk):
        with django_assert_num_queries(1):
            draft = DRAFTS.find(key.hex)
            assert draft is not None
            names = (draft.call.title, draft.call.inquiry.committee.name)
        expected = usual.get(pk=key)
        assert draft == expected
        assert draft.answers_by_page == expected.answers_by_page
        assert names == (expected.call.title, expected.call.inquiry.committee.name)
        for row, as_usual in ((draft, expected), (draft.call, expected.call)):
            for field in row._meta.concrete_fields:
                assert getattr(row, field.attname) == getattr(as_usual, field.attname), field


def test_prepared_row_is_read_again_each_time_and_can_be_saved(form):
    first = DRAFTS.find(form.draft.pk)
    assert first is not None
    Draft.objects.filter(pk=first.pk).update(language="cy")
    again = DRAFTS.find(first.pk)
    assert again is not None
    assert again.language == "cy"
    again.language = "en-gb"
    again.save()
    assert Draft.objects.get(pk=first.pk).language == "en-gb"


def test_missing_row_is_not_found(form):
    assert DRAFTS.find(form.draft.pk) is not None
    assert DRAFTS.find(uuid.uuid4()) is None
    assert SESSIONS.find("") is None
    assert SESSIONS.find("x\u2019 OR 1=1") is None


def test_expired_session_opens_nothing(form):
    assert form.get().status_code == 200
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert form.get().status_code == 404


def test_unknown_session_opens_nothing(form):
    stranger = Client()
    stranger.cookies["session"] = "a" * 32
    assert stranger.get(form.address()).status_code == 404


def test_count_is_raised_by_one_statement(django_assert_num_queries):
    for expected in (1, 2, 3):
        with django_assert_num_queries(1):
            assert limits.count(limits.SAVE, "somebody") == expected
    assert limits.count(limits.SAVE, "somebody else") == 1
    row = RateLimitCount.objects.get(count=3)
    assert timezone.now() < row.ends_at <= timezone.now() + datetime.timedelta(minutes=10)


def test_form_pages_need_few_queries(form, django_assert_max_num_queries):
    for page in ("form-check", "form-warnings", "form"):
        form.words(page)
    form.upload(file())
    with django_assert_max_num_queries(2):
        form.words("form-page", "details")
    # A page that is saved: the session, the form, the count, the lock, the answers, the way on.
    with django_assert_max_num_queries(8):
        form.say("details", name="Dr Ann Othername")
    for page in ("form", "form-files", "form-warnings", "form-check"):
        with django_assert_max_num_queries(4):
            form.words(page)


def test_sending_needs_few_queries(django_assert_max_num_queries):
    form = ready(CallFactory())
    with django_assert_max_num_queries(55):
        assert form.send().status_code == 302
