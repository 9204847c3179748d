"""The health page: one word for everyone, numbers with the token, and never names."""

import datetime
import json
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from evidence.jobs.models import Job, Worker
from evidence.jobs.queue import ask
from evidence.jobs.workers import sign_of_life
from evidence.tasks import health as looking
from inquiry.config.settings import env
from tests.factories import a_submission

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32


@pytest.fixture
def token(settings) -> dict[str, str]:
    settings.HEALTH_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def worker() -> Worker:
    sign_of_life(uuid.uuid4())
    return Worker.objects.get()


def no_database(*_args: object) -> None:
    raise OperationalError("could not connect to host db.internal as evidence")


def test_health_without_a_token_is_one_word(client, worker):
    answer = client.get("/health/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_health_is_failing_without_workers(client, token):
    answer, detailed = client.get("/health/"), client.get("/health/", headers=token)

    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})
    assert (detailed.status_code, detailed.json()["workers_seen_lately"]) == (503, 0)


def test_health_ignores_workers_not_seen_for_long(client, worker):
    Worker.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=2))

    assert client.get("/health/").status_code == 503


def test_health_is_failing_without_a_database_and_says_no_more(client, token, worker, monkeypatch):
    monkeypatch.setattr(looking, "seen_lately", no_database)

    answer, detailed = client.get("/health/"), client.get("/health/", headers=token)

    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})
    assert detailed.status_code == 503
    assert detailed.json()["database"] == "not answering"
    assert detailed.json()["failed_jobs"] is None
    assert b"db.internal" not in detailed.content


def test_health_with_the_token_gives_details(client, token, worker):
    answer = client.get("/health/", headers=token).json()

    assert answer.pop("free_disk_bytes") > 0
    assert 0 <= answer.pop("free_disk_percent") <= 100
    assert answer == {
        "status": "ok",
        "database": "ok",
        "broker": "embedded",
        "disk": "ok",
        "workers_seen_lately": 1,
        "oldest_due_job_seconds": 0,
        "late_jobs": 0,
        "failed_jobs": 0,
    }


def test_health_counts_late_and_failed_jobs_and_names_nothing(client, token, worker):
    submission = a_submission(name="Dr Secret", email="secret@example.org")
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    Job.objects.filter(name="examine").update(due_at=hour_ago)
    Job.objects.filter(name="send_letter").update(state=Job.State.DONE)
    ask("suggest", submission.pk)
    Job.objects.filter(name="suggest").update(state=Job.State.HELD, reason="It failed.")

    answer = client.get("/health/", headers=token)

    report = answer.json()
    assert (report["status"], report["late_jobs"], report["failed_jobs"]) == ("late", 1, 1)
    assert 3590 < report["oldest_due_job_seconds"] < 3700
    assert answer.status_code == 200
    for secret in (
        "Secret",
        str(submission.pk),
        submission.receipt,
        "secret@example.org",
        "examine",
        "/",
    ):
        assert secret not in answer.content.decode()
    assert client.get("/health/").json() == {"status": "ok"}


def test_health_reports_a_full_disk(client, token, worker, monkeypatch):
    monkeypatch.setattr(looking, "LEAST_FREE_BYTES", 2**63)

    answer = client.get("/health/", headers=token).json()

    assert (answer["status"], answer["disk"]) == ("late", "low")


def test_health_reports_a_missing_broker(client, token, worker, settings, monkeypatch):
    settings.NOTIFY_BROKER = True
    monkeypatch.setattr(looking, "BROKER_SECONDS", 0.1)
    # Celery takes the address from the environment first, where there is one.
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")

    answer = client.get("/health/", headers=token).json()

    assert (answer["status"], answer["broker"]) == ("late", "not answering")


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_health_with_a_wrong_token_is_one_word(given, client, token, worker):
    answer = client.get("/health/", headers={"Authorization": given})

    assert answer.json() == {"status": "ok"}


def test_health_without_a_configured_token_accepts_none(client, settings, worker):
    settings.HEALTH_TOKEN = ""

    answer = client.get("/health/", headers={"Authorization": "Bearer "})

    assert answer.json() == {"status": "ok"}


def test_weak_health_token_stops_the_start(monkeypatch):
    monkeypatch.setenv("HEALTH_TOKEN", "short")
    with pytest.raises(ImproperlyConfigured, match="HEALTH_TOKEN"):
        env.token("HEALTH_TOKEN")
    monkeypatch.delenv("HEALTH_TOKEN")
    assert env.token("HEALTH_TOKEN") == ""


def test_health_without_a_token_needs_one_query(client, worker, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/health/")


def test_health_command_reports_the_same_and_sets_its_exit_code(worker, capsys):
    call_command("health")
    assert json.loads(capsys.readouterr().out)["status"] == "ok"

    Worker.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("health")
    assert json.loads(capsys.readouterr().out)["status"] == "failing"
