"""A clerk at the page of a batch, for tests: emails, what is typed, and the requests."""

import html
import re
from email.message import EmailMessage
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from evidence.batches.models import Batch, BatchFile
from inquiry.calls.models import Call
from tests.evidence.drafts.witness import file

BATCHES = "/admin/evidence/submission/add-many/"
VALUE = re.compile(r'<input type="hidden" name="([^"]*)"[^>]*? value="([^"]*)"')


def email_of(
    *attachments: tuple[str, bytes],
    sender: str = "Zhang Weiming <zhang@b.example>",
    sent: str = "Tue, 17 Mar 2026 09:30:00 +0000",
    words: str = "Please find my evidence attached.",
) -> bytes:
    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = sender, sent, "Evidence"
    message["MIME-Version"] = "1.0"
    message.set_content(words)
    message.add_alternative(f"<p>{html.escape(words)}</p><style>p {{}}</style>", subtype="html")
    for name, content in attachments:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


def new_batch(client: Client, call: Call, *uploads: SimpleUploadedFile, key: str = "") -> Batch:
    """Upload files as a new batch."""
    page = client.get(BATCHES).content.decode()
    key = key or dict(VALUE.findall(page))["batch"]
    client.post(BATCHES, {"batch": key, "call": call.code, "files": list(uploads)})
    return Batch.objects.get(pk=key)


def page_of(batch: Batch) -> str:
    return reverse("admin:batch", args=[batch.pk])


def shown(client: Client, batch: Batch) -> str:
    return client.get(page_of(batch)).content.decode()


def typed(client: Client, batch: Batch, **answers: Any) -> dict[str, Any]:
    """What the browser would send: the versions shown, and these answers for every file."""
    fields: dict[str, Any] = dict(VALUE.findall(shown(client, batch)))
    complete = {
        "kind": "individual",
        "name": "Dr A. Name",
        "organisation": "",
        "email": "",
        "received_at": "2026-03-17T09:30",
        "disclosure": "open",
        "channel": "post",
        "body": "covering",
        **answers,
    }
    for row in batch.files.filter(state__in=["open", "failed"]):
        fields |= {f"{row.pk.hex}-{name}": value for name, value in complete.items()}
    return fields


def send(client: Client, batch: Batch, act: str, value: str = "1", **answers: Any) -> str:
    """Press a button of the page; returns the page after it."""
    fields = {**typed(client, batch, **answers), act: value}
    return client.post(page_of(batch), fields, follow=True).content.decode()


def letters(count: int) -> list[SimpleUploadedFile]:
    return [file(f"Letter number {n} to you.".encode(), f"letter-{n}.txt") for n in range(count)]


def states(batch: Batch) -> list[str]:
    return list(batch.files.values_list("state", flat=True))


def only_file(batch: Batch) -> BatchFile:
    return batch.files.select_related("batch__call__inquiry", "added_by").get()
