"""The evidence of the benchmark of search, made at one stroke, and what is asked of it."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import numpy
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.decisions.models import Act, Decision, Meeting
from evidence.documents.models import SubmissionText
from evidence.lifecycle import Disclosure, Status
from evidence.publication.models import Publication
from evidence.search.entries import Entry, note_tagged, prepare_entry, write_new
from evidence.search.entry_words import Contents
from evidence.search.match import INDEX, expression
from evidence.search.models import SearchEntry, TaggedValue
from evidence.search.partitions import PUBLIC, partition_of, scope_of
from evidence.search.passages import Passage
from evidence.search.query import parse
from evidence.submissions.models import Submission, SubmissionWitness
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call, Committee, Inquiry
from inquiry.people.models import Membership, User
from inquiry.people.roles import Role
from inquiry.vocabulary.models import Institution, Theme

WORDS, PARAGRAPH, DIFFERENT, AT_ONCE = 800, 80, 40_000, 500
THEMES, INSTITUTIONS = 30, 150
FTS5 = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s ORDER BY rank LIMIT 50"  # noqa: S608
GIN = (
    "SELECT id FROM (SELECT id, words FROM evidence_searchentry WHERE words @@ %s::tsquery "
    "ORDER BY id DESC LIMIT 1000) newest ORDER BY ts_rank(words, %s::tsquery) DESC LIMIT 50"
)
INBOX = "admin:inbox"
SYLLABLES = [c + v + e for c in "bcdfghjklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "st")]
ENDINGS = ("", "", "s", "ing", "ed", "ation", "ness", "ly")


class Trial:
    """`count` submissions, and the pages and questions that are measured."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.random = numpy.random.default_rng(2026)
        self.vocabulary = numpy.array([self._word(number) for number in range(DIFFERENT)])
        weights = 1 / (numpy.arange(DIFFERENT) + 2.7)
        self.weights = weights / weights.sum()

    def _word(self, number: int) -> str:
        start, rest = divmod(number, len(SYLLABLES))
        middle = SYLLABLES[(start * 7) % len(SYLLABLES)] + SYLLABLES[start % len(SYLLABLES)]
        return SYLLABLES[rest] + middle + ENDINGS[number % len(ENDINGS)]

    def fill(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        committee = Committee.objects.create(name="Committee", slug="committee")
        self.inquiry = Inquiry.objects.create(
            committee=committee, title="Inquiry", code="i", prefix="AB"
        )
        now = timezone.now()
        self.call = Call.objects.create(
            inquiry=self.inquiry, code="call", title="Call",
            opens_at=now, closes_at=now + datetime.timedelta(days=1),
        )  # fmt: skip
        self.clerk = User.objects.create(username="clerk")
        Membership.objects.create(user=self.clerk, inquiry=self.inquiry, role=Role.CLERK)
        self.meeting = Meeting.objects.create(
            inquiry=self.inquiry, number=1, held_on=now.date(), recorded_by=self.clerk
        )
        self.themes = [Theme.objects.create(name=f"Theme {n}") for n in range(THEMES)]
        self.institutions = [
            Institution.objects.create(name=f"University {n}") for n in range(INSTITUTIONS)
        ]
        self.decision: Decision | None = None
        for start in range(0, self.count, AT_ONCE):
            self._some(start, min(AT_ONCE, self.count - start))
        with connection.cursor() as cursor:
            # As a database does by itself after some minutes.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.clerk)

    def _some(self, start: int, count: int) -> None:
        drawn = self.random.choice(DIFFERENT, (count, WORDS), p=self.weights)
        submissions = [self._submission(start + number) for number in range(count)]
        texts = [self._paragraphs(self.vocabulary[row]) for row in drawn]
        witnesses = [
            Witness(name=f"Dr {self.vocabulary[row[0]]} {self.vocabulary[row[1]]}".title())
            for row in drawn
        ]
        Witness.objects.bulk_create(witnesses)
        Submission.objects.bulk_create(submissions)
        SubmissionWitness.objects.bulk_create(
            SubmissionWitness(submission=submission, witness=witness)
            for submission, witness in zip(submissions, witnesses, strict=True)
        )
        SubmissionText.objects.bulk_create(
            SubmissionText(submission=submission, text="\n\n".join(p.text for p in paragraphs))
            for submission, paragraphs in zip(submissions, texts, strict=True)
        )
        self._tag(submissions)
        entries = [
            Entry(
                row, SearchEntry.Edition.STAFF, partition_of(row), row.received_at,
                Contents(paragraphs, row.title, [row.receipt], [witness.name]),
            )
            for row, paragraphs, witness in zip(submissions, texts, witnesses, strict=True)
        ]  # fmt: skip
        write_new([prepare_entry(entry) for entry in entries])
        self._publish(entries)

    @staticmethod
    def _paragraphs(words: Any) -> list[Passage]:
        return [
            Passage(0, at // PARAGRAPH + 1, " ".join(words[at : at + PARAGRAPH]) + ".")
            for at in range(0, WORDS, PARAGRAPH)
        ]

    def _submission(self, number: int) -> Submission:
        kind = number % 10
        status = Status.PUBLISHED if kind < 6 else Status.PREPARED if kind < 9 else Status.HELD
        disclosure = Disclosure.CONFIDENTIAL if kind == 8 else Disclosure.OPEN
        is_published = status == Status.PUBLISHED
        moment = timezone.now() - datetime.timedelta(minutes=self.count - number)
        title = " ".join(self.vocabulary[self.random.choice(DIFFERENT, 5, p=self.weights)])
        submission = Submission(
            pk=uuid.UUID(int=int(self.random.integers(2**62)) << 64 | number),
            call=self.call, inquiry=self.inquiry, title=title,
            receipt=f"{number:014}", idempotency_key=f"search:{number}",
            received_at=moment, status=status, status_since=moment,
            number=number + 1 if is_published else None,
            reference=f"AB{number + 1:06}" if is_published else None,
            disclosure_requested=disclosure,
            disclosure_decided=disclosure if is_published else None,
            disclosure_meeting=self.meeting if is_published else None,
            words=WORDS, pages=2,
        )  # fmt: skip
        # The database computes it; it is not read back for each row.
        submission.__dict__["disclosure"] = str(disclosure)
        return submission

    def _tag(self, submissions: list[Submission]) -> None:
        accepted = {"standing": Standing.ACCEPTED}
        ThemeTag.objects.bulk_create(
            ThemeTag(submission=row, theme=self.themes[at], **accepted)
            for row in submissions
            for at in self.random.choice(THEMES, 2, replace=False)
        )
        InstitutionTag.objects.bulk_create(
            InstitutionTag(
                submission=row,
                institution=self.institutions[self.random.integers(INSTITUTIONS)],
                **accepted,
            )
            for row in submissions
        )
        kind = TaggedValue.Kind
        values = {(str(kind.THEME), theme.pk) for theme in self.themes}
        values |= {(str(kind.INSTITUTION), row.pk) for row in self.institutions}
        for partition in {PUBLIC, *map(partition_of, submissions)}:
            note_tagged(partition, values)

    def _publish(self, entries: list[Entry]) -> None:
        shown = [entry for entry in entries if entry.submission.status == Status.PUBLISHED]
        if self.decision is None:
            self.decision = Decision.objects.create(
                submission=shown[0].submission, act=Act.REPORT, meeting=self.meeting,
                state=Decision.State.DECIDED, decided_at=timezone.now(), proposed_by=self.clerk,
            )  # fmt: skip
        Publication.objects.bulk_create(
            Publication(
                submission=entry.submission, decision=self.decision, heading="Evidence",
                names=entry.contents.names[0], title=entry.submission.title,
                published_at=entry.moment, published_by=self.clerk,
            )
            for entry in shown
        )  # fmt: skip

    def lists(self) -> dict[str, Callable[[], object]]:
        return {
            "inbox": lambda: self._page(reverse(INBOX)),
            "register": lambda: self._page(reverse("register")),
            "public": lambda: self._page(reverse("published")),
        }

    def _page(self, address: str) -> None:
        response = self.client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")

    def searches(self) -> list[str]:
        """From the most frequent words to words that are hardly there."""
        word = self.vocabulary
        single = [word[at] for at in (3, 10, 30, 100, 300, 1000, 3000, 9000, 20_000, 39_000)]
        pairs = [f"{word[a]} {word[b]}" for a, b in ((5, 12), (20, 400), (60, 90), (700, 2))]
        return [
            *single,
            *pairs,
            f"{word[8]} {word[15]} {word[40]}",
            f"{word[25]} -{word[6]}",
            f'"{word[9]} {word[21]}"',
            f'"{word[50]} {word[200]}"',
            f"{word[150][:5]}*",
            f"title:{word[12]}",
            f"{word[70]} witness:{word[11]}",
        ]

    def words_to_scan(self) -> list[str]:
        return [str(self.vocabulary[at]) for at in (10, 1000, 20_000)]

    def request(self, typed: str) -> Callable[[], object]:
        address = f"{reverse('register')}?{urlencode({'q': typed})}"
        return lambda: self._page(address)

    def question(self, typed: str) -> Callable[[], object]:
        """The bare question to the index."""
        words = expression(parse(typed), scope_of(self.clerk), vendor=connection.vendor)
        is_postgresql = connection.vendor == "postgresql"
        sql, parameters = FTS5, [words]
        if is_postgresql:
            sql, parameters = GIN, [words, words]

        def ask() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                if is_postgresql:
                    # Else it would read all texts: it thinks that is cheap.
                    cursor.execute("SET LOCAL enable_seqscan = off")
                    cursor.execute("SET LOCAL enable_indexscan = off")
                cursor.execute(sql, parameters)
                cursor.fetchall()

        return ask

    def scan(self, typed: str) -> Callable[[], object]:
        """The list as it was searched before there was an index: counted, and fifty rows read."""
        text = SubmissionText.objects.filter(submission=OuterRef("pk"), text__icontains=typed)
        links = SubmissionWitness.objects.filter(submission=OuterRef("pk")).filter(
            Q(witness__name__icontains=typed) | Q(witness__organisation__icontains=typed)
        )
        named = Submission.objects.with_name_known_to(self.clerk).filter(Exists(links)).order_by()
        shown = Q(title__icontains=typed) | Q(reference=typed.upper()) | Exists(text)
        rows = Submission.objects.visible_to(self.clerk).filter(shown | Q(pk__in=named))
        matches = rows.filter(inquiry=self.inquiry).with_witnesses().in_flow_order()
        return lambda: (matches.count(), list(matches[:50]))
