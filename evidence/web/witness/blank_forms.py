"""The questions of a page that nobody has answered yet are the same for everybody: drawn once."""

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from evidence.web.witness.forms import PageForm

Seen = tuple[object, ...]
# By language, page and what was fitted to other answers: as many as there are kinds of pages.
_drawn: dict[Seen, SafeString] = {}


def questions_of(form: PageForm) -> SafeString | None:
    """The fields of a page as it is first shown; None where they are one witness's or one call's.

    What was typed is never among them, and nothing is kept of a page whose choices are rows.
    """
    rows = (forms.ModelChoiceField, forms.ModelMultipleChoiceField)
    if form.is_bound or form.initial or any(isinstance(one, rows) for one in form.fields.values()):
        return None
    seen = (get_language(), type(form), *map(_fitted, form.fields.items()))
    if seen not in _drawn:
        # Each field is drawn by its template, which escapes what is in it.
        fields = "".join(field.as_field_group() for field in form)
        _drawn[seen] = mark_safe(fields)  # noqa: S308
    return _drawn[seen]


def _fitted(named: tuple[str, forms.Field]) -> Seen:
    """What a form changes of a field when it is fitted to what was said on other pages."""
    name, field = named
    return name, field.required, str(field.label), str(field.help_text)
