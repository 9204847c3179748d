from django.http import HttpRequest

from inquiry.people.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that `login_required` let through."""
    if not isinstance(request.user, User):
        raise TypeError("This view is for people who have signed in.")
    return request.user
