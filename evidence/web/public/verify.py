"""Checks whether a file is unaltered, for anyone who has it. Reveals nothing else.

Files are not kept, and requests are not recorded. All unknown files get the same answer, so the
page does not reveal what exists.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evidence.bundles.verification.uploaded_files import (
    MOST_FILES,
    Answer,
    Verdict,
    Visit,
    by_digest,
)
from evidence.custody.signing_keys import as_pem, name_of, public_keys
from evidence.errors import RateLimitExceededError
from evidence.files import upload_limits
from evidence.files.upload_handlers import PassingUpload
from evidence.rate_limits import rules as limits
from evidence.web.client_ip import address_of

DIGEST = re.compile(r"[0-9a-f]{64}")
# The most altered files that are listed.
MOST_WRONG = 20
# Bytes allowed for the form around its files.
AROUND = 64 * 1024


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Take files, or digests of files, and answer for each.

    Nothing is changed for anyone, so there is no CSRF token and no cookie. Rate limit and length
    are checked before the body is read.
    """
    if request.method != "POST":
        return _page(request)
    try:
        limits.allow(limits.VERIFY, address_of(request))
    except RateLimitExceededError as refused:
        return _page(request, problem=str(refused), status=429)
    if _length(request) > upload_limits.largest_checked() + AROUND:
        largest = upload_limits.largest_checked_mb()
        problem = gettext("These files are larger than {largest} MB in total. Choose fewer files.")
        return _page(request, problem=problem.format(largest=largest), status=413)
    visit = Visit()
    request.upload_handlers = [PassingUpload(visit)]
    digests = request.POST.getlist("sha256")[:MOST_FILES]
    answers = _by_digests(digests, request.POST.getlist("name")) or visit.answers()
    if not answers:
        return _page(request, problem=gettext("Choose a file"), status=422)
    return _page(request, answers=answers)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The committee's public keys as PEM, the one that signs now first."""
    return HttpResponse(as_pem(public_keys()), content_type="application/x-pem-file")


def _by_digests(digests: list[str], names: list[str]) -> list[Answer]:
    """Answers for digests that JavaScript computed in the browser, so that no file is uploaded."""
    named = zip(digests, names, strict=False)
    return [by_digest(name, sha256) for sha256, name in named if DIGEST.fullmatch(sha256)]


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _page(
    request: HttpRequest,
    *,
    answers: list[Answer] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "answers": answers or [],
        "Verdict": Verdict.__members__,
        "most_wrong": MOST_WRONG,
        "problems": {"files": problem} if problem else {},
        "largest": upload_limits.largest_checked_mb(),
        "keys": [name_of(key) for key in public_keys()],
    }
    return render(request, "public/verify.html", context, status=status)
