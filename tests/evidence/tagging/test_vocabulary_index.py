"""The automaton of all names: made again when the vocabulary changes, and only then."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, transaction

from evidence.tagging.models import Standing
from evidence.tagging.suggest import suggest
from evidence.tagging.vocabulary_index import current_version, vocabulary_index
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm
from tests.factories import (
    CallFactory,
    InquiryFactory,
    InstitutionFactory,
    ThemeFactory,
    a_submission,
)

ADDS_A_STATE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "inquiry.config.settings"
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from inquiry.vocabulary.models import State
State.objects.create(name="Ruritania", code="ZZ")
"""

pytestmark = pytest.mark.django_db


def names_in(text: str) -> list[tuple[str, int]]:
    return [(match.kind.value, match.key) for match in vocabulary_index().find(text)]


def test_automaton_is_kept_while_the_vocabulary_is_the_same(work):
    InstitutionFactory(name="University of York")
    before = vocabulary_index()
    submission = a_submission(text="The University of York.")
    work()
    suggest(submission)

    assert submission.institution_tags.count() == 1
    assert vocabulary_index() is before


CHANGES = {
    "institution added": lambda: Institution.objects.create(name="Leeds Beckett University"),
    "institution renamed": lambda: Institution.objects.update(name="Leeds Beckett University"),
    "institution removed": lambda: Institution.objects.all().delete(),
    "one institution removed": lambda: Institution.objects.get().delete(),
    "name added": lambda: Institution.objects.get().names.create(text="Old York"),
    "name judged": lambda: InstitutionName.objects.update(safe_to_match=True),
    "names added": lambda: InstitutionName.objects.bulk_create(
        [InstitutionName(institution=Institution.objects.get(), text="Older York")]
    ),
    "theme added": ThemeFactory,
    "theme changed": lambda: Theme.objects.get().save(),
    "term added": lambda: Theme.objects.get().terms.create(text="visas"),
    "term changed": lambda: ThemeTerm.objects.update(text="visas"),
    "term removed": lambda: ThemeTerm.objects.get().delete(),
    "state added": lambda: State.objects.create(name="Ruritania", code="ZZ"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_automaton_is_made_again_after_a_change(change):
    york = InstitutionFactory(name="University of York")
    york.names.create(text="Eboracum University")
    ThemeTerm.objects.create(theme=ThemeFactory(), text="tuition fees")
    before = vocabulary_index()

    CHANGES[change]()

    assert vocabulary_index() is not before


def test_new_name_is_matched_at_once_and_a_removed_one_no_more():
    york = InstitutionFactory(name="University of York")
    assert names_in("The University of York.") == [("institution", york.pk)]

    Institution.objects.update(name="Leeds Beckett University")

    assert names_in("The University of York.") == []
    assert names_in("Leeds Beckett University") == [("institution", york.pk)]


def test_change_that_is_rolled_back_leaves_no_trace():
    york = InstitutionFactory(name="University of York")
    version = current_version()
    with transaction.atomic():
        leeds = InstitutionFactory(name="Leeds Beckett University")
        assert names_in("Leeds Beckett University") == [("institution", leeds.pk)]
        transaction.set_rollback(True)
    assert current_version() == version
    InstitutionFactory(name="University of Kent")

    assert names_in("Leeds Beckett University, University of York") == [("institution", york.pk)]


@pytest.mark.django_db(transaction=True)
def test_change_by_another_process_is_noticed():
    InstitutionFactory(name="University of York")
    before = vocabulary_index()

    subprocess.run(
        [sys.executable, "-c", ADDS_A_STATE, str(connection.settings_dict["NAME"])],
        check=True,
        cwd=settings.BASE_DIR,
    )

    assert vocabulary_index() is not before
    assert [kind for kind, _key in names_in("In Ruritania.")] == ["state"]


def test_theme_of_another_inquiry_is_never_suggested(work):
    ours, theirs = InquiryFactory(), InquiryFactory()
    everywhere = ThemeFactory(inquiry=None)
    own, other = ThemeFactory(inquiry=ours), ThemeFactory(inquiry=theirs)
    # Their longer term does not cover ours.
    for theme, term in ((own, "tuition fees"), (other, "tuition fees"), (everywhere, "visas")):
        ThemeTerm.objects.create(theme=theme, text=term)
    ThemeTerm.objects.create(theme=other, text="tuition fees and visas")
    submission = a_submission(CallFactory(inquiry=ours), text="Of tuition fees and visas.")
    work()

    tags = submission.theme_tags.all()
    assert {tag.theme for tag in tags} == {own, everywhere}
    assert {tag.standing for tag in tags} == {Standing.SUGGESTED}
