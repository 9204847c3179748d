"""Forms of the desk that lose nobody's work: what two people change at once is told, not undone.

While a form is taken its row is locked. Of the row only what was changed in the form is written,
so that no save takes back what the committee decided or a worker wrote meanwhile. A form that was
opened before somebody else saved is refused; it then shows what was saved and what was typed.
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
SEEN = "seen_version"


def version_of(values: Mapping[str, Any]) -> str:
    """The same as long as these values of a form are the same."""
    plain = {name: _plain(value) for name, value in values.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, models.QuerySet)):
        return sorted(str(getattr(one, "pk", one)) for one in value)
    return str(value)


def changed_columns(form: forms.ModelForm[Any]) -> list[str]:
    """The columns of the row that were changed in the form."""
    columns = {field.name for field in form.instance._meta.concrete_fields}
    return [name for name in form.changed_data if name in columns]


class ChangedOnlyForm(forms.ModelForm[Any]):
    """A row of an inline table: of one that is there only what was changed is written."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  as Django calls it
        if not commit or self.instance._state.adding:
            return super().save(commit)
        self.instance.save(update_fields=changed_columns(self))
        self._save_m2m()  # type: ignore[attr-defined]
        return self.instance


class SeenForm(forms.ModelForm[Any]):
    """A form that knows which version of its row the page showed, if it says so."""

    seen = ""
    # What was typed before and not saved; shown in place of what is saved.
    typed: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = dict(self.initial)
        self.initial.update(self.typed)

    def clean(self) -> dict[str, Any] | None:
        answers = super().clean()
        if self.seen and self.seen != version_of(self.saved):
            for name in self.changed_data:
                if name in self.initial and name in self.fields:
                    self.add_error(name, self._both(name))
            raise ValidationError(
                "Somebody else saved this while you had it open. Nothing of yours was saved. "
                "Look at both versions, then save again to keep yours."
            )
        return answers

    def _both(self, name: str) -> str:
        now, typed = (self._words(name, value) for value in (self.initial[name], self[name].data))
        return f"Saved meanwhile: “{now}”. You entered: “{typed}”."

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            keys = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
            known = [str(getattr(key, "pk", key)) for key in keys if key]
            return ", ".join(map(str, field.queryset.filter(pk__in=known))) or "nothing"
        return str(value) if value not in {None, ""} else "nothing"


class EditingAdmin(admin.ModelAdmin[Row]):
    """What all forms of the desk have in common."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Row | None:
        """The row; locked while a form about it is taken, and as it is once the lock is had."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not connection.in_atomic_block:
            return found
        self.model._default_manager.select_for_update(of=("self",)).get(pk=found.pk)
        return super().get_object(request, object_id, from_field)

    def get_form(
        self,
        request: HttpRequest,
        obj: Row | None = None,
        change: Any = False,  # noqa: FBT002  as Django calls it
        **kwargs: Any,
    ) -> type[forms.ModelForm[Row]]:
        made = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            return made
        return type(made.__name__, (SeenForm, made), {"seen": request.POST.get(SEEN, "")})

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
            # A page is headed by what it shows, not by what one might do there.
            context["title"] = str(obj)
        if obj is not None and context.get("adminform"):
            context["seen_version"] = version_of(context["adminform"].form.saved)
        return super().render_change_form(request, context, add, change, form_url, obj)
