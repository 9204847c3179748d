"""Renders the empty fields of each page of the form once, and reuses them for everyone."""

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from evidence.web.witness.forms import PageForm

Seen = tuple[object, ...]
# Keyed by language, form class and the adapted fields, so there are only as many as page types.
_drawn: dict[Seen, SafeString] = {}


def questions_of(form: PageForm) -> SafeString | None:
    """The rendered fields of an unanswered page; None if they depend on one witness or one call.

    Never holds anything typed. Pages whose choices are database rows are not kept.
    """
    rows = (forms.ModelChoiceField, forms.ModelMultipleChoiceField)
    if (
        form.is_bound
        or form.initial
        or any(isinstance(form_field, rows) for form_field in form.fields.values())
    ):
        return None
    key = (get_language(), type(form), *map(_fitted, form.fields.items()))
    if key not in _drawn:
        # Each field is rendered by its template, which escapes its contents.
        fields = "".join(field.as_field_group() for field in form)
        _drawn[key] = mark_safe(fields)  # noqa: S308
    return _drawn[key]


def _fitted(named: tuple[str, forms.Field]) -> Seen:
    """What a form changes in a field because of answers on other pages."""
    name, field = named
    return name, field.required, str(field.label), str(field.help_text)
