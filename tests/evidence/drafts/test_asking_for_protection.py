"""The form asks every author first how to publish the evidence, and follows their choice."""

import html

import pytest

from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.web.witness import form_flow
from tests.evidence.drafts.witness import ANSWERS, begin, ready
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db
NO_WAY_TO_REACH = {"may_email": "no", "may_phone": "no"}
REASONS = "Why do you need this"


def test_protection_is_the_first_question():
    form = begin(CallFactory())
    assert next(form_flow.pages_for(form.draft)) == "disclosure"
    page = form.words()
    assert page.index("How should we publish your evidence?") < page.index("Your details")
    answer = form.say("disclosure", **ANSWERS["disclosure"])
    assert answer["Location"] == form.address("form-page", "who")


@pytest.mark.parametrize("wish", ["name_withheld", "confidential"])
def test_unnamed_witness_needs_no_contact_beyond_the_return_code(wish):
    form = ready(
        CallFactory(),
        disclosure={"wish": wish, "reasons": "My family."},
        contact=NO_WAY_TO_REACH,
    )
    form.get("form-warnings")
    assert form.send().status_code == 302
    assert Submission.objects.get().disclosure == Disclosure(wish)


def test_named_witness_gives_a_way_to_be_contacted():
    form = begin(CallFactory())
    form.say("disclosure", wish="open")
    answer = form.say("contact", **NO_WAY_TO_REACH)
    assert answer.status_code == 422
    assert "Enter at least one way to contact you." in answer.content.decode()


def test_proxy_gives_their_own_name_and_confirms_the_permission():
    form = begin(CallFactory())
    form.say("who", who="proxy")
    page = form.words("form-page", "details")
    assert "Your own full name" in page
    assert "Not the name of the person you write for." in page
    without = form.say("details", name="Dr Ann Othername")
    assert without.status_code == 422
    assert "Confirm that you have their permission" in without.content.decode()
    assert form.say("details", name="Dr Ann Othername", has_permission="on").status_code == 302


def test_only_a_proxy_is_asked_for_permission():
    form = begin(CallFactory())
    form.say("who", who="individual")
    assert "permission" not in form.words("form-page", "details")


def test_co_author_who_asks_for_protection_gives_a_reason():
    form = begin(CallFactory())
    form.say("who", who="together")
    without = form.post("form-person", 1, name="Bob Second", wish="name_withheld")
    assert without.status_code == 422
    assert "Explain why they do not want to be named" in without.content.decode()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("name_withheld", "Name withheld, because one of you asks for it"),
        ("confidential", "Confidential, because one of you asks for it"),
    ],
)
def test_review_page_shows_what_a_co_author_s_choice_means_for_all(wish, sentence):
    form = begin(CallFactory())
    form.say("who", who="together")
    form.say("disclosure", wish="open")
    assert sentence not in html.unescape(form.words("form-check"))
    form.post("form-person", 1, name="Bob Second", wish=wish, reasons="Danger.")
    assert sentence in html.unescape(form.words("form-check"))


def test_heading_is_shown_to_a_witness_who_agrees_to_be_named():
    form = begin(CallFactory())
    form.say("disclosure", wish="open")
    form.say("details", name="Dr Ann Othername", role="Reader")
    page = form.words("form-page", "details")
    assert "Your evidence would be published under this heading:" in page
    assert "Dr Ann Othername, Reader" in page
    form.say("disclosure", wish="name_withheld", reasons="My family.")
    assert "under this heading" not in form.words("form-page", "details")


@pytest.mark.parametrize(
    ("page", "field"),
    [("details", "name"), ("title", "name"), ("text", "text"), ("disclosure", "reasons")],
)
def test_browsers_neither_store_nor_send_on_what_is_typed(page, field):
    words = begin(CallFactory()).words("form-page", page)
    control = words[words.index(f'name="{field}"') - 200 :]
    tag = control[: control.index(">", control.index(f'name="{field}"'))]
    for attribute in ('autocomplete="off"', 'spellcheck="false"', 'translate="no"'):
        assert attribute in tag
