"""The form in which clerks edit a submission's details."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from evidence.inbox.assignment import possible_owners
from evidence.submissions.models import Submission
from inquiry.people.models import User


class NumberField(forms.CharField):
    """Takes a submission by its evidence number or receipt number."""

    def __init__(self, *args: Any, among: QuerySet[Submission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._among = among

    def prepare_value(self, value: Any) -> Any:
        """The number of a saved submission; typed text is returned unchanged."""
        if value and not isinstance(value, str):
            saved = self._among.filter(pk=getattr(value, "pk", value)).first()
            return saved.label if saved else ""
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        match = self._among.filter(Q(reference=typed.upper()) | Q(receipt=typed.upper())).first()
        if match is None:
            raise forms.ValidationError(
                "No submission has this number. Enter one such as FIA0012, or a receipt number."
            )
        return match


class SubmissionForm(forms.ModelForm[Submission]):
    """`reader` is the clerk who edits; `SubmissionAdmin.get_form` sets it."""

    reader: User

    class Meta:
        model = Submission
        fields = ["title", "display_name", "supplements", "assigned_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Submission.objects.visible_to(self.reader).filter(inquiry=self.instance.inquiry_id)
        if "supplements" in self.fields:
            self.fields["supplements"] = NumberField(
                among=others.exclude(pk=self.instance.pk),
                required=False,
                label="Supplements",
                help_text="Number of the earlier submission, for example FIA0012.",
            )
        if "assigned_to" in self.fields:
            chooser = self.fields["assigned_to"]
            if isinstance(chooser, forms.ModelChoiceField):
                keys = [person.pk for person in possible_owners(self.instance)]
                chooser.queryset = User.objects.filter(pk__in=keys)
