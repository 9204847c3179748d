"""The titles of a form's pages stay in the history of a browser: each its own, all neutral."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from evidence.drafts.models import DraftFile
from evidence.web.witness import form_flow
from inquiry.calls.models import Question
from tests.evidence.drafts.witness import AtTheForm, ready
from tests.evidence.web.in_welsh import AtTheWelshForm
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
REVEALING = re.compile(
    "evidence|witness|confidential|committee|inquir|interference|"
    "tystiolaeth|dystiolaeth|tyst|cyfrinachol|pwyllgor|ymchwiliad",
    re.IGNORECASE,
)
BEFORE_SENDING = (
    *("form", "form-code", "form-confirm", "form-delete", "form-people", "form-files"),
    *("form-warnings", "form-preview", "form-check"),
)
AFTER_SENDING = ("form-after", "form-contact", "form-withdraw")
WITHOUT_FORM = ("back", "link-ask", "safety")


@pytest.fixture
def form():
    call = CallFactory(title="Interference in academia")
    Question.objects.create(inquiry=call.inquiry, number=1, text="By what means?")
    form = ready(call, who={"who": "together"})
    form.post("form-person", 1, name="Bob Second", wish="open")
    return form


def title_of(answer) -> str:
    title = re.search("<title>(.*?)</title>", answer.content.decode())
    assert title is not None
    return html.unescape(title.group(1))


def titles_of(form: AtTheForm) -> list[str]:
    """The title of every page of a form that is ready, then of the form when it is sent."""
    file = DraftFile.objects.get()
    titles = [title_of(form.get(name)) for name in BEFORE_SENDING]
    titles += [title_of(form.get("form-page", page)) for page in form_flow.PAGES]
    titles += [title_of(form.get("form-person", number)) for number in (1, 2)]
    of_file = ("form-file-remove", "form-clean-copy")
    titles += [title_of(form.get(name, file.pk)) for name in of_file]
    titles += [title_of(form.client.get(reverse(name))) for name in WITHOUT_FORM]
    titles += [title_of(form.client.get(reverse("start", args=[form.call.code])))]
    form.send()
    return titles + [title_of(form.get(name)) for name in AFTER_SENDING]


@pytest.mark.parametrize("language", ["en-gb", "cy"])
def test_every_page_of_a_form_has_a_neutral_title_of_its_own(form, language):
    kinds = {"en-gb": AtTheForm, "cy": AtTheWelshForm}
    form = kinds[language](form.client, form.handle, form.code, form.call)
    with translation.override(language):
        titles = titles_of(form)
    assert sorted(set(titles)) == sorted(titles)
    assert [title for title in titles if REVEALING.search(title)] == []
    first = {"en-gb": "Form: all pages", "cy": "Ffurflen: pob tudalen"}
    assert titles[0] == first[language]


def test_title_of_a_page_with_an_error_says_so(form):
    answer = form.say("details")
    assert title_of(answer) == "Error: Form: your details"


def test_title_of_a_page_for_a_lost_code_is_neutral():
    answer = Client().post(reverse("back"), {"code": "0000 0000 0000 0000"})
    assert title_of(answer) == "Error: Form: come back"
