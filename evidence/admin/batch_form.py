"""The form of one file of a batch, and what is typed once for all files without an answer."""

from typing import Any

from django import forms
from django.utils import timezone

from evidence.admin.receive_form import WISHES, postal_address
from evidence.admin.receive_view import CallField
from evidence.batches.add import COVERING, EVIDENCE, Details
from evidence.batches.models import BatchFile
from evidence.batches.uploads import TYPED_MOMENT
from evidence.permissions import Action, inquiries_where
from evidence.submissions.models import Submission
from evidence.web.forms import NameField, NamingForm
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call, Openness
from inquiry.people.models import User

KINDS = [
    (Witness.Kind.INDIVIDUAL, "Individual"),
    (Witness.Kind.ORGANISATION, "Organisation"),
    (Witness.Kind.PROXY, "Someone on behalf of another"),
]
CHANNELS = [(Submission.Channel.EMAIL, "Email"), (Submission.Channel.POST, "Post")]
BODIES = [(COVERING, "A covering note, for staff only"), (EVIDENCE, "Part of the evidence")]
# Asked for once for all files that have no answer of their own.
SHARED = ("disclosure", "received_at")


def moment_field(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TYPED_MOMENT)
    return forms.DateTimeField(widget=widget, **options)


class NewBatchForm(NamingForm):
    """The call, and a key that makes a second sending the same batch."""

    batch = forms.UUIDField(widget=forms.HiddenInput)
    call = CallField(
        queryset=Call.objects.none(),
        to_field_name="code",
        label="Call for evidence",
        error_messages={"required": "Choose the call for evidence."},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["call"]
        if isinstance(chooser, forms.ModelChoiceField):
            chooser.queryset = Call.objects.filter(inquiry__in=inquiries_where(by, Action.RECEIVE))


class SharedForm(forms.Form):
    """Answers for each file that has none of its own."""

    disclosure = forms.ChoiceField(
        choices=[("", "Leave as they are"), *WISHES],
        required=False,
        label="Publication asked for, where nothing is chosen",
    )
    received_at = moment_field(required=False, label="Date received, where there is none")


class FileForm(NamingForm):
    """Who sent one file, when, and what protection they asked for."""

    kind = forms.ChoiceField(choices=KINDS, label="Submitted by")
    name = NameField(max_length=200, required=False, label="Full name")
    organisation = NameField(max_length=300, required=False, label="Organisation")
    email = forms.EmailField(required=False, label="Email address")
    received_at = moment_field(
        label="Date and time received",
        error_messages={"required": "Enter the date and time received."},
    )
    disclosure = forms.ChoiceField(
        choices=[("", "Choose"), *WISHES],
        label="Publication asked for",
        error_messages={"required": "Choose what publication the witness asked for."},
    )
    channel = forms.ChoiceField(choices=CHANNELS, label="Received by")
    body = forms.ChoiceField(
        choices=BODIES,
        required=False,
        label="Text of the email, if documents are attached",
    )
    role = NameField(max_length=200, required=False, label="Role")
    address = postal_address()
    title = NameField(max_length=300, required=False, label="Title of the evidence")
    reasons = forms.CharField(
        max_length=4000,
        required=False,
        label="Reasons for anonymity or confidentiality",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        max_length=4000,
        required=False,
        label="Note for staff",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, file: BatchFile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=file.pk.hex, **kwargs)
        self.file = file
        for field in self.fields.values():
            field.help_text = ""
        if not file.is_email:
            del self.fields["body"]

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data["received_at"]
        if moment > timezone.now():
            raise forms.ValidationError("The date received cannot be in the future.")
        return moment

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("kind") == Witness.Kind.ORGANISATION:
            if not answers.get("organisation"):
                self.add_error("organisation", "Enter the name of the organisation.")
        elif not answers.get("name"):
            self.add_error("name", "Enter the full name.")
        return answers

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in MAIN]

    @property
    def has_errors_in_more(self) -> bool:
        return any(field.errors for field in self.more_fields)

    @property
    def is_late(self) -> bool:
        """Whether the date typed is after the call closed."""
        try:
            moment = self.fields["received_at"].clean(self["received_at"].value())
        except forms.ValidationError:
            return False
        openness = self.file.batch.call.openness(moment)
        return openness in {Openness.GRACE, Openness.CLOSED}

    def typed(self) -> dict[str, str]:
        """What was typed, as it was typed."""
        return {name: str(self[name].value() or "") for name in self.fields}

    def details(self) -> Details:
        """The answers of a valid form. An organisation has no name and no role of a person."""
        answers = {**self.cleaned_data, "received_at": self.cleaned_data["received_at"].isoformat()}
        if answers["kind"] == Witness.Kind.ORGANISATION:
            answers |= {"name": "", "role": ""}
        answers["body"] = answers.get("body") or COVERING
        return Details(**answers)


MAIN = ("kind", "name", "organisation", "email", "received_at", "disclosure", "channel")


def initial_of(file: BatchFile) -> dict[str, str]:
    """What the form of a file shows at first: what is typed or suggested, and nothing chosen about
    protection."""
    channel = Submission.Channel.EMAIL if file.is_email else Submission.Channel.POST
    answers = {"kind": Witness.Kind.INDIVIDUAL, "channel": channel, "body": COVERING}
    return {**answers, **{name: value for name, value in file.answers.items() if name != "details"}}
