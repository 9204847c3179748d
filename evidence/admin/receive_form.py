"""The form for evidence received by post or email: who sent it, its files, its disclosure."""

import io
import uuid
from typing import IO, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from evidence.admin.pending_uploads import park, unpark
from evidence.drafts.typed_text import MOST_TYPED, page_of
from evidence.errors import FileRefusedError
from evidence.files import upload_limits
from evidence.lifecycle import Disclosure
from evidence.submissions.receive import Parcel, Sender, take_in
from evidence.web.forms import NameField, NamingForm
from evidence.witnesses.models import Witness
from inquiry.calls.models import Call

# How many empty rows the form offers, and how many people one submission may have.
MORE_PEOPLE, MOST_PEOPLE = 4, 40
TOGETHER = "together"
WHO = [
    (Witness.Kind.INDIVIDUAL, "An individual"),
    (Witness.Kind.ORGANISATION, "An organisation"),
    (Witness.Kind.PROXY, "Someone on behalf of another person"),
    (TOGETHER, "Several people together"),
]
WISHES = [
    (Disclosure.OPEN, "Publish with the name"),
    (Disclosure.NAME_WITHHELD, "Publish without the name"),
    (Disclosure.CONFIDENTIAL, "Keep confidential: do not publish"),
]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Any number of files, each validated separately."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        if not data:
            return []
        clean = super().clean
        return [clean(entry, initial) for entry in (data if isinstance(data, list) else [data])]


def stream_of(upload: UploadedFile[Any]) -> IO[bytes]:
    """The content of an upload. Raises `FileRefusedError` if there is none."""
    stream: IO[bytes] | None = upload.file
    if stream is None:
        raise FileRefusedError("empty", "This file was not uploaded. Choose it again.")
    return stream


