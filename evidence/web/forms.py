"""How forms look on our pages: each field with label, hint and error tied to it."""

from django.forms.renderers import TemplatesSetting


class PageForms(TemplatesSetting):
    """Field groups come from templates/components/; the rest is Django's."""

    field_template_name = "components/field.html"
