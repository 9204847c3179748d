"""A list leaves as a file: with what its reader may see, safe to open, and recorded."""

import csv
import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.custody.models import CustodyEntry
from evidence.lifecycle import Disclosure
from evidence.search.export import COLUMNS
from evidence.tagging import tag
from inquiry.people.roles import Role
from tests.evidence.admin.admin_client import signed_in
from tests.factories import CallFactory, InstitutionFactory, ThemeFactory, a_member, a_submission
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db
EVERY_COLUMN = [column.name for column in COLUMNS]
STAFF_COLUMNS = {"asked", "assigned"}


def make() -> Parts:
    call = CallFactory()
    clerk = a_member(call.inquiry)
    formula = a_submission(call, title='=HYPERLINK("http://x")', name="@Sum Person", text="Visas.")
    hidden = a_submission(
        call, name="Dr Secret", organisation="Secret House", disclosure=Disclosure.NAME_WITHHELD
    )
    closed = a_submission(call, title="Closed", disclosure=Disclosure.CONFIDENTIAL)
    do_all()
    own = InstitutionFactory(name="Secret University")
    tag.with_institution(hidden, own, part="submitter", by=clerk)
    tag.with_theme(formula, ThemeFactory(name="Money"), by=clerk)
    do_all()
    return {"call": call, "clerk": clerk, "formula": formula, "hidden": hidden, "closed": closed}


_world = made_once(make)
call, clerk, formula = part("call"), part("clerk"), part("formula")
hidden, closed = part("hidden"), part("closed")


def exported(person, call, form: str, query: str = "", columns=EVERY_COLUMN) -> bytes:
    address = f"{reverse('export', args=[call.inquiry.code])}{query}"
    response = signed_in(person).post(address, {"form": form, "column": columns})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"].startswith("attachment")
    return response.getvalue()


def as_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_has_a_row_for_each_submission_and_the_chosen_columns(call, clerk, formula):
    rows = as_rows(exported(clerk, call, "csv", columns=["receipt", "themes"]))
    assert len(rows) == 3
    assert {"Receipt number": formula.receipt, "Themes": "Money"} in rows


def test_no_cell_is_a_formula(call, clerk):
    rows = as_rows(exported(clerk, call, "csv"))
    titles = {row["Title"] for row in rows}
    assert '\'=HYPERLINK("http://x")' in titles
    assert any(row["Witness"].startswith("'@Sum") for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(exported(clerk, call, "xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert any(cell.value == '=HYPERLINK("http://x")' for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


def test_json_has_the_same_rows(call, clerk, formula):
    rows = json.loads(exported(clerk, call, "json"))
    (row,) = [row for row in rows if row["receipt"] == formula.receipt]
    assert row["title"] == '=HYPERLINK("http://x")'
    assert list(row) == EVERY_COLUMN
    assert isinstance(row["words"], int)


def test_list_without_rows_is_valid_in_each_form(call, clerk):
    nothing = "?q=nowhere"
    assert as_rows(exported(clerk, call, "csv", nothing)) == []
    assert json.loads(exported(clerk, call, "json", nothing)) == []
    book = openpyxl.load_workbook(io.BytesIO(exported(clerk, call, "xlsx", nothing)))
    assert book.active.max_row == 1


def test_filters_and_search_of_the_register_apply(call, clerk, formula):
    for query in ("?q=visas", "?disclosure=open"):
        (row,) = json.loads(exported(clerk, call, "json", query))
        assert row["receipt"] == formula.receipt


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.OPERATIONS, Role.MEMBER, Role.ADVISER])
def test_export_has_nothing_the_reader_may_not_see(call, hidden, closed, role, form):
    text = exported(a_member(call.inquiry, role), call, form).decode()
    assert hidden.receipt in text
    assert "Secret" not in text
    assert closed.receipt not in text
    assert "Closed" not in text
    assert ("assigned" in text or "Assigned" in text) == (
        role in {Role.SPECIALIST, Role.OPERATIONS}
    )


def test_those_who_may_see_names_get_them(call, clerk):
    text = exported(clerk, call, "csv").decode()
    for word in ("Dr Secret", "Secret University", "Closed"):
        assert word in text


def test_media_export_nothing_before_publication(call):
    assert json.loads(exported(a_member(call.inquiry, Role.MEDIA), call, "json")) == []


def test_columns_for_staff_are_offered_to_staff_alone(call):
    address = reverse("export", args=[call.inquiry.code])
    for role, offered in ((Role.CLERK, True), (Role.MEMBER, False)):
        page = signed_in(a_member(call.inquiry, role)).get(address).content.decode()
        assert all((f'value="{name}"' in page) == offered for name in STAFF_COLUMNS)


def test_export_is_recorded_without_what_was_searched_for(call, clerk):
    exported(clerk, call, "csv", "?q=secret", columns=["receipt"])
    entry = CustodyEntry.objects.get(act="list exported")
    assert (entry.by, entry.inquiry) == (clerk, call.inquiry)
    assert "receipt" in str(entry.detail)
    assert "secret" not in str(entry.detail)


def test_nothing_chosen_is_asked_for_again_and_not_recorded(call, clerk):
    address = reverse("export", args=[call.inquiry.code])
    for answers in ({"form": "csv"}, {"column": ["receipt"]}, {"form": "exe", "column": "receipt"}):
        response = signed_in(clerk).post(address, answers)
        assert response.status_code == 400
        assert "Choose at least one column" in response.content.decode()
    assert not CustodyEntry.objects.filter(act="list exported").exists()


def test_strangers_to_the_inquiry_get_no_export(call, client):
    address = reverse("export", args=[call.inquiry.code])
    other = a_member(CallFactory().inquiry)
    for person_client, status in ((signed_in(other), 404), (client, 302)):
        for method in ("get", "post"):
            response = getattr(person_client, method)(address, {"form": "csv", "column": "receipt"})
            assert response.status_code == status


def test_number_of_questions_does_not_grow_with_the_list(call, clerk):
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            exported(clerk, call, "json", "?disclosure=open")
        return len(queries)

    questions()
    with_one = questions()
    for _ in range(2):
        a_submission(call)
    do_all()
    assert questions() == with_one


def test_number_opens_its_submission_and_words_open_the_register(call, clerk, formula, closed):
    client = signed_in(clerk)
    for typed in (formula.receipt, formula.receipt.lower(), f" {formula.receipt} "):
        response = client.get(reverse("find"), {"q": typed})
        assert response["Location"] == reverse("submission", args=[formula.pk])
    assert client.get(reverse("find"), {"q": "Sum Person"})["Location"].endswith("?q=Sum+Person")
    outsider = signed_in(a_member(call.inquiry, Role.MEMBER))
    unseen = outsider.get(reverse("find"), {"q": closed.receipt})["Location"]
    absent = outsider.get(reverse("find"), {"q": "AAAA-AAAA-AAAA"})["Location"]
    assert unseen == absent.replace("AAAA-AAAA-AAAA", closed.receipt)


def test_every_page_for_staff_has_the_search_box(call, clerk):
    client = signed_in(clerk)
    for name in ("register", "bundles", "admin:index", "admin:inbox", "for-you"):
        assert f'action="{reverse("find")}"' in client.get(reverse(name)).content.decode()
