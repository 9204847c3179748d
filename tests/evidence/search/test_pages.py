"""Lists of any length: a page of them, the lines that matched, and how many questions they ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.decisions.models import Act
from evidence.publication.publish import publish
from evidence.search import paging
from evidence.search.paging import BEYOND
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.web.public import published
from evidence.web.staff import register
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import signed_in
from tests.factories import (
    CallFactory,
    InstitutionFactory,
    ThemeFactory,
    a_member,
    a_submission,
    decide,
    docx,
)

pytestmark = pytest.mark.django_db
DESK = "admin:inbox"


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def some(call, count: int, work, **fields) -> list[Submission]:
    submissions = [a_submission(call, **fields) for _ in range(count)]
    work()
    return submissions


def shown_labels(text: str, submissions) -> list[str]:
    labels = [submission.receipt for submission in submissions]
    return sorted((label for label in labels if label in text), key=text.index)


def test_long_list_goes_on_from_the_last_row(call, clerk, work, monkeypatch):
    monkeypatch.setattr(register, "PER_PAGE", 2)
    submissions = some(call, 5, work)
    # Two came at the same moment.
    Submission.objects.filter(pk__in=[row.pk for row in submissions[1:4]]).update(
        received_at=submissions[1].received_at
    )
    client, address, pages = signed_in(clerk), reverse("register"), []
    while address:
        text = page(client, address)
        pages.append(shown_labels(text, submissions))
        start = text.find('rel="next" href="')
        query = text[start:].split('"')[3].replace("&amp;", "&") if start >= 0 else ""
        address = reverse("register") + query if query else ""
    assert [len(rows) for rows in pages] == [2, 2, 1]
    in_order = Submission.objects.in_flow_order().values_list("receipt", flat=True)
    assert [label for rows in pages for label in rows] == list(in_order)


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01~", "~1", "2026-01-01T00:00:00~1", "2026-13-01T00:00:00+00:00~1"]
)
def test_cursor_that_is_none_shows_the_first_page(call, clerk, work, cursor):
    (submission,) = some(call, 1, work)
    text = page(signed_in(clerk), f"{reverse('register')}?{BEYOND}={cursor.replace('+', '%2B')}")
    assert submission.receipt in text


def test_list_says_more_than_it_counts(call, clerk, work, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 2)
    some(call, 3, work)
    client = signed_in(clerk)
    assert "More than 2 submissions" in " ".join(page(client, reverse("register")).split())


def test_matches_come_in_numbered_pages(call, clerk, work, monkeypatch):
    monkeypatch.setattr(register, "PER_PAGE", 2)
    submissions = some(call, 3, work, text="Visas were refused.")
    client = signed_in(clerk)
    first = page(client, f"{reverse('register')}?q=visa")
    second = page(client, f"{reverse('register')}?q=visa&page=2")
    assert len(shown_labels(first, submissions)) == 2
    assert len(shown_labels(second, submissions)) == 1
    assert "q=visa&amp;page=2" in first
    for number in ("0", "99", "x", "-1", "²"):
        client.get(f"{reverse('register')}?q=visa&page={number}")


def test_match_shows_its_lines_and_opens_at_the_paragraph(call, clerk, work):
    content = docx("First words.\n\nThen <b>visas</b> & more were refused.\n\nLast words.")
    submission = a_submission(call, content=content, file_name="a.docx")
    work()
    text = page(signed_in(clerk), f"{reverse('register')}?q=visa+refused")
    address = reverse("submission", args=[submission.pk])
    assert f'href="{address}#p2"' in text
    assert "<mark>visas</mark>" in text
    assert "&amp; more were <mark>refused</mark>" in text
    assert "<b>" not in text
    assert 'id="p2"' in page(signed_in(clerk), address)


def test_what_a_witness_writes_is_never_markup_in_the_lines(call, clerk, work):
    a_submission(call, text="A <script>alert(1)</script> visa <mark>here</mark>.")
    work()
    text = page(signed_in(clerk), f"{reverse('register')}?q=visa+alert+mark")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_published_match_opens_at_its_paragraph(call, clerk, client, work):
    content = docx("First words.\n\nThen visas were refused.")
    submission = a_submission(call, content=content, file_name="a.docx")
    work()
    decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    publish(submission, by=clerk)
    work()
    submission.refresh_from_db()
    text = page(client, f"{reverse('published')}?q=visa")
    assert f"{reverse('published-submission', args=[submission.reference])}#p2" in text


def test_search_of_signs_alone_shows_nothing(call, clerk, client, work):
    (submission,) = some(call, 1, work)
    assert submission.receipt not in page(signed_in(clerk), f"{reverse('register')}?q=%25")
    assert "No evidence matches" in page(client, f"{reverse('published')}?q=%22")


@pytest.mark.parametrize(
    ("name", "searched"),
    [
        ("register", ""),
        ("register", "q=visa"),
        ("register", "q=visa&status=prepared"),
        ("register", "tags=suggested"),
        (DESK, "view=new"),
        (DESK, "why=propose"),
    ],
)
def test_number_of_questions_of_staff_lists_does_not_grow(name, searched, call, clerk, work):
    client = signed_in(clerk)

    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, f"{reverse(name)}?{searched}")
        return len(queries)

    tagged_submission(call, clerk, work)
    questions()
    with_one = questions()
    tagged_submission(call, clerk, work)
    tagged_submission(call, clerk, work)
    assert questions() == with_one


def tagged_submission(call, clerk, work) -> Submission:
    (submission,) = some(call, 1, work, text="Visas.")
    tag.with_theme(submission, ThemeFactory(), by=clerk)
    tag.with_institution(submission, InstitutionFactory(), part="mentioned", by=clerk)
    work()
    return submission


@pytest.mark.parametrize("searched", ["", "q=visa"])
def test_number_of_questions_of_the_public_list_does_not_grow(searched, call, clerk, client, work):
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, f"{reverse('published')}?{searched}")
        return len(queries)

    def publish_another() -> None:
        submission = tagged_submission(call, clerk, work)
        decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
        work()
        publish(submission, by=clerk)
        work()

    publish_another()
    questions()
    with_one = questions()
    publish_another()
    publish_another()
    assert questions() == with_one


def test_public_list_goes_on_from_the_last_row(call, clerk, client, work, monkeypatch):
    monkeypatch.setattr(published, "PER_PAGE", 1)
    for _ in range(2):
        submission = a_submission(call)
        work()
        decide(submission, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
        work()
        publish(submission, by=clerk)
    first = page(client, reverse("published"))
    assert "0002" in first
    query = first.split('rel="next" href="')[1].split('"')[0]
    second = page(client, reverse("published") + query)
    assert "0001" in second
    assert "0002" not in second
    assert "First page" in second


def test_member_finds_nothing_outside_their_inquiries(call, clerk, work):
    (submission,) = some(call, 1, work, text="Visas.")
    other = a_member(CallFactory().inquiry, Role.CLERK)
    assert submission.receipt not in page(signed_in(other), f"{reverse('register')}?q=visa")
    assert submission.receipt not in page(signed_in(other), f"{reverse(DESK)}?view=new")
