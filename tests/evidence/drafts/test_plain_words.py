"""What a page asks for, and what it shows of what was said, names the question and the person."""

import html

import pytest

from tests.evidence.drafts.witness import begin
from tests.evidence.web.in_welsh import begin_in_welsh
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def form():
    return begin(CallFactory())


def test_what_is_left_empty_is_named(form):
    assert "Not answered yet: Full name" in form.say("details").content.decode()
    assert "Not answered yet: Who is sending this?" in form.say("who").content.decode()
    assert "Confirm that it is your own work." in form.say("declarations").content.decode()

    welsh = begin_in_welsh(form.call)
    assert "Heb ei ateb eto: Enw llawn" in html.unescape(welsh.say("details").content.decode())


def test_what_each_of_several_wishes_stands_among_the_answers(form):
    form.say("who", who="together")
    form.post("form-person", 1, name="Bob Second", role="Reader", wish="confidential")
    shown = html.unescape(form.words("form-check"))
    assert "Bob Second, Reader. Keep it confidential: do not publish it" in shown


def test_a_name_in_what_was_typed_is_to_be_changed_where_it_was_typed(form):
    form.fill_in(disclosure={"wish": "name_withheld", "reasons": "My family."})
    form.say("text", text="Othername wrote this.")
    page = form.words("form-warnings")
    assert "Change it where you typed it." in page
    assert "replace the file" not in page
