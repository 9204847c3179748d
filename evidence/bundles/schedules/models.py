"""When specifications are made by themselves."""

import uuid
from typing import Self

from django.db import models

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.permissions import Action, Person, inquiries_where
from inquiry.people.models import User


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def visible_to(self, person: Person) -> Self:
        """One's own and, for clerks, all of the inquiry."""
        if not isinstance(person, User):
            return self.none()
        clerks = models.Q(specification__inquiry__in=inquiries_where(person, Action.READ_CUSTODY))
        allowed = models.Q(specification__inquiry__in=inquiries_where(person, Action.BUNDLE))
        return self.filter(allowed & (models.Q(by=person) | clerks))


class Schedule(models.Model):
    """When a specification is made by itself, and with whose rights. Times are those in London."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    specification = models.ForeignKey(SavedSpecification, models.CASCADE, related_name="schedules")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.TimeField()
    # On this day alone; none for each day, to the last one if there is one.
    on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    next_at = models.DateTimeField(null=True)
    # What came of it the last time; and why it stopped, if it did.
    last = models.ForeignKey(Bundle, models.SET_NULL, null=True, related_name="+")
    message = models.CharField(max_length=300, blank=True)
    stopped = models.BooleanField(default=False)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["specification", "at"]

    def __str__(self) -> str:
        when = f"on {self.on:%-d %B %Y}" if self.on else "every day"
        return f"{when} at {self.at:%H:%M}"
