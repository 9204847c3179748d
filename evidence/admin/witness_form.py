"""The form in which clerks correct a witness."""

from typing import Any

from django import forms

from evidence.admin.concurrent_editing import version_of
from evidence.submissions.correct_witness import CONTACT, NAMING
from evidence.submissions.models import SubmissionWitness
from evidence.web.forms import NameField, NamingForm
from evidence.witnesses.models import Contact, Witness

LANGUAGES = [("en-gb", "English"), ("cy", "Welsh")]
CHANGED = "Someone else has changed this witness. Check what you typed and save again."


def long_text(label: str, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=1000, required=False, label=label, widget=widget)


class WitnessForm(NamingForm):
    """Name, affiliation, place among the authors and contact details of one witness."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(choices=Witness.Kind.choices, label="Submitted by")
    name = NameField(max_length=200, required=False, label="Full name")
    role = NameField(max_length=200, required=False, label="Role")
    organisation = NameField(max_length=300, required=False, label="Organisation")
    email = forms.EmailField(required=False, label="Email address")
    may_email = forms.BooleanField(required=False, label="We may email")
    phone = forms.CharField(max_length=40, required=False, label="Phone number")
    may_phone = forms.BooleanField(required=False, label="We may phone")
    address = long_text("Postal address", 3)
    safe_ways = long_text("Safe ways to contact the witness")
    hours = long_text("Safe times")
    avoid = long_text("Words to avoid")
    language = forms.ChoiceField(choices=LANGUAGES, label="Language of letters")

    def __init__(
        self, witness: Witness, links: list[SubmissionWitness], *args: Any, **kwargs: Any
    ) -> None:
        contact = getattr(witness, "contact", None) or Contact(witness=witness)
        current = {
            **{name: getattr(witness, name) for name in NAMING},
            **{name: getattr(contact, name) for name in CONTACT},
            **{_field(link): link.position + 1 for link in links},
        }
        self.current_version = version_of(current)
        initial = {**current, "version": self.current_version}
        super().__init__(*args, initial=initial, **kwargs)
        self.links = links
        for link in links:
            self.fields[_field(link)] = forms.IntegerField(
                min_value=1, label=f"Place among the authors of {link.submission.label}"
            )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("kind") == Witness.Kind.ORGANISATION and not answers.get("organisation"):
            self.add_error("organisation", "Enter the name of the organisation.")
        elif answers.get("kind") != Witness.Kind.ORGANISATION and not answers.get("name"):
            self.add_error("name", "Enter the full name.")
        if answers.get("version") != self.current_version:
            self.data = {
                **{name: self.data[name] for name in self.data},
                "version": self.current_version,
            }
            self.add_error(None, CHANGED)
        return answers

    def places(self) -> dict[Any, int]:
        """The wanted place in each submission."""
        return {link.submission_id: self.cleaned_data[_field(link)] for link in self.links}


def _field(link: SubmissionWitness) -> str:
    return f"place_{link.submission_id.hex}"
