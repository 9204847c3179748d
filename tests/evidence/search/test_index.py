"""The index finds what was changed, after each change, by every kind of search."""

import pytest
from django.http import QueryDict

from evidence.decisions.models import Act
from evidence.jobs.models import Job
from evidence.lifecycle import Disclosure
from evidence.publication.filters import PublishedFilter
from evidence.publication.publish import publish, take_down
from evidence.publication.search_entries import index
from evidence.search.filters import RegisterFilter
from evidence.search.index import MOST_RANKED, ranked
from evidence.search.models import SearchEntry
from evidence.search.query import parse
from evidence.submissions.models import Submission
from inquiry.people.roles import Role
from tests.factories import a_member, a_submission, decide, docx

pytestmark = pytest.mark.django_db


def matches(typed: str, reader) -> set[Submission]:
    query = QueryDict(mutable=True)
    query["q"] = typed
    visible = Submission.objects.visible_to(reader)
    return set(RegisterFilter(query, queryset=visible, reader=reader).qs)


def in_order(typed: str, reader) -> list[Submission]:
    visible = Submission.objects.visible_to(reader)
    register = RegisterFilter({"q": typed}, queryset=visible, reader=reader)
    assert register.is_valid()
    hits = ranked(register.qs and register.narrowed, register.query, register.searched).hits
    return [Submission.objects.get(pk=hit.submission) for hit in hits]


def published_matches(typed: str) -> list[Submission]:
    published = PublishedFilter({"q": typed}, queryset=Submission.objects.published())
    return list(published.qs)


@pytest.fixture
def visas(call, work):
    submission = a_submission(
        call,
        text="Visas were refused to two students of the academy.",
        title="Pressure on guests",
        name="Dr Carys Prydderch-Jones",
        organisation="Prifysgol Gwynedd",
    )
    work()
    submission.refresh_from_db()
    return submission


@pytest.mark.parametrize(
    "typed",
    [
        "visa refusing",
        '"refused to two students"',
        "stud* acad*",
        "title:pressure",
        "visa -budget",
        "witness:prydderch",
        "witness:gwynedd students",
        'witness:"carys prydderch jones"',
        "PRYDDERCH pressure visas",
        'title:"guests" -title:visas',
    ],
)
def test_search_matches(visas, clerk, typed):
    assert matches(typed, clerk) == {visas}


@pytest.mark.parametrize(
    "typed",
    [
        "visa budget",
        '"two refused"',
        '"guests visas"',
        "visa -students",
        "title:visas",
        "witness:students",
        "-visas",
        "visa -pressure",
        '"academy prifysgol"',
        "visa -witness:jones",
    ],
)
def test_search_does_not_match(visas, clerk, typed):
    assert matches(typed, clerk) == set()


def test_receipt_and_evidence_number_are_found(visas, clerk, work):
    assert matches(visas.receipt, clerk) == {visas}
    decide(visas, Act.ACCEPT, by=clerk)
    work()
    visas.refresh_from_db()
    assert matches(visas.reference.lower(), clerk) == {visas}


def test_welsh_evidence_is_found_by_the_root_and_english_evidence_is_not(call, clerk, work):
    text = "Mae hyn yn wir ac mae wedi bod yn broblem gan y brifysgol yng Nghymru."
    welsh = a_submission(call, text=text)
    english = a_submission(call, text="The pill and the bill are not the same, and this was that.")
    work()
    assert matches("Cymru prifysgol", clerk) == {welsh}
    assert matches("pill -bill", clerk) == set()
    assert matches("mill", clerk) == set()
    assert matches("bill", clerk) == {english}


def test_chinese_is_found_by_any_of_its_words(call, clerk, work):
    submission = a_submission(call, text="我們在北京大學學習。")
    work()
    for typed in ("北京大学", "大学", "學", "习", '"在北京"'):
        assert matches(typed, clerk) == {submission}, typed
    assert matches("京北", clerk) == set()


def test_words_of_tables_lists_and_annexes_are_found(call, clerk, work):
    submission = a_submission(
        call, content=docx("One.\n\n- listed item\n\n| a | b |\n|---|---|\n| celled | x |\n")
    )
    work()
    for typed in ("listed", "celled", '"listed item"'):
        assert matches(typed, clerk) == {submission}, typed


