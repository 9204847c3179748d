"""Numbered copies: issued to one recipient each, downloaded only by them, withdrawn, traced."""

import datetime
import io

import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from evidence.bundles.models import NumberedCopy
from evidence.bundles.numbered_copies import (
    Recipient,
    issue_copies,
    make_copy_again,
    take_copy,
    withdraw_copy,
)
from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act
from evidence.errors import NotPermittedError, NotReadyError
from evidence.lifecycle import Disclosure
from evidence.pdf.assemble.watermark_reader import codes_of
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import CallFactory, a_member, a_submission, decide
from tests.shared_data import Parts, do_all, made_once, part

pytestmark = pytest.mark.django_db


def make() -> Parts:
    call = CallFactory(inquiry__prefix="FIA")
    clerk = a_member(call.inquiry)
    a_submission(call, text="One.", name="Ann Ash", organisation="")
    do_all()
    bundle = a_bundle(call, clerk, do_all)
    member = a_member(call.inquiry, Role.MEMBER)
    return {"call": call, "clerk": clerk, "bundle": bundle, "member": member}


_world = made_once(make)
call, clerk, bundle, member = part("call"), part("clerk"), part("bundle"), part("member")


def issued(bundle, clerk, work, *recipients, **more) -> list[NumberedCopy]:
    copies = issue_copies(bundle, recipients, by=clerk, **more)
    work()
    return list(NumberedCopy.objects.filter(pk__in=[copy.pk for copy in copies]))


def file_of(copy: NumberedCopy) -> bytes:
    return content(copy.files.get().sha256)


# --- Issued --------------------------------------------------------------------------------------


def test_each_recipient_gets_a_distinct_copy(bundle, clerk, work, member):
    first, second = issued(
        bundle, clerk, work, Recipient("Dr Jones"), Recipient(str(member), member)
    )

    assert [first.number, second.number] == [1, 2]
    assert {first.state, second.state} == {NumberedCopy.State.READY}
    assert len({file_of(first), file_of(second), content(bundle.pdf_sha256)}) == 3
    for copy in (first, second):
        with pikepdf.open(io.BytesIO(file_of(copy))) as pdf:
            assert dict(codes_of(pdf)) == dict.fromkeys(range(1, bundle.pages + 1), copy.code)


def test_copy_numbers_continue_and_are_not_reused(bundle, clerk, work):
    first = issued(bundle, clerk, work, Recipient("A"))[0]
    withdraw_copy(first, why="Lost", by=clerk)

    assert [copy.number for copy in issued(bundle, clerk, work, Recipient("B"))] == [2]


def test_copy_built_twice_is_one_copy(bundle, clerk, work):
    copy = issued(bundle, clerk, work, Recipient("A"))[0]
    before = copy.files.count()
    NumberedCopy.objects.filter(pk=copy.pk).update(state=NumberedCopy.State.FAILED)
    copy.files.all().delete()

    make_copy_again(copy, by=clerk)
    work()

    copy.refresh_from_db()
    assert (copy.state, copy.files.count()) == (NumberedCopy.State.READY, before)


def test_copy_is_refused_for_people_who_may_not_see_its_contents(call, clerk, work, member):
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    bundle = a_bundle(call, clerk, work, with_confidential=True)
    stranger = a_member(a_submission().inquiry)

    for person in (member, stranger, a_member(call.inquiry, Role.MEDIA)):
        with pytest.raises(NotReadyError, match="may not see everything"):
            issue_copies(bundle, [Recipient("X", person)], by=clerk)
    assert not NumberedCopy.objects.exists()


@pytest.mark.parametrize("act", [Act.WITHHOLD_NAME, Act.KEEP_CONFIDENTIAL])
def test_no_copy_is_issued_of_submissions_protected_since(bundle, clerk, work, act):
    decide(bundle.items.get().submission, act, by=clerk)

    with pytest.raises(NotReadyError, match="since been given more protection"):
        issue_copies(bundle, [Recipient("A")], by=clerk)
    shown = signed_in(clerk).get(reverse("bundle", args=[bundle.pk])).content.decode()
    assert "Do not pass the bundle on" in shown


