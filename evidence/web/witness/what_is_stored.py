"""What this site stores about a witness, and which of it is encrypted, as the pages say it.

A test enters each of these and searches the database and all files for them, so the page is true.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Stored(StrEnum):
    ENCRYPTED = "encrypted"
    PLAIN = "plain"


LABELS: Final[dict[Stored, Promise]] = {
    Stored.ENCRYPTED: _("Encrypted"),
    Stored.PLAIN: _("Not encrypted"),
}


@dataclass(frozen=True)
class StoredItem:
    """One kind of thing that is kept, before and after the form is sent."""

    key: str
    label: Promise
    before: Stored
    after: Stored

    @property
    def before_sending(self) -> Promise:
        return LABELS[self.before]

    @property
    def after_sending(self) -> Promise:
        return LABELS[self.after]


STORED_ITEMS: Final = (
    StoredItem("contact", _("Your contact details"), Stored.ENCRYPTED, Stored.ENCRYPTED),
    StoredItem("reasons", _("Your reasons for protection"), Stored.ENCRYPTED, Stored.ENCRYPTED),
    StoredItem("on_behalf_of", _("Who you write for"), Stored.ENCRYPTED, Stored.ENCRYPTED),
    StoredItem("name", _("Your name, role and organisation"), Stored.ENCRYPTED, Stored.PLAIN),
    StoredItem("title", _("The title of your evidence"), Stored.ENCRYPTED, Stored.PLAIN),
    StoredItem("typed", _("Evidence you type"), Stored.ENCRYPTED, Stored.PLAIN),
    StoredItem("file_name", _("The names of your files"), Stored.ENCRYPTED, Stored.PLAIN),
    StoredItem("found", _("Hidden details we find in your files"), Stored.ENCRYPTED, Stored.PLAIN),
    StoredItem("file", _("Your files"), Stored.PLAIN, Stored.PLAIN),
)
