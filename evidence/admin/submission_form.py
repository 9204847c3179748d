"""The form in which clerks correct a submission: what it supplements, and whose case it is."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from evidence.lifecycle import Disclosure
from evidence.permissions import Action, people_who
from evidence.submissions.models import Submission
from inquiry.people.models import User


class NumberField(forms.CharField):
    """A submission by the number people know it by: of evidence, or of its receipt."""

    def __init__(self, *args: Any, among: QuerySet[Submission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._among = among

    def prepare_value(self, value: Any) -> Any:
        """The number of what is kept by its key; what was typed as it is."""
        if value and not isinstance(value, str):
            found = self._among.filter(pk=getattr(value, "pk", value)).first()
            return found.label if found else ""
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        found = self._among.filter(Q(reference=typed.upper()) | Q(receipt=typed.upper())).first()
        if found is None:
            raise forms.ValidationError(
                "We do not know this number. Enter a number such as FIA0012, or that of a receipt."
            )
        return found


class SubmissionForm(forms.ModelForm[Submission]):
    """`reader` is who corrects; set by the desk."""

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
                help_text="The number of the earlier submission, such as FIA0012.",
            )
        if "assigned_to" in self.fields:
            case = self.fields["assigned_to"]
            if isinstance(case, forms.ModelChoiceField):
                case.queryset = self._may_have_the_case()

    def _may_have_the_case(self) -> QuerySet[User]:
        """Staff of the inquiry who may see this submission."""
        submission = self.instance
        staff = people_who(Action.READ_EARLY, submission.inquiry_id)
        if submission.disclosure == Disclosure.CONFIDENTIAL:
            staff &= people_who(Action.READ_CONFIDENTIAL, submission.inquiry_id)
        return User.objects.filter(pk__in=staff)
