"""Lists what a draft would reveal, in sentences for its witness, each with its place and advice.

Nothing here changes a file. Details of the file (authors, comments, places) are always left out of
what is published, but staff who open the original see them. The text is published as it is, unless
the witness changes it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.documents.document import Document
from evidence.documents.identifying_words import (
    LETTERS,
    IdentifyingMatch,
    Kind,
    identifying_matches,
    matches_in_file,
    parts_of,
    passages_in,
    passages_of_pages,
)
from evidence.drafts.file_checks import has_document, words_on_disk
from evidence.drafts.finding_locations import place_name
from evidence.drafts.models import DraftFile
from evidence.lifecycle import Disclosure
from evidence.sandbox.child import ChildFailedError

Words = str | Promise


@dataclass(frozen=True)
class Exposure:
    """One thing that a file or text reveals: what, the words, where, and how to remove it."""

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
    "metadata-author": Advice(_("The file details name an author"), PROPERTIES),
    "metadata-operator": Advice(_("The file details name a person who saved it"), PROPERTIES),
    "metadata-manager": Advice(_("The file details name a manager"), PROPERTIES),
    "metadata-company": Advice(_("The file details name an organisation"), PROPERTIES),
    "metadata-last-modified-by": Advice(
        _("The file details name the person who saved it last"), PROPERTIES
    ),
    "metadata-left-out": Advice(_("The file details name people"), PROPERTIES),
    "metadata-in-text": Advice(_("The file details name people"), PROPERTIES),
    "metadata-carried": Advice(_("The file details name people"), PROPERTIES),
    "tracked-changes": Advice(
        _("The file has tracked changes that name the people who made them"),
        _("Accept or reject all changes, turn off tracking and save the file."),
    ),
    "deletion-dropped": Advice(
        _("Text you deleted while tracking changes is still in the file"),
        _("Accept all changes, turn off tracking and save the file."),
    ),
    "insertion-accepted": Advice(
        _("The file shows what was added later and by whom"),
        _("Accept all changes, turn off tracking and save the file."),
    ),
    "comment": Advice(_("The file has comments"), _("Delete all comments and save the file.")),
    "comment-left-out": Advice(
        _("The file has comments"), _("Delete all comments and save the file.")
    ),
    "hidden-text": Advice(
        _("The file has hidden text"),
        _("Show hidden text in your word processor, delete it and save the file."),
    ),
    "gps": Advice(
        _("A photo records where it was taken"),
        _("Take a screenshot of the photo and use that instead."),
    ),
    "embedded": Advice(
        _("There is another file inside this one"), _("Remove it, then paste it in as a picture.")
    ),
    "embedded-left-out": Advice(
        _("There is another file inside this one"), _("Remove it, then paste it in as a picture.")
    ),
    "pdf-attachment": Advice(
        _("Files are attached to the PDF"), _("Print it to a new PDF and upload that.")
    ),
    "external": Advice(
        _("The file loads something from the internet when it is opened"),
        _("Paste the picture or text into the document instead of linking to it."),
    ),
    "redaction-not-applied": Advice(
        _("Words marked as blacked out can still be read"),
        _("Delete the words themselves. A black box does not remove the words under it."),
    ),
    "pdf-layers": Advice(
        _("The PDF has hidden layers"), _("Print it to a new PDF and upload that.")
    ),
}  # fmt: skip
FOUND_BY_READING = frozenset({"metadata-left-out", "metadata-in-text", "metadata-carried"})
LOOKS_DIFFERENT: dict[str, Words] = {
    "header-left-out": _("The page header will be left out"),
    "footer-left-out": _("The page footer will be left out"),
    "picture-left-out": _("A picture cannot be shown and will be left out"),
    "drawing-left-out": _("A chart or diagram will be left out. Add it to your document as a "
"picture."),
    "text-box-carried": _("The text in a text box will come after the paragraph next to it"),
    "words-missing": _("Some words from your file are missing"),
    "words-added": _("We would publish some words that we did not find in your file"),
    "formula": _("A formula will be shown as ordinary text"),
    "letter-replaced": _("Some characters cannot be printed and will be replaced"),
    "list-numbered": _("Your paragraph numbers will be replaced with ours"),
    "no-text-at-all": _("We could not find any text. If this is a scan, upload a version "
"with text."),
    "field-left-out": _("An automatic field, such as a date, will be left out"),
}  # fmt: skip
PICTURE_NOT_SHOWN = _("This file contains a picture that your document does not show")
BAD: dict[str, Words] = {
    "virus": _("This file contains a virus. Remove it."),
    "zip-bomb": _("This file would overload our system. Remove it."),
    "truncated": _("This file is damaged. Save it again on your computer and upload "
"the new copy."),
    "unreadable": _("This file is damaged. Save it again on your computer and upload "
"the new copy."),
    "cannot-read": _("We could not read this file. Save it as .docx or PDF and upload "
"it again."),
    "polyglot": _("This file mixes two file types. Save it again as a new file."),
}  # fmt: skip
OWN_NAME = _("Your name is in your evidence")
OWN_ADDRESS = _("Your contact details are in your evidence")
SOMEBODYS_ADDRESS = _("There is an email address or phone number in your evidence")
SIGNED = _("This looks like a signature")
FILE_NAME = _("Your name is in the file name")
IDENTIFYING: dict[Kind, Words] = {
    Kind.NAME: OWN_NAME,
    Kind.OWN_CONTACT: OWN_ADDRESS,
    Kind.CONTACT: SOMEBODYS_ADDRESS,
    Kind.SIGNATURE: SIGNED,
}
REWORD = _("Change it in your document, save the document, then replace the file here.")
RETYPE = _("Edit your text to remove this.")
RENAME = _("We never publish file names. To hide it from staff too, rename the file.")

# How the readers say that a picture in the file is not in its text.
NOT_IN_THE_TEXT = ": not part of the text"
# Sentences for clerks from the intake checks. Witnesses get their own wording.
SENTENCES_FOR_CLERKS = re.compile(
    r"The (document|page) has (tracked changes|comments|hidden text|comments in its source)\.|"
    r"An object of another program is inside this( one| document)\.|"
    r"Another document or archive is inside this one\.|"
    r"(A|The) picture says where it was taken\.|"
    r"The document loads something from (?!elsewhere)(?P<from_there>.+)\.|"
    r"The (document|page) loads something from elsewhere.*|"
    r"Files are attached to the PDF\..*|The PDF has layers.*|"
    r"Words are marked to be blacked out but are still there\."
)
TOO_LONG = _("This text is too long for us to check. Look for your name in it yourself.")
# Texts of more bytes than LONG are searched in a separate process, for at most SECONDS.
LONG, SECONDS = 200_000, 10.0


def in_file(file: DraftFile) -> list[Exposure]:
    """What the details of a file reveal, apart from its text."""
    named = {
        finding["words"]
        for finding in file.findings
        if finding["code"].startswith("metadata-") and finding["code"] not in FOUND_BY_READING
    }
    given = [
        Exposure(
            advice.what, _of_the_file(finding["words"]), place_name(finding["where"]), advice.how
        )
        for finding in file.findings
        if (advice := IN_FILE.get(finding["code"]))
        # The reader repeats names that the first check found.
        and not (finding["code"] in FOUND_BY_READING and finding["words"] in named)
        # If all layers are visible, nothing is hidden.
        and not (finding["code"] == "pdf-layers" and finding["severity"] == "info")
    ]
    # The first check finds without the words what the reader finds with them.
    with_words = {str(exposure.what) for exposure in given if exposure.words}
    distinct: dict[tuple[str, str, str], Exposure] = {}
    for exposure in given:
        if exposure.words or str(exposure.what) not in with_words:
            distinct.setdefault((str(exposure.what), exposure.words, exposure.where), exposure)
    return list(distinct.values())


def differences(file: DraftFile) -> list[Exposure]:
    """How what is published differs from the original file."""
    return [_difference(finding) for finding in file.findings if finding["code"] in LOOKS_DIFFERENT]


def _difference(finding: dict[str, str]) -> Exposure:
    words, where = _of_the_file(finding["words"]), place_name(finding["where"])
    name, mark, _rest = words.partition(NOT_IN_THE_TEXT)
    if finding["code"] == "picture-left-out" and mark:
        return Exposure(PICTURE_NOT_SHOWN, where=place_name(name))
    return Exposure(LOOKS_DIFFERENT[finding["code"]], words, where)


def _of_the_file(words: str) -> str:
    """The words from the file; empty for a sentence that a check wrote for clerks."""
    if match := SENTENCES_FOR_CLERKS.fullmatch(words):
        return match["from_there"] or ""
    return words


def why_bad(file: DraftFile) -> Words:
    """Why the file cannot be used; empty for one that can."""
    if file.state != DraftFile.State.BAD:
        return ""
    codes = [finding["code"] for finding in file.findings]
    return next((BAD[code] for code in codes if code in BAD), BAD["cannot-read"])


def in_text(
    passages: Iterable[tuple[str, str]],
    *,
    names: Sequence[str],
    contact: Sequence[str],
    how: Words = REWORD,
) -> list[Exposure]:
    """Where a text reveals who wrote it. `passages` are pairs of words and place.

    `names` are the names of the witnesses, `contact` their addresses and numbers. Used if a
    witness is not to be named.
    """
    return [
        _exposure(match, how)
        for match in identifying_matches(passages, names=names, contact=contact)
    ]


def in_words_of(file: DraftFile, *, names: Sequence[str], contact: Sequence[str]) -> list[Exposure]:
    """The same for the text of a file, or one finding that the text is too long to check."""
    pages = not has_document(file)
    try:
        with words_on_disk(file, pages=pages) as path:
            if path.stat().st_size > LONG:
                matches = matches_in_file(
                    path, pages=pages, names=names, contact=contact, seconds=SECONDS
                )
                return [_exposure(match, REWORD) for match in matches]
            content = path.read_bytes()
    except FileNotFoundError:
        return []
    except ChildFailedError:
        return [Exposure(TOO_LONG)]
    passages = (
        passages_of_pages(content.decode()) if pages else passages_in(Document.from_json(content))
    )
    return in_text(passages, names=names, contact=contact)


def in_name(file: DraftFile, names: Sequence[str]) -> list[Exposure]:
    words = {word.casefold() for word in LETTERS.findall(file.name)}
    return [Exposure(FILE_NAME, file.name, "", RENAME)] if parts_of(names) & words else []


def _exposure(match: IdentifyingMatch, how: Words) -> Exposure:
    return Exposure(IDENTIFYING[match.kind], match.words, place_name(match.where), how)


def asks_for_protection(wish: str) -> bool:
    return wish in {Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL}
