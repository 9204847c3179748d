"""Base classes of the desk's forms that stop two people from overwriting each other.

A row is locked while a form about it is saved. Only the columns changed in the form are written, so
a save does not undo a committee decision or a worker's update. A form opened before somebody else
saved is refused, and shows both what was saved and what was typed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.http import HttpRequest, HttpResponse

Row = TypeVar("Row", bound=models.Model)
VERSION_FIELD = "seen_version"


def version_of(values: Mapping[str, Any]) -> str:
    """A digest of a form's values, to notice that they have changed."""
    plain = {name: _plain(value) for name, value in values.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, models.QuerySet)):
        return sorted(str(getattr(member, "pk", member)) for member in value)
    return str(value)


def changed_columns(form: forms.ModelForm[Any]) -> list[str]:
    """The columns of the row that were changed in the form."""
    columns = {field.name for field in form.instance._meta.concrete_fields}
    return [name for name in form.changed_data if name in columns]


class ChangedOnlyForm(forms.ModelForm[Any]):
    """A row of an inline table that writes only its changed columns."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  as Django calls it
        if not commit or self.instance._state.adding:
            return super().save(commit)
        self.instance.save(update_fields=changed_columns(self))
        self._save_m2m()  # type: ignore[attr-defined]
        return self.instance


class VersionedForm(forms.ModelForm[Any]):
    """A form that knows which version of its row the page showed."""

    posted_version = ""
    # What was typed before and not saved; shown in place of what is saved.
    typed: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = dict(self.initial)
        self.initial.update(self.typed)

    def clean(self) -> dict[str, Any] | None:
        answers = super().clean()
        if self.posted_version and self.posted_version != version_of(self.saved):
            for name in self.changed_data:
                if name in self.initial and name in self.fields:
                    self.add_error(name, self._both(name))
            raise ValidationError(
                "Someone else saved this while you had it open. Your changes were not saved. "
                "Compare both versions, then save again to keep yours."
            )
        return answers

    def _both(self, name: str) -> str:
        now, typed = (self._words(name, value) for value in (self.initial[name], self[name].data))
        return f"Saved version: “{now}”. You entered: “{typed}”."

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            keys = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
            known = [str(getattr(key, "pk", key)) for key in keys if key]
            return ", ".join(map(str, field.queryset.filter(pk__in=known))) or "nothing"
        return str(value) if value not in {None, ""} else "nothing"


class EditingAdmin(admin.ModelAdmin[Row]):
    """Locks the row and saves only what the form changed."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Row | None:
        """The row; on POST it is locked first and then read again."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not connection.in_atomic_block:
            return row
        self.model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
        return super().get_object(request, object_id, from_field)

    def get_form(
        self,
        request: HttpRequest,
        obj: Row | None = None,
        change: Any = False,  # noqa: FBT002  as Django calls it
        **kwargs: Any,
    ) -> type[forms.ModelForm[Row]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            return form
        return type(
            form.__name__,
            (VersionedForm, form),
            {"posted_version": request.POST.get(VERSION_FIELD, "")},
        )

    def save_model(
        self, request: HttpRequest, obj: Row, form: forms.ModelForm[Row], change: Any
    ) -> None:
        if change:
            obj.save(update_fields=changed_columns(form))
        else:
            super().save_model(request, obj, form, change)

    def render_change_form(  # noqa: PLR0917  as Django calls it
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002  as Django calls it
        change: bool = False,  # noqa: FBT001, FBT002
        form_url: str = "",
        obj: Row | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["title"] = str(obj)
        if obj is not None and context.get("adminform"):
            context["seen_version"] = version_of(context["adminform"].form.saved)
        return super().render_change_form(request, context, add, change, form_url, obj)
