"""The session of a witness: it begins with a form, ends after half an hour, and nothing typed is
lost."""

import datetime
import html
import json
import re

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.rate_limits import rules as limits
from tests.evidence.drafts.witness import AtTheForm, begin, with_address
from tests.factories import CallFactory, UserFactory

pytestmark = pytest.mark.django_db
NAME = django_settings.SESSION_COOKIE_NAME
ELSEWHERE = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://other.example"}
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def clock(monkeypatch):
    """A clock that is put forward by minutes."""
    now = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def forward(minutes: float) -> None:
        now[0] += datetime.timedelta(minutes=minutes)

    return forward


def end_session(form: AtTheForm) -> None:
    Session.objects.all().delete()


def hidden_fields(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields}


# --- The cookie -----------------------------------------------------------------------------------


def test_pages_before_a_form_set_no_cookie():
    call = CallFactory()
    for address in (
        reverse("start", args=[call.code]), reverse("back"), reverse("link-ask"),
        reverse("link", args=["any"]),
    ):  # fmt: skip
        client = Client()
        assert client.get(address).status_code == 200
        assert not client.cookies
    wrong = Client()
    wrong.post(reverse("back"), {"code": ""})
    assert not wrong.cookies


def test_witness_cookie_ends_with_the_browser_and_staff_cookie_does_not(client):
    cookie = begin(CallFactory()).client.cookies[NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    user = UserFactory()
    user.set_password("right")
    user.save()
    client.post(reverse("sign-in"), {"username": user.username, "password": "right"})
    assert client.cookies[NAME]["max-age"] == django_settings.SESSION_COOKIE_AGE


@pytest.mark.parametrize("name", ["start", "back", "link-ask"])
def test_other_sites_cannot_open_a_form_in_this_browser(name):
    form = with_address()
    address = reverse("start", args=[form.call.code]) if name == "start" else reverse(name)
    typed = {"code": form.code, "email": "ann@othername.example"}
    client = Client(enforce_csrf_checks=True)
    for headers in (
        ELSEWHERE,
        {"HTTP_ORIGIN": "https://other.example"},
        {"HTTP_ORIGIN": "null"},
        {},
    ):
        assert client.post(address, typed, **headers).status_code == 403
        assert not client.cookies
    assert client.post(address, typed, **OURS).status_code in {200, 302}
    old_browser = {"HTTP_ORIGIN": "http://testserver"}
    assert client.post(address, typed, **old_browser).status_code in {200, 302}


# --- Half an hour ---------------------------------------------------------------------------------


def test_session_ends_after_half_an_hour_of_inactivity(clock):
    form = begin(CallFactory())
    for _ in range(3):
        clock(29)
        assert form.get().status_code == 200
    clock(31)
    assert form.get().status_code == 404


def test_frequent_requests_do_not_write_the_session_each_time(
    django_assert_max_num_queries,
):
    form = begin(CallFactory())
    form.get()
    with django_assert_max_num_queries(4):
        form.get("form-page", "who")


def test_closing_the_last_form_ends_the_session():
    form = begin(CallFactory())
    form.post("form-close")
    assert form.client.cookies[NAME].value == ""
    assert not Session.objects.exists()


def test_page_of_an_ended_session_asks_for_the_code_and_returns_to_the_page():
    form = begin(CallFactory())
    end_session(form)
    page = form.get("form-page", "title")
    shown = page.content.decode()
    assert page.status_code == 404
    assert "<title>Form: come back</title>" in shown
    answer = Client().post(reverse("back"), {**hidden_fields(shown), "code": form.code})
    assert re.fullmatch(r"/form/\w+/title/", answer["Location"])


# --- Nothing typed is lost ------------------------------------------------------------------------


@pytest.mark.parametrize("enforced", [True, False])
def test_answers_sent_after_the_session_ended_are_saved_with_the_code(enforced):
    form = begin(CallFactory())
    client = Client(enforce_csrf_checks=enforced)
    typed = {"wish": "confidential", "reasons": "First line\r\n“Second” <line> & 講義"}
    kept = client.post(form.address("form-page", "disclosure"), typed, **OURS)
    page = kept.content.decode()
    assert kept.status_code == 404
    assert "What you typed is kept on this page" in page

    wrong = client.post(reverse("back"), {**hidden_fields(page), "code": ""}, **OURS)
    assert wrong.status_code == 422
    answer = client.post(
        reverse("back"), {**hidden_fields(wrong.content.decode()), "code": form.code}, **OURS
    )

    assert answer.status_code == 302
    assert re.fullmatch(r"/form/\w+/who/", answer["Location"])
    assert form.draft.answers_by_page["disclosure"] == typed


def test_invalid_answers_sent_after_the_session_are_saved_and_reported():
    form = begin(CallFactory())
    client = Client()
    typed = {"wish": "confidential", "reasons": ""}
    page = client.post(form.address("form-page", "disclosure"), typed).content.decode()
    answer = client.post(reverse("back"), {**hidden_fields(page), "code": form.code})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Explain why you do not want to be named" in shown
    action = re.search(r'<form method="post" action="(/form/\w+/disclosure/)"', shown)
    assert action is not None
    assert client.post(action.group(1), {**typed, "reasons": "Danger."}).status_code == 302


def test_several_answers_to_one_question_are_kept():
    form = begin(CallFactory())
    page = Client().post(form.address("form-page", "questions"), {"questions": ["1", "2"]})
    assert json.loads(hidden_fields(page.content.decode())["typed"]) == {"questions": ["1", "2"]}


def test_co_author_typed_after_the_session_ended_is_added():
    form = begin(CallFactory())
    form.say("who", who="together")
    author = {"name": "Dr Bo Second", "wish": "open"}
    client = Client()
    page = client.post(form.address("form-person", 1), author).content.decode()
    answer = client.post(reverse("back"), {**hidden_fields(page), "code": form.code})
    assert answer.status_code == 302
    assert form.draft.answers_by_page["people"]["people"][0]["name"] == "Dr Bo Second"


def test_answers_of_one_form_are_not_saved_in_another():
    form, other = begin(CallFactory()), begin(CallFactory())
    mark = hidden_fields(form.words("form-page", "title"))
    typed = {**mark, "name": "Mine"}
    client = Client()
    page = client.post(form.address("form-page", "title"), typed).content.decode()
    answer = client.post(reverse("back"), {**hidden_fields(page), "code": other.code})
    assert answer.status_code == 422
    assert "This code opens another form" in answer.content.decode()
    assert "title" not in other.draft.answers_by_page
    client.post(reverse("back"), {**hidden_fields(answer.content.decode()), "code": form.code})
    assert form.draft.answers_by_page["title"] == {"name": "Mine"}


def test_other_sites_cannot_save_text_with_a_witness_s_code():
    form = begin(CallFactory())
    client = Client(enforce_csrf_checks=True)
    typed = {"name": "Not mine"}
    answer = client.post(form.address("form-page", "title"), typed, **ELSEWHERE)
    assert answer.status_code == 403
    assert "Not mine" not in answer.content.decode()


@pytest.mark.parametrize(
    "to", ["/admin/", "https://other.example/", "/form/x/delete/", "/form/x/send/", "nonsense"]
)
def test_return_leads_only_to_pages_of_the_form(to):
    form = begin(CallFactory())
    data = {"code": form.code, "to": to, "typed": json.dumps({"a": ["b"]})}
    answer = Client().post(reverse("back"), data)
    assert re.fullmatch(r"/form/\w+/", answer["Location"])
    assert form.get().status_code == 200


def test_broken_hidden_fields_do_not_lose_the_other_answers():
    form = begin(CallFactory())
    for typed in ("{", "[]", '{"name": 1}', "null"):
        data = {"code": form.code, "to": form.address("form-page", "title"), "typed": typed}
        assert Client().post(reverse("back"), data).status_code == 302


# --- Saved by itself ------------------------------------------------------------------------------

BY_ITSELF = {"HTTP_X_REQUESTED_WITH": "fetch"}


def test_automatic_saving_accepts_invalid_answers():
    form = begin(CallFactory())
    typed = {"wish": "confidential", "reasons": ""}
    answer = form.client.post(form.address("form-page", "disclosure"), typed, **BY_ITSELF)
    assert (answer.status_code, answer.json()) == (200, {"saved": True})
    assert form.draft.answers_by_page["disclosure"] == typed


def test_automatic_saving_accepts_an_unfinished_co_author():
    form = begin(CallFactory())
    form.say("who", who="together")
    address = form.address("form-person", 1)
    assert form.client.post(address, {"name": "Dr Bo"}, **BY_ITSELF).status_code == 200
    assert form.draft.answers_by_page["people"]["people"][0]["name"] == "Dr Bo"
    assert form.client.post(address, {"name": "Dr Bo Second"}, **BY_ITSELF).status_code == 200
    assert len(form.draft.answers_by_page["people"]["people"]) == 1
    assert "Not finished" in form.words()


def test_automatic_saving_requires_a_csrf_token():
    form = begin(CallFactory())
    client = Client(enforce_csrf_checks=True)
    client.cookies = form.client.cookies
    address = form.address("form-page", "title")
    assert client.post(address, {"name": "Mine"}, **BY_ITSELF).status_code == 403
    assert "title" not in form.draft.answers_by_page


def test_quick_exit_saves_the_page_and_ends_the_session_in_one_request():
    form = begin(CallFactory())
    draft = form.draft
    typed = {"name": "Mine", "leave": "yes"}
    form.client.post(form.address("form-page", "title"), typed, **BY_ITSELF)
    draft.refresh_from_db()
    assert draft.answers_by_page["title"] == {"name": "Mine"}
    assert not Session.objects.exists()


def test_form_saved_too_often_says_so(monkeypatch):
    form = begin(CallFactory())
    monkeypatch.setattr(limits, "SAVE", limits.Rule("save answers of one form", 1, 10))
    address = form.address("form-page", "title")
    answers = [form.client.post(address, {"name": "M"}, **BY_ITSELF).status_code for _ in range(2)]
    assert answers == [200, 429]
