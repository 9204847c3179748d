"""The command that writes a bag says what is in it and what is not."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evidence.files.storage import archive, place
from inquiry.people.roles import Role
from tests.evidence.bundles.archive_transfer.bag_contents import make
from tests.evidence.bundles.test_files import spoil
from tests.factories import a_member
from tests.shared_data import made_once, part

pytestmark = pytest.mark.django_db

_world = made_once(make)
call, clerk, evidence = part("call"), part("clerk"), part("evidence")


def test_command_says_what_the_bag_holds_and_leaves_out(call, clerk, evidence, tmp_path, capsys):
    spoil(Path(archive().path(place(evidence["open"].attachments.get().sha256))), "missing")

    call_command(
        "archive_transfer", inquiry=call.inquiry.code, user=clerk.username, out=tmp_path / "bag"
    )

    output = capsys.readouterr()
    assert f"bag: {tmp_path / 'bag'} (2 submissions," in output.out
    assert "2 submissions are not in it: not accepted" in output.out
    assert "original/0.txt is not in it. It is missing in storage." in output.err


def test_command_refuses_with_a_message(call, evidence, tmp_path):
    officer = a_member(call.inquiry, Role.OPERATIONS)
    for code, user, refusal in (
        (
            call.inquiry.code,
            officer.username,
            "You do not have permission to transfer evidence to the archive.",
        ),
        ("nowhere", officer.username, "There is no such inquiry"),
    ):
        with pytest.raises(CommandError, match=refusal):
            call_command("archive_transfer", inquiry=code, user=user, out=tmp_path / "bag")
    assert not (tmp_path / "bag").exists()
