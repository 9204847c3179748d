"""Numbered copies of a bundle: issue, withdraw and download them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evidence.bundles.models import Bundle, Download, NumberedCopy
from evidence.bundles.numbered_copies import (
    Recipient,
    issue_copies,
    make_copy_again,
    take_copy,
    withdraw_copy,
)
from evidence.errors import EvidenceError
from evidence.files.download_response import serve
from evidence.files.storage import archive
from evidence.pdf.fonts.shaping import unprintable
from evidence.permissions import Action, may
from evidence.web.forms import NamingForm
from evidence.web.staff.auth import signed_in
from inquiry.people.models import User


class CopiesForm(NamingForm):
    """The recipients of copies, and what the copies show."""

    people = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        label="People on the inquiry",
        help_text="They find their copy under “Your copies” when they sign in.",
        widget=forms.CheckboxSelectMultiple,
    )
    names = forms.CharField(
        max_length=4000,
        required=False,
        label="Other recipients, one per line",
        help_text="For copies that you print or hand over.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    watermark = forms.BooleanField(
        required=False,
        label="Watermark with the recipient’s name",
        help_text="Every page shows whose copy it is even without the watermark.",
    )
    until = forms.DateField(
        required=False,
        label="Available to download until",
        help_text="Leave blank to keep it available until it is removed or withdrawn.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, bundle: Bundle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            memberships__inquiry=bundle.inquiry_id, is_active=True
        ).order_by("first_name", "last_name", "username")
        readers = [p.pk for p in people if may(p, Action.READ_UNPUBLISHED, bundle.inquiry_id)]
        self.fields["people"].queryset = people.filter(pk__in=readers)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        until = answers.get("until")
        if until and until < timezone.localdate():
            self.add_error("until", "Enter today’s date or a later one, or leave this blank.")
        return answers

    def clean_names(self) -> str:
        names: str = self.cleaned_data["names"]
        if lacking := unprintable(names.replace("\n", "").replace("\r", "")):
            raise forms.ValidationError(
                f"We cannot print these characters: {lacking}. Enter the name without them."
            )
        return names

    def recipients(self) -> list[Recipient]:
        answers = self.cleaned_data
        named = (line.strip() for line in answers["names"].splitlines())
        return [
            *(Recipient(str(person), person) for person in answers["people"]),
            *(Recipient(name) for name in named if name),
        ]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reader's own copies."""
    reader = signed_in(request)
    copies = NumberedCopy.objects.visible_to(reader).filter(recipient=reader, withdrawn_at=None)
    copies = copies.select_related("bundle__inquiry").prefetch_related("files")
    return render(
        request, "staff/my_numbered_copies.html", {"copies": copies.order_by("-issued_at")}
    )


@login_required
@require_POST
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    maker = signed_in(request)
    bundle = get_object_or_404(Bundle.objects.visible_to(maker), pk=key)
    form = CopiesForm(request.POST, bundle=bundle)
    if form.is_valid():
        try:
            issued = issue_copies(
                bundle,
                form.recipients(),
                by=maker,
                watermark=form.cleaned_data["watermark"],
                until=form.cleaned_data["until"],
            )
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            several = "copies are" if len(issued) > 1 else "copy is"
            messages.success(request, f"{len(issued)} {several} being made.")
            return redirect("bundle-copies", key=bundle.pk)
    return _page(request, bundle, form)


@login_required
@require_safe
def of_bundle(request: HttpRequest, key: UUID) -> HttpResponse:
    bundle = get_object_or_404(Bundle.objects.visible_to(signed_in(request)), pk=key)
    return _page(request, bundle, CopiesForm(bundle=bundle))


def _page(request: HttpRequest, bundle: Bundle, form: CopiesForm) -> HttpResponse:
    copies = bundle.copies.select_related("withdrawn_by", "issued_by").prefetch_related(
        "files", Prefetch("downloads", Download.objects.select_related("by"))
    )
    context = {"bundle": bundle, "copies": copies, "form": form}
    return render(request, "staff/numbered_copies.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    return _change(
        request, key, lambda copy, by: withdraw_copy(copy, why=request.POST.get("why", ""), by=by)
    )


@login_required
@require_POST
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    return _change(request, key, lambda copy, by: make_copy_again(copy, by=by))


def _change(request: HttpRequest, key: UUID, act: Any) -> HttpResponse:
    """Applies `act` for a reader who may open the bundle; recipients may not."""
    maker = signed_in(request)
    bundles = Bundle.objects.visible_to(maker)
    copy = get_object_or_404(NumberedCopy.objects.filter(bundle__in=bundles), pk=key)
    try:
        act(copy, maker)
    except EvidenceError as problem:
        messages.error(request, str(problem))
    return redirect("bundle-copies", key=copy.bundle_id)


@login_required
@require_safe
def download(request: HttpRequest, key: UUID, volume: int) -> HttpResponseBase:
    reader = signed_in(request)
    copies = NumberedCopy.objects.visible_to(reader).select_related("bundle__inquiry")
    copy = get_object_or_404(copies, pk=key)
    try:
        issued = take_copy(copy, by=reader, volume=volume)
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return redirect("copies")
    return serve(
        request,
        archive(),
        issued.sha256,
        name=issued.name,
        media_type=issued.media_type,
        size=issued.size,
    )
