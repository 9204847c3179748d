"""Template tag for the address to which “Leave this page now” leads."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def quick_exit_url() -> str:
    """The address of the neutral site, from the settings."""
    return str(settings.QUICK_EXIT_URL)
