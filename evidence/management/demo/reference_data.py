"""Committees, inquiries, calls, people and lists of the demo."""

import datetime
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from evidence.management.demo.vocabulary import INSTITUTIONS, STATES, THEMES
from inquiry.calls.models import Call, Committee, Inquiry, Question
from inquiry.people.models import Membership, User
from inquiry.people.roles import Role
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm

QUESTIONS = (
    "By what means do foreign states try to influence teaching, research and debate here?",
    "How are students and staff from affected communities treated, here and through relatives?",
    "How well do universities recognise, record and answer interference?",
    "What follows from dependence on tuition fees, donations and research contracts?",
    "What should the Government and regulators do, and what can be learnt from elsewhere?",
)
SCOPE = (
    "A university was pressed to stop research on human rights. Its web sites were blocked abroad "
    "and its recruitment fell, while official cooperation in science went on in fields held to be "
    "uncontroversial. The committee examines how one foreign state's interference reaches British "
    "universities, what it does to those who teach, study and do research there, and what should "
    "be done.\n\nThis inquiry is part of the committee's wider review of the country's strategy "
    "towards that state."
)
GUIDANCE = (
    "Tell us what you have seen or studied yourself, and say how you know it. You need not answer "
    "every question. If naming an institution or a person is not needed for your point, leave the "
    "name out."
)


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: Role
    sees_confidential: bool = False
    sees_identities: bool = False


# A call that has closed, for what came too late.
FIRST_CALL = "academia-first-call"

PEOPLE = (
    Person("clerk", "Clerk", "of the Committee", Role.CLERK),
    Person("clerk2", "Second", "Clerk", Role.CLERK),
    Person("specialist", "Committee", "Specialist", Role.SPECIALIST, sees_confidential=True),
    Person("operations", "Operations", "Officer", Role.OPERATIONS),
    Person("media", "Media", "Officer", Role.MEDIA),
    Person(
        "chair",
        "Chair",
        "of the Committee",
        Role.MEMBER,
        sees_confidential=True,
        sees_identities=True,
    ),
    Person("member", "Member", "of the Committee", Role.MEMBER),
    Person("adviser", "Specialist", "Adviser", Role.ADVISER),
)


@dataclass(frozen=True)
class Settled:
    """What the rest of the demo needs. `passwords` holds those of accounts made just now."""

    inquiry: Inquiry
    call: Call
    clerk: User
    passwords: dict[str, str]


@transaction.atomic
def settle() -> Settled:
    """Make everything that does not exist yet. Running it again changes nothing."""
    committee, _new = Committee.objects.get_or_create(
        slug="foreign-affairs",
        defaults={"name": "Foreign Affairs Committee", "email": "committee@example.org"},
    )
    parent, _new = Inquiry.objects.get_or_create(
        code="strategy-review",
        defaults={
            "committee": committee,
            "title": "Review of the strategy towards China",
            "prefix": "STR",
            "hc_number": "HC 210",
            "scope": "The committee reviews the country's strategy as a whole.",
        },
    )
    inquiry, _new = Inquiry.objects.get_or_create(
        code="interference-in-academia",
        defaults={
            "committee": committee,
            "parent": parent,
            "title": "Foreign interference in academia",
            "prefix": "FIA",
            "hc_number": "HC 412",
            "scope": SCOPE,
        },
    )
    for number, text in enumerate(QUESTIONS, start=1):
        Question.objects.get_or_create(inquiry=inquiry, number=number, defaults={"text": text})
    _vocabulary()
    call = _calls(inquiry, parent)
    passwords = _people(inquiry, parent)
    return Settled(inquiry, call, User.objects.get(username="clerk"), passwords)


def _calls(inquiry: Inquiry, parent: Inquiry) -> Call:
    now = timezone.now()
    call, _new = Call.objects.get_or_create(
        code="interference-in-academia",
        defaults={
            "inquiry": inquiry,
            "title": "Foreign interference in academia",
            "guidance": GUIDANCE,
            "opens_at": now - datetime.timedelta(days=28),
            "closes_at": now + datetime.timedelta(days=14),
        },
    )
    Call.objects.get_or_create(
        code=FIRST_CALL,
        defaults={
            "inquiry": inquiry,
            "title": "Foreign interference in academia: first call",
            "opens_at": now - datetime.timedelta(days=60),
            "closes_at": now - datetime.timedelta(days=29),
        },
    )
    Call.objects.get_or_create(
        code="academia-second-call",
        defaults={
            "inquiry": inquiry,
            "title": "Foreign interference in academia: closing very soon",
            "opens_at": now - datetime.timedelta(days=7),
            "closes_at": now + datetime.timedelta(minutes=10),
        },
    )
    Call.objects.get_or_create(
        code="strategy-review",
        defaults={
            "inquiry": parent,
            "title": "Review of the strategy towards China",
            "opens_at": now - datetime.timedelta(days=120),
            "closes_at": now - datetime.timedelta(days=60),
        },
    )
    return call


def _vocabulary() -> None:
    for name, aliases, acronyms in INSTITUTIONS:
        institution, _new = Institution.objects.get_or_create(name=name)
        for text in aliases:
            InstitutionName.objects.get_or_create(
                institution=institution, text=text, defaults={"safe_to_match": True}
            )
        for text in acronyms:
            InstitutionName.objects.get_or_create(
                institution=institution,
                text=text,
                defaults={"kind": InstitutionName.Kind.ACRONYM},
            )
    for position, (name, terms) in enumerate(THEMES):
        theme, _new = Theme.objects.get_or_create(name=name, defaults={"position": position})
        for term in terms:
            ThemeTerm.objects.get_or_create(theme=theme, text=term)
    for name, code in STATES:
        State.objects.get_or_create(code=code, defaults={"name": name})


def _people(inquiry: Inquiry, parent: Inquiry) -> dict[str, str]:
    """Accounts with random passwords; each is printed once and stored nowhere."""
    passwords: dict[str, str] = {}
    for person in PEOPLE:
        user, new = User.objects.get_or_create(
            username=person.username,
            defaults={"first_name": person.first_name, "last_name": person.last_name},
        )
        if new:
            passwords[person.username] = secrets.token_urlsafe(9)
            user.set_password(passwords[person.username])
            user.save()
        Membership.objects.get_or_create(
            user=user,
            inquiry=inquiry,
            defaults={
                "role": person.role,
                "sees_confidential": person.sees_confidential,
                "sees_identities": person.sees_identities,
            },
        )
        if person.role in {Role.CLERK, Role.MEMBER}:
            Membership.objects.get_or_create(
                user=user, inquiry=parent, defaults={"role": person.role}
            )
    admin, new = User.objects.get_or_create(
        username="admin", defaults={"first_name": "System", "last_name": "Administrator"}
    )
    if new:
        passwords["admin"] = secrets.token_urlsafe(9)
        admin.is_superuser = admin.is_staff = True
        admin.set_password(passwords["admin"])
        admin.save()
    return passwords