def test_copy_of_submissions_protected_from_the_start_is_issued(call, clerk, work):
    a_submission(call, text="Secret.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    bundle = a_bundle(call, clerk, work, with_confidential=True)

    assert issue_copies(bundle, [Recipient("A")], by=clerk)
    shown = signed_in(clerk).get(reverse("bundle", args=[bundle.pk])).content.decode()
    assert "Do not pass the bundle on" not in shown


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADVISER, Role.MEDIA])
def test_only_bundle_makers_issue_and_withdraw_copies(call, bundle, clerk, work, role):
    copy = issued(bundle, clerk, work, Recipient("A"))[0]
    person = a_member(call.inquiry, role)

    with pytest.raises(NotPermittedError):
        issue_copies(bundle, [Recipient("B")], by=person)
    with pytest.raises(NotPermittedError):
        withdraw_copy(copy, why="", by=person)


@pytest.mark.parametrize("count", [0, 61])
def test_invalid_number_of_recipients_is_refused(bundle, clerk, count):
    with pytest.raises(NotReadyError, match="between 1 and 60"):
        issue_copies(bundle, [Recipient("A")] * count, by=clerk)


# --- Taken ---------------------------------------------------------------------------------------


def test_recipient_downloads_their_own_copy_only(bundle, clerk, work, member):
    mine, other = issued(bundle, clerk, work, Recipient("Me", member), Recipient("Other"))
    client = signed_in(member)

    shown = client.get(reverse("copies")).content.decode()
    answer = client.get(reverse("copy-file", args=[mine.pk, 1]))

    assert reverse("copy-file", args=[mine.pk, 1]) in shown
    assert reverse("copy-file", args=[other.pk, 1]) not in shown
    assert b"".join(answer.streaming_content) == file_of(mine)
    assert bundle.file_name("pdf", 0, 1) in answer["Content-Disposition"]
    assert client.get(reverse("copy-file", args=[other.pk, 1])).status_code == 404
    assert client.get(reverse("bundle-copies", args=[bundle.pk])).status_code == 404
    assert client.post(reverse("copy-withdraw", args=[mine.pk])).status_code == 404
    assert [(d.copy, d.by) for d in bundle.downloads.all()] == [(mine, member)]
    assert CustodyEntry.objects.filter(act="copy downloaded").count() == 1


def test_submission_made_confidential_closes_copies_of_uncleared_recipients(
    call, bundle, clerk, work, member
):
    copy = issued(bundle, clerk, work, Recipient("Me", member))[0]
    assert copy in NumberedCopy.objects.visible_to(member)

    decide(bundle.items.get().submission, Act.KEEP_CONFIDENTIAL, by=clerk)

    assert copy not in NumberedCopy.objects.visible_to(member)
    assert copy in NumberedCopy.objects.visible_to(clerk)


def test_withdrawn_copy_cannot_be_downloaded(bundle, clerk, work, member):
    copy = issued(bundle, clerk, work, Recipient("Me", member))[0]
    withdraw_copy(copy, why="Left the committee", by=clerk)
    copy.refresh_from_db()

    assert signed_in(member).get(reverse("copy-file", args=[copy.pk, 1])).status_code == 404
    with pytest.raises(NotReadyError, match="was withdrawn"):
        take_copy(copy, by=clerk)
    with pytest.raises(NotReadyError, match="withdrawn before"):
        withdraw_copy(copy, why="", by=clerk)
    shown = signed_in(clerk).get(reverse("bundle-copies", args=[bundle.pk])).content.decode()
    assert "Left the committee" in shown


