"""The page on which another author says whether they agreed. A link in their letter opens it.

Anyone who reads their emails can open it: it shows how they themselves are to be named, and
nothing of what was sent or of the other authors.
"""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from evidence.drafts import coauthors
from evidence.errors import UnknownCodeError
from evidence.lifecycle import Disclosure
from evidence.web.same_origin import same_origin
from evidence.web.witness.start import FORM_METHODS


class CoauthorForm(forms.Form):
    answer = forms.ChoiceField(
        choices=[
            ("yes", _("Yes, I am one of the authors and I agree")),
            ("no", _("No, I did not agree")),
        ],
        widget=forms.RadioSelect,
        label=_("Is this right?"),
        error_messages={"required": _("Select whether this is right")},
    )


@same_origin
@require_http_methods(FORM_METHODS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the author, and keep the answer once. Mail scanners open links but send no forms."""
    form = CoauthorForm(request.POST if request.method == "POST" else None)
    agrees = None
    try:
        author = coauthors.by_link(token)
        if request.method == "POST" and form.is_valid():
            agrees = form.cleaned_data["answer"] == "yes"
            coauthors.answer(author, agrees=agrees)
    except UnknownCodeError:
        return render(request, "witness/coauthor.html", {"spent": True}, status=410)
    here = {
        "form": form,
        "author": author,
        "disclosure": author.submission.disclosure_requested,
        "Disclosure": Disclosure,
        "is_answered": agrees is not None,
        "agrees": agrees,
    }
    status = 422 if request.method == "POST" and agrees is None else 200
    return render(request, "witness/coauthor.html", here, status=status)
