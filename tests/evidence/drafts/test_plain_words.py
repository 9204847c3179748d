"""Error messages and answers on the pages name the question and the person."""

import html

import pytest

from evidence.web.witness.contact_forms import PersonForm
from evidence.web.witness.form_flow import PAGES
from tests.evidence.drafts.witness import begin
from tests.evidence.web.in_welsh import begin_in_welsh
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def form():
    return begin(CallFactory())


def test_empty_answers_are_named(form):
    assert "Enter your full name" in form.say("details").content.decode()
    assert "Select who is sending this evidence" in form.say("who").content.decode()
    assert "Confirm that this is your own work" in form.say("declarations").content.decode()

    welsh = begin_in_welsh(form.call)
    assert "Rhowch eich enw llawn" in html.unescape(welsh.say("details").content.decode())


@pytest.mark.parametrize("page", [*PAGES.values(), PersonForm], ids=lambda page: page.__name__)
def test_each_page_says_what_to_do_about_an_empty_answer(form, page):
    other_answers = {"who": {"who": "organisation"}}
    errors = page({}, call=form.call, answers=other_answers).errors.values()
    for sentence in (str(error) for of_a_field in errors for error in of_a_field):
        assert sentence.split()[0] in {"Confirm", "Enter", "Select"}


def test_review_page_shows_the_protection_each_co_author_asked_for(form):
    form.say("who", who="together")
    form.post(
        "form-person", 1, name="Bob Second", role="Reader", wish="confidential", reasons="Danger."
    )
    shown = html.unescape(form.words("form-check"))
    assert "Bob Second, Reader. Keep it confidential: do not publish it" in shown


def test_name_in_typed_text_is_to_be_edited_in_the_text(form):
    form.fill_in(disclosure={"wish": "name_withheld", "reasons": "My family."})
    form.say("text", text="Othername wrote this.")
    page = form.words("form-warnings")
    assert "Edit your text to remove this." in page
    assert "replace the file" not in page
