"""“Staying safe” in other languages, and the onion address."""

import re
import unicodedata

import pytest
from django.test import Client, override_settings

from evidence.web.witness.safety_advice import other_languages
from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
ONION = f"http://{'a' * 56}.onion"
LANGUAGES = ["zh-Hans", "zh-Hant", "bo", "ug", "ar", "fa", "ru"]
SCRIPTS = {
    "zh-Hans": "CJK", "zh-Hant": "CJK", "bo": "TIBETAN", "ug": "ARABIC", "ar": "ARABIC",
    "fa": "ARABIC", "ru": "CYRILLIC",
}  # fmt: skip


def text_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_page_links_to_every_language():
    page = text_of("/safety/")
    assert list(other_languages()) == LANGUAGES
    for language in LANGUAGES:
        assert f'href="/safety/{language}/" lang="{language}"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_has_the_same_points_in_each_language_and_its_own_script(language):
    advice = other_languages()[language]
    assert (len(advice.headings), len(advice.before), len(advice.writing), len(advice.after)) == (
        4, 7, 5, 2,
    )  # fmt: skip
    for words in (advice.title, advice.lead, *advice.before, *advice.writing, *advice.after):
        letters = [unicodedata.name(c, "") for c in words if c.isalpha() and not c.isascii()]
        own = [name for name in letters if name.startswith(SCRIPTS[language])]
        assert len(own) > 0.9 * len(letters) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_has_its_language_and_direction(language):
    direction = "rtl" if language in {"ug", "ar", "fa"} else "ltr"
    page = text_of(f"/safety/{language}/")
    assert f'<div lang="{language}" dir="{direction}">' in page
    assert "return code" in page


def test_unknown_language_is_not_found():
    assert Client().get("/safety/xx/").status_code == 404


@pytest.mark.parametrize("words", ["SIM card", "Tor Browser", "keyboard apps", "translation"])
def test_page_tells_of_what_gives_people_away(words):
    assert words in text_of("/safety/")


@override_settings(ONION_URL=ONION, SITE_URL="http://testserver")
def test_public_pages_offer_the_onion_address_and_forms_do_not():
    CallFactory(code="call")
    assert Client().get("/calls/call/?a=b")["Onion-Location"] == f"{ONION}/calls/call/?a=b"
    assert "Onion-Location" not in Client().get("/verify/keys.pem")
    form = begin(CallFactory())
    assert "Onion-Location" not in form.get("form")
    assert ONION in text_of("/safety/")
    assert ONION in text_of("/safety/ru/")


@override_settings(ONION_URL=ONION, SITE_URL="https://evidence.example")
def test_onion_address_is_not_offered_on_itself(settings):
    settings.ALLOWED_HOSTS = [f"{'a' * 56}.onion"]
    answer = Client(headers={"host": f"{'a' * 56}.onion"}).get("/safety/")
    assert answer.status_code == 200
    assert "Onion-Location" not in answer


def test_site_without_an_onion_address_offers_none():
    assert "Onion-Location" not in Client().get("/safety/")
    assert not re.search(r"\.onion", text_of("/safety/"))
