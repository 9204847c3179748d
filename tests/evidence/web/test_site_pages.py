"""Help, accessibility statement, privacy notice and cookies: from every page, in both languages."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from inquiry.calls.models import CommitteeText
from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory, CommitteeFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = ["help", "accessibility", "privacy", "cookies"]
OTHERS = "All other committees"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


def text_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_page_has_a_text_of_its_own_in_both_languages(page):
    english, welsh = text_of(f"/{page}/"), text_of(f"/cy/{page}/")
    assert '<html lang="en-gb">' in english
    assert '<html lang="cy">' in welsh
    heading = english.partition("<h1>")[2].partition("</h1>")[0]
    assert heading
    assert f"<h1>{heading}</h1>" not in welsh


@pytest.mark.parametrize("address", ["/", "/calls/call/", "/evidence/", "/verify/", "/safety/"])
def test_footer_of_public_pages_links_to_them(address):
    CallFactory(code="call")
    page = text_of(address)
    for name in PAGES:
        assert f'href="{reverse(name)}"' in page


def test_footer_of_a_form_links_to_them():
    page = begin(CallFactory()).words("form")
    for name in PAGES:
        assert f'href="{reverse(name)}"' in page


def test_committee_text_replaces_that_of_the_site():
    committee = CommitteeFactory(name="Science Committee")
    CommitteeText.objects.create(committee=committee, page="privacy", text="Our own.\n\nNotice.")
    page = text_of("/privacy/")
    assert "<h2>Science Committee</h2>" in page
    assert "<p>Our own.</p>\n\n<p>Notice.</p>" in page
    assert "UK GDPR" not in page
    assert OTHERS not in page
    assert "Our own." not in text_of("/cookies/")


def test_text_of_the_site_holds_for_committees_without_their_own():
    committee = CommitteeFactory(name="Science Committee")
    CommitteeFactory(name="Art Committee")
    CommitteeText.objects.create(committee=committee, page="privacy", text="Our own.")
    page = text_of("/privacy/")
    assert page.index("Our own.") < page.index(OTHERS) < page.index("UK GDPR")


def test_welsh_reader_gets_the_welsh_text_or_the_english_one_marked_as_english():
    committee = CommitteeFactory()
    CommitteeText.objects.create(committee=committee, page="help", text="In English.")
    assert '<section lang="en-GB">' in text_of("/cy/help/")
    CommitteeText.objects.create(
        committee=committee, page="help", language="cy", text="Yn Gymraeg."
    )
    page = text_of("/cy/help/")
    assert '<section lang="cy">' in page
    assert "Yn Gymraeg." in page
    assert "In English." not in page
    assert "In English." in text_of("/help/")


def test_change_of_a_text_shows_at_once():
    text = CommitteeText.objects.create(
        committee=CommitteeFactory(), page="cookies", text="First words."
    )
    assert "First words." in text_of("/cookies/")
    CommitteeText.objects.filter(pk=text.pk).update(text="Second words.")
    assert "Second words." in text_of("/cookies/")


def test_committee_text_is_words_and_links_and_never_markup():
    text = "<script>alert(1)</script> See https://example.org/x"
    CommitteeText.objects.create(committee=CommitteeFactory(), page="help", text=text)
    page = text_of("/help/")
    assert "<script>alert" not in page
    assert 'href="https://example.org/x"' in page


def test_help_gives_the_contact_details_of_each_committee():
    CommitteeFactory(
        name="Science Committee",
        email="science@parliament.example",
        telephone="020 7946 0000",
        postal_address="House of Commons\nLondon",
    )
    CommitteeFactory(name="Art Committee", email="art@parliament.example")
    page = text_of("/help/")
    assert page.index("Art Committee") < page.index("Science Committee")
    for words in ("mailto:science@parliament.example", "020 7946 0000", "Commons<br>London"):
        assert words in page


def test_cookies_page_names_every_cookie_that_a_form_sets():
    form = begin(CallFactory())
    page = text_of("/cookies/")
    assert form.client.cookies
    for name in form.client.cookies:
        assert f'<th scope="row">{name}</th>' in page


def test_superuser_edits_the_texts_and_a_clerk_cannot(client):
    committee = CommitteeFactory()
    page = reverse("admin:inquiry_committee_change", args=[committee.pk])
    client.force_login(UserFactory(is_superuser=True))
    assert "Texts of footer pages" in client.get(page).content.decode()
    client.force_login(UserFactory())
    assert client.get(page).status_code in {302, 403, 404}


def test_second_text_for_the_same_page_and_language_is_refused_with_a_sentence():
    first = CommitteeText.objects.create(committee=CommitteeFactory(), page="help", text="One.")
    second = CommitteeText(committee=first.committee, page="help", text="Two.")
    with pytest.raises(ValidationError, match="already has a text for this page"):
        second.full_clean()
