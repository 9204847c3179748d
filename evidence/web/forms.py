"""How forms look on our pages: each field with label, hint and error tied to it."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from evidence.naming import name_of


class PageForms(TemplatesSetting):
    """Field groups come from templates/components/; the rest is Django's."""

    field_template_name = "components/field.html"


class NameField(forms.CharField):
    """The name of a person, an institution or a paper, empty where nobody could read it."""

    def to_python(self, value: Any) -> str:
        return name_of(super().to_python(value) or "")
