from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evidence.search.match import FUNCTION, Matches
from evidence.submissions.models import Submission

# Increase this when `words.py` or `passages.py` change what is kept, so that all is indexed again.
VERSION = 1


class WordsField(models.Field[Any, Any]):
    """The words of an entry as the database's own index wants them: a tsvector on PostgreSQL. On
    SQLite the compressed words, which FTS5 needs once more when they are replaced."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "blob"


WordsField.register_lookup(Matches)


# The planner knows the size of a row and not of its words, which lie elsewhere. It would read the
# words of all entries, one after the other, rather than the index: slow, and no search may read
# what its reader may not see. A function has settings of its own.
MATCHING_ENTRIES = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}(looked_for tsquery) RETURNS SETOF bigint "  # noqa: S608
    "LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000 SET enable_seqscan = off "
    "AS 'SELECT id FROM evidence_searchentry WHERE words @@ looked_for'"
)


class WordsIndex(models.Index):
    """A GIN index on PostgreSQL and a function that asks it; on SQLite a contentless FTS5 table."""

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",  # noqa: ARG002  as Django calls it
        **kwargs: Any,
    ) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            statement: Any = super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
            # Else every search reads a list of new entries too.
            statement.parts["extra"] = " WITH (fastupdate = off)"
            return f"{statement}; {MATCHING_ENTRIES}"
        return (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.name} "
            "USING fts5(words, content='', tokenize='ascii')"
        )

    def remove_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        **kwargs: Any,
    ) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            statement = super().remove_sql(model, schema_editor, **kwargs)
            return f"{statement}; DROP FUNCTION IF EXISTS {FUNCTION}(tsquery)"
        return f"DROP TABLE IF EXISTS {self.name}"


class SearchEntry(models.Model):
    """What one submission is found by, for staff or for the public.

    The key is a moment, of receipt or of publication, in billionths of a second since 1970: the
    newest entries have the highest keys, so that the newest matches are read first.
    """

    class Edition(models.TextChoices):
        STAFF = "staff", "For people on the inquiry"
        PUBLIC = "public", "As published"

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="search_entries", db_index=False
    )
    edition = models.CharField(max_length=6, choices=Edition.choices)
    # As they were when the words were written; an entry counts only while they still are so.
    disclosure = models.CharField(max_length=20)
    publication = models.BigIntegerField(null=True)
    partition = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField(default=VERSION)
    # The text by paragraph, compressed: for the lines shown below a match.
    passages = models.BinaryField()
    words = WordsField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [WordsIndex(fields=["words"], name="search_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "edition"],
                name="search_entry_once",
                violation_error_message="This submission is in the index already.",
            )
        ]

    def __str__(self) -> str:
        return f"search entry of {self.submission_id}"


class TaggedValue(models.Model):
    """An institution, theme or state that is a tag of a submission in this partition, or was one:
    what a list may offer as a filter, without looking at every tag."""

    class Kind(models.TextChoices):
        INSTITUTION = "institution", "Institution"
        OWN_INSTITUTION = "own", "Own institution"
        THEME = "theme", "Theme"
        STATE = "state", "State"

    partition = models.CharField(max_length=24)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partition", "kind", "value"],
                name="tagged_value_once",
                violation_error_message="This value is kept already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value} in {self.partition}"
