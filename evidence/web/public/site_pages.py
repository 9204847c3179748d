"""The pages in the footer: help, accessibility statement, privacy notice and cookies.

Each has a text that comes with the site. A committee may have a text of its own, which is then
shown under its name; the text of the site holds for all others. Their titles are neutral, because
witnesses open them from a form.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from evidence.web.page_cache import Statement, same_for_all
from inquiry.calls.models import Committee, CommitteeText

COMMITTEES = Statement(
    lambda _none: Committee.objects.order_by("name").values_list(
        "pk", "name", "email", "telephone", "postal_address"
    )
)
TEXTS = Statement(
    lambda page: (
        CommitteeText.objects.order_by("committee__name", "language")
        .filter(page=page)
        .values_list("committee__name", "language", "text")
    )
)


@dataclass(frozen=True)
class OwnText:
    """A committee's own text, in `language`."""

    committee: str
    language: str
    text: str


def _version(page: str) -> object:
    return (COMMITTEES.rows(), TEXTS.rows(page))


def _own_texts(page: str) -> list[OwnText]:
    """One for each committee that has any: in the reader's language, or else in English."""
    texts: dict[str, OwnText] = {}
    for committee, language, text in TEXTS.rows(page):
        is_best = language == get_language() or committee not in texts
        if is_best:
            texts[committee] = OwnText(committee, language, text)
    return list(texts.values())


@require_safe
@same_for_all(_version)
def site_page(request: HttpRequest, page: str) -> HttpResponse:
    """One of the pages of `CommitteeText.Page`."""
    committees = [
        {"name": name, "email": email, "telephone": telephone, "address": address}
        for _key, name, email, telephone, address in COMMITTEES.rows()
    ]
    own_texts = _own_texts(page)
    here = {
        "own_texts": own_texts,
        "committees": committees,
        "is_for_all_committees": bool(own_texts) and len(own_texts) == len(committees),
        "session_cookie": settings.SESSION_COOKIE_NAME,
    }
    return render(request, f"public/{page}.html", here)
