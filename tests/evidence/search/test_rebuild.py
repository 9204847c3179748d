"""An installation that had evidence before it had an index gets one, in parts."""

import importlib
import uuid
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from evidence.jobs.models import Job
from evidence.publication import search_entries
from evidence.search.index import Searched, matching, staff_entries
from evidence.search.models import SearchEntry
from evidence.search.partitions import scope_of
from evidence.search.query import parse
from evidence.submissions.models import Submission
from tests.factories import CallFactory, a_member, a_submission

pytestmark = pytest.mark.django_db
migration = importlib.import_module("evidence.migrations.0010_search_index")


@pytest.fixture
def call():
    return CallFactory()


def matches(typed: str, reader) -> int:
    searched = Searched(scope_of(reader), staff_entries())
    return matching(Submission.objects.visible_to(reader), parse(typed), searched).count()


def forget_the_index() -> None:
    for entry in SearchEntry.objects.defer("words"):
        search_entries.remove(entry.submission_id, entry.edition)


def three(call, work) -> None:
    for _ in range(3):
        a_submission(call, text="Visas were refused.")
    work()
    Job.objects.all().delete()


def test_rebuilding_indexes_everything_and_twice_is_once(call, work):
    clerk = a_member(call.inquiry)
    three(call, work)
    forget_the_index()
    assert matches("visa", clerk) == 0
    for _ in range(2):
        output = StringIO()
        call_command("rebuild_search_index", stdout=output)
        assert "3 submissions indexed" in output.getvalue()
        assert matches("visa", clerk) == 3


def test_only_what_is_missing_can_be_indexed(call, work):
    three(call, work)
    lost = SearchEntry.objects.defer("words").first()
    search_entries.remove(lost.submission_id, lost.edition)
    output = StringIO()
    call_command("rebuild_search_index", missing=True, stdout=output)
    assert "1 submissions indexed" in output.getvalue()
    assert not search_entries.missing().exists()


def test_after_migrating_a_job_indexes_what_was_there(call, work, monkeypatch):
    clerk = a_member(call.inquiry)
    three(call, work)
    forget_the_index()
    monkeypatch.setattr(search_entries, "AT_ONCE", 2)
    migration.ask_for_missing(apps, connection.schema_editor())
    assert Job.objects.get().subject_id == uuid.UUID(int=0)
    work()
    assert matches("visa", clerk) == 2
    Job.objects.filter(name="index_missing").update(due_at=timezone.now())
    work()
    assert matches("visa", clerk) == 3
    assert not search_entries.missing().exists()


def test_a_new_installation_asks_for_nothing():
    migration.ask_for_missing(apps, connection.schema_editor())
    assert not Job.objects.exists()


def test_entries_of_an_earlier_version_are_missing(call, work):
    three(call, work)
    SearchEntry.objects.update(version=0)
    assert search_entries.missing().count() == 3
    search_entries.ask_for_missing()
    work()
    assert not search_entries.missing().exists()
