"""What templates ask about languages."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def other_language(context: Any) -> dict[str, str] | None:
    """The other language with the address of this page in it; None where there is no such page."""
    request = context.get("request")
    if request is None:
        return None
    here = request.path
    for code, name in settings.LANGUAGES:
        if code != get_language():
            address = translate_url(here, code)
            return {"code": code, "name": name, "address": address} if address != here else None
    return None
