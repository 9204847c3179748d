"""What a witness fills in, for the tests of the page on which they send."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from inquiry.calls.models import Call

NOBODY_ELSE = {
    "people-TOTAL_FORMS": "4",
    "people-INITIAL_FORMS": "0",
    "people-MIN_NUM_FORMS": "0",
    "people-MAX_NUM_FORMS": "4",
}


def filled_in(**changed: object) -> dict[str, object]:
    """A form that is complete but for its file."""
    return {
        "once": str(uuid.uuid4()),
        "who": "individual",
        "name": "Dr A. Name",
        "email": "a.name@example.org",
        "title": "My evidence",
        "disclosure": "open",
        "own_work": "on",
        "understood": "on",
        **NOBODY_ELSE,
        **changed,
    }


def file(content: bytes = b"Words of evidence.", name: str = "evidence.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def post(client: Client, call: Call, **said: object) -> HttpResponse:
    return client.post(reverse("send", args=[call.code]), filled_in(**said))
