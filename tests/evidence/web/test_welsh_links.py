"""Links, the codes that confirm an address, and all pages about them are in Welsh too."""

import pytest
from django.conf import settings
from django.test import Client

from evidence.drafts.email_confirmation import code_of
from evidence.drafts.models import AddressCode
from evidence.submissions.models import Submission
from evidence.witness_requests.questions import ask_witness
from tests.evidence.drafts.witness import link_in
from tests.evidence.web.in_welsh import begin_in_welsh, ready_in_welsh
from tests.evidence.web.test_welsh import english, is_in_welsh  # noqa: F401
from tests.factories import CallFactory, a_member

pytestmark = pytest.mark.django_db
ANN = "ann@othername.example"


def link_of(mailoutbox, work) -> str:
    work()
    mailoutbox.clear()
    assert Client().post("/cy/return/link/", {"email": ANN}).status_code == 200
    work()
    (letter,) = mailoutbox
    assert letter.subject == "Neges i chi"
    assert f"{settings.SITE_URL}/cy/return/link/" in letter.body
    return f"/cy{link_in(letter)}"


def test_every_email_confirmation_page_is_in_welsh(english, work, mailoutbox):  # noqa: F811
    form = begin_in_welsh(CallFactory())
    is_in_welsh(form.get("form-confirm"), english)
    form.say("contact", may_email="yes", email=ANN, may_phone="no")
    is_in_welsh(form.get("form-confirm"), english)
    form.post("form-confirm")
    is_in_welsh(form.get("form-confirm"), english)
    is_in_welsh(form.post("form-confirm", code="1"), english, status=422)
    form.post("form-confirm", code=code_of(AddressCode.objects.get()))
    page = is_in_welsh(form.get("form-confirm"), english)
    assert "wedi'i gadarnhau" in page
    is_in_welsh(form.get("form-page", "contact"), english)
    form.say("who", who="together")
    is_in_welsh(form.get("form-person", 1), english)
    wrong = form.post("form-person", 1, name="Ben", wish="open", may_email="on")
    is_in_welsh(wrong, english, status=422)


def test_link_letter_and_status_page_are_in_welsh(
    english,  # noqa: F811
    work,
    mailoutbox,
):
    form = ready_in_welsh(CallFactory())
    form.confirm_address()
    address = link_of(mailoutbox, work)
    assert [sentence for sentence in english if sentence in mailoutbox[0].body] == []
    client = Client()
    is_in_welsh(client.get(address), english)
    is_in_welsh(client.post(address, follow=True), english)

    form.send()
    ask_witness(Submission.objects.get(), "When?", by=a_member(form.call.inquiry))
    client = Client()
    page = is_in_welsh(client.post(link_of(mailoutbox, work), follow=True), english)
    assert "Mae gennym gwestiwn i chi" in page
    is_in_welsh(form.get("form-contact"), english)


def test_page_after_requesting_a_link_is_in_welsh(english):  # noqa: F811
    is_in_welsh(Client().post("/cy/return/link/", {"email": ANN}), english)
