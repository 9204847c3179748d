"""What each finding code means, as a sentence for a clerk."""

from collections.abc import Mapping

from evidence.documents.errors import CODES
from evidence.intake.models import Finding

MEANINGS: Mapping[str, str] = {
    **CODES,
    "cannot-read": "The file could not be read.",
    "duplicate": "The same file was sent before.",
    "lost": "The file is not where it was put.",
    "names-contact": "An e-mail address or telephone number stands in the text.",
    "names-display-name": "What is shown instead of the name holds the name of the witness.",
    "names-own-contact": "The witness's own contact details stand in the text.",
    "names-signature": "This looks like a signature.",
    "names-title": "The title holds the name of the witness.",
    "names-unchecked": "The text could not be searched for the name of the witness.",
    "names-witness": "The text names the witness, whose name is withheld.",
    "not-scanned": "The file was not scanned for viruses.",
    "removed-from-pdf": "Something was taken out of the PDF.",
    "virus": "A virus was found.",
    "metadata-author": "The file names its author.",
    "metadata-company": "The file names an organisation.",
    "metadata-manager": "The file names a manager.",
    "metadata-operator": "The file names who saved it last.",
    "metadata-last-modified-by": "The file names who saved it last.",
}
# Codes for which preparation gives a better finding, with the words and their place.
SAID_AGAIN_IN_PREPARATION = frozenset(
    {
        "tracked-changes",
        "comment",
        "embedded",
        "hidden-text",
        "metadata-author",
        "metadata-company",
        "metadata-last-modified-by",
    }
)


def meaning(finding: Finding) -> str:
    """The sentence for a finding's code. Empty where the check wrote a sentence itself."""
    if finding.code in MEANINGS:
        return MEANINGS[finding.code]
    if finding.code.endswith("-stopped"):
        return "A job was stopped after several attempts."
    return ""


def in_a_sentence(finding: Finding) -> str:
    """The whole finding in plain English, such as for the report of an import."""
    sentence = " ".join(filter(None, (meaning(finding), _cut(finding.words))))
    if finding.where:
        sentence = f"{sentence.rstrip('.')} ({finding.where})."
    return sentence


def _cut(words: str, most: int = 300) -> str:
    return words if len(words) <= most else f"{words[:most]}…"
