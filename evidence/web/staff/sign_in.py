from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse

from evidence.errors import RateLimitExceededError
from evidence.rate_limits import rules as limits
from evidence.web.client_ip import address_of


class SignIn(LoginView):
    """The sign-in page of clerks, staff, members and advisers."""

    template_name = "staff/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Limits attempts from one address and for one account."""
        try:
            limits.allow_all(*self._tries())
        except RateLimitExceededError as problem:
            # An empty form: the password is not checked.
            context = self.get_context_data(form=AuthenticationForm(request))
            return self.render_to_response({**context, "problems": {"": str(problem)}}, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        limits.give_back(*self._tries())
        return super().form_valid(form)

    def _tries(self) -> list[tuple[limits.Rule, str]]:
        account = self.request.POST.get("username", "").strip().casefold()
        return [(limits.SIGN_IN, address_of(self.request)), (limits.SIGN_IN_TO_ONE, account)]
