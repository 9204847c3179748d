"""What an inbox shows of a letter before it is opened: its sender and its subject.

Each committee chooses the words. Until it does they are neutral, so that somebody who sees the
inbox of a witness learns nothing from it.
"""

from dataclasses import dataclass, replace
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from evidence.letters.models import Letter
from inquiry.calls.models import NEUTRAL_SENDER_NAME, NEUTRAL_SUBJECT, Committee


@dataclass(frozen=True)
class Letterhead:
    """The sender and subject of a letter. `reply_to` is empty if nobody is to reply."""

    name: str
    subject: str
    reply_to: str = ""

    @property
    def address(self) -> str:
        """The site's own address: letters of all committees come from it."""
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    @property
    def sender(self) -> str:
        """The From header."""
        return formataddr((self.name, self.address))


def letterhead_of(*committees: Committee) -> Letterhead:
    """The words that the committees agree on, otherwise neutral ones.

    In the current language if nobody has chosen others: they are in the catalogue.
    """
    names = {committee.letter_sender_name for committee in committees}
    subjects = {committee.letter_subject for committee in committees}
    return Letterhead(
        gettext(names.pop() if len(names) == 1 else NEUTRAL_SENDER_NAME),
        gettext(subjects.pop() if len(subjects) == 1 else NEUTRAL_SUBJECT),
    )


def letterhead_for(letter: Letter, *, language: str) -> Letterhead:
    """The head under which a letter goes, with the subject it was written with."""
    with translation.override(language):
        head = letterhead_of(letter.submission.inquiry.committee)
    return replace(head, subject=letter.subject, reply_to=letter.reply_to)
