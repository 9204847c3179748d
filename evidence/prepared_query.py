"""Reads one row that almost every page needs, with an SQL statement compiled once.

Django compiles a query each time, which takes several times as long as PostgreSQL needs to answer
it. Only the statement is kept; the row is read each time.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class PreparedRow(Generic[M]):
    """A row by the value of the unique column `by`.

    `rows` returns the queryset with its joins (`select_related`). It is called when the first row
    is needed.
    """

    def __init__(self, rows: Callable[[], QuerySet[M]], *, by: str) -> None:
        self._rows, self._by = rows, by
        self._ready: _Statement | None = None

    def find(self, value: object) -> M | None:
        """The row as it is now, or None."""
        if self._ready is None:
            self._ready = _Statement(self._rows(), self._by, value)
        row: M | None = self._ready.run(value)
        return row


class _Statement:
    """Compiles once what `django.db.models.query.ModelIterable` does for each query."""

    def __init__(self, rows: QuerySet[Any], by: str, value: object) -> None:
        self._field = rows.model._meta.get_field(by)
        query = rows.filter(**{by: value}).order_by().query
        self._compiler = compiler = query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        self._parameters = list(parameters)
        self._place = self._parameters.index(self._asked(value))
        chosen: Any = compiler.klass_info
        columns = chosen["select_fields"]
        self._model, self._columns = chosen["model"], slice(columns[0], columns[-1] + 1)
        self._names = [column[0].target.attname for column in compiler.select[self._columns]]
        alias = connection.alias
        # The type stubs are for a later Django, which has one more argument.
        self._joined = get_related_populators(chosen, compiler.select, alias)  # type: ignore[call-arg]
        fields = [column[0] for column in compiler.select[: compiler.col_count]]
        self._converters = compiler.get_converters(fields)

    def run(self, value: object) -> Any:
        parameters = list(self._parameters)
        parameters[self._place] = self._asked(value)
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            rows = cursor.fetchall()
        for row in self._compiler.apply_converters(rows, self._converters):
            made = self._model.from_db(connection.alias, self._names, row[self._columns])
            for joined in self._joined:
                joined.populate(row, made)
            return made
        return None

    def _asked(self, value: object) -> object:
        return self._field.get_db_prep_value(value, connection)
