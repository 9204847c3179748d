"""Simultaneous attempts cannot exceed a rate limit."""

import datetime
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from evidence.drafts import access as opening
from evidence.drafts import late_codes
from evidence.errors import EvidenceError, RateLimitExceededError, UnknownCodeError
from evidence.rate_limits import rules as limits
from evidence.rate_limits.models import RateLimitCount
from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory, UserFactory, a_member

WRONG = "0000 0000 0000 0000"
AT_ONCE = 16


def all_at_once(act, *, threads: int = AT_ONCE) -> Counter[str]:
    """What each of many who do the same at once was told."""

    def attempt(_number: int) -> str:
        try:
            act()
        except EvidenceError as problem:
            return type(problem).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(attempt, range(threads)))


@pytest.mark.django_db(transaction=True)
def test_sixteen_counts_at_once_add_up_to_sixteen():
    assert all_at_once(lambda: limits.count(limits.SAVE, "form")) == {"done": AT_ONCE}
    assert RateLimitCount.objects.get().count == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_five_of_sixteen_simultaneous_wrong_codes_are_looked_up():
    answers = all_at_once(lambda: opening.by_code(WRONG, browser="one", address="192.0.2.1"))
    assert answers == {UnknownCodeError.__name__: 5, RateLimitExceededError.__name__: AT_ONCE - 5}


@pytest.mark.django_db(transaction=True)
def test_five_of_sixteen_simultaneous_wrong_late_codes_are_looked_up():
    call = CallFactory()
    answers = all_at_once(lambda: opening.late_code(WRONG, call, address="192.0.2.1"))
    assert answers == {UnknownCodeError.__name__: 5, RateLimitExceededError.__name__: AT_ONCE - 5}


@pytest.mark.django_db
def test_right_codes_are_not_counted():
    form = begin(CallFactory())
    clerk = a_member(form.call.inquiry)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    typed = late_codes.make(form.call, by=clerk, expires_at=tomorrow, uses_allowed=None).code
    for _ in range(7):
        opening.by_code(form.code, browser="one", address="192.0.2.1")
        opening.late_code(typed, form.call, address="192.0.2.1")
    with pytest.raises(UnknownCodeError):
        opening.by_code(WRONG, browser="one", address="192.0.2.1")


@pytest.mark.django_db
def test_successful_sign_ins_are_not_counted_and_failed_ones_are(client):
    user = UserFactory()
    user.set_password("right")
    user.save()
    for _ in range(limits.SIGN_IN_TO_ONE.most + 1):
        credentials = {"username": user.username, "password": "right"}
        assert client.post(reverse("sign-in"), credentials).status_code == 302
        client.logout()

    wrong = {"username": user.username, "password": "wrong"}
    answers = [
        client.post(reverse("sign-in"), wrong).status_code
        for _ in range(limits.SIGN_IN_TO_ONE.most + 1)
    ]
    assert answers == [200] * limits.SIGN_IN_TO_ONE.most + [429]


@pytest.mark.django_db
def test_request_refused_by_one_rule_is_not_counted_by_the_others():
    for _ in range(limits.LINK_TO_ONE.most):
        limits.allow(limits.LINK_TO_ONE, "ann")
    for _ in range(limits.LINK.most + 1):
        with pytest.raises(RateLimitExceededError):
            limits.allow_all((limits.LINK, "address"), (limits.LINK_TO_ONE, "ann"))
    limits.allow(limits.LINK, "address")
