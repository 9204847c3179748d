"""No witness is exposed: every address, as every reader, searched for every secret."""

import re

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from evidence.admin.submissions import SubmissionAdmin
from evidence.decisions.decide import apply
from evidence.lifecycle import Disclosure, Status
from evidence.search.filters import RegisterFilter
from evidence.submissions.models import Submission
from evidence.web.public import published
from evidence.web.staff import register
from inquiry.vocabulary.models import Institution, Theme
from tests.end_to_end import disclosure_world
from tests.end_to_end.disclosure_archive import ROUTES, make_archive
from tests.end_to_end.disclosure_jobs import fail_jobs
from tests.end_to_end.disclosure_making import (
    become_another,
    furnish,
    make_bundles,
    make_world,
    more_confidential,
    take_to,
)
from tests.end_to_end.disclosure_reading import (
    DATALIST,
    TOKEN,
    body_of,
    fetched,
    said_by,
    shape,
    words_in,
)
from tests.end_to_end.disclosure_requests import addresses_for, leaks_in
from tests.end_to_end.disclosure_routes import known_routes
from tests.end_to_end.disclosure_world import MARK, Canary, Reader, World
from tests.factories import InstitutionFactory
from tests.shared_data import do_all, made_once, on_stores

pytestmark = pytest.mark.django_db

READERS = [*disclosure_world.LABELS, *(label for label, *_rest in disclosure_world.clearances())]


def some(*always: str) -> list[object]:
    """These readers here, all others in the longer trials: `.ci/run` has every one."""
    return [
        label if label in always else pytest.param(label, marks=pytest.mark.campaign)
        for label in READERS
    ]


WALKERS = some("nobody", "specialist", "member")
OPENERS = some("nobody", "clerk", "specialist", "member", "operations + confidential")


def make() -> World:
    world = make_world(do_all)
    make_archive(world)
    make_bundles(world, do_all)
    fail_jobs(world)
    return world


_world = made_once(make)


@pytest.fixture
def world(made, settings, monkeypatch) -> World:
    world, stores = made
    settings.STORAGES = on_stores(stores)
    storages._storages = {}
    # Several pages, so that what is counted and paged is seen.
    monkeypatch.setattr(register, "PER_PAGE", 9)
    monkeypatch.setattr(published, "PER_PAGE", 2)
    monkeypatch.setattr(SubmissionAdmin, "list_per_page", 9)
    return world


# --- The walk -------------------------------------------------------------------------------------


def test_every_address_of_the_program_has_a_row_in_the_table():
    assert set(known_routes()) == set(ROUTES)


@pytest.mark.parametrize("label", WALKERS)
def test_no_reader_meets_what_they_may_not_know(world, label):
    """Nor learns from an address whether a submission they may not know of is there."""
    reader = world.reader(label)
    client = reader.client()
    hidden = {
        each: canary
        for canary in world.canaries
        for each in canary.labels
        if not world.sees(reader, canary)
    }
    label_of_hidden = re.compile("|".join(map(re.escape, hidden)) or "(?!)")
    leaks, nowhere = [], {}
    for route in ROUTES:
        for address in addresses_for(world, reader, route):
            response = fetched(client, address.path)
            text = said_by(response, address.path)
            at = f"{address.path} ({response.status_code})"
            leaks += [
                f"{at} names {hidden_label}" for hidden_label in set(label_of_hidden.findall(text))
            ]
            leaks += [f"{at} tells {what}" for what in leaks_in(world, reader, route, text)]
            if address.canary and address.without and not world.sees(reader, address.canary):
                if address.without not in nowhere:
                    empty = fetched(client, address.without)
                    nowhere[address.without] = shape(empty, address.without)
                if shape(response, address.path) != nowhere[address.without]:
                    leaks.append(f"{at} differs from the answer for what is not there")
    assert not leaks, "\n".join(leaks)


WHERE_CLERKS_LOOK = [
    "submission",
    "submission-original",
    "admin:evidence_submission_change",
    "admin:evidence_letter_change",
]


def test_the_clerk_finds_every_secret_somewhere(world):
    """Else the search for secrets would look in the wrong places."""
    reader = world.reader("clerk")
    client = reader.client()
    pairs: set[tuple[str, int]] = set()
    for route in WHERE_CLERKS_LOOK:
        for address in ROUTES[route].addresses(world):
            text = DATALIST.sub("", said_by(fetched(client, address.path), address.path))
            pairs |= {(kind.lower(), int(number)) for kind, number in MARK.findall(text)}
    for canary in world.canaries:
        if canary.submission.inquiry_id == world.here.pk:
            missing = expected_of(canary) - {
                kind for kind, number in pairs if number == canary.number
            }
            assert not missing, (canary.status, canary.disclosure, missing)


