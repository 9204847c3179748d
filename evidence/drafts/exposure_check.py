"""What a draft would give away, in words for its witness: each with the place and what to do.

Nothing here changes a file. What stands in the file itself (authors, comments, places) is taken
out of what is published in any case; committee staff who open the original still see it. What
stands in the text is published as it is, unless the witness changes it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.documents.document import Document
from evidence.documents.identifying_words import (
    LETTERS,
    Kind,
    Sighting,
    parts_of,
    passages_in,
    passages_of_pages,
    sightings,
    sightings_in_file,
)
from evidence.drafts.file_checks import has_house, words_on_disk
from evidence.drafts.finding_locations import place_said
from evidence.drafts.models import DraftFile
from evidence.lifecycle import Disclosure
from evidence.sandbox.child import ChildFailedError

Words = str | Promise


@dataclass(frozen=True)
class Giveaway:
    """One thing a file or text gives away: what, the words, where, and how to take it out."""

    what: Words
    words: str = ""
    where: str = ""
    how: Words = ""


@dataclass(frozen=True)
class Advice:
    what: Words
    how: Words


PROPERTIES = _(
    "In Word: File, Info, Check for Issues, Inspect Document, then remove document properties and "
    "personal information. In LibreOffice: File, Properties, Reset Properties."
)
IN_FILE: dict[str, Advice] = {
    "metadata-author": Advice(_("The file names its author."), PROPERTIES),
    "metadata-operator": Advice(_("The file names who saved it."), PROPERTIES),
    "metadata-manager": Advice(_("The file names a manager."), PROPERTIES),
    "metadata-company": Advice(_("The file names an organisation."), PROPERTIES),
    "metadata-last-modified-by": Advice(_("The file names who saved it last."), PROPERTIES),
    "metadata-left-out": Advice(_("The file names people."), PROPERTIES),
    "metadata-in-text": Advice(_("The file names people."), PROPERTIES),
    "metadata-carried": Advice(_("The file names people."), PROPERTIES),
    "tracked-changes": Advice(
        _("The file has tracked changes, with the names of those who made them."),
        _("Accept or reject all changes, turn tracking off, and save."),
    ),
    "deletion-dropped": Advice(
        _("Text you deleted with tracking on is still in the file."),
        _("Accept all changes, turn tracking off, and save."),
    ),
    "insertion-accepted": Advice(
        _("The file shows what was added later, and by whom."),
        _("Accept all changes, turn tracking off, and save."),
    ),
    "comment": Advice(_("The file has comments."), _("Delete all comments and save.")),
    "comment-left-out": Advice(_("The file has comments."), _("Delete all comments and save.")),
    "hidden-text": Advice(
        _("The file has hidden text."),
        _("Show hidden text in your word processor, delete it, and save."),
    ),
    "gps": Advice(
        _("A photograph says where it was taken."),
        _("Take a screenshot of the photograph and use that instead."),
    ),
    "embedded": Advice(
        _("Another file is inside this one."), _("Take it out; paste it as a plain picture.")
    ),
    "embedded-left-out": Advice(
        _("Another file is inside this one."), _("Take it out; paste it as a plain picture.")
    ),
    "pdf-attachment": Advice(
        _("Files are attached to the PDF."), _("Print it to a new PDF and send that.")
    ),
    "external": Advice(
        _("The file loads something from the internet when it is opened."),
        _("Paste the picture or text into the document instead of linking it."),
    ),
    "redaction-not-applied": Advice(
        _("Words were marked as blacked out but can still be read."),
        _("Delete the words themselves. A black box over words hides nothing."),
    ),
    "pdf-layers": Advice(
        _("The PDF has hidden layers."), _("Print it to a new PDF and send that.")
    ),
}  # fmt: skip
SAID_BY_READING = frozenset({"metadata-left-out", "metadata-in-text", "metadata-carried"})
LOOKS_DIFFERENT: dict[str, Words] = {
    "header-left-out": _("The header of the pages is left out."),
    "footer-left-out": _("The footer of the pages is left out."),
    "picture-left-out": _("A picture cannot be shown and is left out."),
    "drawing-left-out": _("A chart or diagram is left out. Paste it as a picture."),
    "text-box-carried": _("The words of a text box stand after the paragraph it hung on."),
    "words-missing": _("Some words of the file are missing."),
    "words-added": _("Some words are there that we did not find in the file."),
    "formula": _("A formula is shown in plain notation."),
    "letter-replaced": _("Some letters cannot be printed and are replaced."),
    "list-numbered": _("Numbered paragraphs get the committee's numbers."),
    "no-text-at-all": _("No text was found: pictures of pages cannot be searched."),
    "field-left-out": _("A field is left out."),
}  # fmt: skip
BAD: dict[str, Words] = {
    "virus": _("A virus was found in this file. Remove it."),
    "zip-bomb": _("This file is made to overload our system. Remove it."),
    "truncated": _("This file is damaged. Save it again on your computer and send the new copy."),
    "unreadable": _("This file is damaged. Save it again on your computer and send the new copy."),
    "cannot-read": _("This file could not be read. Save it as .docx or PDF and send it again."),
    "polyglot": _("This file pretends to be two kinds at once. Save it again as a new one."),
}  # fmt: skip
OWN_NAME = _("Your name or a part of it stands in the text.")
OWN_ADDRESS = _("Your own contact details stand in the text.")
SOMEBODYS_ADDRESS = _("An e-mail address or telephone number stands in the text.")
SIGNED = _("This looks like a signature.")
FILE_NAME = _("The name of the file holds your name.")
SIGHTINGS: dict[Kind, Words] = {
    Kind.NAME: OWN_NAME,
    Kind.OWN_CONTACT: OWN_ADDRESS,
    Kind.CONTACT: SOMEBODYS_ADDRESS,
    Kind.SIGNATURE: SIGNED,
}
REWORD = _("Change it in your document, save it, and replace the file here.")
RETYPE = _("Change it where you typed it.")
RENAME = _("The name of the file is never published. To hide it from staff too, rename the file.")

# Sentences of the checks of intake, which witnesses are told in words of their own.
SAID_TO_CLERKS = re.compile(
    r"The (document|page) has (tracked changes|comments|hidden text|comments in its source)\.|"
    r"An object of another program is inside this( one| document)\.|"
    r"Another document or archive is inside this one\.|"
    r"(A|The) picture says where it was taken\.|"
    r"The document loads something from (?!elsewhere)(?P<from_there>.+)\.|"
    r"The (document|page) loads something from elsewhere.*|"
    r"Files are attached to the PDF\..*|The PDF has layers.*|"
    r"Words are marked to be blacked out but are still there\."
)
TOO_LONG = _("This text is too long to be checked here. Look for your name in it yourself.")
# Texts of more bytes are looked through in a process apart, for at most so long.
LONG, SECONDS = 200_000, 10.0


def in_file(file: DraftFile) -> list[Giveaway]:
    """What the file itself gives away, apart from its text."""
    named = {found["words"] for found in file.found if found["code"].startswith("metadata-")
             and found["code"] not in SAID_BY_READING}  # fmt: skip
    given = [
        Giveaway(advice.what, _of_the_file(found["words"]), place_said(found["where"]), advice.how)
        for found in file.found
        if (advice := IN_FILE.get(found["code"]))
        # The reading names again whom the first look has found.
        and not (found["code"] in SAID_BY_READING and found["words"] in named)
        # Layers that are all shown hide nothing.
        and not (found["code"] == "pdf-layers" and found["severity"] == "info")
    ]
    # What the reading says with the words, the first look has said without them.
    with_words = {str(one.what) for one in given if one.words}
    told: dict[tuple[str, str, str], Giveaway] = {}
    for one in given:
        if one.words or str(one.what) not in with_words:
            told.setdefault((str(one.what), one.words, one.where), one)
    return list(told.values())


def differences(file: DraftFile) -> list[Giveaway]:
    """How what is published differs from the file as it was sent."""
    return [
        Giveaway(
            LOOKS_DIFFERENT[found["code"]],
            _of_the_file(found["words"]),
            place_said(found["where"]),
        )
        for found in file.found
        if found["code"] in LOOKS_DIFFERENT
    ]


def _of_the_file(words: str) -> str:
    """Words that stand in the file; not those in which a check tells a clerk of it."""
    if found := SAID_TO_CLERKS.fullmatch(words):
        return found["from_there"] or ""
    return words


def why_bad(file: DraftFile) -> Words:
    """Why the file cannot be used; empty for one that can."""
    if file.state != DraftFile.State.BAD:
        return ""
    codes = [found["code"] for found in file.found]
    return next((BAD[code] for code in codes if code in BAD), BAD["cannot-read"])


def in_text(
    passages: Iterable[tuple[str, str]],
    *,
    names: Sequence[str],
    contact: Sequence[str],
    how: Words = REWORD,
) -> list[Giveaway]:
    """Where a text says who wrote it. `passages` are words with where they stand.

    `names` are the witnesses' own, `contact` their addresses and numbers. Asked for submissions
    whose witness is not to be named.
    """
    return [_told(one, how) for one in sightings(passages, names=names, contact=contact)]


def in_words_of(file: DraftFile, *, names: Sequence[str], contact: Sequence[str]) -> list[Giveaway]:
    """The same in the text of a file. A text too long to be looked through here is said to be."""
    pages = not has_house(file)
    try:
        with words_on_disk(file, pages=pages) as path:
            if path.stat().st_size > LONG:
                found = sightings_in_file(
                    path, pages=pages, names=names, contact=contact, seconds=SECONDS
                )
                return [_told(one, REWORD) for one in found]
            content = path.read_bytes()
    except FileNotFoundError:
        return []
    except ChildFailedError:
        return [Giveaway(TOO_LONG)]
    passages = (
        passages_of_pages(content.decode()) if pages else passages_in(Document.from_json(content))
    )
    return in_text(passages, names=names, contact=contact)


def in_name(file: DraftFile, names: Sequence[str]) -> list[Giveaway]:
    words = {word.casefold() for word in LETTERS.findall(file.name)}
    return [Giveaway(FILE_NAME, file.name, "", RENAME)] if parts_of(names) & words else []


def _told(one: Sighting, how: Words) -> Giveaway:
    return Giveaway(SIGHTINGS[one.kind], one.words, place_said(one.where), how)


def asks_for_protection(wish: str) -> bool:
    return wish in {Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL}
