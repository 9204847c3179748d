from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    """One way in for clerks, staff, members and advisers."""

    template_name = "staff/sign_in.html"
    redirect_authenticated_user = True
