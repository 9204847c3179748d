"""Shows a secret once. Between two pages it is kept encrypted in the session."""

from django.http import HttpRequest

from evidence.witnesses.encrypted import box

KEY = "shown once"


def show_once(request: HttpRequest, handle: str, secret: str) -> None:
    waiting = dict(request.session.get(KEY, {}))
    waiting[handle] = box().encrypt(secret.encode()).decode()
    request.session[KEY] = waiting


def reveal(request: HttpRequest, handle: str) -> str:
    """Return the secret and forget it; empty if it was shown before."""
    waiting = dict(request.session.get(KEY, {}))
    hidden = waiting.pop(handle, "")
    request.session[KEY] = waiting
    return box().decrypt(hidden.encode()).decode() if hidden else ""
