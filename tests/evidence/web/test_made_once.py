"""Parts shared by all pages are rendered once, and contain nothing about a visitor."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from evidence.web.witness import blank_forms
from evidence.web.witness.forms import DetailsForm, TitleForm
from evidence.witnesses.models import Witness
from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory

LOAD = "{% load constant i18n %}"


def test_constant_part_is_rendered_once_for_each_language():
    template = Template(LOAD + "{% constant %}{% translate 'Leave' %}{% endconstant %}")
    english, again = template.render(Context()), template.render(Context())
    with override("cy"):
        welsh = template.render(Context())
    assert english == again == template.render(Context()) == "Leave"
    assert welsh != english


def test_constant_part_has_no_access_to_the_page_context():
    template = Template(LOAD + "{{ name }}{% constant %}[{{ name }}]{% endconstant %}")
    assert template.render(Context({"name": "Ann"})) == "Ann[]"
    assert template.render(Context({"name": "Bob"})) == "Bob[]"


def page(form_class, data=None, *, who=Witness.Kind.INDIVIDUAL):
    return form_class(data, call=CallFactory.build(), answers={"who": {"who": who}})


def test_cached_questions_equal_the_rendered_form():
    for who in Witness.Kind.values:
        for _time in range(2):
            form = page(DetailsForm, who=who)
            expected = "".join(field.as_field_group() for field in page(DetailsForm, who=who))
            assert blank_forms.questions_of(form) == expected


def test_cached_questions_are_in_the_language_of_the_reader():
    english = blank_forms.questions_of(page(TitleForm))
    with override("cy"):
        welsh = blank_forms.questions_of(page(TitleForm))
        assert welsh == "".join(field.as_field_group() for field in page(TitleForm))
    assert english != welsh
    assert blank_forms.questions_of(page(TitleForm)) == english


def test_answered_questions_are_not_cached():
    assert blank_forms.questions_of(page(TitleForm, {"name": "Mine"})) is None
    begun = page(TitleForm)
    begun.initial = {"name": "Mine"}
    assert blank_forms.questions_of(begun) is None


@pytest.mark.django_db
def test_answers_are_shown_on_their_page_and_not_on_another_form():
    call = CallFactory()
    first, second = begin(call), begin(call)
    assert "Dr Ann Othername" not in second.get("form-page", "details").content.decode()
    first.say("details", name="Dr Ann Othername")
    assert "Dr Ann Othername" in first.get("form-page", "details").content.decode()
    assert "Dr Ann Othername" not in second.get("form-page", "details").content.decode()
