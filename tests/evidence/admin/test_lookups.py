"""Lists of the desk accept no lookups besides their filters, whatever the model."""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import reverse

from evidence.lifecycle import Disclosure
from evidence.submissions.models import Submission
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag
from tests.evidence.admin.admin_client import LIST, page_of, page_text, signed_in
from tests.factories import CallFactory, InstitutionFactory, UserFactory, a_member, a_submission

pytestmark = pytest.mark.django_db

DESKS = {model._meta.label: desk for model, desk in admin.site._registry.items()}


def relations(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """All relations of a model, forward and reverse, hidden ones too, as lookups name them."""
    for field in model._meta.get_fields(include_hidden=True):
        other = field.related_model
        if field.is_relation and other is not None:
            yield field.name, model if other == "self" else other


def lookups(model: type[Model]) -> Iterator[str]:
    for name, other in relations(model):
        yield from (name, f"{name}__isnull", f"{name}__id", f"{name}__id__exact", f"{name}__in")
        for field in other._meta.concrete_fields:
            yield from (f"{name}__{field.name}", f"{name}__{field.name}__startswith")
        for further, _model in relations(other):
            yield f"{name}__{further}__isnull"
    for field in model._meta.concrete_fields:
        yield from (f"{field.name}__startswith", f"{field.name}__gt", f"{field.name}__regex")


def offered_by(desk: admin.ModelAdmin, request) -> set[str]:
    """The parameters of the filters beside the list, and of those left out for want of choices."""
    changes = desk.get_changelist_instance(request)
    own = {
        column_filter.parameter_name
        for column_filter in desk.list_filter
        if not isinstance(column_filter, str)
    }
    return own | {
        parameter
        for spec in changes.filter_specs
        for parameter in spec.expected_parameters()
        if parameter
    }


@pytest.mark.parametrize("name", sorted(DESKS))
@pytest.mark.parametrize("who", ["clerk", "superuser"])
def test_admin_lists_accept_only_offered_lookups(call, clerk, name, who):
    desk = DESKS[name]
    request = RequestFactory().get("/")
    request.user = clerk if who == "clerk" else UserFactory(is_superuser=True, is_staff=True)
    offered = offered_by(desk, request)
    questions = set(lookups(desk.model))
    assert len(questions) > 10

    answered = {lookup for lookup in questions if desk.lookup_allowed(lookup, "1", request)}

    assert answered <= offered
    assert all(
        "__" not in lookup or lookup.endswith(("__exact", "__isnull")) for lookup in answered
    )
    assert all(desk.lookup_allowed(lookup, "1", request) for lookup in offered)


@pytest.fixture
def hidden_submission(call, clerk, work):
    """A confidential submission that supplements an open one, with a tag of its witness's own."""
    open_submission = a_submission(call, text="Open.")
    secret = a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    Submission.objects.filter(pk=secret.pk).update(supplements=open_submission)
    own = InstitutionFactory(name="Telling College")
    secret.witnesses.update(institution=own)
    return (
        open_submission,
        secret,
        tag.with_institution(secret, own, part=InstitutionTag.Part.SUBMITTER, by=clerk),
    )


@pytest.mark.parametrize(
    "query", ["supplemented_by__isnull=False", "mentioned_in__isnull=False", "witnesses__id=1"]
)
def test_submission_list_filters_do_not_reveal_hidden_evidence(call, hidden_submission, query):
    officer = signed_in(a_member(call.inquiry, "operations"))
    receipts = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}")
    plain = receipts.findall(page_text(officer, LIST))
    assert len(plain) > 0
    for question in (query, f"{query}&_popup=1", f"{query}&o=1"):
        answer = page_text(officer, f"{LIST}?{question}")
        assert receipts.findall(answer) == plain


def test_institution_list_does_not_reveal_whose_institution_it_is(call, hidden_submission):
    _open, _secret, tagged = hidden_submission
    page = reverse("admin:inquiry_institution_changelist")
    for person in (a_member(CallFactory().inquiry), UserFactory(is_superuser=True, is_staff=True)):
        client = signed_in(person)
        for query in ("witnesses__isnull=False", f"tags__id={tagged.pk}", "tags__isnull=False"):
            assert client.get(f"{page}?{query}").status_code == 400
        assert client.get(f"{page}?country__exact=GB").status_code in {200, 400}


def test_autocomplete_suggests_only_what_the_reader_may_see(call, hidden_submission):
    _open, secret, _tag = hidden_submission
    officer = signed_in(a_member(call.inquiry, "operations"))
    address = reverse("admin:autocomplete")
    for model, field in (("submission", "supplements"), ("finding", "about")):
        question = f"?app_label=evidence&model_name={model}&field_name={field}&term="
        answer = officer.get(f"{address}{question}").content.decode()
        assert secret.receipt not in answer
        assert str(secret.pk) not in answer


def test_old_address_of_the_list_leads_to_the_list(call, hidden_submission):
    client = signed_in(a_member(call.inquiry, "operations"))
    old = reverse("admin:evidence_submission_changelist")
    for query in ("", "o=title", "_popup=1&_to_field=receipt", "q=words"):
        assert client.get(f"{old}?{query}")["Location"] == f"{LIST}?{query}"


def test_view_on_site_redirect_does_not_exist(call, clerk):
    client = signed_in(clerk)
    assert client.get("/admin/r/7/999999/").status_code == 404


def test_audit_trail_does_not_reveal_activity_in_other_inquiries(call, clerk, work):
    submission = a_submission(call)
    work()
    a_submission(CallFactory())
    client = signed_in(clerk)
    page = page_text(client, reverse("admin:evidence_custodyentry_changelist"))
    assert "received" in page
    assert "/custodyentry/" not in page.replace('/admin/evidence/custodyentry/"', "").replace(
        "/custodyentry/?", ""
    )
    assert 'class="field-sequence' not in page
    assert client.get("/admin/evidence/custodyentry/1/change/").status_code == 302
    assert "sequence" not in page_text(client, page_of(submission))
