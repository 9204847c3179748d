"""Schedules of a saved set-up: bundles created automatically at set times."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from evidence.bundles.models import Bundle, SavedSpecification
from evidence.bundles.schedules.models import Schedule
from evidence.bundles.schedules.run import make_by_itself, stop
from evidence.errors import EvidenceError
from evidence.web.forms import NamingForm
from evidence.web.staff.auth import signed_in


def _date(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, widget=widget, **kwargs)


class ScheduleForm(NamingForm):
    """When the bundle is created."""

    at = forms.TimeField(
        label="Time",
        initial="18:00",
        help_text="London time, for example 18:00.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    on = _date(label="On one day only", help_text="Leave blank to run every day.")
    until = _date(label="Last day", help_text="Leave blank to run until removed.")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("on") and answers.get("until"):
            self.add_error("until", "Enter one day or a last day, not both.")
        return answers


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_specification(request: HttpRequest, key: UUID) -> HttpResponse:
    maker = signed_in(request)
    specifications = SavedSpecification.objects.visible_to(maker).select_related("inquiry")
    specification = get_object_or_404(specifications, pk=key)
    form = ScheduleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            schedule = make_by_itself(specification, by=maker, **form.cleaned_data)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Schedule added: “{specification}”, {schedule}.")
            return redirect("specification-clock", key=specification.pk)
    schedules = (
        Schedule.objects.visible_to(maker).filter(specification=specification).select_related("by")
    )
    made_last = Bundle.objects.visible_to(maker).in_bulk(
        [schedule.last_id for schedule in schedules]
    )
    rows = [(schedule, made_last.get(schedule.last_id)) for schedule in schedules]
    context = {"specification": specification, "form": form, "schedules": rows}
    return render(request, "staff/schedules.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    maker = signed_in(request)
    schedules = Schedule.objects.visible_to(maker).select_related("specification")
    schedule = get_object_or_404(schedules, pk=key)
    specification = schedule.specification_id
    stop(schedule, by=maker)
    messages.success(request, "Schedule removed.")
    visible = SavedSpecification.objects.visible_to(maker).filter(pk=specification).exists()
    return redirect("specification-clock", key=specification) if visible else redirect("bundles")