def postal_address() -> forms.CharField:
    return forms.CharField(
        max_length=1000,
        required=False,
        label="Postal address",
        help_text="Never published. Optional.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PersonForm(forms.Form):
    """One more person who sends the submission with the first."""

    name = NameField(max_length=200, required=False, label="Full name")
    role = NameField(max_length=200, required=False, label="Role")
    organisation = NameField(max_length=300, required=False, label="Organisation")
    email = forms.EmailField(
        required=False,
        label="Email address",
        help_text="Only if they agreed to email. They get a link to confirm that they wrote it.",
    )
    address = postal_address()
    disclosure = forms.ChoiceField(
        choices=[("", "Same as the first person"), *WISHES],
        required=False,
        label="Publication asked for",
        help_text="If people ask for different things, the most protective choice applies to all.",
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        about = ("role", "email", "address", "disclosure")
        if any(answers.get(field) for field in about) and not (
            answers.get("name") or answers.get("organisation")
        ):
            self.add_error("name", "Enter the name of this person or organisation.")
        return answers


People = forms.formset_factory(
    PersonForm, extra=MORE_PEOPLE, max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE
)


class SendForm(NamingForm):
    """One submission on one page. Uploaded files are kept while other fields are corrected."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    parked_document = forms.CharField(widget=forms.HiddenInput, required=False)
    parked_extras = forms.CharField(widget=forms.HiddenInput, required=False)

    who = forms.ChoiceField(
        choices=WHO,
        widget=forms.RadioSelect,
        label="Submitted by",
        error_messages={"required": "Choose who submitted the evidence."},
    )
    name = NameField(
        max_length=200,
        required=False,
        label="Full name",
        help_text="As it should be published, with title. Not needed for an organisation.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = NameField(
        max_length=200, required=False, label="Role", help_text="For example, Reader in Law."
    )
    organisation = NameField(
        max_length=300,
        required=False,
        label="Organisation",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        required=False,
        label="Email address",
        help_text="Never published. Used for the receipt and any questions. Optional.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        max_length=40,
        required=False,
        label="Phone number",
        help_text="Never published. Optional.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    address = postal_address()
    safe_ways = forms.CharField(
        max_length=1000,
        required=False,
        label="Safe ways to contact the witness",
        help_text="Include any ways, times or words that are not safe for the witness.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    title = NameField(
        max_length=300, required=False, label="Title of the evidence", help_text="Optional."
    )
    document = forms.FileField(
        required=False,
        label="Document",
    )
    typed = forms.CharField(
        max_length=MOST_TYPED,
        required=False,
        label="Text of the evidence",
        help_text="Instead of a document, for example if a letter is written by hand. Leave an "
        "empty line between paragraphs. A scan of the letter can be an extra file.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    extras = ManyFiles(
        required=False,
        label="Extra files",
        help_text="Annexes or pictures. Hold Ctrl or Shift to choose several.",
    )
    disclosure = forms.ChoiceField(
        choices=WISHES, widget=forms.RadioSelect, label="Publication asked for"
    )
    reasons = forms.CharField(
        max_length=4000,
        required=False,
        label="Reasons for anonymity or confidentiality",
        help_text="As the witness gave them.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        most = upload_limits.largest_file_mb()
        kinds = "Word (.docx), ODT, RTF, PDF or plain text"
        self.fields["document"].help_text = f"{kinds}, up to {most} MB."
        self.parcels: list[Parcel] = []
        self.uploads: list[Parcel] = []

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        self._check_who(answers)
        self._take_files(answers)
        return answers

    def _check_who(self, answers: dict[str, Any]) -> None:
        who = answers.get("who")
        if who == Witness.Kind.ORGANISATION and not answers.get("organisation"):
            self.add_error("organisation", "Enter the name of the organisation.")
        elif who and who != Witness.Kind.ORGANISATION and not answers.get("name"):
            self.add_error("name", "Enter the full name.")

    def _take_files(self, answers: dict[str, Any]) -> None:
        """Takes the files chosen now or kept from before, and keeps them for the next attempt."""
        idempotency_key = str(answers.get("idempotency_key") or "")
        typed = self._typed(answers)
        document = self._document(answers, idempotency_key, is_needed=typed is None)
        extras = self._extras(answers, idempotency_key)
        self.uploads = [*([document] if document else []), *extras]
        self.parcels = [*([typed] if typed else []), *self.uploads]
        self.data = {
            **{name: self.data[name] for name in self.data},
            "parked_document": park(document, idempotency_key=idempotency_key) if document else "",
            "parked_extras": " ".join(
                park(extra, idempotency_key=idempotency_key) for extra in extras
            ),
        }

    def _typed(self, answers: dict[str, Any]) -> Parcel | None:
        """The typed text as the document, before all files."""
        words = answers.get("typed") or ""
        return take_in(io.BytesIO(page_of(words)), name="typed.html") if words.strip() else None

    def _document(
        self, answers: dict[str, Any], idempotency_key: str, *, is_needed: bool
    ) -> Parcel | None:
        if "document" in self.errors:
            return None
        if upload := answers.get("document"):
            return self._taken("document", upload)
        kept = unpark(answers.get("parked_document") or "", idempotency_key=idempotency_key)
        if kept is None and is_needed and "typed" not in self.errors:
            self.add_error("document", "Choose the document with the evidence, or type its text.")
        return kept

    def _extras(self, answers: dict[str, Any], idempotency_key: str) -> list[Parcel]:
        uploads = answers.get("extras") or []
        if uploads:
            taken = [self._taken("extras", upload, extra=True) for upload in uploads]
        else:
            notes = (answers.get("parked_extras") or "").split()
            taken = [unpark(note, idempotency_key=idempotency_key) for note in notes]
        return [parcel for parcel in taken if parcel is not None]

    def _taken(
        self, field: str, upload: UploadedFile[Any], *, extra: bool = False
    ) -> Parcel | None:
        name = upload.name or "document"
        try:
            return take_in(stream_of(upload), name=name, extra=extra)
        except FileRefusedError as refused:
            self.add_error(field, f"{name}: {refused}" if extra else str(refused))
            return None

    def senders(self, people: list[dict[str, Any]]) -> list[Sender]:
        """The first sender, with the contact details, then the other signatories."""
        answers = self.cleaned_data
        who, wish = answers["who"], Disclosure(answers["disclosure"])
        first = Sender(
            name="" if who == Witness.Kind.ORGANISATION else answers["name"],
            organisation=answers["organisation"],
            role="" if who == Witness.Kind.ORGANISATION else answers["role"],
            kind=Witness.Kind.INDIVIDUAL if who == TOGETHER else Witness.Kind(who),
            email=answers["email"],
            phone=answers["phone"],
            address=answers["address"],
            safe_ways=answers["safe_ways"],
            disclosure=wish,
        )
        others = [
            Sender(
                name=person["name"],
                role=person["role"],
                organisation=person["organisation"],
                kind=(Witness.Kind.INDIVIDUAL if person["name"] else Witness.Kind.ORGANISATION),
                email=person["email"],
                address=person["address"],
                disclosure=Disclosure(person.get("disclosure") or wish),
            )
            for person in people
            if person.get("name") or person.get("organisation")
        ]
        return [first, *others]
