import uuid
from typing import Any

from django.db import models

from evidence.witnesses.encrypted import EncryptedTextField
from evidence.witnesses.keys import LONGEST, email_key, name_key
from inquiry.vocabulary.models import Institution


class Witness(models.Model):
    """A person or organisation that gives evidence. Contact details are separate: `Contact`."""

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", "Individual"
        ORGANISATION = "organisation", "Organisation"
        PROXY = "proxy", "Someone on behalf of another person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        "submitted by", max_length=20, choices=Kind.choices, default=Kind.INDIVIDUAL
    )
    name = models.CharField(
        max_length=200, blank=True, help_text="Leave blank for an organisation."
    )
    role = models.CharField(max_length=200, blank=True, help_text="For example, Reader in Law.")
    organisation = models.CharField(max_length=300, blank=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="witnesses"
    )
    # The row that stands for this person, if a clerk has said that several rows are one person.
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="same_rows"
    )
    name_key = models.CharField(max_length=LONGEST, db_index=True, default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "organisation"]
        verbose_name_plural = "witnesses"
        constraints = [
            models.CheckConstraint(
                name="witness_has_a_name_or_an_organisation",
                violation_error_message="Enter a name or an organisation.",
                condition=~models.Q(name="", organisation=""),
            )
        ]

    def __str__(self) -> str:
        return self.heading()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the key by which the name is found."""
        self.name_key = name_key(self.name, self.organisation)
        super().save(*args, **_with(kwargs, "name_key"))

    def heading(self) -> str:
        """As in the heading of published evidence: “Dr A. Name, Reader in Law, University of X”."""
        return ", ".join(part for part in (self.name, self.role, self.organisation) if part)


def _with(options: dict[str, Any], field: str) -> dict[str, Any]:
    """The options of `save`, with this field among those that are written."""
    fields = options.get("update_fields")
    return options if fields is None else {**options, "update_fields": {*fields, field}}


class Contact(models.Model):
    """How to reach a witness. Encrypted, never published, erased when no longer needed."""

    witness = models.OneToOneField(Witness, models.CASCADE, related_name="contact")
    email = EncryptedTextField("email", blank=True)
    # Finds the row by an address without decrypting any.
    email_key = models.CharField(max_length=64, db_index=True, default="", editable=False)
    phone = EncryptedTextField(blank=True)
    address = EncryptedTextField(blank=True)
    safe_ways = EncryptedTextField("safe ways to contact the witness", blank=True)
    may_email = models.BooleanField("we may email", default=True)
    may_phone = models.BooleanField("we may phone", default=True)
    hours = EncryptedTextField("safe times", blank=True)
    avoid = EncryptedTextField("words to avoid", blank=True)
    language = models.CharField("language of letters", max_length=10, default="en-gb")

    def __str__(self) -> str:
        return f"contact details of {self.witness_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the key by which the address is found."""
        self.email_key = email_key(self.email)
        super().save(*args, **_with(kwargs, "email_key"))

    @property
    def takes_letters(self) -> bool:
        """Whether there is an email address, and the witness agreed to email."""
        return bool(self.email) and self.may_email

    @property
    def has_precautions(self) -> bool:
        """Whether the witness said when, how or with which words to write to them."""
        return any(words.strip() for words in (self.hours, self.avoid, self.safe_ways))

    @property
    def takes_letters_by_themselves(self) -> bool:
        """Whether letters may be sent automatically, without a clerk."""
        return self.takes_letters and not self.has_precautions


class Statement(models.Model):
    """What a witness added to a submission besides the evidence, for the committee's staff only."""

    class Oral(models.TextChoices):
        YES = "yes", "Willing to give oral evidence"
        PRIVATE = "private", "Only in private"
        NO = "no", "Not willing to give oral evidence"

    submission = models.OneToOneField(
        "evidence.Submission", models.CASCADE, related_name="statement", primary_key=True
    )
    on_behalf_of = EncryptedTextField("written on behalf of", blank=True)
    has_permission = models.BooleanField("has their permission", default=False)
    published_where = EncryptedTextField("already published", blank=True)
    in_court = EncryptedTextField("court case", blank=True)
    under_18 = models.BooleanField("under 18", default=False)
    support = EncryptedTextField("support needed", blank=True)
    oral = models.CharField("oral evidence", max_length=10, choices=Oral.choices, blank=True)
    institutions = EncryptedTextField("institutions not in the list", blank=True)
    declared_at = models.DateTimeField("declarations made", null=True)

    def __str__(self) -> str:
        return f"statement about {self.submission_id}"
