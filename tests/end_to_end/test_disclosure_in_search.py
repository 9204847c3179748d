"""No search finds a submission by a word that its reader may not know."""

import pytest
from django.test import Client
from django.urls import reverse

from evidence.lifecycle import Disclosure, Status
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission
from inquiry.vocabulary.models import Institution
from tests.end_to_end import disclosure_world
from tests.end_to_end.disclosure_reading import TOKEN
from tests.end_to_end.disclosure_site import make, world
from tests.end_to_end.disclosure_world import Canary, World
from tests.factories import InstitutionFactory
from tests.shared_data import made_once

__all__ = ["world"]
pytestmark = pytest.mark.django_db

_world = made_once(make)

SEARCHERS = [
    "nobody",
    "superuser, without a part",
    "clerk of another inquiry",
    "specialist",
    "specialist + confidential",
    "specialist + identities",
    "operations + confidential + identities",
    "media + confidential + identities",
    "member + confidential",
    "member + identities",
    "adviser + confidential + identities",
]
WITNESS = {disclosure_world.NAME, disclosure_world.ROLE, disclosure_world.ORGANISATION}
FEW_SEARCHERS = ("nobody", "specialist", "member + confidential")


@pytest.mark.parametrize(
    "label",
    [
        label if label in FEW_SEARCHERS else pytest.param(label, marks=pytest.mark.campaign)
        for label in SEARCHERS
    ],
)
def test_search_does_not_match_words_hidden_from_the_reader(world, label):
    reader = world.reader(label)
    visible = Submission.objects.visible_to(reader.user)
    register = RegisterFilter({}, queryset=visible, reader=reader.user)
    for canary in sought(world):
        for kind in disclosure_world.EVERY_KIND:
            word, may = (
                disclosure_world.mark(kind, canary.number),
                world.may_know(reader, canary, kind),
            )
            if not (may and kind in disclosure_world.IDENTITY | disclosure_world.TEXT):
                assert not register.matching(visible, "q", word).exists(), (kind, canary)
            if not (may and kind in WITNESS):
                assert not register.with_witness(visible, "witness", word).exists(), (kind, canary)


def sought(world: World) -> list[Canary]:
    statuses = {Status.HELD, Status.PREPARED, Status.ACCEPTED, Status.PUBLISHED}
    return [canary for canary in world.canaries if canary.status in statuses]


def test_search_matches_words_the_reader_may_see(world):
    """Else nothing would be found by anybody, and the test above would prove nothing."""
    reader = world.reader("member + confidential + identities")
    canary = world.by(Status.ACCEPTED, Disclosure.CONFIDENTIAL)
    for name, kind in [
        ("q", disclosure_world.NAME),
        ("q", disclosure_world.BODY),
        ("witness", disclosure_world.ORGANISATION),
    ]:
        register = RegisterFilter(
            {name: disclosure_world.mark(kind, canary.number)},
            queryset=Submission.objects.visible_to(reader.user),
            reader=reader.user,
        )
        assert [submission.pk for submission in register.qs] == [canary.submission.pk]


@pytest.mark.parametrize(
    "label", ["nobody", "media", "operations", "specialist", "adviser", "member + confidential"]
)
def test_search_for_hidden_words_looks_like_search_for_absent_words(world, label):
    reader = world.reader(label)
    client = reader.client()
    pages = [f"{reverse('published')}?q=", f"{reverse('register')}?q="]
    pages.append(f"{reverse('register')}?witness=")
    nothing = {
        page: page_without_token(client, page, disclosure_world.mark(disclosure_world.NAME, 99))
        for page in pages
    }
    for status, disclosure in (
        (Status.PREPARED, Disclosure.CONFIDENTIAL),
        (Status.ACCEPTED, Disclosure.NAME_WITHHELD),
        (Status.PUBLISHED, Disclosure.NAME_WITHHELD),
    ):
        canary = world.by(status, disclosure)
        for page in pages:
            secret = page_without_token(
                client, page, disclosure_world.mark(disclosure_world.NAME, canary.number)
            )
            assert secret == nothing[page], (page, canary)


def page_without_token(client: Client, page: str, word: str) -> str:
    return TOKEN.sub("", client.get(f"{page}{word}").content.decode()).replace(word, "WORD")


@pytest.mark.parametrize(
    "label", ["nobody", "media", "operations + confidential", "specialist + confidential"]
)
def test_filter_by_institution_does_not_reveal_a_protected_witness(world, label):
    client = world.reader(label).client()
    canary = world.by(Status.ACCEPTED, Disclosure.NAME_WITHHELD)
    own = Institution.objects.get(
        name__endswith=disclosure_world.mark(disclosure_world.OWN_INSTITUTION, canary.number)
    )
    unused = InstitutionFactory()
    for page in (reverse("published"), reverse("register")):
        answers = [
            same_but_for_key(client.get(f"{page}?institution={key}").content.decode(), key)
            for key in (own.pk, unused.pk)
        ]
        assert answers[0] == answers[1]


def same_but_for_key(page: str, key: int) -> str:
    """A page without the key that was asked for, where it repeats it."""
    page = TOKEN.sub("", page).replace(f"institution={key}", "institution=KEY")
    return page.replace(f"choice. {key} is", "choice. KEY is")
