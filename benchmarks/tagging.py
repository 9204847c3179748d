"""Suggesting tags with 100,000 names: how right the suggestions are, and what one submission costs.

`tagging_passages.json` has passages written for this, each with the institutions and themes a clerk
would tag: real names among places, people, presses and hospitals that share their words, in several
scripts. Every suggestion counts. There are no grades of certainty: a name that fits its
surroundings is suggested, any other is not.

The vocabulary has the names these passages are about and of the demo, and others made by rule from
their words, to 100,000. The whole of `suggest` (what is read from the database, the automaton, the
tags that are written) is compared with the bare automaton over the same text, folded before, in the
same run. The text has 200,000 characters, as many as a witness can type. What a text of 3,000 words
costs is given too.

The last line is JSON: `precision`, `recall`, `ratio_bare`, `cpu_ms`, `bare_ms`,
`cpu_ms_3000_words`, `build_s`, `peak_mb`.

    --verbose   each suggestion that is wrong or missing
"""

import argparse
import itertools
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ahocorasick_rs import BytesAhoCorasick

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

os.environ["DJANGO_SETTINGS_MODULE"] = "inquiry.config.settings"
_FOLDER = tempfile.TemporaryDirectory(prefix="tagging-")
os.environ["DATA_DIR"] = _FOLDER.name
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from evidence.documents.models import SubmissionText
from evidence.lifecycle import Disclosure
from evidence.management.demo.vocabulary import INSTITUTIONS, STATES, THEMES
from evidence.submissions.models import Submission
from evidence.tagging.folded_text import FoldedText, fold
from evidence.tagging.suggest import suggest
from evidence.tagging.vocabulary_index import vocabulary_index
from inquiry.calls.models import Call, Committee, Inquiry
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm

PASSAGES = Path(__file__).with_name("tagging_passages.json")
NAMES, LONG, THREE_THOUSAND_WORDS, TIMES = 100_000, 200_000, 18_000, 15
ALIASES = {
    "York St John University": ("University of York St John",),
    "Peking University": ("北京大学",),
    "Tsinghua University": ("清华大学", "清華大學"),
    "Moscow State University": ("Московский государственный университет",),
    "University of Tehran": ("جامعة طهران",),
}
# Two of one name, which ROR has: a text that says no more does not tell which.
TWICE = ("Trinity College", "Trinity College (052gg0110)")
SAFE_ACRONYMS = {"UCL", "SOAS", "UKRI", "QUB"}
FORMS = (
    "University of {0}", "{0} University", "{0} College", "{0} Institute of Technology",
    "{0} {1} University", "University of {0} {1}", "{0} School of {2}", "Université de {0}",
    "{0} University of {2}", "{1} {0} Research Centre", "{0} Academy of {2}", "Prifysgol {0}",
)  # fmt: skip
FIELDS = (
    "Economics",
    "Medicine",
    "Art",
    "Music",
    "Science",
    "Law",
    "Agriculture",
    "Oriental Studies",
)


def made_names(count: int, taken: set[str]) -> list[str]:
    """Names with the words and shapes of real ones and places that are none."""
    rng = random.Random(20_261)
    parts = (
        ("Al", "Bar", "Cor", "Dun", "El", "Fen", "Gar", "Hol", "Kil", "Lan", "Mar", "Nor", "Pen",
         "Ross", "Shef", "Tre", "Wal", "York", "Read", "Man", "Ox", "Cam", "Bris", "Leed"),
        ("", "a", "ber", "che", "er", "ing", "le", "mo", "ni", "ra", "sto", "ver", "wi", "den"),
        ("bury", "by", "chester", "dale", "ford", "ham", "ley", "mouth", "pool", "ton", "wick",
         "worth", "shire", "burg", "ville", "stadt", "grad", "pur", "abad", "minster"),
    )  # fmt: skip
    real = {word for name in taken for word in name.split()}
    places = [place for place in map("".join, itertools.product(*parts)) if place not in real]
    names: set[str] = set()
    while len(names) < count:
        name = rng.choice(FORMS).format(rng.choice(places), rng.choice(places), rng.choice(FIELDS))
        if name not in taken:
            names.add(name)
    return sorted(names)


def fill(passages: list[dict[str, list[str]]]) -> None:
    """The vocabulary: real names, and others to 100,000, a third of them other names."""
    themes = {name for name, _terms in THEMES}
    real = {name: (aliases, acronyms) for name, aliases, acronyms in INSTITUTIONS}
    for name in itertools.chain.from_iterable(passage["names"] for passage in passages):
        if name not in themes:
            real.setdefault(name, (ALIASES.get(name, ()), ()))
    for name in TWICE:
        real[name] = ((), ())
    made = made_names(NAMES - len(real) - sum(len(a) + len(b) for a, b in real.values()), set(real))
    count = 2 * len(made) // 3
    Institution.objects.bulk_create(Institution(name=name) for name in [*real, *made[:count]])
    keys = dict(Institution.objects.values_list("name", "pk"))
    rows = [
        InstitutionName(institution_id=keys[name], text=text, kind=kind,
                        safe_to_match=kind == "alias" or text in SAFE_ACRONYMS)
        for name, (aliases, acronyms) in real.items()
        for kind, texts in (("alias", aliases), ("acronym", acronyms))
        for text in texts
    ]  # fmt: skip
    rows += [
        InstitutionName(institution_id=keys[made[at]], text=text, safe_to_match=True)
        for at, text in enumerate(made[count:])
    ]
    InstitutionName.objects.bulk_create(rows)
    for name, terms in THEMES:
        theme = Theme.objects.create(name=name)
        ThemeTerm.objects.bulk_create(ThemeTerm(theme=theme, text=term) for term in terms)
    State.objects.bulk_create(State(name=name, code=code) for name, code in STATES)


