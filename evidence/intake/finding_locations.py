"""Names where a finding is, in the current language: one table for clerks and witnesses."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.findings import Location

Words = str | Promise

PLACES: Final[dict[str, Words]] = {
    "author": _("the author's name"),
    "beginning": _("the beginning"),
    "chart": _("a chart"),
    "code-comment": _("a comment in the page's code"),
    "comment": _("a comment"),
    "commenter": _("the name of a person who commented or changed something"),
    "company": _("the organisation"),
    "diagram": _("a diagram"),
    "document": _("the text as it would be published"),
    "email-header": _("the details of the email"),
    "embedded-file": _("a file inside the document"),
    "endnote": _("an endnote"),
    "faint-text": _("in white or tiny letters"),
    "field": _("a field"),
    "figure-file-name": _("the file name of a figure"),
    "figure-property": _("the details of a figure"),
    "file-part": _("a part of the file"),
    "footnote": _("a footnote"),
    "formula": _("a formula"),
    "heading": _("a heading"),
    "hidden-text": _("in hidden text"),
    "html-element": _("the page's code"),
    "link": _("a link"),
    "manager": _("the manager's name"),
    "numbered-list": _("a numbered list"),
    "page-footer": _("the page footer"),
    "page-head": _("the page's code"),
    "page-header": _("the page header"),
    "page-title": _("the title of the page"),
    "passage": _("the text"),
    "pdf": _("the PDF"),
    "pdf-inside": _("the code of the PDF"),
    "pdf-words": _("the words of the PDF"),
    "picture": _("a picture"),
    "picture-description": _("the description of a picture"),
    "picture-property": _("the details of a picture"),
    "printed-by": _("the name of the person who printed it last"),
    "properties": _("the file details"),
    "saved-by": _("the name of the person who saved it last"),
    "table": _("a table"),
    "sheet": _("a sheet"),
    "slide": _("a slide"),
    "text": _("the text"),
    "text-box": _("a text box"),
    "tracked-deletion": _("deleted in a tracked change"),
    "tracked-insertion": _("in a tracked change"),
    "tracked-move": _("moved in a tracked change"),
    "tracked-move-away": _("moved from here in a tracked change"),
    "unprintable": _("characters that cannot be printed"),
    "web-page": _("the web page"),
    "whole-file": _("the whole file"),
    "word-art": _("WordArt"),
}
# Places that have a number or a name.
NUMBERED: Final[dict[str, Words]] = {
    "footnote": _("footnote {number}"),
    "page": _("page {number}"),
    "paragraph": _("paragraph {number}"),
    "passage": _("passage {number}"),
    "slide": _("slide {number}"),
}
NAMED: Final[dict[str, Words]] = {
    "comment": _("a comment by {name}"),
    "email-header": _("the details of the email ({name})"),
    "figure-property": _("the details of a figure ({name})"),
    "file-part": "{name}",
    "html-element": _("the page's code ({name})"),
    "page-head": _("the page's code ({name})"),
    "pages": _("pages {name}"),
    "picture": _("picture {name}"),
    "picture-property": _("the details of a picture ({name})"),
    "properties": _("the file details ({name})"),
    "sheet": _("the sheet “{name}”"),
}
# Details of a file that were found somewhere else; other places stand in a larger one.
DETAILS: Final = frozenset(
    {
        "author",
        "commenter",
        "company",
        "email-header",
        "figure-file-name",
        "figure-property",
        "manager",
        "page-head",
        "page-title",
        "picture-property",
        "printed-by",
        "properties",
        "saved-by",
    }
)
FOUND_IN: Final = _("{what}, found in {place}")
IN_PLACE: Final = _("{what}: {place}")
# Places in the text itself, of which there is no more to say.
EVIDENT: Final = frozenset({"text"})


def place_name(location: Location | None) -> str:
    """The name of a place, in the current language; empty for none and for an unknown code."""
    if location is None:
        return ""
    names = dict.fromkeys(_name(place) for place in (location, *location.others))
    return "; ".join(filter(None, names))


def _name(location: Location) -> str:
    what = _alone(location)
    within = location.within
    if within is None or (within.code in EVIDENT and location.code not in DETAILS):
        return what
    sentence = FOUND_IN if location.code in DETAILS else IN_PLACE
    return str(sentence).format(what=what, place=_name(within))


def _alone(location: Location) -> str:
    if location.number is not None and location.code in NUMBERED:
        return str(NUMBERED[location.code]).format(number=location.number)
    if location.name and location.code in NAMED:
        return str(NAMED[location.code]).format(name=location.name)
    return str(PLACES.get(location.code, ""))
