from django.contrib.auth.models import AbstractUser
from django.db import models

from inquiry.calls.models import Inquiry
from inquiry.people.roles import Role


class User(AbstractUser):
    """A person who can sign in. Permissions come only from memberships.

    A superuser manages accounts and inquiries, and sees no evidence without a membership.
    """

    email = models.EmailField("email", blank=True)

    class Meta(AbstractUser.Meta):
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A person's role in an inquiry, with their clearances."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    sees_confidential = models.BooleanField(
        "may see confidential evidence",
        default=False,
        help_text="By the committee's decision, or because the person is named on the inquiry.",
    )
    sees_identities = models.BooleanField(
        "may see the identity of anonymous witnesses",
        default=False,
        help_text="Only if the role needs it. Clerks always can.",
    )

    class Meta:
        ordering = ["inquiry", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "inquiry"],
                name="membership_one_per_person_and_inquiry",
                violation_error_message="This person already has a role in this inquiry.",
            ),
            models.CheckConstraint(
                name="membership_role_is_known",
                violation_error_message="Choose a role from the list.",
                condition=models.Q(role__in=Role.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"
