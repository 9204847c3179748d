"""The exposure check searches all of a draft for all authors, and says what it searched for."""

import pytest

from evidence.drafts import exposure_check
from tests.evidence.drafts.witness import AtTheForm, begin, file, ready
from tests.factories import CallFactory, docx

pytestmark = pytest.mark.django_db
PROTECTED = {"wish": "name_withheld", "reasons": "My family."}
TO_LOOK_AT = "detail to look at"


def protected(name: str = "Dr Ann Othername", **details: str) -> AtTheForm:
    form = begin(CallFactory())
    form.say("details", name=name, **details)
    form.say("disclosure", **PROTECTED)
    return form


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("张美林", "我叫张美林，在这里学习。"),
        ("张美林", "My name is Zhang Meilin."),
        ("Xu Li", "I am Xu Li."),
    ],
)
def test_names_of_every_script_and_length_are_found(name, text):
    form = protected(name)
    form.say("text", text=text)
    assert str(exposure_check.OWN_NAME) in form.words("form-warnings")


def test_title_is_searched():
    form = protected()
    form.say("title", name="What Othername saw")
    page = form.words("form-warnings")
    assert "The title" in page
    assert str(exposure_check.OWN_NAME) in page
    assert str(exposure_check.RETITLE) in page


def test_organisation_and_role_are_searched():
    form = protected(organisation="Free Voices Network", role="Head of Outreach")
    form.say("text", text="As head of outreach I lead the Free Voices Network.")
    page = form.words("form-warnings")
    assert str(exposure_check.OWN_ORGANISATION) in page
    assert str(exposure_check.OWN_ROLE) in page


def test_person_represented_by_a_proxy_is_searched_for():
    form = begin(CallFactory())
    form.say("who", who="proxy")
    form.say("details", name="Dr Ann Othername", on_behalf_of="Dilnur Memet")
    form.say("disclosure", **PROTECTED)
    form.say("text", text="The student, Dilnur, was followed.")
    assert str(exposure_check.OWN_NAME) in form.words("form-warnings")


def test_picture_descriptions_and_link_addresses_are_searched(work):
    form = protected()
    form.upload(file(docx("See [my page](mailto:ann@othername.example)."), "mine.docx"))
    work()
    assert "ann@othername.example" in form.words("form-warnings")


def test_warnings_page_says_what_was_searched_even_without_findings():
    form = protected("张美林", organisation="Free Voices Network")
    form.say("text", text="Nothing tells who wrote this.")
    page = form.words("form-warnings")
    assert "What we looked for" in page
    assert "张美林" in page
    assert "Free Voices Network" in page
    assert "We did not find any of this" in page


def test_warnings_page_says_no_name_was_searched_if_the_witness_is_named():
    form = begin(CallFactory())
    form.say("details", name="Dr Ann Othername")
    form.say("disclosure", wish="open")
    form.say("text", text="I am Othername.")
    page = form.words("form-warnings")
    assert "we did not look for your name" in page
    assert "What we looked for" not in page


def test_published_findings_are_listed_apart_from_those_only_clerks_see(work):
    form = protected()
    markdown = "I am Othername."
    form.upload(file(docx(markdown, "-M", "author=Ann Othername"), "othername.docx"))
    work()
    page = form.words("form-warnings")
    published = page.index("Will be published unless you change it")
    clerks_only = page.index("Only clerks could see this")
    assert published < page.index(str(exposure_check.OWN_NAME)) < clerks_only
    assert clerks_only < page.index("The file details name an author")
    assert clerks_only < page.index(str(exposure_check.FILE_NAME))


def test_protected_witness_must_open_the_findings_before_sending(work):
    form = ready(CallFactory(), disclosure=PROTECTED)
    form.say("text", text="I am Othername.")
    work()
    assert f"1 {TO_LOOK_AT}" in form.words()
    assert form.send().status_code == 422

    form.get("form-warnings")
    assert f"1 {TO_LOOK_AT}" in form.words()
    form.say("text", text="I am Othername. Write to me: ann@othername.example")
    assert form.send().status_code == 422, "more was found since"

    form.get("form-warnings")
    assert form.send().status_code == 302


def test_named_witness_need_not_open_the_findings(work):
    form = ready(CallFactory())
    form.upload(file(docx("Words.", "-M", "author=Ann Othername"), "mine.docx"))
    work()
    assert f"1 {TO_LOOK_AT}" in form.words()
    assert form.send().status_code == 302
