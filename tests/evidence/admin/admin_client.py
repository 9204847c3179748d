"""Reads pages of the desk and presses their buttons, for tests."""

import re

from django.db import transaction
from django.test import Client
from django.urls import reverse

from evidence.decisions.models import Act
from evidence.intake.examine import hold
from evidence.lifecycle import Status
from evidence.publication.publish import publish
from evidence.submissions.models import Submission
from tests.factories import (
    a_submission,
    decide,
)

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+')
SEEN = re.compile(r'name="(seen-[0-9a-f-]+)" value="([0-9a-f]+)"')
LIST = "/staff/"
PROPOSE = "/admin/evidence/submission/selected/propose/"
PUBLISH = "/admin/evidence/submission/selected/publish/"


def signed_in(person, **kwargs) -> Client:
    client = Client(**kwargs)
    client.force_login(person)
    return client


def page_of(submission: Submission) -> str:
    return reverse("admin:evidence_submission_change", args=[submission.pk])


def act_on(submission: Submission, name: str) -> str:
    return reverse("admin:submission-act", args=[submission.pk, name])


def page_text(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def shown_after(client: Client, page: str, answers: dict[str, object]) -> str:
    return client.post(page, answers, follow=True).content.decode()


def hidden_fields(page: str) -> dict[str, str]:
    """What a page that shows what will be public sends back with it."""
    return dict(SEEN.findall(page))


def in_status(status: Status, call, clerk, work) -> Submission:
    submission = a_submission(call, text=f"Words for {status}.")
    if status == Status.HELD:
        hold(submission, code="examine-stopped", reason="It stopped.", within=transaction.atomic)
        submission.refresh_from_db()
        return submission
    work()
    acts = {
        Status.PREPARED: [],
        Status.ACCEPTED: [Act.ACCEPT],
        Status.REPORTED: [Act.ACCEPT, Act.OPEN, Act.REPORT],
        Status.PUBLISHED: [Act.ACCEPT, Act.OPEN, Act.REPORT],
    }[status]
    if acts:
        decide(submission, *acts, by=clerk)
        work()
    if status == Status.PUBLISHED:
        publish(submission, by=clerk)
    submission.refresh_from_db()
    return submission
