"""Schedules that make bundles of saved specifications."""

import uuid
from typing import Self

from django.db import models

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.permissions import Action, Person, inquiries_where
from inquiry.people.models import User


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def visible_to(self, person: Person) -> Self:
        """A person's own and, for clerks, all of the inquiry."""
        if not isinstance(person, User):
            return self.none()
        clerks = models.Q(specification__inquiry__in=inquiries_where(person, Action.READ_CUSTODY))
        allowed = models.Q(specification__inquiry__in=inquiries_where(person, Action.BUNDLE))
        return self.filter(allowed & (models.Q(by=person) | clerks))


class Schedule(models.Model):
    """When bundles of a saved specification are made, and with whose rights. Times are those in
    London."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    specification = models.ForeignKey(SavedSpecification, models.CASCADE, related_name="schedules")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.TimeField()
    # On this day only; if empty, each day until `until`, if that is set.
    on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    next_at = models.DateTimeField(null=True)
    # The result of the last time, and why the schedule stopped, if it did.
    last = models.ForeignKey(Bundle, models.SET_NULL, null=True, related_name="+")
    message = models.CharField(max_length=300, blank=True)
    stopped = models.BooleanField(default=False)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["specification", "at"]

    def __str__(self) -> str:
        when = f"on {self.on:%-d %B %Y}" if self.on else "every day"
        return f"{when} at {self.at:%H:%M}"
