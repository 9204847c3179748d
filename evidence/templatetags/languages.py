"""Template tags for languages."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.translation import get_language, override

from evidence import text_language

register = template.Library()


@register.filter
def language_of(text: str) -> str:
    """The language in which words of a witness seem to be, for `lang`."""
    return text_language.language_of(text)


@register.simple_tag(takes_context=True)
def other_language(context: Any) -> dict[str, str | None] | None:
    """The other language with the address of this page in it; None where there is no such page.

    A view whose page depends on a query gives it as `query`, which is kept.
    """
    request = context.get("request")
    if request is None:
        return None
    for code, name in settings.LANGUAGES:
        if code != get_language():
            address = _address_of(request.resolver_match, code)
            known = address is not None and address != request.path
            query = f"?{context['query']}" if context.get("query") else ""
            return {"code": code, "name": name, "address": f"{address}{query}"} if known else None
    return None


def _address_of(match: ResolverMatch | None, code: str) -> str | None:
    """The address of the same page in another language."""
    if match is None:
        return None
    with override(code):
        try:
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return None
