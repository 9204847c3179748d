"""The rendering of forms: each field with label, hint and error."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from evidence.text_input import name_of

USUAL = forms.Field.default_error_messages["required"]


class PageForms(TemplatesSetting):
    """Field groups come from templates/components/; the rest is Django's."""

    field_template_name = "components/field.html"


class NameField(forms.CharField):
    """The name of a person, an institution or a paper. Invisible names count as empty."""

    def to_python(self, value: Any) -> str:
        return name_of(super().to_python(value) or "")


class NamingForm(forms.Form):
    """Gives each required field an error message that says what to enter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == USUAL:
                field.error_messages = {**field.error_messages, "required": _asked_for(field)}


def _asked_for(field: forms.Field) -> str:
    label = str(field.label or "this")
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    name = "Choose" if isinstance(field, forms.ChoiceField | forms.FileField) else "Enter"
    first_word = label.split(maxsplit=1)[0]
    # Abbreviations such as HC stay as they are.
    return f"{name} {label if first_word.isupper() else label[0].lower() + label[1:]}."
