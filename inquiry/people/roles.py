"""Roles in an inquiry. A person has one for each inquiry; see `Membership`."""

from django.db.models import TextChoices


class Role(TextChoices):
    CLERK = "clerk", "Clerk"
    SPECIALIST = "specialist", "Committee specialist"
    OPERATIONS = "operations", "Operations officer"
    MEDIA = "media", "Media officer"
    MEMBER = "member", "Member"
    ADVISER = "adviser", "Specialist adviser"
