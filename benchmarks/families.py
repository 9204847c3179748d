"""Finds families of near-identical letters, and is measured beside datasketch in the same run.

Made letters: a tenth belong to campaigns of a few to some hundred letters. Their writers change
names, leave out a sentence, add a paragraph of their own; all others write for themselves, some in
sentences that many use. The truth is known, so pairs in one family are counted against it.

    make benchmark NAME=families
    make benchmark NAME=families ARGS="--letters 100000 --alone"    without datasketch

The last line is JSON: `recall`, `precision`, `ratio` (signatures and look-ups in memory, as seconds
of datasketch's), `ratio_with_rows` (the whole job with its rows in the database, as seconds of
datasketch in memory), `seconds` of the three, `letters`, `families`, `bands`, `ms_per_letter`,
`list_ms` (the first page of the list of families) and `peak_mb`. Seconds are the processor's.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

os.environ["DJANGO_SETTINGS_MODULE"] = "inquiry.config.settings"
_FOLDER = tempfile.TemporaryDirectory(prefix="families-")
os.environ["DATA_DIR"] = _FOLDER.name
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from datasketch import MinHash, MinHashLSH
from django.core.management import call_command
from django.core.paginator import Paginator
from django.utils import timezone

from evidence.documents.models import SubmissionText
from evidence.families.browse import families_of
from evidence.families.group import group
from evidence.families.models import Family, FamilyMember, SignatureBand
from evidence.families.signature import (
    ALIKE,
    PLACES,
    bands_of,
    likeness,
    runs_of,
    signature_of,
    words_of,
)
from evidence.lifecycle import Disclosure, Status
from evidence.submissions.models import Submission
from inquiry.calls.models import Call, Committee, Inquiry
from inquiry.people.models import Membership, User

CAMPAIGN_SHARE = 0.1
VOCABULARY = 4_000
STOCK = 300


def made_words(rng: random.Random) -> list[str]:
    parts = ("ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "ma", "ne", "pu", "ra", "si", "te")
    return ["".join(rng.choices(parts, k=rng.randint(1, 4))) for _ in range(VOCABULARY)]


class Writer:
    """Writes letters. Words are drawn as in a language: few often, most rarely."""

    def __init__(self) -> None:
        self.rng = random.Random(20_262)
        self.words = made_words(self.rng)
        self.weights = [1 / (rank + 10) for rank in range(VOCABULARY)]
        self.stock = [self.sentence() for _ in range(STOCK)]

    def sentence(self) -> str:
        words = self.rng.choices(self.words, self.weights, k=self.rng.randint(8, 24))
        return " ".join(words).capitalize() + "."

    def own_letter(self) -> str:
        """A letter of one's own; one sentence in eight is a stock phrase."""
        sentences = [
            self.rng.choice(self.stock) if self.rng.random() < 1 / 8 else self.sentence()
            for _ in range(self.rng.randint(8, 40))
        ]
        return "\n\n".join(sentences)

    def signed(self, template: list[str]) -> str:
        """A letter of a campaign: a name, perhaps a sentence less, perhaps some of one's own."""
        sentences = list(template)
        if self.rng.random() < 0.3:
            sentences.pop(self.rng.randrange(len(sentences)))
        if self.rng.random() < 0.4:
            own = [self.sentence() for _ in range(self.rng.randint(1, len(template) // 6))]
            at = self.rng.randrange(len(sentences) + 1)
            sentences[at:at] = own
        name = " ".join(self.rng.choices(self.words, k=2)).title()
        return "\n\n".join([*sentences, f"Yours sincerely,\n{name}"])


def made_letters(count: int) -> list[tuple[str, int]]:
    """Texts with the number of their campaign; each own letter has a number of its own."""
    writer, letters, campaign = Writer(), list[tuple[str, int]](), 0
    while len(letters) < count * CAMPAIGN_SHARE:
        campaign += 1
        template = [writer.sentence() for _ in range(writer.rng.randint(10, 30))]
        size = min(int(writer.rng.paretovariate(0.8)) + 2, 300)
        letters += [(writer.signed(template), campaign) for _ in range(size)]
    own = range(campaign + 1, campaign + 1 + count - len(letters))
    letters += [(writer.own_letter(), number) for number in own]
    writer.rng.shuffle(letters)
    return letters[:count]


def received(letters: list[tuple[str, int]], call: Call) -> list[Submission]:
    now = timezone.now()
    submissions = Submission.objects.bulk_create(
        [
            Submission(
                inquiry=call.inquiry,
                call=call,
                idempotency_key=f"families:{number}",
                receipt=f"T{number}",
                received_at=now + timedelta(seconds=number),
                status=Status.PREPARED,
                status_since=now,
                disclosure_requested=Disclosure.OPEN,
            )
            for number in range(len(letters))
        ],
        batch_size=500,
    )
    SubmissionText.objects.bulk_create(
        [
            SubmissionText(submission=submission, text=text)
            for submission, (text, _campaign) in zip(submissions, letters, strict=True)
        ],
        batch_size=500,
    )
    return submissions


def ours(submissions: list[Submission]) -> tuple[list[object], float]:
    """The family of each letter, and the seconds."""
    before = time.process_time()
    for submission in submissions:
        group(submission)
    seconds = time.process_time() - before
    families = dict(FamilyMember.objects.values_list("submission", "family"))
    return [families[submission.pk] for submission in submissions], seconds


def in_memory(letters: list[tuple[str, int]]) -> float:
    """The seconds for our signatures and bands, with a dictionary in place of the database."""
    before = time.process_time()
    index: dict[int, list[bytes]] = {}
    for text, _campaign in letters:
        signature = signature_of(text)
        bands = bands_of(signature)
        near = {other for band in bands for other in index.get(band, ())}
        if not any(likeness(signature, other) >= ALIKE for other in near):
            for band in bands:
                index.setdefault(band, []).append(signature)
    return time.process_time() - before


def with_datasketch(letters: list[tuple[str, int]]) -> float:
    """The seconds for the same rule: each joins the representative it is like, or becomes one."""
    before = time.process_time()
    index, signatures = MinHashLSH(threshold=ALIKE, num_perm=PLACES), {}
    for number, (text, _campaign) in enumerate(letters):
        signature = MinHash(num_perm=PLACES)
        signature.update_batch([run.encode() for run in runs_of(words_of(text))])
        near = [signatures[key].jaccard(signature) for key in index.query(signature)]
        if not any(value >= ALIKE for value in near):
            index.insert(str(number), signature)
            signatures[str(number)] = signature
    return time.process_time() - before


def pairs(groups: Counter[object]) -> int:
    return sum(count * (count - 1) // 2 for count in groups.values())


def rightness(letters: list[tuple[str, int]], families: list[object]) -> dict[str, float]:
    campaigns = [campaign for _text, campaign in letters]
    both = pairs(Counter(zip(campaigns, families, strict=True)))
    return {
        "recall": round(both / pairs(Counter(campaigns)), 4),
        "precision": round(both / pairs(Counter(families)), 4),
    }


def list_ms(inquiry: Inquiry) -> float:
    """The first page of the list, as a clerk has it."""
    clerk = User.objects.create(username="clerk")
    Membership.objects.create(user=clerk, inquiry=inquiry, role="clerk")
    before = time.process_time()
    list(Paginator(families_of(inquiry, clerk), 50).get_page(1))
    return (time.process_time() - before) * 1000


def main() -> None:
    options = argparse.ArgumentParser(description="Families of near-identical letters.")
    options.add_argument("--letters", type=int, default=10_000)
    options.add_argument("--alone", action="store_true", help="without datasketch")
    arguments = options.parse_args()
    call_command("migrate", verbosity=0)
    committee = Committee.objects.create(name="Committee", slug="committee")
    inquiry = Inquiry.objects.create(committee=committee, title="Inquiry", code="i", prefix="AB")
    now = timezone.now()
    call = Call.objects.create(
        inquiry=inquiry, code="call", title="Call", opens_at=now, closes_at=now + timedelta(days=1)
    )
    letters = made_letters(arguments.letters)
    submissions = received(letters, call)
    families, seconds = ours(submissions)
    result: dict[str, float] = {**rightness(letters, families), "seconds": round(seconds, 1)}
    if not arguments.alone:
        peer, own = with_datasketch(letters), in_memory(letters)
        result |= {"seconds_datasketch": round(peer, 1), "seconds_in_memory": round(own, 1)}
        result |= {"ratio": round(own / peer, 3), "ratio_with_rows": round(seconds / peer, 2)}
    print(json.dumps({
        **result,
        "letters": len(letters),
        "words": round(sum(len(text.split()) for text, _ in letters) / len(letters)),
        "families": Family.objects.filter(size__gte=2).count(),
        "bands": SignatureBand.objects.count(),
        "ms_per_letter": round(seconds / len(letters) * 1000, 2),
        "list_ms": round(list_ms(inquiry), 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