def test_changed_title_is_found_and_the_old_one_is_not(visas, clerk, work):
    Submission.objects.filter(pk=visas.pk).update(title="Funding")
    index(Submission.objects.get(pk=visas.pk))
    assert matches("title:funding", clerk) == {visas}
    assert matches("pressure", clerk) == set()


def test_indexing_twice_is_indexing_once(visas, clerk):
    before = SearchEntry.objects.values_list("pk", "partition", "passages").get()
    index(visas)
    assert SearchEntry.objects.values_list("pk", "partition", "passages").get() == before
    assert matches("visas", clerk) == {visas}


def test_every_change_asks_for_the_job_in_its_transaction(visas, clerk):
    Job.objects.filter(name="index").update(state=Job.State.DONE)
    decide(visas, Act.ACCEPT, Act.WITHHOLD_NAME, by=clerk)
    assert Job.objects.get(name="index", subject_id=visas.pk).state == Job.State.WAITING


def test_matches_in_titles_come_first_then_witnesses_then_the_newest(call, clerk, work):
    old = a_submission(call, text="Funding was cut.")
    titled = a_submission(call, text="Nothing.", title="Funding of chairs")
    named = a_submission(call, text="Nothing.", organisation="The Funding Council")
    new = a_submission(call, text="Funding, funding and more funding.")
    work()
    assert in_order("funding", clerk) == [titled, named, new, old]


def test_order_does_not_depend_on_how_rare_a_word_is(call, clerk, work):
    first = a_submission(call, text="Visas and chairs.")
    second = a_submission(call, text="Visas, visas and chairs.")
    work()
    before = in_order("visas chairs", clerk)
    for _ in range(5):
        a_submission(call, text="Chairs, chairs, chairs.")
    work()
    assert in_order("visas chairs", clerk) == before == [second, first]


def test_only_the_newest_thousand_are_put_in_order():
    assert MOST_RANKED == 1000


def test_published_evidence_is_found_as_it_was_published(visas, clerk, work):
    decide(visas, Act.ACCEPT, Act.OPEN, Act.REPORT, by=clerk)
    work()
    assert published_matches("visas") == []
    publish(visas, by=clerk)
    work()
    assert published_matches("visas title:pressure witness:prydderch") == [visas]
    Submission.objects.filter(pk=visas.pk).update(title="Funding")
    index(Submission.objects.get(pk=visas.pk))
    assert published_matches("funding") == []
    assert published_matches("pressure") == [visas]
    take_down(Submission.objects.get(pk=visas.pk), by=clerk, note="Asked to.")
    # Before any job has run.
    assert published_matches("pressure") == []
    work()
    assert not SearchEntry.objects.filter(edition="public").exists()


def test_name_is_not_found_from_the_moment_it_is_withheld(visas, clerk, work):
    """Before the job has written the names anew."""
    reader = a_member(visas.inquiry, Role.SPECIALIST)
    assert matches("prydderch", reader) == {visas}
    decide(visas, Act.ACCEPT, Act.WITHHOLD_NAME, by=clerk)
    assert matches("prydderch", reader) == set()
    work()
    assert matches("prydderch", reader) == set()
    assert matches("visas -prydderch", reader) == {visas}
    assert matches("prydderch", clerk) == {visas}
    assert matches("visas -prydderch", clerk) == set()


def test_protected_evidence_is_found_by_those_who_may_read_it(call, clerk, work):
    hidden = a_submission(call, text="Unheard words.", disclosure=Disclosure.CONFIDENTIAL)
    work()
    assert matches("unheard", clerk) == {hidden}
    assert matches("unheard", a_member(call.inquiry, Role.SPECIALIST)) == set()
    assert matches("unheard", a_member(call.inquiry, Role.MEDIA)) == set()


def test_a_search_is_never_an_error(visas, clerk):
    for typed in (
        '"',
        "'; DROP TABLE",
        "NEAR(a b)",
        "a OR",
        "*",
        "title:",
        "\x00x",
        "(",
        "^x",
        ":*",
    ):
        matches(typed, clerk)
    assert matches(" ".join(f"word{n}*" for n in range(200)), clerk) == set()
    assert parse("visa").terms