def expected_of(canary: Canary) -> set[str]:
    kinds = (
        disclosure_world.IDENTITY
        | disclosure_world.CONTACT
        | {disclosure_world.FILE_NAME, disclosure_world.FINDING, disclosure_world.TITLE}
    )
    kinds |= {
        disclosure_world.REASONS,
        disclosure_world.STATEMENT,
        disclosure_world.QUESTION,
        disclosure_world.ANSWER,
        disclosure_world.ASKED_BACK,
    }
    if canary.status in disclosure_world.READY:
        kinds |= {disclosure_world.BODY}
    if canary.status == Status.DECLINED:
        kinds |= {disclosure_world.LETTER}
    if canary.status in {Status.PREPARED, Status.HELD, Status.WITHDRAWN}:
        kinds |= {disclosure_world.NOTE}
    as_word = canary.status == Status.PREPARED and canary.disclosure != Disclosure.OPEN
    return set(kinds) | ({disclosure_world.METADATA} if as_word else set())


# --- Searching ------------------------------------------------------------------------------------

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
FEW_SEARCHERS = ("nobody", "specialist", "member + confidential")


@pytest.mark.parametrize(
    "label",
    [
        label if label in FEW_SEARCHERS else pytest.param(label, marks=pytest.mark.campaign)
        for label in SEARCHERS
    ],
)
def test_a_search_finds_nothing_by_what_the_reader_may_not_know(world, label):
    reader = world.reader(label)
    visible = Submission.objects.visible_to(reader.user)
    register = RegisterFilter({}, queryset=visible, reader=reader.user)
    for canary in looked_for(world):
        for kind in disclosure_world.EVERY_KIND:
            word, may = (
                disclosure_world.mark(kind, canary.number),
                world.may_know(reader, canary, kind),
            )
            if not (may and kind in disclosure_world.IDENTITY | disclosure_world.TEXT):
                assert not register.matching(visible, "q", word).exists(), (kind, canary)
            if not (may and kind in {disclosure_world.NAME, disclosure_world.ORGANISATION}):
                assert not register.with_witness(visible, "witness", word).exists(), (kind, canary)


def looked_for(world: World) -> list[Canary]:
    statuses = {Status.HELD, Status.PREPARED, Status.ACCEPTED, Status.PUBLISHED}
    return [canary for canary in world.canaries if canary.status in statuses]


def test_those_who_may_know_find_a_submission_by_what_they_know(world):
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
def test_the_answer_to_a_search_is_the_same_as_for_what_is_not_there(world, label):
    reader = world.reader(label)
    client = reader.client()
    pages = [f"{reverse('published')}?q=", f"{reverse('register')}?q="]
    pages += [
        f"{reverse('register')}?witness=",
        f"{reverse('admin:evidence_submission_changelist')}?q=",
    ]
    nothing = {
        page: answered(client, page, disclosure_world.mark(disclosure_world.NAME, 99))
        for page in pages
    }
    for status, disclosure in (
        (Status.PREPARED, Disclosure.CONFIDENTIAL),
        (Status.ACCEPTED, Disclosure.NAME_WITHHELD),
        (Status.PUBLISHED, Disclosure.NAME_WITHHELD),
    ):
        canary = world.by(status, disclosure)
        for page in pages:
            secret = answered(
                client, page, disclosure_world.mark(disclosure_world.NAME, canary.number)
            )
            assert secret == nothing[page], (page, canary)


def answered(client: Client, page: str, word: str) -> str:
    return TOKEN.sub("", client.get(f"{page}{word}").content.decode()).replace(word, "WORD")


@pytest.mark.parametrize(
    "label", ["nobody", "media", "operations + confidential", "specialist + confidential"]
)
def test_the_own_institution_of_a_protected_witness_narrows_no_list(world, label):
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


# --- Counting -------------------------------------------------------------------------------------

LISTS = [
    "/",
    "/evidence/",
    "/evidence/?page=2",
    "/staff/",
    "/staff/?page=2",
    "/staff/?status=held&status=accepted",
    "/staff/?disclosure=confidential",
    "/staff/bundles/",
    "/admin/",
    "/admin/evidence/submission/",
    "/admin/evidence/submission/?_facets=1",
    "/admin/evidence/submission/?tags=suggested",
    "/admin/evidence/submission/?tags=none",
    "/admin/evidence/submission/?tags=none&_facets=1",
]


