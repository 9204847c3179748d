from django.contrib.auth.models import AbstractUser
from django.db import models

from inquiry.calls.models import Inquiry
from inquiry.people.roles import Role


class User(AbstractUser):
    """Somebody who signs in. What they may see and do comes from memberships alone.

    A superuser keeps accounts and inquiries in order and sees no evidence by that.
    """

    email = models.EmailField("e-mail", blank=True)

    class Meta(AbstractUser.Meta):
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """The part one person plays in one inquiry, and what they are cleared for there."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    sees_confidential = models.BooleanField(
        "may see confidential evidence",
        default=False,
        help_text="By the committee's decision, or because the person is named on the inquiry.",
    )
    sees_identities = models.BooleanField(
        "may know who witnesses without a name are",
        default=False,
        help_text="Only where it is needed. Clerks always may.",
    )

    class Meta:
        ordering = ["inquiry", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "inquiry"],
                name="membership_one_per_person_and_inquiry",
                violation_error_message="This person has a part in this inquiry already.",
            ),
            models.CheckConstraint(
                name="membership_role_is_known",
                violation_error_message="Choose a role from the list.",
                condition=models.Q(role__in=Role.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"
