"""The way back to a form: its code. Nobody learns anything by trying."""

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
from tests.evidence.drafts.witness import begin, file, ready
from tests.factories import CallFactory, a_member

pytestmark = pytest.mark.django_db
TODAY = datetime.timedelta(days=1)


def come_back(typed: str, **more: str):
    client = Client(**more)
    return client, client.post(reverse("back"), {"code": typed})


def in_days(days: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=days)


# --- The return code ------------------------------------------------------------------------------


def test_with_the_code_a_form_opens_in_another_browser():
    form = begin(CallFactory())
    form.say("title", name="My title")

    client, answer = come_back(form.code)

    page = client.get(answer["Location"] + "title/").content.decode()
    assert "My title" in page


@pytest.mark.parametrize("between", ["", "-", " - ", "\u2013", "\u00a0"])
def test_what_people_put_between_the_digits_does_not_matter(between):
    form = begin(CallFactory())
    _client, answer = come_back(f" {between.join(form.code.split())} ")
    assert answer.status_code == 302


def test_the_code_is_shown_once_and_stored_nowhere():
    form = begin(CallFactory())
    again = form.words("form-code")
    plain = form.code.replace(" ", "")

    assert form.code not in again
    assert "We showed it once" in again
    stored = str(list(Draft.objects.values())) + str(dict(form.client.session))
    assert plain not in stored
    assert form.code not in stored


def test_a_lost_code_is_replaced_and_opens_nothing_any_more():
    form = begin(CallFactory())
    shown = form.client.post(form.address("form-code-another"), follow=True).content.decode()
    fresh = re.search(r"\d{4} \d{4} \d{4} \d{4}", shown)

    assert fresh is not None
    assert come_back(form.code)[1].status_code == 422
    assert come_back(fresh.group())[1].status_code == 302


def test_a_code_that_never_was_and_one_whose_form_is_gone_are_answered_alike():
    form = begin(CallFactory())
    form.post("form-delete")

    gone, never = come_back(form.code)[1], come_back("1234 1234 1234 1234")[1]

    assert gone.status_code == never.status_code == 422
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert tokens.sub("", gone.content.decode()) == tokens.sub("", never.content.decode())


def test_codes_of_the_time_before_the_secret_was_changed_still_open(settings):
    form = begin(CallFactory())
    settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-that-is-long-enough-to-be-one-of-its-kind-really"
    assert come_back(form.code)[1].status_code == 302


def test_codes_are_of_sixteen_digits_and_no_two_are_the_same():
    made = {return_codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"(\d{4} ){3}\d{4}", code) for code in made)


def test_after_five_wrong_codes_an_address_waits_and_others_do_not():
    form = begin(CallFactory())
    for _ in range(5):
        assert come_back("0000 0000 0000 0000")[1].status_code == 422

    refused = come_back(form.code)[1]
    assert "Too many attempts" in refused.content.decode()
    assert come_back(form.code, REMOTE_ADDR="192.0.2.7")[1].status_code == 302


def test_while_codes_are_guessed_from_many_addresses_all_go_slowly(monkeypatch):
    # All within one minute, also where the clock goes from one to the next meanwhile.
    now = timezone.now()
    monkeypatch.setattr(limits.timezone, "now", lambda: now)
    form = begin(CallFactory())
    for number in range(limits.WRONG_CODE_ANYWHERE.most):
        come_back("0000 0000 0000 0000", REMOTE_ADDR=f"192.0.2.{number}")

    answers = [
        come_back(form.code, REMOTE_ADDR=f"198.51.100.{number}")[1].status_code
        for number in range(limits.CODE_WHILE_GUESSED.most + 1)
    ]
    assert answers == [302] * limits.CODE_WHILE_GUESSED.most + [422]


def test_an_address_is_counted_and_not_kept():
    come_back("0000 0000 0000 0000", REMOTE_ADDR="192.0.2.99")
    assert RateLimitCount.objects.exists()
    assert "192.0.2.99" not in str(list(RateLimitCount.objects.values()))


def test_counts_are_forgotten_when_their_time_is_over():
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


def test_a_late_code_opens_a_closed_call_as_often_as_it_may():
    call = closed_call()
    code = a_late_code(call, uses=2)
    begin(call, late_code=code.code.lower())
    begin(call, late_code=code.code)
    answer = Client().post(reverse("start", args=[call.code]), {"late_code": code.code})
    assert answer.status_code == 422
    assert Draft.objects.count() == 2


def test_what_was_begun_with_a_late_code_is_sent_though_the_code_is_used_up():
    call = closed_call()
    form = begin(call, late_code=a_late_code(call).code)
    form.fill_in()
    form.upload(file())
    form.send()
    assert Submission.objects.get().late


@pytest.mark.parametrize("end", ["expired", "withdrawn"])
def test_a_late_code_that_has_ended_opens_nothing_and_lets_nothing_be_sent(end):
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


def test_a_late_code_opens_no_other_call():
    code = a_late_code(closed_call())
    other = closed_call()
    answer = Client().post(reverse("start", args=[other.code]), {"late_code": code.code})
    assert answer.status_code == 422


def test_a_form_begun_in_time_is_let_in_by_a_late_code_afterwards():
    form = ready(CallFactory())
    type(form.call).objects.update(closes_at=in_days(-1))
    assert form.send().status_code == 422

    form.post("form-late", late_code=a_late_code(form.call).code)
    form.send()

    assert Submission.objects.get().late


# --- The end of a draft ---------------------------------------------------------------------------


def test_a_draft_dies_with_its_files_thirty_days_after_the_call(work, tmp_path):
    form = ready(CallFactory())
    expire(form.draft)
    assert Draft.objects.exists()

    type(form.call).objects.update(closes_at=in_days(-31), opens_at=in_days(-60))
    expire(form.draft)

    assert not Draft.objects.exists()
    assert not list((tmp_path / "stores/drafts").rglob("*original"))
    assert come_back(form.code)[1].status_code == 422


def lying(tmp_path) -> list[Path]:
    return list((tmp_path / "stores/drafts").rglob("*original"))


def test_files_of_a_draft_that_is_gone_are_cleared_by_the_next_who_looks(work, tmp_path):
    """Whoever deleted it may have died before the files were gone."""
    form = ready(CallFactory())
    form.draft.delete()
    assert lying(tmp_path)

    Job.objects.filter(name="expire").update(due_at=timezone.now())
    work()

    assert not lying(tmp_path)


def test_files_of_a_form_that_was_sent_are_cleared_by_a_worker_not_by_who_sends(work, tmp_path):
    form = ready(CallFactory())
    form.send()
    work()
    assert Submission.objects.exists()
    assert not lying(tmp_path)
    assert come_back(form.code)[1].status_code == 302


def test_a_form_that_was_deleted_leaves_nothing_though_its_server_died(work, tmp_path):
    """Without what is done after the transaction: only what the database remembers."""
    form = ready(CallFactory())
    form.post("form-delete")
    work()
    assert not lying(tmp_path)


def test_a_form_that_was_sent_does_not_die():
    form = ready(CallFactory())
    form.send()
    type(form.call).objects.update(closes_at=in_days(-31), opens_at=in_days(-60))
    expire(Draft.objects.get())
    assert come_back(form.code)[1].status_code == 302


def test_the_witness_deletes_everything_at_once(tmp_path, django_capture_on_commit_callbacks):
    form = ready(CallFactory())
    with django_capture_on_commit_callbacks(execute=True):
        form.post("form-delete")
    assert not Draft.objects.exists()
    assert not list((tmp_path / "stores/drafts").rglob("*original"))
    assert form.client.get(form.address()).status_code == 404
