"""Counts what strangers do, so that nobody guesses codes or fills the disk.

A rule allows so many acts in each stretch of time. The count is in the database, so it holds for
all processes and machines; the subject (an address, a code) is stored as a keyed hash alone.
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
        """When the stretch of time that `now` lies in is over."""
        length = self.minutes * 60
        second = (int(now.timestamp()) // length + 1) * length
        return datetime.fromtimestamp(second, tz=now.tzinfo)


START = Rule("start a form", 60, 60)
WRONG_CODE = Rule("wrong code from one address", 5, 15)
WRONG_CODE_ANYWHERE = Rule("wrong codes from everywhere", 50, 10)
CODE_WHILE_GUESSED = Rule("codes tried while codes are being guessed", 5, 1)
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
    START, WRONG_CODE, WRONG_CODE_ANYWHERE, CODE_WHILE_GUESSED, LINK, LINK_TO_ONE, CODE,
    CODE_TO_ONE, CODE_OF_ONE_FORM, SAVE, UPLOAD, LATE_CODE, SIGN_IN, SIGN_IN_TO_ONE, VERIFY,
)  # fmt: skip


def count(rule: Rule, subject: str) -> int:
    """Write down one more act and return how many there are now in this stretch of time."""
    key, ends = _key(rule, subject)
    table = connection.ops.quote_name(RateLimitCount._meta.db_table)
    # In one statement, so that of many at the same moment each counts, and none has to try again.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, count, ends_at) VALUES (%s, 1, %s) "  # noqa: S608
            f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [key, connection.ops.adapt_datetimefield_value(ends)],
        )
        ((counted,),) = cursor.fetchall()
    return int(counted)


def allow(rule: Rule, subject: str) -> None:
    """Count one act; raise `RateLimitExceededError`, which says when to try again, if it is one
    too many.

    It is counted before it is done, so that of many at the same moment no more are done than the
    rule allows. What turns out not to be what the rule counts is given back.
    """
    if count(rule, subject) > rule.most:
        raise _too_many(wait(rule))


def is_allowed(rule: Rule, subject: str) -> bool:
    """Count one act and tell whether it is one of those allowed, for who must not be told."""
    return count(rule, subject) <= rule.most


def allow_all(*acts: tuple[Rule, str]) -> None:
    """Count one act by several rules; if one refuses it, the rules before it do not count it."""
    for done, (rule, subject) in enumerate(acts):
        try:
            allow(rule, subject)
        except RateLimitExceededError:
            give_back(*acts[:done])
            raise


def give_back(*acts: tuple[Rule, str]) -> None:
    """Take back one act that was counted: the code was right."""
    for rule, subject in acts:
        key, _ends = _key(rule, subject)
        RateLimitCount.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def wait(rule: Rule) -> timedelta:
    """How long until the stretch of time is over."""
    now = timezone.now()
    return rule.ends(now) - now


def forget_old() -> int:
    """Delete what is past; return how many rows there were."""
    return RateLimitCount.objects.filter(ends_at__lt=timezone.now()).delete()[0]


def _key(rule: Rule, subject: str) -> tuple[str, datetime]:
    ends = rule.ends(timezone.now())
    said = f"{rule.name}|{int(ends.timestamp())}|{subject}"
    return salted_hmac("evidence.rate_limits", said, algorithm="sha256").hexdigest(), ends


def _too_many(left: timedelta) -> RateLimitExceededError:
    """The refusal, in the language of whoever tried."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    sentence = ngettext(
        "Too many attempts. Try again in {minutes} minute.",
        "Too many attempts. Try again in {minutes} minutes.",
        minutes,
    )
    return RateLimitExceededError(left, sentence.format(minutes=minutes))
