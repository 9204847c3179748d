"""Template tag for parts of pages that never change: rendered once for each language, then kept
with their template."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Constant(template.Node):
    """The part is rendered without the page's context, so it cannot contain anything about a
    visitor."""

    def __init__(self, inside: template.NodeList) -> None:
        self.inside = inside
        self.made: dict[str | None, SafeString] = {}

    def render(self, context: Any) -> SafeString:
        language = get_language()
        if language not in self.made:
            self.made[language] = self.inside.render(context.new())
        return self.made[language]


@register.tag
def constant(parser: Any, _token: Any) -> Constant:
    """`{% constant %}` to `{% endconstant %}`: our sentences, our files, addresses of no one."""
    inside = parser.parse(("endconstant",))
    parser.delete_first_token()
    return Constant(inside)
