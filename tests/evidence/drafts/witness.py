"""A witness at the form, for tests: the answers, and the requests that complete the form."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from evidence.drafts.email_confirmation import code_of
from evidence.drafts.models import AddressCode, Draft
from inquiry.calls.models import Call
from tests.factories import CallFactory

CODE = re.compile(r'class="receipt return-code">(.*?)</strong>')

ANSWERS: dict[str, dict[str, Any]] = {
    "who": {"who": "individual"},
    "details": {"name": "Dr Ann Othername", "role": "Reader in Law", "organisation": ""},
    "contact": {"may_email": "yes", "email": "ann@othername.example", "may_phone": "no"},
    "title": {"name": "On pressure"},
    "disclosure": {"wish": "open", "reasons": ""},
    "circumstances": {"published": "no", "court": "no"},
    "declarations": {"own_work": "on", "truthful": "on", "understood": "on"},
}


def file(content: bytes = b"Words of evidence.", name: str = "evidence.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@dataclass
class AtTheForm:
    """A browser with a form open in it."""

    client: Client
    handle: str
    code: str
    call: Call

    @property
    def draft(self) -> Draft:
        key = self.client.session["forms"][self.handle]
        return Draft.objects.select_related("call", "submission").get(pk=key)

    def address(self, name: str = "form", *more: object) -> str:
        return reverse(name, args=[self.handle, *more])

    def get(self, name: str = "form", /, *more: object) -> HttpResponse:
        return self.client.get(self.address(name, *more))

    def words(self, name: str = "form", /, *more: object) -> str:
        return self.get(name, *more).content.decode()

    def post(self, name: str, /, *more: object, **answers: Any) -> HttpResponse:
        return self.client.post(self.address(name, *more), answers)

    def say(self, page: str, /, **answers: Any) -> HttpResponse:
        """Fill in a page and go on."""
        return self.post("form-page", page, **answers)

    def upload(self, *files: SimpleUploadedFile, **more: Any) -> HttpResponse:
        return self.post("form-files", files=list(files), **more)

    def fill_in(self, **changed: dict[str, Any]) -> None:
        """Answer every page that must be answered, and send one file."""
        for page, answers in {**ANSWERS, **changed}.items():
            answer = self.say(page, **answers)
            assert answer.status_code == 302, answer.content.decode()

    def confirm_address(self) -> None:
        """Have a code sent to the address in the form, and type it as it stands in the letter."""
        assert self.post("form-confirm").status_code == 302
        digits = code_of(AddressCode.objects.get(draft=self.draft))
        answer = self.post("form-confirm", code=f"{digits[:3]} {digits[3:]}")
        assert answer.status_code == 302, answer.content.decode()

    def send(self) -> HttpResponse:
        return self.post("form-send")


def code_on(page: str) -> str:
    """The return code that a page shows."""
    shown = CODE.search(page)
    assert shown is not None
    return " ".join(re.findall(r"<span>(\w{4})</span>", shown.group(1)))


def begin(call: Call, client: Client | None = None, **answers: Any) -> AtTheForm:
    """Begin a form as a witness does, and read the return code off the page."""
    client = client or Client()
    started = client.post(reverse("start", args=[call.code]), answers)
    assert started.status_code == 302, started.content.decode()
    page = client.get(started["Location"]).content.decode()
    return AtTheForm(client, started["Location"].split("/")[-3], code_on(page), call)


def ready(call: Call, **changed: dict[str, Any]) -> AtTheForm:
    """A form that can be sent."""
    form = begin(call)
    form.fill_in(**changed)
    form.upload(file())
    return form


def with_address(email: str = "ann@othername.example", **more: str) -> AtTheForm:
    """A form with an address that may be written to and is not confirmed."""
    form = begin(CallFactory())
    form.say("contact", **{"may_email": "yes", "email": email, "may_phone": "no", **more})
    return form


def ask_for_link(email: str, **more: str) -> HttpResponse:
    return Client(**more).post(reverse("link-ask"), {"email": email})


def link_in(letter: EmailMessage) -> str:
    links = re.search(r"/return/link/\S+/", str(letter.body))
    assert links is not None
    return links.group()
