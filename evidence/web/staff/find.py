"""The search box of pages for staff: a number opens its submission, words open the register."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from evidence.submissions.models import Submission
from evidence.web.staff.auth import signed_in

LONGEST_NUMBER = 14


@login_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Open the submission with this evidence number or receipt, if the reader may see it; else the
    register with what matches, such as the submissions of a witness of this name."""
    typed = request.GET.get("q", "").strip()
    number = typed.upper()
    if 0 < len(number) <= LONGEST_NUMBER:
        same = Q(reference=number) | Q(receipt=number)
        match = Submission.objects.visible_to(signed_in(request)).filter(same).first()
        if match is not None:
            return redirect("submission", key=match.pk)
    query = {name: request.GET[name] for name in ("inquiry",) if request.GET.get(name)}
    return redirect(f"{reverse('register')}?{urlencode({**query, 'q': typed})}")
