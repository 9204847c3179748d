"""Bundles: ask for one, watch it being built, take its files."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.bundles.contents import chosen
from evidence.bundles.freeze import freeze
from evidence.bundles.issue import MEDIA_TYPES, build_again, issue
from evidence.bundles.models import Bundle
from evidence.bundles.recipe import Recipe
from evidence.errors import EvidenceError
from evidence.files.serve import serve
from evidence.files.shelves import archive
from evidence.permissions import Action, inquiries_where, may, may_anywhere
from evidence.web.staff.people import signed_in
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


class BundleForm(forms.Form):
    """What staff choose for a bundle, besides the pieces they filtered."""

    title = forms.CharField(max_length=200, label="Title", initial="Written evidence")
    order = forms.ChoiceField(choices=Bundle.Order.choices, label="In the order of")
    grouping = forms.ChoiceField(choices=Bundle.Grouping.choices, label="Groups")
    marking = forms.CharField(
        max_length=60,
        required=False,
        label="Marking on each page",
        help_text="Such as “For the committee only”. May be empty.",
    )
    with_confidential = forms.BooleanField(
        required=False,
        label="Include confidential evidence",
        help_text="Each of its pages is marked. Every download is recorded.",
    )
    with_names = forms.BooleanField(
        required=False,
        label="Show who witnesses with the name withheld are",
        help_text="In contents and bookmarks. Only for readers who may know.",
    )

    def __init__(self, *args: object, maker: User, inquiry: Inquiry, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not may(maker, Action.READ_CONFIDENTIAL, inquiry):
            del self.fields["with_confidential"]
        if not may(maker, Action.SEE_IDENTITY, inquiry):
            del self.fields["with_names"]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    if not may_anywhere(reader, Action.BUNDLE):
        raise Http404
    bundles = Bundle.objects.visible_to(reader).select_related("inquiry", "requested_by")
    page = Paginator(bundles, 30).get_page(request.GET.get("page"))
    return render(request, "staff/bundles.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose how the filtered pieces are bundled. The query in the address is the selection."""
    maker = signed_in(request)
    inquiry = get_object_or_404(
        Inquiry.objects.filter(pk__in=inquiries_where(maker, Action.BUNDLE)),
        code=request.GET.get("inquiry", ""),
    )
    asked = request.GET.urlencode()
    form = BundleForm(request.POST or None, maker=maker, inquiry=inquiry)
    if request.method == "POST" and form.is_valid():
        try:
            bundle = freeze(inquiry, _recipe(form.cleaned_data, asked), by=maker)
        except EvidenceError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("bundle", key=bundle.pk)
    context = {"form": form, "inquiry": inquiry, "query": asked}
    return render(request, "staff/bundle_new.html", context | _selection(inquiry, asked, maker))


def _recipe(said: dict[str, object], asked: str) -> Recipe:
    return Recipe(
        title=str(said["title"]),
        marking=str(said["marking"]),
        order=Bundle.Order(str(said["order"])),
        grouping=Bundle.Grouping(str(said["grouping"])),
        with_confidential=bool(said.get("with_confidential")),
        with_names=bool(said.get("with_names")),
        asked=asked,
    )


def _selection(inquiry: Inquiry, asked: str, maker: User) -> dict[str, object]:
    """How many pieces are chosen, and the first of them, to look at before asking."""
    try:
        pieces = chosen(inquiry, Recipe(title="", asked=asked), by=maker)
    except EvidenceError as problem:
        return {"problem": str(problem)}
    some = pieces.prefetch_related("witness_links__witness")[:20]
    return {
        "count": pieces.count(),
        "some": [(piece, piece.heading_names()) for piece in some],
    }


@login_required
@require_safe
def page(request: HttpRequest, key: UUID) -> HttpResponse:
    bundle = _visible(key, signed_in(request))
    return render(
        request,
        "staff/bundle.html",
        {
            "bundle": bundle,
            "step": bundle.step(),
            "items": bundle.items.all(),
            "downloads": bundle.downloads.select_related("by")[:50],
        },
    )


@login_required
@require_safe
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the bar shows; asked for every second by the page's script."""
    bundle = _visible(key, signed_in(request))
    step = bundle.step()
    return JsonResponse(
        {
            "state": bundle.state,
            "percent": 100 if bundle.state == Bundle.State.READY else step.percent if step else 0,
            "doing": step.doing if step else "",
        }
    )


@login_required
@require_POST
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    bundle = _visible(key, signed_in(request))
    build_again(bundle, by=signed_in(request))
    return redirect("bundle", key=bundle.pk)


@login_required
@require_safe
def download(request: HttpRequest, key: UUID, form: str) -> HttpResponseBase:
    if form not in MEDIA_TYPES:
        raise Http404
    reader = signed_in(request)
    bundle = _visible(key, reader)
    try:
        issued = issue(bundle, form=form, by=reader)
    except EvidenceError as problem:
        messages.error(request, str(problem))
        return redirect("bundle", key=bundle.pk)
    return serve(
        request,
        archive(),
        issued.sha256,
        name=issued.name,
        media_type=issued.media_type,
        size=issued.size,
    )


def _visible(key: UUID, reader: User) -> Bundle:
    bundles = Bundle.objects.visible_to(reader).select_related("inquiry__committee")
    return get_object_or_404(bundles, pk=key)
