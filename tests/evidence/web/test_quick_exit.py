"""“Leave this page now” is on every page for the public, and leads away from each at once."""

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory, UserFactory

pytestmark = pytest.mark.django_db
LINK = '<a href="/leave/" data-leave'
AWAY = "https://neutral.example/today"

PAGES = [
    "/",
    "/calls/call/",
    "/calls/call/start/",
    "/evidence/",
    "/verify/",
    "/safety/",
    "/return/",
]


@pytest.fixture(autouse=True)
def _away(settings):
    cache.clear()
    settings.QUICK_EXIT_URL = AWAY
    yield
    cache.clear()


def has_way_out(page: str) -> bool:
    script = page.partition("quick_exit")[2].partition("</script>")[0]
    return LINK in page and f'data-exit="{AWAY}"' in script and 'data-close="/leave/"' in script


@pytest.mark.parametrize("address", [*PAGES, "/return/link/", "/evidence/none0001/"])
def test_every_public_page_has_the_quick_exit(address):
    CallFactory(code="call")
    assert has_way_out(Client().get(address).content.decode())


@pytest.mark.parametrize("name", ["form", "form-files", "form-check", "form-code", "form-delete"])
def test_every_form_page_has_the_quick_exit(name):
    assert has_way_out(begin(CallFactory()).words(name))


@pytest.mark.parametrize("template", ["403.html", "403_csrf.html", "404.html", "witness/wait.html"])
def test_error_pages_have_the_quick_exit(template):
    assert has_way_out(render_to_string(template, request=RequestFactory().get("/")))


def test_server_error_pages_have_the_quick_exit_without_a_request():
    request = RequestFactory().get("/")
    request.session = {}
    bad = defaults.bad_request(request, ValueError())
    assert has_way_out(bad.content.decode())
    assert has_way_out(defaults.server_error(request).content.decode())


def test_quick_exit_is_in_welsh_on_welsh_pages():
    page = Client().get("/cy/").content.decode()
    assert '<a href="/cy/leave/" data-leave' in page
    assert "Leave this page now" not in page


def test_staff_pages_have_no_quick_exit(client):
    user = UserFactory()
    client.force_login(user)
    assert "data-leave" not in client.get(reverse("register")).content.decode()


def test_quick_exit_without_scripts_ends_the_session():
    form = begin(CallFactory())
    answer = form.client.get(reverse("leave"))

    assert (answer.status_code, answer["Location"]) == (302, AWAY)
    assert "no-store" in answer["Cache-Control"]
    assert form.client.cookies[django_settings.SESSION_COOKIE_NAME].value == ""
    assert form.get().status_code == 404


def test_staff_who_use_quick_exit_stay_signed_in(client):
    client.force_login(UserFactory())
    client.get(reverse("leave"))
    assert "_auth_user_id" in client.session


def test_quick_exit_needs_no_query(django_assert_num_queries):
    Client().get("/safety/")
    with django_assert_num_queries(0):
        assert has_way_out(Client().get("/safety/").content.decode())
