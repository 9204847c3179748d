from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse

from evidence.errors import TooMany
from evidence.limits import count as limits
from evidence.web.address import address_of


class SignIn(LoginView):
    """One way in for clerks, staff, members and advisers."""

    template_name = "staff/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever tries passwords has to wait, from one address and for one account."""
        try:
            limits.refuse_if_full(limits.SIGN_IN, address_of(request))
            limits.refuse_if_full(limits.SIGN_IN_TO_ONE, self._account())
        except TooMany as problem:
            # An empty form: no password is looked at.
            context = self.get_context_data(form=AuthenticationForm(request))
            return self.render_to_response({**context, "problems": {"": str(problem)}}, status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        limits.count(limits.SIGN_IN, address_of(self.request))
        limits.count(limits.SIGN_IN_TO_ONE, self._account())
        return super().form_invalid(form)

    def _account(self) -> str:
        return self.request.POST.get("username", "").strip().casefold()
