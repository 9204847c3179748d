"""Pages that are the same for everyone: cached, and always current."""

import datetime

import pytest
from django.contrib.messages import INFO
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage, MessageEncoder
from django.contrib.messages.storage.session import SessionStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from evidence.web import page_cache
from inquiry.calls.models import Call, Question
from tests.evidence.drafts.witness import begin
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


def test_page_is_rendered_once_and_answered_from_the_cache(pages, django_assert_max_num_queries):
    for page in pages:
        first = Client().get(page)
        with django_assert_max_num_queries(2):
            again = Client().get(page)
        assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])
        for header in ("Content-Security-Policy", "Cache-Control", "X-Frame-Options"):
            assert again[header] == first[header]


def test_changed_data_are_shown_at_once(call, pages):
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


def test_changed_quick_exit_address_is_on_every_page_at_once(pages, settings):
    pages = [*pages[:2], "/safety/"]
    for address in ("https://one.example/", "https://another.example/"):
        settings.QUICK_EXIT_URL = address
        for page in pages:
            assert f'data-exit="{address}"' in text_of(page)


def test_new_release_renders_its_pages_anew(monkeypatch):
    pages = iter(("of the old release", "of the new release"))
    view = page_cache.same_for_all(lambda: "")(lambda _request: HttpResponse(next(pages)))
    request = RequestFactory().get("/")
    assert view(request).content == view(request).content == b"of the old release"
    monkeypatch.setattr(page_cache, "_release", lambda: "new")
    assert view(request).content == b"of the new release"


def test_cached_call_page_closes_at_the_second(call, pages, monkeypatch):
    before = call.closes_at - datetime.timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: before)
    assert f"/calls/{call.code}/start/" in text_of(pages[1])
    monkeypatch.setattr(timezone, "now", lambda: call.closes_at)
    assert "This call for evidence closed on" in text_of(pages[1])


def test_each_language_and_each_call_is_cached_separately(call):
    other = CallFactory(title="Another call")
    assert "Open until" in text_of(f"/calls/{call.code}/")
    assert "Open until" not in text_of(f"/cy/calls/{call.code}/")
    assert "Another call" in text_of(f"/calls/{other.code}/")


def test_unknown_addresses_are_not_cached(call):
    for n in range(3):
        assert Client().get(f"/calls/made-up-{n}/").status_code == 404
    assert not [key for key in cache._cache if "same-for-all" in key]


def has_cached_page() -> bool:
    return any("same-for-all" in key for key in cache._cache)


def test_message_for_one_visitor_is_shown_to_them_alone(call, pages):
    client = Client()
    begin(call, client)
    assert client.cookies
    for page in pages[:2]:
        cache.clear()
        request = HttpRequest()
        waiting = CookieStorage(request)._encode([Message(INFO, "For one alone")])
        client.cookies[CookieStorage.cookie_name] = waiting
        assert "For one alone" in client.get(page).content.decode()
        assert not has_cached_page()
        assert "For one alone" not in text_of(page)
        assert "For one alone" not in client.get(page).content.decode()


def test_messages_that_do_not_fit_a_cookie_are_not_lost(call, pages):
    client = Client()
    begin(call, client)
    session = client.session
    session[SessionStorage.session_key] = MessageEncoder().encode([Message(INFO, "Another")])
    session.save()
    client.get(pages[0])
    assert not has_cached_page()


def test_signed_in_person_has_a_page_of_their_own(call, pages):
    client = Client()
    client.force_login(UserFactory())
    for page in pages:
        assert client.get(page).status_code == 200
    assert not has_cached_page()


def test_witness_with_an_open_form_gets_the_cached_page(call, pages, django_assert_max_num_queries):
    client = Client()
    begin(call, client)
    for page in pages:
        kept = text_of(page)
        # One more than for a stranger: their session.
        with django_assert_max_num_queries(3):
            assert client.get(page).content.decode() == kept
