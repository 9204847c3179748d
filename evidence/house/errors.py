"""What a reading can come to besides a document: a refusal, or remarks for a clerk."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warn", "hold"]


class CannotRead(Exception):
    """The file cannot be read into the house form. `str(error)` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a clerk should know about how a document was read or set.

    `code` names the kind (listed in `evidence.house.remarks`), `words` are the witness's own words
    concerned, as far as there are any, `where` says where they stood in the original. "hold" means
    that a person must look before the piece goes on.
    """

    code: str
    severity: Severity
    words: str
    where: str
