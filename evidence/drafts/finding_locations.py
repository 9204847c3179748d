"""Translates where a finding is in a file into the language of the page.

Checks and readers write places in English, for clerks. For a witness they are translated when they
are shown, so that rows of any age work. An unknown place is shown as written, but the name of a
part inside the file is not shown at all.
"""

import re
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

PLACES: Final[dict[str, Words]] = {
    "the text": _("the text"),
    "the beginning": _("the beginning"),
    "a footnote": _("a footnote"),
    "an endnote": _("an endnote"),
    "a comment": _("a comment"),
    "a comment in the code": _("a comment in the page's code"),
    "a picture": _("a picture"),
    "a picture in the PDF": _("a picture"),
    "a chart": _("a chart"),
    "a diagram": _("a diagram"),
    "a field": _("a field"),
    "a formula": _("a formula"),
    "a link": _("a link"),
    "a text box": _("a text box"),
    "a numbered list": _("a numbered list"),
    "a file embedded in the document": _("a file inside the document"),
    "document properties": _("the file details"),
    "document properties (XMP)": _("the file details"),
    "head of the page": _("the page's code"),
    "the page header": _("the page header"),
    "the page footer": _("the page footer"),
    "the author's name": _("the author's name"),
    "the name of the person who saved it last": _("the name of the person who saved it last"),
    "the company": _("the organisation"),
    "the manager's name": _("the manager's name"),
    "the document": _("the text as it would be published"),
    "the whole file": _("the whole file"),
    "the page's title": _("the title of the page"),
    "the PDF": _("the PDF"),
    "letters that no font of the PDF has": _("characters that cannot be printed"),
    "text inserted as a tracked change is kept": _("text added in a tracked change is kept"),
}
# A place in a place, or one with a number or a name.
PATTERNS: Final[tuple[tuple[re.Pattern[str], Words], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"paragraph (?P<number>\d+)( of the text)?", _("paragraph {number}")),
        (r".+, found in .+", _("the file details")),
        (r"footnote (?P<number>\d+)", _("footnote {number}")),
        (r"page (?P<number>\d+)", _("page {number}")),
        (r"pages (?P<number>[\d, …]+)", _("pages {number}")),
        (r"a comment by (?P<name>.+)", _("a comment by {name}")),
        (r"inserted as a tracked change in (?P<place>.+)", _("in a tracked change: {place}")),
        (r"moved as a tracked change in (?P<place>.+)", _("moved in a tracked change: {place}")),
        (
            r"deleted as a tracked change in (?P<place>.+)",
            _("deleted in a tracked change: {place}"),
        ),
        (
            r"moved away as a tracked change in (?P<place>.+)",
            _("moved from here in a tracked change: {place}"),
        ),
        (r"hidden text in (?P<place>.+)", _("in hidden text: {place}")),
        (
            r"white or tiny letters in (?P<place>.+), now readable",
            _("in white or tiny letters: {place}"),
        ),
        (r"a text box in (?P<place>.+)", _("a text box: {place}")),
        (r"WordArt in (?P<place>.+)", _("WordArt: {place}")),
        (r"a field in (?P<place>.+)", _("a field: {place}")),
        (r"a formula in (?P<place>.+)", _("a formula: {place}")),
        (r"(word/media|Pictures)/(?P<name>[^/]+)", _("picture {name}")),
    )
)
# The same in the text itself, where there is no more to say of the place.
IN_THE_TEXT: Final[dict[str, Words]] = {
    "inserted as a tracked change in": _("in a tracked change"),
    "moved as a tracked change in": _("moved in a tracked change"),
    "deleted as a tracked change in": _("deleted in a tracked change"),
    "moved away as a tracked change in": _("moved from here in a tracked change"),
    "hidden text in": _("in hidden text"),
}
# Parts inside a file, with what a person calls them. Other parts are not shown.
PARTS: Final[dict[str, str]] = {
    "word/document.xml": "the text",
    "content.xml": "the text",
    "word/comments.xml": "a comment",
    "word/footnotes.xml": "a footnote",
    "word/endnotes.xml": "an endnote",
    "docProps/core.xml": "document properties",
    "docProps/app.xml": "document properties",
    "meta.xml": "document properties",
}
A_PART: Final = re.compile(r"[\w.-]+(/[\w. -]+)*\.(xml|rels|bin|vml|docx?|xlsx?|ole|emf|wmf)")


def place_name(where: str) -> str:
    """The name of a place, in the current language."""
    where = PARTS.get(where, where)
    if where in PLACES:
        return str(PLACES[where])
    how, _space, inner = where.partition(" in ")
    if PARTS.get(inner, inner) == "the text" and f"{how} in" in IN_THE_TEXT:
        return str(IN_THE_TEXT[f"{how} in"])
    for pattern, words in PATTERNS:
        if match := pattern.fullmatch(where):
            known = match.groupdict()
            if "place" in known:
                known["place"] = place_name(known["place"])
            return str(words).format(**known)
    return "" if A_PART.fullmatch(where) else where
