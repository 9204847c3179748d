"""Limits how often something can be tried, so that nobody guesses codes or fills the disk.

A rule allows a number of acts in each period. Counts are in the database, so they hold for all
processes and machines. The subject (an address, a code) is stored only as a keyed hash.
The table of rules is in docs/limits.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from evidence.errors import RateLimitExceededError
from evidence.rate_limits.models import RateLimitCount


@dataclass(frozen=True)
class Rule:
    """At most `most` acts of one kind by one subject in each `minutes`."""

    name: str
    most: int
    minutes: int

    def ends(self, now: datetime) -> datetime:
        """The end of the period that contains `now`."""
        length = self.minutes * 60
        second = (int(now.timestamp()) // length + 1) * length
        return datetime.fromtimestamp(second, tz=now.tzinfo)


START = Rule("start a form", 60, 60)
WRONG_CODE = Rule("the same wrong code", 5, 15)
WRONG_CODE_IN_BROWSER = Rule("wrong codes in one browser", 5, 15)
CODES_OF_ADDRESS = Rule("wrong codes from one address that are counted singly", 600, 15)
LINK = Rule("ask for a link from one address", 10, 60)
LINK_TO_ONE = Rule("ask for a link to one email address", 3, 60)
CODE = Rule("ask for a code from one address", 10, 60)
CODE_TO_ONE = Rule("ask for a code to one email address", 3, 60)
CODE_OF_ONE_FORM = Rule("ask for a code for one form", 5, 60)
SAVE = Rule("save answers of one form", 300, 10)
UPLOAD = Rule("files for one form", 60, 60)
LATE_CODE = Rule("wrong late code from one address", 5, 15)
SIGN_IN = Rule("wrong sign-in from one address", 20, 15)
SIGN_IN_TO_ONE = Rule("wrong sign-in to one account", 10, 15)
VERIFY = Rule("files checked from one address", 60, 60)

RULES = (
    START, WRONG_CODE, WRONG_CODE_IN_BROWSER, CODES_OF_ADDRESS, LINK, LINK_TO_ONE, CODE,
    CODE_TO_ONE, CODE_OF_ONE_FORM, SAVE, UPLOAD, LATE_CODE, SIGN_IN, SIGN_IN_TO_ONE, VERIFY,
)  # fmt: skip


def count(rule: Rule, subject: str) -> int:
    """Record one more act and return how many there are in this period."""
    key, ends = _key(rule, subject)
    table = connection.ops.quote_name(RateLimitCount._meta.db_table)
    # One statement, so that acts at the same moment all count and none has to retry.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, count, ends_at) VALUES (%s, 1, %s) "  # noqa: S608
            f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [key, connection.ops.adapt_datetimefield_value(ends)],
        )
        ((counted,),) = cursor.fetchall()
    return int(counted)


def allow(rule: Rule, subject: str) -> None:
    """Count one act; raise `RateLimitExceededError`, with the time to wait, beyond the limit.

    It is counted before it is done, so that acts at the same moment cannot exceed the limit. Use
    `give_back` for an act that turns out not to count.
    """
    if count(rule, subject) > rule.most:
        raise _too_many(wait(rule))


def is_allowed(rule: Rule, subject: str) -> bool:
    """Count one act and return whether it is within the limit, without raising."""
    return count(rule, subject) <= rule.most


def allow_all(*acts: tuple[Rule, str]) -> None:
    """Count one act under several rules. If one refuses, the earlier rules do not count it."""
    for done, (rule, subject) in enumerate(acts):
        try:
            allow(rule, subject)
        except RateLimitExceededError:
            give_back(*acts[:done])
            raise


def give_back(*acts: tuple[Rule, str]) -> None:
    """Uncount one act, for example because the code was correct."""
    for rule, subject in acts:
        key, _ends = _key(rule, subject)
        RateLimitCount.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def wait(rule: Rule) -> timedelta:
    """How long until the period ends."""
    now = timezone.now()
    return rule.ends(now) - now


def forget_old() -> int:
    """Delete counts of past periods; return how many."""
    return RateLimitCount.objects.filter(ends_at__lt=timezone.now()).delete()[0]


def _key(rule: Rule, subject: str) -> tuple[str, datetime]:
    ends = rule.ends(timezone.now())
    value = f"{rule.name}|{int(ends.timestamp())}|{subject}"
    return salted_hmac("evidence.rate_limits", value, algorithm="sha256").hexdigest(), ends


def _too_many(left: timedelta) -> RateLimitExceededError:
    """The error, in the language of the page."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    sentence = ngettext(
        "Too many attempts. Try again in {minutes} minute.",
        "Too many attempts. Try again in {minutes} minutes.",
        minutes,
    )
    return RateLimitExceededError(left, sentence.format(minutes=minutes))
