"""Shows a secret once. On its way from one page to the next it lies encrypted in the session."""

from django.http import HttpRequest

from evidence.witnesses.encrypted import box

KEY = "said once"


def say_once(request: HttpRequest, handle: str, secret: str) -> None:
    waiting = dict(request.session.get(KEY, {}))
    waiting[handle] = box().encrypt(secret.encode()).decode()
    request.session[KEY] = waiting


def told(request: HttpRequest, handle: str) -> str:
    """The secret, and never again; empty if it was told already."""
    waiting = dict(request.session.get(KEY, {}))
    hidden = waiting.pop(handle, "")
    request.session[KEY] = waiting
    return box().decrypt(hidden.encode()).decode() if hidden else ""
