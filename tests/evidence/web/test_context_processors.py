"""Navigation has only links that the reader can open."""

import datetime
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from evidence.custody.models import CustodyEntry
from evidence.documents.models import Rendition
from evidence.lifecycle import Disclosure
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import signed_in
from tests.factories import CallFactory, UserFactory, a_member, a_submission, docx

pytestmark = pytest.mark.django_db
WAYS = re.compile(r'<nav aria-label="Main" class="shell-rooms">(.*?)</nav>', re.DOTALL)


@pytest.fixture
def call():
    return CallFactory()


def with_a_picture(folder: Path) -> bytes:
    Image.new("RGB", (40, 30), "red").save(folder / "view.png")
    return docx(f"Before.\n\n![A view]({folder / 'view.png'})\n\nAfter.")


def navigation_links(client: Client, address: str) -> set[str]:
    page = client.get(address, follow=True).content.decode()
    links = WAYS.search(page)
    assert links is not None
    return set(re.findall(r'href="([^"]+)"', links.group()))


@pytest.mark.parametrize("role", Role)
def test_every_navigation_link_works(call, role):
    client = signed_in(a_member(call.inquiry, role))

    for address in navigation_links(client, reverse("register")):
        answer = client.get(unescape(address))
        assert answer.status_code == 200, address


def test_staff_see_the_link_to_the_admin_and_members_do_not(call):
    desk = reverse("admin:index")

    assert desk in navigation_links(signed_in(a_member(call.inquiry)), reverse("register"))
    assert desk not in navigation_links(
        signed_in(a_member(call.inquiry, Role.MEMBER)), reverse("register")
    )


def test_superuser_is_sent_to_the_admin_and_sees_no_link_to_evidence():
    client = signed_in(UserFactory(is_superuser=True))

    arrived = client.get(reverse("register"), follow=True)

    assert arrived.redirect_chain[-1][0] == reverse("admin:index")
    for address in navigation_links(client, reverse("admin:index")):
        assert client.get(address).status_code == 200, address


def test_receive_link_preselects_the_call_of_its_inquiry(call):
    other = CallFactory(closes_at=call.closes_at - datetime.timedelta(days=1))
    clerk = a_member(call.inquiry)
    clerk.memberships.create(inquiry=other.inquiry, role=Role.CLERK)

    for each_call in (call, other):
        address = f"{reverse('admin:evidence_submission_add')}?inquiry={each_call.inquiry.code}"
        form = signed_in(clerk).get(address).context["form"]
        assert form["call_code"].value() == each_call.code


@pytest.mark.parametrize("disclosure", [Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL])
def test_picture_requests_of_a_protected_page_are_covered_by_its_custody_entry(
    call, work, tmp_path, disclosure
):
    """A page asks for its pictures by itself; that the page was read is what is written down."""
    submission = a_submission(
        call, disclosure=disclosure, content=with_a_picture(tmp_path), file_name="a.docx"
    )
    work()
    client = signed_in(a_member(call.inquiry))

    page = client.get(reverse("submission", args=[submission.pk])).content.decode()

    written = CustodyEntry.objects.filter(subject_id=str(submission.pk), act="read")
    assert written.count() == 1
    (picture,) = Rendition.objects.filter(submission=submission, form=Rendition.Form.PICTURE)
    address = reverse("submission-picture", args=[submission.pk, 0, picture.name])
    assert f'src="{address}"' in page
    assert client.get(address).status_code == 200
    assert written.count() == 1
