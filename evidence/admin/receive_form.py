"""The form in which staff enter a letter: who sent it, its files, how it may be known."""

import uuid
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from evidence.admin.pending_uploads import park, unpark
from evidence.errors import FileRefusedError
from evidence.lifecycle import Disclosure
from evidence.submissions.receive import Parcel, Sender, take_in
from evidence.web.forms import NameField, NamingForm
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call, Question

# So many more can be entered at once; a letter of more people is sent again with the rest.
MORE_PEOPLE, MOST_PEOPLE = 4, 40
TOGETHER = "together"
WHO = [
    (Witness.Kind.INDIVIDUAL, "I write for myself"),
    (Witness.Kind.ORGANISATION, "I write for an organisation"),
    (Witness.Kind.PROXY, "I write on behalf of somebody else"),
    (TOGETHER, "Several of us write together"),
]
WISHES = [
    (Disclosure.OPEN, "Publish it with my name"),
    (Disclosure.NAME_WITHHELD, "Publish it without my name"),
    (Disclosure.CONFIDENTIAL, "Keep it confidential: do not publish it"),
]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Any number of files, each cleaned by itself."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        if not data:
            return []
        one = super().clean
        return [one(entry, initial) for entry in (data if isinstance(data, list) else [data])]


def _stream(upload: UploadedFile[Any]) -> IO[bytes]:
    stream: IO[bytes] | None = upload.file
    if stream is None:
        raise FileRefusedError("empty", "This file did not arrive. Choose it again.")
    return stream


