"""Shows whether the site works, for monitoring."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from evidence.tasks.health import health, works

BEARER = "Bearer "


@require_safe
def show(request: HttpRequest) -> JsonResponse:
    """Everyone gets one word and a status code. A client with the token gets numbers."""
    if not _has_token(request):
        fine = works()
        return JsonResponse({"status": "ok" if fine else "failing"}, status=200 if fine else 503)
    now = health()
    return JsonResponse(now.as_dict(), status=503 if now.status == "failing" else 200)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    if not settings.HEALTH_TOKEN or not given.startswith(BEARER):
        return False
    return constant_time_compare(given.removeprefix(BEARER), settings.HEALTH_TOKEN)
