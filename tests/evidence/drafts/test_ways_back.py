"""Return codes, late codes and deletion of forms. Guessing codes reveals nothing."""

import datetime
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.drafts import late_codes, return_codes
from evidence.drafts.expiry import expire
from evidence.drafts.models import Draft
from evidence.jobs.models import Job
from evidence.rate_limits import rules as limits
from evidence.rate_limits.models import RateLimitCount
from evidence.submissions.models import Submission
from tests.evidence.drafts.witness import begin, code_on, file, ready
from tests.factories import CallFactory, a_member

pytestmark = pytest.mark.django_db
TODAY = datetime.timedelta(days=1)


def come_back(typed: str, **more: str):
    client = Client(**more)
    return client, client.post(reverse("back"), {"code": typed})


def in_days(days: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=days)


# --- The return code ------------------------------------------------------------------------------


def test_return_code_opens_a_form_in_another_browser():
    form = begin(CallFactory())
    form.say("title", name="My title")

    client, answer = come_back(form.code)

    page = client.get(answer["Location"] + "title/").content.decode()
    assert "My title" in page


@pytest.mark.parametrize("between", ["", "-", " - ", "\u2013", "\u00a0"])
def test_separators_in_a_return_code_are_ignored(between):
    form = begin(CallFactory())
    _client, answer = come_back(f" {between.join(form.code.split())} ")
    assert answer.status_code == 302


def test_return_code_is_shown_once_and_stored_nowhere():
    form = begin(CallFactory())
    again = form.words("form-code")
    plain = form.code.replace(" ", "")

    assert form.code not in again
    assert "We showed it once" in again
    stored = str(list(Draft.objects.values())) + str(dict(form.client.session))
    assert plain not in stored
    assert form.code not in stored


def test_replaced_return_code_opens_nothing():
    form = begin(CallFactory())
    shown = form.client.post(form.address("form-code-another"), follow=True).content.decode()
    fresh = code_on(shown)

    assert come_back(form.code)[1].status_code == 422
    assert come_back(fresh)[1].status_code == 302


def test_unknown_code_and_code_of_a_deleted_form_get_the_same_answer():
    form = begin(CallFactory())
    form.post("form-delete")

    gone, never = come_back(form.code)[1], come_back(return_codes.new_code())[1]

    assert gone.status_code == never.status_code == 422
    # What was typed stands there again, and a token of chance by which tries are counted.
    tokens = re.compile(r'name="(attempts|code)"[^>]* value="[^"]+"')
    assert tokens.sub("", gone.content.decode()) == tokens.sub("", never.content.decode())


def test_codes_from_before_a_change_of_secret_still_open(settings):
    form = begin(CallFactory())
    settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-that-is-long-enough-to-be-one-of-its-kind-really"
    assert come_back(form.code)[1].status_code == 302


def test_rate_limit_rows_are_deleted_after_their_time():
    limits.count(limits.START, "somebody")
    assert limits.forget_old() == 0
    RateLimitCount.objects.update(ends_at=timezone.now() - TODAY)
    assert limits.forget_old() == 1


# --- Late codes -----------------------------------------------------------------------------------


def closed_call():
    return CallFactory(opens_at=in_days(-9), closes_at=in_days(-1))


def a_late_code(call, *, uses: int | None = 1, days: float = 1):
    return late_codes.make(
        call, by=a_member(call.inquiry), expires_at=in_days(days), uses_allowed=uses
    )


def test_late_code_opens_a_closed_call_up_to_its_limit():
    call = closed_call()
    code = a_late_code(call, uses=2)
    begin(call, late_code=code.code.lower())
    begin(call, late_code=code.code)
    answer = Client().post(reverse("start", args=[call.code]), {"late_code": code.code})
    assert answer.status_code == 422
    assert Draft.objects.count() == 2


def test_form_begun_with_a_late_code_is_sent_after_the_code_is_used_up():
    call = closed_call()
    form = begin(call, late_code=a_late_code(call).code)
    form.fill_in()
    form.upload(file())
    form.send()
    assert Submission.objects.get().late


@pytest.mark.parametrize("end", ["expired", "withdrawn"])
def test_ended_late_code_opens_nothing_and_sends_nothing(end):
    call = closed_call()
    code = a_late_code(call, uses=None)
    form = begin(call, late_code=code.code)
    form.fill_in()
    form.upload(file())
    if end == "withdrawn":
        late_codes.withdraw(code, by=a_member(call.inquiry))
    else:
        type(code).objects.update(expires_at=in_days(-0.1))

    assert form.send().status_code == 422
    answer = Client().post(reverse("start", args=[call.code]), {"late_code": code.code})
    assert answer.status_code == 422


def test_late_code_opens_no_other_call():
    code = a_late_code(closed_call())
    other = closed_call()
    answer = Client().post(reverse("start", args=[other.code]), {"late_code": code.code})
    assert answer.status_code == 422


def test_form_begun_in_time_can_be_sent_with_a_late_code():
    form = ready(CallFactory())
    type(form.call).objects.update(closes_at=in_days(-1))
    assert form.send().status_code == 422

    form.post("form-late", late_code=a_late_code(form.call).code)
    form.send()

    assert Submission.objects.get().late


# --- The end of a draft ---------------------------------------------------------------------------


def test_draft_and_its_files_are_deleted_thirty_days_after_the_call(work, tmp_path):
    form = ready(CallFactory())
    expire(form.draft)
    assert Draft.objects.exists()

    type(form.call).objects.update(closes_at=in_days(-31), opens_at=in_days(-60))
    expire(form.draft)

    assert not Draft.objects.exists()
    assert not list((tmp_path / "stores/drafts").rglob("*original"))
    assert come_back(form.code)[1].status_code == 422


def stored_originals(tmp_path) -> list[Path]:
    return list((tmp_path / "stores/drafts").rglob("*original"))


def test_leftover_files_of_a_deleted_draft_are_cleared_by_the_next_reader(work, tmp_path):
    """Whoever deleted it may have died before the files were gone."""
    form = ready(CallFactory())
    form.draft.delete()
    assert stored_originals(tmp_path)

    Job.objects.filter(name="expire").update(due_at=timezone.now())
    work()

    assert not stored_originals(tmp_path)


def test_files_of_a_sent_form_are_cleared_by_a_worker(work, tmp_path):
    form = ready(CallFactory())
    form.send()
    work()
    assert Submission.objects.exists()
    assert not stored_originals(tmp_path)
    assert come_back(form.code)[1].status_code == 302


def test_deleted_form_leaves_nothing_even_if_the_server_died(work, tmp_path):
    """Without what is done after the transaction: only what the database remembers."""
    form = ready(CallFactory())
    form.post("form-delete")
    work()
    assert not stored_originals(tmp_path)


def test_sent_form_is_not_deleted():
    form = ready(CallFactory())
    form.send()
    type(form.call).objects.update(closes_at=in_days(-31), opens_at=in_days(-60))
    expire(Draft.objects.get())
    assert come_back(form.code)[1].status_code == 302


def test_witness_deletes_everything_at_once(tmp_path, django_capture_on_commit_callbacks):
    form = ready(CallFactory())
    with django_capture_on_commit_callbacks(execute=True):
        form.post("form-delete")
    assert not Draft.objects.exists()
    assert not list((tmp_path / "stores/drafts").rglob("*original"))
    assert form.client.get(form.address()).status_code == 404
