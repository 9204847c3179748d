"""What each finding means, as a sentence for a clerk.

A code with several messages has a key for each kind, such as "polyglot:archive-at-end".
"""

from collections.abc import Mapping
from typing import Final

from evidence.findings import Finding
from evidence.intake.finding_locations import place_name

REMOVED: Final = "It is left out of what is published."
SEEN_OTHERWISE: Final = "Others may not see the same."
MESSAGES: Final[Mapping[str, str]] = {
    # What the file checks find.
    "activex": "The document contains a control (ActiveX).",
    "comment": "The document has comments.",
    "comment:page": "The page has comments in its source.",
    "comment:pdf": "A comment is attached to the page.",
    "duplicate": "The same file was sent before: it is also in {name}.",
    "embedded": "An object of another program is inside this document.",
    "embedded:archive": "Another document or archive is inside this one.",
    "external": "The document loads something from {name}.",
    "external:another-file": "The document loads something from another file.",
    "external:elsewhere": "The document loads something from elsewhere.",
    "external:page": "The page loads something from elsewhere; what is published does not.",
    "formula-without-value": "The file holds no value for {count:,} of its formulas.",
    "gps": "A picture says where it was taken.",
    "hidden-text:document": "The document has hidden text.",
    "hidden-text:page": "The page has hidden text.",
    "hidden-slide": f"A slide is hidden. {REMOVED}",
    "legacy-word": "This is the old Word format: what may be hidden in it cannot be listed here.",
    "lost": "The file is missing from storage ({name}).",
    "not-scanned": "The file was not scanned for viruses: it is too large for the scanner.",
    "picture-metadata": "A picture's file records more than the picture.",
    "pivot-cache": f"A pivot table keeps a copy of all the data it was made from. {REMOVED}",
    "polyglot:archive-at-end": "A ZIP archive is hidden at the end of this file.",
    "polyglot:more-after-pdf": "{count:,} bytes of something else follow the end of the PDF.",
    "polyglot:more-after-end": "Something else follows the end of the document.",
    "polyglot:pdf-as-well": "This file is a document and pretends to be a PDF as well.",
    "script": "The document contains a script.",
    "script:page": f"The page contains a script. {REMOVED}",
    "speaker-notes": f"The slides have notes for the speaker. {REMOVED}",
    "too-long": "A single stretch of text is longer than a book.",
    "too-long:paragraphs": "The document has over {limit:,} paragraphs, or is as complex.",
    "tracked-changes": "The document has tracked changes.",
    "truncated": "The file is cut short or damaged.",
    "truncated:no-end": "The document has no end: a part was probably lost.",
    "truncated:part": "A part of the document is damaged or protected by a password.",
    "truncated:pdf": "The PDF has no end: a part of it was probably lost.",
    "unreadable": "The file cannot be read.",
    "unreadable:damaged": "The file cannot be read to its end. It may be damaged.",
    "unreadable:pdf": "The PDF cannot be examined.",
    "virus": "A virus was found: {name}.",
    "xml-entities": "The document defines abbreviations of its own (DTD).",
    "zip-bomb": "Unpacked, this document would be far larger than a document is.",
    "zip-bomb:parts": "The document has {count:,} parts; {limit:,} are allowed.",
    # What the checks of a PDF find.
    "after-the-pdf": (f"{{count:,}} bytes of something else follow the end of the PDF. {REMOVED}"),
    "before-the-pdf": f"{{count:,}} bytes of something else stand before the PDF. {REMOVED}",
    "no-text": "No text was found: the page may be a scan.",
    "page-as-picture": (
        "The content of this page is damaged. We show the page as a picture, as other programs "
        "show it. Compare it with the original."
    ),
    "pages-as-pictures": (
        "The file breaks the rules of PDF, and other programs show it all the same. We show all "
        "its pages as pictures with their words. Compare them with the original."
    ),
    "pdf-attachment": f"Files are attached to the PDF. {REMOVED}",
    "pdf-attachment:locked": (
        "Files are attached to the PDF and locked with a password. The pages are not. The attached "
        "files are left out of what is published."
    ),
    "pdf-form": "The PDF contains a form. What its fields show becomes part of the page.",
    "pdf-import": f"The PDF can load data from elsewhere. {REMOVED}",
    "pdf-javascript": f"The PDF contains a script. {REMOVED}",
    "pdf-launch": f"The PDF can start a program. {REMOVED}",
    "pdf-layers": (
        "The PDF has layers that are not shown. What they hold is left out. Compare the original "
        "with the facsimile."
    ),
    "pdf-layers-shown": "The PDF has layers; all of them are shown.",
    "pdf-media": f"The PDF contains a film or sound. {REMOVED}",
    "pdf-remote": f"The PDF links to another file. {REMOVED}",
    "pdf-remote:inside": f"The PDF links to a file inside it. {REMOVED}",
    "pdf-restricted": "The PDF restricts printing or copying. Nobody needs a password to read it.",
    "pdf-submit": f"The PDF can send what is typed into it elsewhere. {REMOVED}",
    "pdf-xfa": f"The PDF contains an XFA form. {REMOVED}",
    "readers-disagree": f"One reader opens this PDF and another does not. {SEEN_OTHERWISE}",
    "readers-disagree:pages": (
        f"One reader finds {{count}} pages, another {{other}}. {SEEN_OTHERWISE}"
    ),
    "redaction-not-applied": "Words are marked to be blacked out but are still there.",
    "too-many-parts": "The PDF has over {limit:,} parts.",
    "unreadable-page": "The content of this page cannot be read.",
    # What preparation finds.
    "cannot-read": "The file could not be read.",
    "comment-left-out": "A comment in the file was left out.",
    "deletion-dropped": "Text deleted as a tracked change was left out.",
    "drawing-left-out": "A chart or diagram was left out.",
    "earlier-email": (
        "The email has an earlier email below it, which may name other people. Read it to its end."
    ),
    "email-attachment-refused": "An attachment of the email could not be taken.",
    "email-attachments": (
        "The email has attachments. Those of a kind we accept are files of this submission."
    ),
    "embedded-left-out": "A file inside the file was left out.",
    "encoding": "Letters outside English were read as Windows-1252 and may be wrong.",
    "faint-text": "Text too faint or small to be seen in the original can be read now.",
    "field-left-out": "A field of an unusual kind was not carried out.",
    "footer-left-out": "The footer of the pages was left out.",
    "formula": "A formula is shown in TeX notation.",
    "header-left-out": "The header of the pages was left out.",
    "hidden-text": "Hidden text was removed. Check it before you continue.",
    "insertion-accepted": "Text inserted as a tracked change was kept.",
    "letter-replaced": "Letters that no font has were replaced in the PDF.",
    "link-left-out": "A link to something other than a web or mail address became plain text.",
    "typed-numbers": (
        "The paragraph numbers that the witness typed are the paragraph numbers we show."
    ),
    "typed-numbers-kept": (
        "Some paragraphs begin with a number that the witness typed. They keep it, and we give "
        "them no number."
    ),
    "list-numbered": "Paragraphs that were items of a numbered list have our paragraph numbers.",
    "metadata-carried": (
        "Something the file says about itself, which no reader of its text sees, stands in what "
        "would be published."
    ),
    "metadata-in-text": "The file's properties name people; the same words are in its text.",
    "metadata-left-out": "Names in the file's properties were removed.",
    "metadata-unchecked": (
        "It could not be checked whether what the file says about itself stands in what would be "
        "published."
    ),
    "metadata-unchecked:too-many": (
        "The file says {count:,} things about itself; only {limit:,} were looked for in what would "
        "be published."
    ),
    "no-text-at-all": "No text was found.",
    "not-searchable": (
        "Pages have no text and cannot be searched, and nobody looked for names in them. Read them "
        "before you go on."
    ),
    "not-searchable:tried": (
        "Pages have no text, and a machine could read nothing on them. They cannot be searched, "
        "and nobody looked for names in them. Read them before you go on."
    ),
    "pdf-not-ua": "The PDF does not meet the accessibility standard PDF/UA.",
    "picture-left-out": "A picture was left out.",
    "picture-not-shown": "A picture in the file is not part of its text.",
    "read-by-machine": (
        "Scanned pages were read by machine ({count} in all, {confidence} % sure on average). "
        "Their words are searched like all others, and may be wrong."
    ),
    "raw-left-out": "Program code in the file was left out.",
    "removed-from-pdf": "Something was taken out of the PDF.",
    "text-box-carried": "The words of a text box stand as paragraphs after the one they hung on.",
    "text-differs": (
        "The page shows other words than its text has. The text may be hidden or garbled. Compare "
        "them; the first words that differ are:"
    ),
    "title-left-out": "The title of the web page was left out.",
    "words-added": "Words stand in the document that were not found in the original.",
    "words-missing": "Words of the original are missing in the document.",
    # What the search for the witness's name finds.
    "names-contact": "The text contains an email address or phone number.",
    "names-display-name": "The name to print if withheld identifies the witness.",
    "names-organisation": "The text names the witness's own organisation.",
    "names-own-contact": "The text contains the witness's own contact details.",
    "names-role": "The text gives the witness's role.",
    "names-signature": "This looks like a signature.",
    "names-title": "The title identifies the witness.",
    "names-unchecked": "We could not search the text for the witness's name.",
    "names-witness": "The text names the witness, whose name is withheld.",
    # What the authors answer.
    "coauthor-refused": "{name} says that they did not agree to be an author of this submission.",
    # What the file says about itself.
    "metadata-author": "The file names its author.",
    "metadata-changed": "The file says when its source was changed.",
    "metadata-company": "The file names an organisation.",
    "metadata-generator": "The file names the program it was made with.",
    "metadata-last-modified-by": "The file names who saved it last.",
    "metadata-manager": "The file names a manager.",
    "metadata-operator": "The file names who saved it last.",
    "metadata-printed-by": "The file names who printed it last.",
    "metadata-program": "The file names the program it was made with.",
}
STOPPED: Final = "A job was stopped after several attempts."
# For rows that are older than the present messages.
UNKNOWN: Final = "A check found “{code}”."


def message(finding: Finding) -> str:
    """The sentence for a finding, and the reason if there is one. Without the witness's words."""
    sentence = MESSAGES.get(key(finding), UNKNOWN.format(code=finding.code))
    if finding.code.endswith("-stopped"):
        sentence = STOPPED
    return " ".join(filter(None, (sentence.format(**finding.parameters), _ended(finding))))


def key(finding: Finding) -> str:
    """The key of its message."""
    kind = finding.parameters.get("kind")
    return f"{finding.code}:{kind}" if kind else finding.code


def in_a_sentence(finding: Finding) -> str:
    """The whole finding in plain English, such as for the report of an import."""
    sentence = " ".join(filter(None, (message(finding), _cut(finding.words))))
    if place := place_name(finding.location):
        sentence = f"{sentence.rstrip('.')} ({place})."
    return sentence


def _ended(finding: Finding) -> str:
    """The reason as a sentence of its own."""
    detail = str(finding.parameters.get("detail", ""))
    detail = f"{detail[:1].upper()}{detail[1:]}"
    return detail if not detail or detail.endswith((".", "!", "?", "…")) else f"{detail}."


def _cut(words: str, most: int = 300) -> str:
    return words if len(words) <= most else f"{words[:most]}…"
