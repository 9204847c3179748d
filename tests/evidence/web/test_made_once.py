"""What is the same on every page is made once, and nothing of one visitor gets into it."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from evidence.web.witness import blank_forms
from evidence.web.witness.forms import DetailsForm, TitleForm
from evidence.witnesses.models import Witness
from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory

LOAD = "{% load constant i18n %}"


def test_a_constant_part_is_made_in_each_language():
    template = Template(LOAD + "{% constant %}{% translate 'Leave' %}{% endconstant %}")
    english, again = template.render(Context()), template.render(Context())
    with override("cy"):
        welsh = template.render(Context())
    assert english == again == template.render(Context()) == "Leave"
    assert welsh != english


def test_a_constant_part_knows_nothing_of_the_page():
    template = Template(LOAD + "{{ name }}{% constant %}[{{ name }}]{% endconstant %}")
    assert template.render(Context({"name": "Ann"})) == "Ann[]"
    assert template.render(Context({"name": "Bob"})) == "Bob[]"


def page(form_class, data=None, *, who=Witness.Kind.INDIVIDUAL):
    return form_class(data, call=CallFactory.build(), answers={"who": {"who": who}})


def test_questions_are_drawn_as_the_form_draws_them():
    for who in Witness.Kind.values:
        for _time in range(2):
            form = page(DetailsForm, who=who)
            expected = "".join(field.as_field_group() for field in page(DetailsForm, who=who))
            assert blank_forms.questions_of(form) == expected


def test_questions_are_drawn_in_the_language_of_the_reader():
    english = blank_forms.questions_of(page(TitleForm))
    with override("cy"):
        welsh = blank_forms.questions_of(page(TitleForm))
        assert welsh == "".join(field.as_field_group() for field in page(TitleForm))
    assert english != welsh
    assert blank_forms.questions_of(page(TitleForm)) == english


def test_what_was_answered_is_not_kept():
    assert blank_forms.questions_of(page(TitleForm, {"name": "Mine"})) is None
    begun = page(TitleForm)
    begun.initial = {"name": "Mine"}
    assert blank_forms.questions_of(begun) is None


@pytest.mark.django_db
def test_a_page_that_was_answered_shows_the_answers_and_another_form_does_not():
    call = CallFactory()
    first, second = begin(call), begin(call)
    assert "Dr Ann Othername" not in second.get("form-page", "details").content.decode()
    first.say("details", name="Dr Ann Othername")
    assert "Dr Ann Othername" in first.get("form-page", "details").content.decode()
    assert "Dr Ann Othername" not in second.get("form-page", "details").content.decode()