class PersonForm(forms.Form):
    """One more person who sends the submission together with the first."""

    name = NameField(max_length=200, required=False, label="Full name")
    role = NameField(max_length=200, required=False, label="Role")
    organisation = NameField(max_length=300, required=False, label="Organisation")
    disclosure = forms.ChoiceField(
        choices=[("", "The same as the first"), *WISHES],
        required=False,
        label="How may the committee publish it?",
        help_text="Of several wishes the one that protects most holds for all.",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (said.get("role") or said.get("disclosure")) and not (
            said.get("name") or said.get("organisation")
        ):
            self.add_error("name", "Enter the name of this person or organisation.")
        return said


People = forms.formset_factory(
    PersonForm, extra=MORE_PEOPLE, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE
)


class SendForm(NamingForm):
    """One page for a whole letter. Files that were taken stay while the rest is put right."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    parked_document = forms.CharField(widget=forms.HiddenInput, required=False)
    parked_extras = forms.CharField(widget=forms.HiddenInput, required=False)

    who = forms.ChoiceField(choices=WHO, widget=forms.RadioSelect, label="Who sends this?")
    name = NameField(
        max_length=200,
        required=False,
        label="Full name",
        help_text="As it should be published, with title. Not needed for an organisation.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = NameField(
        max_length=200, required=False, label="Role", help_text="Such as Reader in Law."
    )
    organisation = NameField(
        max_length=300,
        required=False,
        label="Organisation",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        required=False,
        label="E-mail address",
        help_text=(
            "Never published. We send a receipt and may have a question. "
            "You may leave it empty if you ask for the submission to be confidential."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        max_length=40,
        required=False,
        label="Telephone number",
        help_text="Never published. May be empty.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    safe_ways = forms.CharField(
        max_length=1000,
        required=False,
        label="Safe ways to reach you",
        help_text="If some ways, hours or words are not safe for you, tell us here.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    title = NameField(
        max_length=300, required=False, label="Title of your evidence", help_text="May be empty."
    )
    document = forms.FileField(
        required=False,
        label="Your document",
    )
    extras = ManyFiles(
        required=False,
        label="Extra files",
        help_text="Annexes or pictures that belong to it. Hold Ctrl or Shift to choose several.",
    )
    questions = forms.ModelMultipleChoiceField(
        queryset=Question.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Which questions does it answer?",
    )
    disclosure = forms.ChoiceField(
        choices=WISHES, widget=forms.RadioSelect, label="How may the committee publish it?"
    )
    reasons = forms.CharField(
        max_length=4000,
        required=False,
        label="Reasons, and what harm could follow",
        help_text="Needed if you ask for your name to be withheld or for confidentiality. "
        "Only the committee's staff read it.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    own_work = forms.BooleanField(
        label="It is my own or our own work, written for this inquiry and not published elsewhere"
    )
    understood = forms.BooleanField(
        label="I understand that it belongs to the committee once the committee accepts it, and "
        "that I may not publish it myself without the committee's leave"
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        most = settings.LARGEST_FILE // (1024 * 1024)
        self.fields[
            "document"
        ].help_text = f"Word (.docx), ODT, RTF, PDF or plain text, at most {most} MB."
        self.parcels: list[Parcel] = []
        questions = self.fields["questions"]
        if isinstance(questions, forms.ModelMultipleChoiceField):
            questions.queryset = Question.objects.filter(inquiry=call.inquiry_id)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._check_who(said)
        self._check_wish(said)
        self._take_files(said)
        return said

    def _check_who(self, said: dict[str, Any]) -> None:
        who = said.get("who")
        if who == Witness.Kind.ORGANISATION and not said.get("organisation"):
            self.add_error("organisation", "Give the name of the organisation.")
        elif who and who != Witness.Kind.ORGANISATION and not said.get("name"):
            self.add_error("name", "Give your full name. It is published only if you agree below.")

    def _check_wish(self, said: dict[str, Any]) -> None:
        wish = said.get("disclosure")
        if wish and wish != Disclosure.OPEN and not said.get("reasons"):
            self.add_error("reasons", "Say why, so that the committee can decide in your favour.")
        if wish and wish != Disclosure.CONFIDENTIAL and not said.get("email"):
            self.add_error("email", "Give an e-mail address, so that we can send a receipt.")

    def _take_files(self, said: dict[str, Any]) -> None:
        """Take in what was chosen now, or what was kept from before; keep it for next time."""
        idempotency_key = str(said.get("idempotency_key") or "")
        document = self._document(said, idempotency_key)
        extras = self._extras(said, idempotency_key)
        self.parcels = [*([document] if document else []), *extras]
        self.data = {
            **{name: self._said(name) for name in self.data},
            "parked_document": park(document, idempotency_key=idempotency_key) if document else "",
            "parked_extras": " ".join(
                park(extra, idempotency_key=idempotency_key) for extra in extras
            ),
        }

    def _said(self, name: str) -> Any:
        """What was sent under a name, as its field wants it: a list for many, else one value."""
        field = self.fields.get(name)
        many = isinstance(field, forms.ModelMultipleChoiceField)
        return self.data.getlist(name) if many else self.data[name]  # type: ignore[attr-defined]

    def _document(self, said: dict[str, Any], idempotency_key: str) -> Parcel | None:
        if "document" in self.errors:
            return None
        if upload := said.get("document"):
            return self._taken("document", upload)
        kept = unpark(said.get("parked_document") or "", idempotency_key=idempotency_key)
        if kept is None:
            self.add_error("document", "Choose the document with your evidence.")
        return kept

    def _extras(self, said: dict[str, Any], idempotency_key: str) -> list[Parcel]:
        uploads = said.get("extras") or []
        if uploads:
            taken = [self._taken("extras", upload, extra=True) for upload in uploads]
        else:
            notes = (said.get("parked_extras") or "").split()
            taken = [unpark(note, idempotency_key=idempotency_key) for note in notes]
        return [parcel for parcel in taken if parcel is not None]

    def _taken(
        self, field: str, upload: UploadedFile[Any], *, extra: bool = False
    ) -> Parcel | None:
        name = upload.name or "document"
        try:
            return take_in(_stream(upload), name=name, extra=extra)
        except FileRefusedError as refused:
            self.add_error(field, f"{name}: {refused}" if extra else str(refused))
            return None

    def senders(self, people: list[dict[str, Any]]) -> list[Sender]:
        """The first sender with the contact details, then those who write together with them."""
        said = self.cleaned_data
        who, wish = said["who"], Disclosure(said["disclosure"])
        first = Sender(
            name="" if who == Witness.Kind.ORGANISATION else said["name"],
            organisation=said["organisation"],
            role="" if who == Witness.Kind.ORGANISATION else said["role"],
            kind=Witness.Kind.INDIVIDUAL if who == TOGETHER else Witness.Kind(who),
            email=said["email"],
            phone=said["phone"],
            safe_ways=said["safe_ways"],
            disclosure=wish,
        )
        others = [
            Sender(
                name=person["name"],
                role=person["role"],
                organisation=person["organisation"],
                kind=(Witness.Kind.INDIVIDUAL if person["name"] else Witness.Kind.ORGANISATION),
                disclosure=Disclosure(person.get("disclosure") or wish),
            )
            for person in people
            if person.get("name") or person.get("organisation")
        ]
        return [first, *others]
