"""Pages that are the same for everybody: made once, exact at every moment."""

import datetime

import pytest
from django.contrib.messages import INFO
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage, MessageEncoder
from django.contrib.messages.storage.session import SessionStorage
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from inquiry.calls.models import Call, Question
from tests.factories import CallFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_memory():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def call():
    return CallFactory(title="On pressure", inquiry__scope="What it is about")


def text_of(address: str) -> str:
    return Client().get(address).content.decode()


@pytest.fixture
def pages(call):
    return ["/", f"/calls/{call.code}/", f"/calls/{call.code}/call.txt"]


def test_a_page_is_made_once_and_answered_from_memory(pages, django_assert_max_num_queries):
    for page in pages:
        first = Client().get(page)
        with django_assert_max_num_queries(2):
            again = Client().get(page)
        assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])
        for header in ("Content-Security-Policy", "Cache-Control", "X-Frame-Options"):
            assert again[header] == first[header]


def test_what_changes_is_there_at_once(call, pages):
    for page in pages:
        assert "On pressure" in text_of(page)
    Call.objects.filter(pk=call.pk).update(title="On contracts")
    for page in pages:
        assert "On contracts" in text_of(page)
    Question.objects.create(inquiry=call.inquiry, number=1, text="Why just now?")
    for page in pages[1:]:
        assert "Why just now?" in text_of(page)
    call.inquiry.scope = "Something else"
    call.inquiry.save()
    assert "Something else" in text_of(pages[1])
    call.inquiry.committee.name = "Another committee"
    call.inquiry.committee.save()
    assert "Another committee" in text_of(pages[1])


def test_a_call_closes_on_its_page_at_its_second(call, pages, monkeypatch):
    before = call.closes_at - datetime.timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: before)
    assert f"/calls/{call.code}/start/" in text_of(pages[1])
    monkeypatch.setattr(timezone, "now", lambda: call.closes_at)
    assert "This call for evidence closed on" in text_of(pages[1])


def test_each_language_and_each_call_has_its_own(call):
    other = CallFactory(title="Another call")
    assert "Open until" in text_of(f"/calls/{call.code}/")
    assert "Open until" not in text_of(f"/cy/calls/{call.code}/")
    assert "Another call" in text_of(f"/calls/{other.code}/")


def test_nothing_is_kept_for_addresses_that_somebody_makes_up(call):
    for n in range(3):
        assert Client().get(f"/calls/made-up-{n}/").status_code == 404
    assert not [key for key in cache._cache if "same-for-all" in key]


def keeps() -> bool:
    return any("same-for-all" in key for key in cache._cache)


def test_what_waits_for_somebody_is_shown_to_them_alone(call, pages):
    client = Client()
    client.get(f"/calls/{call.code}/start/")
    assert client.cookies
    for page in pages[:2]:
        cache.clear()
        request = HttpRequest()
        waiting = CookieStorage(request)._encode([Message(INFO, "For one alone")])
        client.cookies[CookieStorage.cookie_name] = waiting
        assert "For one alone" in client.get(page).content.decode()
        assert not keeps()
        assert "For one alone" not in text_of(page)
        assert "For one alone" not in client.get(page).content.decode()


def test_more_messages_than_a_cookie_holds_are_not_lost(call, pages):
    client = Client()
    client.get(f"/calls/{call.code}/start/")
    session = client.session
    session[SessionStorage.session_key] = MessageEncoder().encode([Message(INFO, "Another")])
    session.save()
    client.get(pages[0])
    assert not keeps()


def test_who_is_signed_in_has_a_page_of_their_own(call, pages):
    client = Client()
    client.force_login(UserFactory())
    for page in pages:
        assert client.get(page).status_code == 200
    assert not keeps()


def test_a_witness_at_the_form_gets_the_kept_page_too(call, pages, django_assert_max_num_queries):
    client = Client()
    client.get(f"/calls/{call.code}/start/")
    for page in pages:
        kept = text_of(page)
        # One more than for a stranger: their session.
        with django_assert_max_num_queries(3):
            assert client.get(page).content.decode() == kept
