"""Every URL of the program, the keys it is requested with, and the secrets it may show."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from evidence.custody.models import CustodyEntry
from evidence.drafts import late_codes as late
from evidence.drafts.models import Draft, LateCode
from evidence.letters.models import Letter
from evidence.lifecycle import Status
from inquiry.calls.models import Call, Committee, Inquiry
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, State, Theme
from tests.end_to_end.disclosure_bundles import (
    bundle_new,
    comparisons,
    of_bundles,
    of_copies,
    papers,
    schedules,
    specifications,
    volumes,
)
from tests.end_to_end.disclosure_world import (
    BODY,
    COMMENT,
    EVERY_KIND,
    HOURS,
    IDENTITY,
    LETTER,
    METADATA,
    NOTES,
    OWN_INSTITUTION,
    REASONS,
    SAFE_WAYS,
    TEXT,
    TITLE,
    Address,
    World,
)

ENOUGH = frozenset({Status.PREPARED, Status.ACCEPTED, Status.PUBLISHED})
NOTHING: frozenset[str] = frozenset()
IN_THE_FILE = frozenset({BODY, METADATA, COMMENT})
DESK = "admin:evidence_submission_"


@dataclass(frozen=True)
class Row:
    """Addresses of one route; the kinds of secret that may stand there, for whom they may."""

    addresses: Callable[[World], list[Address]]
    kinds: frozenset[str] = NOTHING


def fixed(name: str, *queries: str) -> Callable[[World], list[Address]]:
    def addresses(world: World) -> list[Address]:
        return [Address(f"{reverse(name)}{query}") for query in ("", *queries)]

    return addresses


def exports(world: World) -> list[Address]:
    pages = [reverse("export", args=[inquiry.code]) for inquiry in (world.here, world.there)]
    return [Address(f"{page}{query}") for page in pages for query in ("", "?q=words")]


def of_submissions(name: str, *more: object) -> Callable[[World], list[Address]]:
    """The route for every submission, beside the same route for a submission that is not there."""

    def addresses(world: World) -> list[Address]:
        nowhere = reverse(name, args=[uuid.UUID(int=0), *more])
        return [
            Address(reverse(name, args=[canary.submission.pk, *more]), canary, nowhere)
            for canary in world.canaries
        ]

    return addresses


def of_some(name: str, *more: object) -> Callable[[World], list[Address]]:
    """The route for enough submissions, where it says little and asks the same everywhere."""

    def addresses(world: World) -> list[Address]:
        every = of_submissions(name, *more)(world)
        return [address for address in every if address.canary and address.canary.status in ENOUGH]

    return addresses


def of_files(name: str, *more: object) -> Callable[[World], list[Address]]:
    def addresses(world: World) -> list[Address]:
        every = [address for at in (0, 1) for address in of_submissions(name, at, *more)(world)]
        return [address for address in every if address.canary and address.canary.status in ENOUGH]

    return addresses


def pictures(world: World) -> list[Address]:
    addresses = []
    for canary in world.canaries:
        if canary.status in ENOUGH and (name := canary.picture):
            nowhere = reverse("submission-picture", args=[uuid.UUID(int=0), 1, name])
            path = reverse("submission-picture", args=[canary.submission.pk, 1, name])
            addresses.append(Address(path, canary, nowhere))
    return addresses


def of_references(name: str, *more: object) -> Callable[[World], list[Address]]:
    """As numbers are guessed: those given, and the receipts of those without."""

    def addresses(world: World) -> list[Address]:
        nowhere = reverse(name, args=["QHERE9999", *more])
        return [
            Address(reverse(name, args=[canary.submission.label, *more]), canary, nowhere)
            for canary in world.canaries
        ]

    return addresses


def published_pictures(world: World) -> list[Address]:
    name = "published-picture"
    return [
        Address(reverse(name, args=[canary.submission.label, 1, canary.picture]), canary)
        for canary in world.canaries
        if canary.picture and canary.status in ENOUGH
    ]


def of_rows(name: str, rows: Callable[[World], list[object]], tail: str = "") -> Callable:
    def addresses(world: World) -> list[Address]:
        return [Address(reverse(name, args=[key]) + tail) for key in rows(world)]

    return addresses


def letters(world: World) -> list[object]:
    """The letters of what was not accepted, and one acknowledgement."""
    declined = Letter.objects.filter(kind=Letter.Kind.DECLINED)
    return [*declined.values_list("pk", flat=True), Letter.objects.exclude(body="").last().pk]


def first(model: type) -> Callable[[World], list[object]]:
    return lambda _world: list(model.objects.values_list("pk", flat=True)[:2])


def institutions(world: World) -> list[object]:
    own = Institution.objects.filter(tags__submission=world.canaries[-1].submission)
    return list(own.values_list("pk", flat=True))


def all_of(
    model_name: str, rows: Callable[[World], list[object]], kinds: frozenset[str] = NOTHING
) -> dict[str, Row]:
    """The pages the desk has for each kind of row."""
    start = f"admin:{model_name}_"
    return {
        f"{start}changelist": Row(fixed(f"{start}changelist", "?o=1", "?p=1", "?q=qz"), kinds),
        f"{start}add": Row(fixed(f"{start}add"), kinds & {OWN_INSTITUTION}),
        f"{start}change": Row(of_rows(f"{start}change", rows), kinds),
        f"{start}history": Row(of_rows(f"{start}history", rows), kinds & {OWN_INSTITUTION}),
        f"{start}delete": Row(of_rows(f"{start}delete", rows)),
        f"admin/{model_name.replace('_', '/')}/<path:object_id>/": Row(
            lambda world: [
                Address(f"/admin/{model_name.replace('_', '/')}/{key}/") for key in rows(world)
            ]
        ),
    }


def one_call(world: World) -> list[object]:
    return list(world.here.calls.values_list("code", flat=True))


LIST_QUERIES = ("?page=2", "?page=99", "?status=accepted", "?status=held", "?after=2020-01-01")
DESK_QUERIES = (
    "?o=1",
    "?o=-2",
    "?o=4",
    "?o=5",
    "?p=1",
    "?p=2",
    "?status__exact=held",
    "?disclosure__exact=confidential",
    "?tags=suggested",
    "?tags=none",
    "?case=mine",
    "?witness=withdrawal",
    "?witness=answered",
    "?case=nobody",
    "?_facets=1",
    "?all=",
)
CHOICES = "?app_label=evidence&model_name=submission&field_name=supplements&term="

# Pages of a form, each with what else its address holds. Nobody but a witness has a way in: the
# keys of drafts, and what stands for them in another's session, open nothing.
NO_KEY = uuid.UUID(int=0)
FORM_PAGES: dict[str, tuple[object, ...]] = {
    "form": (),
    "form-code": (),
    "form-code-another": (),
    "form-confirm": (),
    "form-late": (),
    "form-close": (),
    "form-delete": (),
    "form-people": (),
    "form-person": (1,),
    "form-person-remove": (1,),
    "form-files": (),
    "form-files-coming": (),
    "form-files-here": (),
    "form-file": (NO_KEY, "up"),
    "form-file-remove": (NO_KEY,),
    "form-clean-copy": (NO_KEY,),
    "form-clean-copy-file": (NO_KEY,),
    "form-picture": (NO_KEY, "picture.png"),
    "form-page-picture": (NO_KEY, 1),
    "form-pages-pdf": (NO_KEY,),
    "form-warnings": (),
    "form-preview": (),
    "form-check": (),
    "form-send": (),
    "form-copy": (),
    "form-after": (),
    "form-contact": (),
    "form-withdraw": (),
    "form-supplement": (),
    "form-everything": (),
    "form-answer": (NO_KEY,),
    "form-page": ("details",),
}


def of_forms(name: str, *more: object) -> Callable[[World], list[Address]]:
    def addresses(_world: World) -> list[Address]:
        # One key is enough here: all others are tried by tests/evidence/drafts/test_two_witnesses.
        draft = Draft.objects.earliest("started_at")
        return [Address(reverse(name, args=[draft.pk.hex, *more]))]

    return addresses


def late_codes(world: World) -> list[object]:
    if not LateCode.objects.exists():
        tomorrow = timezone.now() + datetime.timedelta(days=1)
        late.make(world.here.calls.first(), by=world.clerk, expires_at=tomorrow)
    return list(LateCode.objects.values_list("pk", flat=True))


ROUTES: dict[str, Row] = {
    "home": Row(fixed("home")),
    "call": Row(of_rows("call", one_call)),
    "call-text": Row(of_rows("call-text", one_call)),
    "verify": Row(fixed("verify", "?sha256=0")),
    "verify-keys": Row(fixed("verify-keys")),
    "start": Row(of_rows("start", one_call)),
    "safety": Row(fixed("safety")),
    "safety-in": Row(of_rows("safety-in", lambda _world: ["ug", "none"])),
    **{name: Row(fixed(name)) for name in ("help", "accessibility", "privacy", "cookies")},
    "leave": Row(fixed("leave")),
    "back": Row(fixed("back")),
    "link-ask": Row(fixed("link-ask")),
    "link": Row(of_rows("link", lambda _world: ["not-a-token"])),
    "coauthor": Row(of_rows("coauthor", lambda _world: ["not-a-token"])),
    "state": Row(of_forms("state")),
    **{name: Row(of_forms(name, *more)) for name, more in FORM_PAGES.items()},
    "admin:late-code-withdraw": Row(of_rows("admin:late-code-withdraw", late_codes)),
    "sign-in": Row(fixed("sign-in", "?next=/staff/")),
    "sign-out": Row(fixed("sign-out")),
    "published": Row(fixed("published", "?page=2", "?q=", "?page=x"), IDENTITY | TEXT),
    "published-submission": Row(of_references("published-submission"), IDENTITY | TEXT),
    "published-pdf": Row(of_references("published-pdf", 0), IDENTITY | TEXT),
    "published-picture": Row(published_pictures),
    "register": Row(
        fixed("register", *LIST_QUERIES, "?inquiry=inquiry-0", "?disclosure=confidential"),
        IDENTITY | TEXT,
    ),
    "find": Row(fixed("find", "?q=", "?q=FIA0001")),
    "export": Row(exports, IDENTITY | TEXT),
    "submission": Row(of_submissions("submission"), IDENTITY | TEXT),
    "submission-pdf": Row(of_files("submission-pdf"), IDENTITY | TEXT),
    "submission-picture": Row(pictures),
    "submission-original": Row(of_files("submission-original"), IN_THE_FILE),
    "submission-office": Row(of_files("submission-office"), IN_THE_FILE),
    "bundles": Row(fixed("bundles", "?page=2")),
    "bundle-new": Row(bundle_new, IDENTITY),
    "bundle-compare": Row(comparisons, IDENTITY),
    "bundle-volume": Row(volumes, IDENTITY | TEXT),
    "papers": Row(fixed("papers")),
    "paper": Row(of_rows("paper", lambda _: papers())),
    "paper-put-away": Row(of_rows("paper-put-away", lambda _: papers())),
    "bundle-copies": Row(of_bundles("bundle-copies")),
    "copies-issue": Row(of_bundles("copies-issue")),
    "copies": Row(fixed("copies")),
    "copy-file": Row(of_copies("copy-file", 1), IDENTITY | TEXT),
    "copy-withdraw": Row(of_copies("copy-withdraw")),
    "copy-again": Row(of_copies("copy-again")),
    "specification-clock": Row(of_rows("specification-clock", lambda _: specifications())),
    "schedule-remove": Row(of_rows("schedule-remove", schedules)),
    "specification-delete": Row(of_rows("specification-delete", lambda _: specifications())),
    "bundle": Row(of_bundles("bundle"), IDENTITY),
    "bundle-progress": Row(of_bundles("bundle-progress")),
    "bundle-cancel": Row(of_bundles("bundle-cancel")),
    "bundle-keep": Row(of_bundles("bundle-keep")),
    "bundle-again": Row(of_bundles("bundle-again")),
    "bundle-file": Row(
        of_bundles("bundle-file", "pdf", "zip", "json", "sig", "xml"), IDENTITY | TEXT
    ),
    "admin:index": Row(fixed("admin:index")),
    "admin:login": Row(fixed("admin:login")),
    "admin:logout": Row(fixed("admin:logout")),
    "admin:password_change": Row(fixed("admin:password_change")),
    "admin:password_change_done": Row(fixed("admin:password_change_done")),
    "admin:autocomplete": Row(fixed("admin:autocomplete", CHOICES)),
    "admin:jsi18n": Row(fixed("admin:jsi18n")),
    "admin:app_list": Row(of_rows("admin:app_list", lambda _world: ["evidence", "inquiry"])),
    "admin/(?P<url>.*)$": Row(lambda _world: [Address("/admin/nothing/")]),
    "admin:submission-act": Row(of_some("admin:submission-act", "publish")),
    "admin:submission-code": Row(of_some("admin:submission-code")),
    "admin:submission-tag": Row(of_some("admin:submission-tag")),
    "admin:submission-propose": Row(of_some("admin:submission-propose")),
    "admin:submission-settle": Row(of_some("admin:submission-settle", NO_KEY)),
    "admin:submission-drop": Row(of_some("admin:submission-drop", NO_KEY)),
    "admin:submission-confirm": Row(of_some("admin:submission-confirm", NO_KEY)),
    f"{DESK}changelist": Row(fixed(f"{DESK}changelist", *DESK_QUERIES), IDENTITY | {TITLE}),
    f"{DESK}add": Row(fixed(f"{DESK}add")),
    f"{DESK}change": Row(of_submissions(f"{DESK}change"), EVERY_KIND - {LETTER}),
    f"{DESK}history": Row(of_some(f"{DESK}history")),
    f"{DESK}delete": Row(of_some(f"{DESK}delete")),
    "admin/evidence/submission/<path:object_id>/": Row(
        lambda world: [
            Address(f"/admin/evidence/submission/{canary.submission.pk}/", canary)
            for canary in world.canaries
            if canary.status in ENOUGH
        ]
    ),
    "admin:meeting-apply": Row(of_rows("admin:meeting-apply", lambda world: [world.meeting.pk])),
    **all_of("evidence_meeting", lambda world: [world.meeting.pk], IDENTITY | NOTES | {REASONS}),
    "admin:letter-act": Row(
        lambda world: [
            Address(reverse("admin:letter-act", args=[key, "release"])) for key in letters(world)
        ]
    ),
    **all_of("evidence_letter", letters, IDENTITY | {LETTER, HOURS, SAFE_WAYS}),
    **all_of("evidence_custodyentry", first(CustodyEntry)),
    **all_of("evidence_latecode", late_codes),
    **all_of("inquiry_committee", first(Committee)),
    **all_of("inquiry_inquiry", first(Inquiry)),
    **all_of("inquiry_call", first(Call)),
    "admin:auth_user_password_change": Row(of_rows("admin:auth_user_password_change", first(User))),
    **all_of("inquiry_user", first(User)),
    **all_of("inquiry_institution", institutions, frozenset({OWN_INSTITUTION})),
    **all_of("inquiry_theme", first(Theme)),
    **all_of("inquiry_state", first(State)),
}


def known_routes(
    resolver: URLResolver | None = None, path: str = "", space: str = ""
) -> Iterator[str]:
    """The name of every address the program answers to; its pattern where it has no name."""
    for each in (resolver or get_resolver()).url_patterns:
        here = f"{path}{each.pattern}"
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}" if each.name else here
        else:
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from known_routes(each, here, inner)