SUBJECTS = (
    "The department", "A member of staff", "Nobody in the office", "The students’ union",
    "My supervisor", "The council of the faculty", "An officer of the embassy",
    "The editor of the journal",
)  # fmt: skip
VERBS = (
    "told us in writing that", "had known for years that", "denied at the time that",
    "could not say whether", "explained – if that is the word – that",
    "learnt only afterwards that",
)  # fmt: skip
CLAUSES = (
    "the grant would not be renewed unless the title was changed",
    "the recording of the lecture had been passed on to somebody abroad",
    "two of the visitors had asked for a list of those who attended",
    "the contract (signed in 2017) gave the partner a say in appointments",
    "no record was kept of the conversation in the corridor",
    "the paper was “too sensitive” for the collection, in spite of three good reviews",
)


def prose(length: int, passages: list[dict[str, list[str]]]) -> str:
    """Invented evidence: every sixth sentence is one of twenty passages."""
    rng, sentences, size = random.Random(7), [], 0
    passages = rng.sample(passages, 20)
    while size < length:
        sentence = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(CLAUSES)}."
        if rng.random() < 1 / 6:
            sentence = str(rng.choice(passages)["text"])
        sentences.append(sentence + rng.choice((" ", " ", " ", "\n")))
        size += len(sentences[-1])
    return "".join(sentences)[:length]


def submission_of(text: str, inquiry: Inquiry) -> Submission:
    number = Submission.objects.count()
    submission = Submission.objects.create(
        inquiry=inquiry,
        call=inquiry.calls.get(),
        idempotency_key=f"tagging:{number}",
        received_at=timezone.now(),
        receipt=f"T{number}",
        disclosure_requested=Disclosure.OPEN,
        status_since=timezone.now(),
    )
    SubmissionText.objects.create(submission=submission, text=text)
    return submission


def rightness(
    passages: list[dict[str, list[str]]], inquiry: Inquiry, *, verbose: bool
) -> dict[str, float]:
    right = wrong = missing = 0
    for passage in passages:
        submission = submission_of(str(passage["text"]), inquiry)
        suggest(submission)
        suggested = {
            *submission.institution_tags.values_list("institution__name", flat=True),
            *submission.theme_tags.values_list("theme__name", flat=True),
        }
        expected = set(passage["names"])
        right += len(suggested & expected)
        wrong += len(suggested - expected)
        missing += len(expected - suggested)
        if verbose and suggested != expected:
            print(f"  {passage['text']}")
            print(f"     wrong: {suggested - expected}, missing: {expected - suggested}")
    print(f"{len(passages)} passages: {right} right, {wrong} wrong, {missing} missing")
    return {
        "precision": round(right / (right + wrong), 3),
        "recall": round(right / (right + missing), 3),
    }


def cpu_ms(run: Callable[[], object]) -> float:
    before = time.process_time()
    run()
    return (time.process_time() - before) * 1000


def bare(text: str, automaton: BytesAhoCorasick) -> float:
    words = FoldedText(text).words

    def search() -> None:
        automaton.find_matches_as_indexes(words, overlapping=True)

    return min(cpu_ms(search) for _ in range(TIMES))


def whole(text: str, inquiry: Inquiry) -> float:
    """Each submission is a new one, so that its tags are written."""
    submissions = [submission_of(text, inquiry) for _ in range(TIMES)]
    return min(cpu_ms(lambda row=row: suggest(row)) for row in submissions)


def all_names() -> list[bytes]:
    """What is looked for, without the spellings that are made of it."""
    texts = itertools.chain(
        Institution.objects.values_list("name", flat=True),
        InstitutionName.objects.filter(safe_to_match=True).values_list("text", flat=True),
        ThemeTerm.objects.values_list("text", flat=True),
    )
    return [b" %b " % fold(text) for text in texts]


def main() -> None:
    options = argparse.ArgumentParser(description="Suggesting tags.")
    options.add_argument("--verbose", action="store_true")
    arguments = options.parse_args()
    call_command("migrate", verbosity=0)
    passages = json.loads(PASSAGES.read_text(encoding="utf-8"))
    fill(passages)
    committee = Committee.objects.create(name="Committee", slug="committee")
    inquiry = Inquiry.objects.create(committee=committee, title="Inquiry", code="i", prefix="AB")
    now = timezone.now()
    Call.objects.create(
        inquiry=inquiry, code="call", title="Call", opens_at=now, closes_at=now + timedelta(days=1)
    )
    build = cpu_ms(vocabulary_index) / 1000
    result = rightness(passages, inquiry, verbose=arguments.verbose)
    text = prose(LONG, passages)
    # A machine that does other things makes both slower, so both are measured in turns.
    automaton = BytesAhoCorasick(all_names())
    pairs = [(whole(text, inquiry), bare(text, automaton)) for _ in range(3)]
    suggested, searched = (min(column) for column in zip(*pairs, strict=True))
    print(json.dumps({
        **result,
        "ratio_bare": round(suggested / searched, 2),
        "cpu_ms": round(suggested, 2),
        "bare_ms": round(searched, 2),
        "cpu_ms_3000_words": round(whole(text[:THREE_THOUSAND_WORDS], inquiry), 2),
        "bare_ms_3000_words": round(bare(text[:THREE_THOUSAND_WORDS], automaton), 2),
        "build_s": round(build, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