def test_expired_copy_does_not_exist_for_its_recipient(bundle, clerk, work, member):
    today = timezone.localdate()
    copy = issued(bundle, clerk, work, Recipient("Me", member), until=today)[0]
    assert copy in NumberedCopy.objects.visible_to(member)

    NumberedCopy.objects.filter(pk=copy.pk).update(until=today - datetime.timedelta(days=1))

    assert copy not in NumberedCopy.objects.visible_to(member)


def test_person_who_left_the_inquiry_has_no_copy(bundle, clerk, work, member):
    copy = issued(bundle, clerk, work, Recipient("Me", member))[0]
    member.memberships.all().delete()

    assert copy not in NumberedCopy.objects.visible_to(type(member).objects.get(pk=member.pk))


# --- The page ------------------------------------------------------------------------------------


def test_copies_are_issued_on_the_copies_page(bundle, clerk, work, member):
    client = signed_in(clerk)
    fields = {"people": [member.pk], "names": "Dr A. Jones\n\nLibrary", "watermark": "on"}

    answer = client.post(reverse("copies-issue", args=[bundle.pk]), fields, follow=True)
    work()

    assert "3 copies are being made." in answer.content.decode()
    assert [copy.name for copy in bundle.copies.all()] == [str(member), "Dr A. Jones", "Library"]
    assert all(copy.watermark for copy in bundle.copies.all())
    assert "PDF" in client.get(reverse("bundle-copies", args=[bundle.pk])).content.decode()


def test_past_expiry_day_is_refused_and_names_are_kept(bundle, clerk):
    fields = {"names": "Dr A. Jones", "until": "2020-01-01"}

    shown = (
        signed_in(clerk).post(reverse("copies-issue", args=[bundle.pk]), fields).content.decode()
    )

    assert "Enter today’s date or a later one" in shown
    assert "Dr A. Jones" in shown
    assert not NumberedCopy.objects.exists()


def test_copies_page_offers_only_readers_of_the_inquiry(call, bundle, clerk, member):
    media, stranger = a_member(call.inquiry, Role.MEDIA), a_member(a_submission().inquiry)

    shown = signed_in(clerk).get(reverse("bundle-copies", args=[bundle.pk])).content.decode()

    assert f'value="{member.pk}"' in shown
    assert f'value="{media.pk}"' not in shown
    assert f'value="{stranger.pk}"' not in shown


def test_copies_page_is_hidden_from_others(call, bundle, clerk, work):
    copy = issued(bundle, clerk, work, Recipient("Dr Secret Reader"))[0]
    for role in (Role.MEMBER, Role.ADVISER, Role.SPECIALIST, Role.OPERATIONS):
        client = signed_in(a_member(call.inquiry, role))

        assert client.get(reverse("bundle-copies", args=[bundle.pk])).status_code == 404
        assert client.post(reverse("copies-issue", args=[bundle.pk]), {}).status_code == 404
        assert client.get(reverse("copy-file", args=[copy.pk, 1])).status_code == 404
        assert client.post(reverse("copy-again", args=[copy.pk])).status_code == 404
        assert "Secret Reader" not in client.get(reverse("copies")).content.decode()


# --- Traced --------------------------------------------------------------------------------------


def traced(capsys, *files) -> str:
    call_command("trace_copy", *map(str, files))
    return capsys.readouterr().out


def test_tracing_a_page_without_a_mark_says_what_to_look_for(bundle, tmp_path, capsys):
    plain = tmp_path / "bundle.pdf"
    plain.write_bytes(content(bundle.pdf_sha256))

    assert "Look for the words “Copy … for …”" in traced(capsys, plain)


def test_mark_of_another_installation_is_reported_as_such(bundle, clerk, work, tmp_path, capsys):
    copy = issued(bundle, clerk, work, Recipient("Dr Jones"))[0]
    leaked = tmp_path / "copy.pdf"
    leaked.write_bytes(file_of(copy))
    NumberedCopy.objects.filter(pk=copy.pk).update(code=copy.code ^ 1)

    assert "a mark that was not made here" in traced(capsys, leaked)
