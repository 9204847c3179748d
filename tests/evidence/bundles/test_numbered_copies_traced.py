"""The command traces a leaked page or copy, and records this."""

import subprocess

import pytest
from django.core.management import call_command
from django.utils import timezone

from evidence.bundles.models import Bundle
from evidence.bundles.numbered_copies import Recipient, issue_copies
from evidence.bundles.verification.known_digests import known
from evidence.custody.models import CustodyEntry
from evidence.files.storage import archive
from evidence.jobs.queue import ask
from evidence.tasks.registry import TIDY
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.factories import a_member, a_submission

# With no transaction around them, as the command is called.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bundle(call, clerk, work) -> Bundle:
    a_submission(call, text="One.", name="Ann Ash", organisation="")
    work()
    return a_bundle(call, clerk, work)


def test_leaked_page_is_traced_to_its_recipient(bundle, clerk, work, tmp_path, capsys):
    copies = issue_copies(bundle, [Recipient("Dr Jones"), Recipient("Dr Smith")], by=clerk)
    work()
    whole, leaked = tmp_path / "whole.pdf", tmp_path / "page.pdf"
    whole.write_bytes(content(copies[1].files.get().sha256))
    subprocess.run(["qpdf", "--empty", "--pages", whole, "3", "--", leaked], check=True)

    call_command("trace_copy", str(leaked))
    output = capsys.readouterr().out

    assert "page 1: copy 2 of “Pack”" in output
    assert "issued to Dr Smith" in output
    assert "Jones" not in output
    assert CustodyEntry.objects.filter(act="copy traced").count() == 1


def test_page_of_a_member_s_own_copy_is_traced_to_the_member(
    bundle, call, clerk, work, tmp_path, capsys
):
    member = a_member(call.inquiry, Role.MEMBER)
    recipients = [Recipient("Dr Jones"), Recipient(str(member), member)]
    copies = issue_copies(bundle, recipients, by=clerk)
    work()
    leaked = tmp_path / "leaked.pdf"
    leaked.write_bytes(content(copies[1].files.get().sha256))

    call_command("trace_copy", str(leaked))
    output = capsys.readouterr().out

    assert "copy 2 of “Pack”" in output
    assert f"issued to {member}" in output
    assert "Jones" not in output
    assert CustodyEntry.objects.filter(act="copy traced").count() == 1


def test_pages_are_traced_after_the_files_have_expired(bundle, clerk, work, tmp_path, capsys):
    copy = issue_copies(bundle, [Recipient("Dr Jones")], by=clerk)[0]
    work()
    digest = copy.files.get().sha256
    leaked = tmp_path / "leaked.pdf"
    leaked.write_bytes(content(digest))
    Bundle.objects.filter(pk=bundle.pk).update(keep_until=timezone.now())
    ask("tidy", TIDY)
    work()
    assert not archive().has(digest)

    call_command("trace_copy", str(leaked))

    assert "copy 1 of “Pack”" in (output := capsys.readouterr().out)
    assert "issued to Dr Jones" in output
    assert known(digest).fingerprint == bundle.fingerprint
