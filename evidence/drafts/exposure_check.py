"""Lists what a draft would reveal, in sentences for its witness, each with its place and advice.

Nothing here changes a file. Details of the file (authors, comments, places) are always left out of
what is published, but staff who open the original see them. The text is published as it is, unless
the witness changes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.documents.document import Document
from evidence.documents.identifying_words import (
    IdentifyingMatch,
    Kind,
    Passage,
    identifying_matches,
    matches_in_file,
    name_in,
    passages_in,
    passages_of_pages,
)
from evidence.drafts.file_checks import ATTACHMENT_REFUSED, has_document, words_on_disk
from evidence.drafts.models import DraftFile
from evidence.findings import Finding, Location
from evidence.intake.finding_locations import place_name
from evidence.lifecycle import Disclosure
from evidence.name_search.identity import Identity
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
RETYPE_EMAIL = _("Copy the text of the email into a new document and upload that instead.")
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
    "picture-metadata": Advice(
        _("A photo's file records details such as the camera, the time or a name"),
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
    "hidden-slide": Advice(_("A slide is hidden"), _("Delete the slide and save the file.")),
    "speaker-notes": Advice(
        _("The slides have notes for the speaker"), _("Delete the notes and save the file.")
    ),
    "pivot-cache": Advice(
        _("A pivot table keeps a copy of all the data it was made from"),
        _("Copy the table and paste it as values into a new spreadsheet."),
    ),
    "pdf-layers": Advice(
        _("The PDF has hidden layers"), _("Print it to a new PDF and upload that.")
    ),
}  # fmt: skip
FOUND_BY_READING = frozenset({"metadata-left-out", "metadata-in-text", "metadata-carried"})
LOOKS_DIFFERENT: dict[str, Words] = {
    "header-left-out": _("The page header will be left out"),
    "footer-left-out": _("The page footer will be left out"),
    "earlier-email": _("There is an earlier email below yours. Check that it names nobody who must "
"not be named"),
    "picture-not-shown": _("This file contains a picture that your document does not show"),
    "picture-left-out": _("A picture cannot be shown and will be left out"),
    "drawing-left-out": _("A chart or diagram will be left out. Add it to your document as a "
"picture."),
    "text-box-carried": _("The text in a text box will come after the paragraph next to it"),
    "words-missing": _("Some words from your file are missing"),
    "words-added": _("We would publish some words that we did not find in your file"),
    "formula": _("A formula will be shown as ordinary text"),
    "letter-replaced": _("Some characters cannot be printed and will be replaced"),
    "list-numbered": _("Your paragraph numbers will be replaced with ours"),
    "typed-numbers": _("The numbers you typed before paragraphs will be shown beside them"),
    "typed-numbers-kept": _("Paragraphs that begin with a number you typed keep it and get none "
"from us"),
    "page-as-picture": _("A page is damaged and will be shown as a picture"),
    "pages-as-pictures": _("The file is damaged, and all its pages will be shown as pictures"),
    "after-the-pdf": _("What follows the end of the PDF will be left out"),
    "no-text-at-all": _("We could not find any text. If this is a scan, upload a version "
"with text."),
    "formula-without-value": _("Some formulas have no value in your file and will be empty"),
    "field-left-out": _("An automatic field, such as a date, will be left out"),
}  # fmt: skip
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
OWN_ORGANISATION = _("Your organisation is in your evidence")
OWN_ROLE = _("Your role is in your evidence")
OWN_ADDRESS = _("Your contact details are in your evidence")
SOMEBODYS_ADDRESS = _("There is an email address or phone number in your evidence")
SIGNED = _("This looks like a signature")
FILE_NAME = _("Your name is in the file name")
IDENTIFYING: dict[Kind, Words] = {
    Kind.NAME: OWN_NAME,
    Kind.ORGANISATION: OWN_ORGANISATION,
    Kind.ROLE: OWN_ROLE,
    Kind.OWN_CONTACT: OWN_ADDRESS,
    Kind.CONTACT: SOMEBODYS_ADDRESS,
    Kind.SIGNATURE: SIGNED,
}
REWORD = _("Change it in your document, save the document, then replace the file here.")
RETYPE = _("Edit your text to remove this.")
RETITLE = _("Change the title to remove this.")
RENAME = _("We never publish file names. To hide it from staff too, rename the file.")

TOO_LONG = _("This text is too long for us to check. Look for your name in it yourself.")
# Texts of more bytes than LONG are searched in a separate process, for at most SECONDS.
LONG, SECONDS, WALL_SECONDS = 64 * 1024, 10.0, 30.0


def in_file(file: DraftFile) -> list[Exposure]:
    """What the details of a file reveal, apart from its text."""
    named = {
        finding.words
        for finding in file.findings
        if finding.code.startswith("metadata-") and finding.code not in FOUND_BY_READING
    }
    given = [
        Exposure(advice.what, _words(finding), _place(finding.location), _how(finding, advice))
        for finding in file.findings
        if (advice := IN_FILE.get(finding.code))
        # The reader repeats names that the first check found.
        and not (finding.code in FOUND_BY_READING and finding.words in named)
    ]
    # The first check finds without the words what the reader finds with them.
    with_words = {str(exposure.what) for exposure in given if exposure.words}
    return _merged(
        exposure for exposure in given if exposure.words or str(exposure.what) not in with_words
    )


def _how(finding: Finding, advice: Advice) -> Words:
    """How to remove it; emails have no properties to clear."""
    is_email = finding.location is not None and finding.location.code == "email-header"
    return RETYPE_EMAIL if is_email else advice.how


def differences(file: DraftFile) -> list[Exposure]:
    """How what is published differs from the original file."""
    return _merged(
        Exposure(LOOKS_DIFFERENT[finding.code], _words(finding), _place(finding.location))
        for finding in file.findings
        if finding.code in LOOKS_DIFFERENT
    )


def _words(finding: Finding) -> str:
    """The words of the file; for what is loaded from elsewhere, the address."""
    if finding.code == "external":
        return str(finding.parameters.get("name", ""))
    return finding.words


def _place(location: Location | None) -> str:
    """The name of a place.

    Parts inside a file are left out, because their names mean nothing to a witness.
    """
    return "" if location and location.code == "file-part" else place_name(location)


def _merged(exposures: Iterable[Exposure]) -> list[Exposure]:
    """One exposure for the same words, with all their places."""
    together: dict[tuple[str, str], list[Exposure]] = {}
    for exposure in exposures:
        together.setdefault((str(exposure.what), exposure.words), []).append(exposure)
    return [
        replace(
            same[0],
            where="; ".join(dict.fromkeys(entry.where for entry in same if entry.where)),
        )
        for same in together.values()
    ]


def why_bad(file: DraftFile) -> Words:
    """Why the file cannot be used; empty for one that can."""
    if file.state != DraftFile.State.BAD:
        return ""
    codes = [finding.code for finding in file.findings]
    return next((BAD[code] for code in codes if code in BAD), BAD["cannot-read"])


def refused_attachments(file: DraftFile) -> list[str]:
    """The names of what is attached to an email and of no kind that we accept."""
    return [finding.words for finding in file.findings if finding.code == ATTACHMENT_REFUSED]


def in_text(
    passages: Iterable[Passage], identity: Identity, *, how: Words = REWORD
) -> list[Exposure]:
    """Where a text reveals who wrote it. Used if a witness is not to be named."""
    return _merged(_exposure(match, how) for match in identifying_matches(passages, identity))


def in_words_of(file: DraftFile, identity: Identity) -> list[Exposure]:
    """The same for the text of a file, or one finding that the text is too long to check."""
    pages = not has_document(file)
    try:
        with words_on_disk(file, pages=pages) as path:
            if path.stat().st_size > LONG:
                matches = matches_in_file(
                    path,
                    pages=pages,
                    identity=identity,
                    seconds=SECONDS,
                    wall_seconds=WALL_SECONDS,
                )
                return _merged(_exposure(match, REWORD) for match in matches)
            content = path.read_bytes()
    except FileNotFoundError:
        return []
    except ChildFailedError:
        return [Exposure(TOO_LONG)]
    passages = (
        passages_of_pages(content.decode()) if pages else passages_in(Document.from_json(content))
    )
    return in_text(passages, identity)


def in_title(title: str, identity: Identity) -> list[Exposure]:
    """What the title reveals, which is published in every list."""
    return in_text([(None, title)], identity, how=RETITLE)


def in_name(file: DraftFile, identity: Identity) -> list[Exposure]:
    """Whether the name of the file holds a name of the witness; only staff see it."""
    return [Exposure(FILE_NAME, file.name, "", RENAME)] if name_in(file.name, identity) else []


def _exposure(match: IdentifyingMatch, how: Words) -> Exposure:
    return Exposure(IDENTIFYING[match.kind], match.words, _place(match.location), how)


def asks_for_protection(wish: str) -> bool:
    return wish in {Disclosure.NAME_WITHHELD, Disclosure.CONFIDENTIAL}
