import uuid
from typing import Self

from django.db import models

from evidence.witnesses.encrypted import EncryptedTextField
from evidence.witnesses.models import Witness
from inquiry.calls.models import validate_one_line
from inquiry.people.models import User

# Stands in a letter to another author for the link that is made when it is sent: nobody who reads
# the letter here can open it.
LINK = "[link]"


class LetterQuerySet(models.QuerySet["Letter"]):
    def to_release(self) -> Self:
        """Letters that wait for a clerk: refusals, and those that a clerk can release by email.
        A receipt for a witness without an email address needs no clerk."""
        refusal = models.Q(kind=Letter.Kind.DECLINED)
        may_go = models.Q(witness__contact__may_email=True) & ~models.Q(witness__contact__email="")
        return self.filter(state=Letter.State.DRAFT).filter(refusal | may_go)

    def on_page_of(self, submission: models.Model) -> Self:
        """The messages that the sender of a submission reads on their own page, oldest first."""
        shown = self.filter(submission=submission, on_page_since__isnull=False)
        sender = models.Q(witness__submission_links__submission=submission)
        sender &= models.Q(witness__submission_links__position=0)
        return shown.filter(sender).exclude(state=Letter.State.DISCARDED).order_by("on_page_since")


class Letter(models.Model):
    """A letter in the outbox. Most wait for a clerk; acknowledgements are sent automatically.

    One that may not be sent waits on the page of the witness, if they have a return code.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "Acknowledgement"
        DECLINED = "declined", "Not accepted"
        QUESTION = "question", "Question to the witness"
        COAUTHOR = "coauthor", "Acknowledgement to another author"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft: awaiting approval"
        RELEASED = "released", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be sent"
        UNWANTED = "unwanted", "Not sent: email not agreed"
        ON_PAGE = "on_page", "Not sent: waits on the witness's page"
        POSTED = "posted", "Posted"
        DISCARDED = "discarded", "Discarded"

    class NotSent(models.TextChoices):
        WORDS = "words", "It contains a word the witness asked us to avoid."
        EMAIL = "email", "There is no email address, or the witness asked us not to email."

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey("evidence.Submission", models.PROTECT, related_name="letters")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    subject = models.CharField(max_length=200, validators=[validate_one_line])
    body = EncryptedTextField()
    # Where a witness without a return code is to reply.
    reply_to = models.EmailField(blank=True)
    not_sent = models.CharField(
        "why it was not sent", max_length=10, choices=NotSent.choices, blank=True
    )
    on_page_since = models.DateTimeField("on the witness's page since", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True, editable=False)
    # The digest of what was on the page about safe ways to write when a clerk released it.
    precautions_read = models.CharField(max_length=64, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True)
    posted_on = models.DateField(null=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "witness", "kind"],
                name="letter_of_a_sort_goes_once",
                violation_error_message="There is already a letter of this kind to this witness.",
                condition=~models.Q(kind="question"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_with_a_clerk(self) -> bool:
        """Whether it stays until a clerk releases or discards it."""
        return self.state in WITH_A_CLERK

    @property
    def is_printable(self) -> bool:
        """Whether it says everything on paper: a link is made only when an email goes."""
        return self.is_with_a_clerk and LINK not in self.body

    @property
    def has_page(self) -> bool:
        """Whether its witness has a page of their own, where it can wait: the sender, by return
        code."""
        sender = self.submission.witness_links.filter(witness=self.witness_id, position=0)
        return self.submission.has_return_code and sender.exists()


WITH_A_CLERK = frozenset(
    {Letter.State.DRAFT, Letter.State.FAILED, Letter.State.UNWANTED, Letter.State.ON_PAGE}
)