def pages_of(world: World, reader: Reader) -> dict[str, str]:
    client = reader.client()
    paths = [*LISTS, f"{reverse('bundle-new')}?inquiry={world.here.code}"]
    for canary in world.canaries:
        looked_at = canary.status in {Status.HELD, Status.PREPARED, Status.PUBLISHED}
        if (
            looked_at
            and world.sees(reader, canary)
            and reader.role in disclosure_world.ON_THE_STAFF
        ):
            paths += [reverse("admin:evidence_submission_change", args=[canary.submission.pk])]
            paths += [reverse("submission", args=[canary.submission.pk])]
    # Reading is recorded, so the first look may change the second: a clerk's alone, not these.
    return {
        path: DATALIST.sub("", TOKEN.sub("", client.get(path).content.decode())) for path in paths
    }


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(disclosure_world.FEW_WITHOUT_CONFIDENTIAL, id="few"),
        pytest.param(disclosure_world.WITHOUT_CONFIDENTIAL, id="all", marks=pytest.mark.campaign),
    ],
)
def test_no_page_changes_by_confidential_submissions_being_there(world, labels):
    # What is proposed is decided now, so that the meetings to come decide on nothing else.
    apply(world.meeting, by=world.clerk)
    do_all()
    readers = [world.reader(label) for label in labels]
    before = {reader.label: pages_of(world, reader) for reader in readers}
    added = list(more_confidential(world))
    do_all()
    for submission in added:
        furnish(submission, Theme.objects.first(), by=world.clerk)
        take_to(submission, by=world.clerk)
    do_all()
    for reader in readers:
        after = pages_of(world, reader)
        changed = [path for path, text in after.items() if text != before[reader.label][path]]
        assert not changed, (reader.label, changed)


@pytest.mark.campaign
def test_no_page_changes_by_who_a_protected_witness_is(world):
    readers = [world.reader(label) for label in disclosure_world.WITHOUT_IDENTITIES]
    before = {reader.label: pages_of(world, reader) for reader in readers}
    for canary in world.canaries:
        if canary.disclosure != Disclosure.OPEN:
            become_another(canary, by=world.clerk)
    do_all()
    for reader in readers:
        after = pages_of(world, reader)
        changed = [path for path, text in after.items() if text != before[reader.label][path]]
        assert not changed, (reader.label, changed)


# --- Bundles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", OPENERS)
def test_a_bundle_opens_for_its_maker_and_the_clerk_and_is_not_there_for_others(world, label):
    reader = world.reader(label)
    client = reader.client()
    for told_of, bundle in world.bundles.items():
        own = told_of.split(",")[0] == label
        opens = own or label == "clerk"
        for form in ("pdf", "zip", "json", "sig"):
            response = client.get(reverse("bundle-file", args=[bundle.pk, form]))
            body_of(response)
            status = response.status_code
            if opens:
                assert status == 200, (told_of, form)
            else:
                # Whoever has not signed in is asked to; all others find nothing.
                assert status == (404 if signed_in(reader) else 302), (told_of, form)


def signed_in(reader: Reader) -> bool:
    return reader.user.is_authenticated and reader.user.is_active


def words_of_bundle(world: World, told_of: str) -> str:
    client = world.reader("clerk").client()
    bundle = world.bundles[told_of]
    return "\n".join(
        words_in(body_of(client.get(reverse("bundle-file", args=[bundle.pk, form]))))
        for form in ("pdf", "zip", "json", "sig")
    )


@pytest.mark.parametrize(
    "told_of",
    [
        "clerk, confidential, names",
        "specialist + confidential + identities, confidential, names",
        "clerk",
        "specialist + identities, names",
        "specialist",
        "operations + confidential, confidential",
    ],
)
def test_a_bundle_holds_just_the_secrets_that_were_asked_for(world, told_of):
    pairs = {(k.lower(), int(n)) for k, n in MARK.findall(words_of_bundle(world, told_of))}
    for canary in world.canaries:
        kinds = {kind for kind, number in pairs if number == canary.number}
        inside = (
            canary.submission.inquiry_id == world.here.pk
            and canary.status in disclosure_world.READY
            and (canary.disclosure != Disclosure.CONFIDENTIAL or ", confidential" in told_of)
        )
        named = inside and (canary.disclosure == Disclosure.OPEN or ", names" in told_of)
        expected = {disclosure_world.BODY} if inside else set()
        # What a protected witness calls the submission stands on its cover sheet beside the name
        # only.
        expected |= disclosure_world.IDENTITY | {disclosure_world.TITLE} if named else set()
        assert kinds == expected, (canary.status, canary.disclosure)
