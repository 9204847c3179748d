"""No witness is exposed: every address, as every reader, searched for every secret."""

import re

import pytest
from django.urls import reverse

from evidence.decisions.decide import apply
from evidence.lifecycle import Disclosure, Status
from inquiry.vocabulary.models import Theme
from tests.end_to_end import disclosure_world
from tests.end_to_end.disclosure_archive import ROUTES
from tests.end_to_end.disclosure_making import (
    add_tags_findings_and_notes,
    more_confidential,
    move_to_status,
    replace_witness,
)
from tests.end_to_end.disclosure_reading import (
    DATALIST,
    TOKEN,
    body_of,
    comparable_response,
    fetched,
    text_of_response,
    words_in,
)
from tests.end_to_end.disclosure_requests import addresses_for, leaks_in
from tests.end_to_end.disclosure_routes import known_routes
from tests.end_to_end.disclosure_site import make, world
from tests.end_to_end.disclosure_world import MARK, Canary, Reader, World
from tests.shared_data import do_all, made_once

__all__ = ["world"]
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


_world = made_once(make)


# --- The walk -------------------------------------------------------------------------------------


def test_every_url_has_a_row_in_the_disclosure_table():
    assert set(known_routes()) == set(ROUTES)


@pytest.mark.parametrize("label", WALKERS)
def test_no_reader_sees_hidden_secrets_on_any_page(world, label):
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
            text = text_of_response(response, address.path)
            at = f"{address.path} ({response.status_code})"
            leaks += [
                f"{at} names {hidden_label}" for hidden_label in set(label_of_hidden.findall(text))
            ]
            leaks += [f"{at} tells {what}" for what in leaks_in(world, reader, route, text)]
            if address.canary and address.without and not world.sees(reader, address.canary):
                if address.without not in nowhere:
                    empty = fetched(client, address.without)
                    nowhere[address.without] = comparable_response(empty, address.without)
                if comparable_response(response, address.path) != nowhere[address.without]:
                    leaks.append(f"{at} differs from the answer for what is not there")
    assert not leaks, "\n".join(leaks)


WHERE_CLERKS_LOOK = [
    "submission",
    "submission-original",
    "admin:evidence_submission_change",
    "admin:evidence_letter_change",
]


def test_clerk_sees_every_secret_on_some_page(world):
    """Else the search for secrets would look in the wrong places."""
    reader = world.reader("clerk")
    client = reader.client()
    pairs: set[tuple[str, int]] = set()
    for route in WHERE_CLERKS_LOOK:
        for address in ROUTES[route].addresses(world):
            text = DATALIST.sub("", text_of_response(fetched(client, address.path), address.path))
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
    "/admin/families/",
    "/admin/witnesses/?q=College",
    "/admin/evidence/submission/add-many/",
    "/admin/inbox/",
    "/admin/inbox/?view=new",
    "/admin/inbox/?view=waiting",
    "/staff/?tags=suggested",
    "/staff/?tags=none",
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
def test_pages_are_identical_without_hidden_confidential_submissions(world, labels):
    # What is proposed is decided now, so that the meetings to come decide on nothing else.
    apply(world.meeting, by=world.clerk)
    do_all()
    readers = [world.reader(label) for label in labels]
    before = {reader.label: pages_of(world, reader) for reader in readers}
    added = list(more_confidential(world))
    do_all()
    for submission in added:
        add_tags_findings_and_notes(submission, Theme.objects.first(), by=world.clerk)
        move_to_status(submission, by=world.clerk)
    do_all()
    for reader in readers:
        after = pages_of(world, reader)
        changed = [path for path, text in after.items() if text != before[reader.label][path]]
        assert not changed, (reader.label, changed)


@pytest.mark.campaign
def test_pages_are_identical_whoever_the_protected_witness_is(world):
    readers = [world.reader(label) for label in disclosure_world.WITHOUT_IDENTITIES]
    before = {reader.label: pages_of(world, reader) for reader in readers}
    for canary in world.canaries:
        if canary.disclosure != Disclosure.OPEN:
            replace_witness(canary, by=world.clerk)
    do_all()
    for reader in readers:
        after = pages_of(world, reader)
        changed = [path for path, text in after.items() if text != before[reader.label][path]]
        assert not changed, (reader.label, changed)


# --- Bundles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", OPENERS)
def test_bundle_opens_for_its_maker_and_clerks_only(world, label):
    reader = world.reader(label)
    client = reader.client()
    for description, bundle in world.bundles.items():
        own = description.split(",")[0] == label
        opens = own or label == "clerk"
        for form in ("pdf", "zip", "json", "sig"):
            response = client.get(reverse("bundle-file", args=[bundle.pk, form]))
            body_of(response)
            status = response.status_code
            if opens:
                assert status == 200, (description, form)
            else:
                # Whoever has not signed in is asked to; all others find nothing.
                assert status == (404 if signed_in(reader) else 302), (description, form)


def signed_in(reader: Reader) -> bool:
    return reader.user.is_authenticated and reader.user.is_active


def words_of_bundle(world: World, description: str) -> str:
    client = world.reader("clerk").client()
    bundle = world.bundles[description]
    return "\n".join(
        words_in(body_of(client.get(reverse("bundle-file", args=[bundle.pk, form]))))
        for form in ("pdf", "zip", "json", "sig")
    )


@pytest.mark.parametrize(
    "description",
    [
        "clerk, confidential, names",
        "specialist + confidential + identities, confidential, names",
        "clerk",
        "specialist + identities, names",
        "specialist",
        "operations + confidential, confidential",
    ],
)
def test_bundle_holds_only_the_secrets_asked_for(world, description):
    pairs = {(k.lower(), int(n)) for k, n in MARK.findall(words_of_bundle(world, description))}
    for canary in world.canaries:
        kinds = {kind for kind, number in pairs if number == canary.number}
        inside = (
            canary.submission.inquiry_id == world.here.pk
            and canary.status in disclosure_world.READY
            and (canary.disclosure != Disclosure.CONFIDENTIAL or ", confidential" in description)
        )
        named = inside and (canary.disclosure == Disclosure.OPEN or ", names" in description)
        expected = {disclosure_world.BODY} if inside else set()
        # What a protected witness calls the submission stands on its cover sheet beside the name
        # only.
        expected |= disclosure_world.IDENTITY | {disclosure_world.TITLE} if named else set()
        assert kinds == expected, (canary.status, canary.disclosure)
