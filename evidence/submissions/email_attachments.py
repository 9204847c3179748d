"""Makes the files attached to an email files of their own. The email itself is kept as it came."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from evidence.errors import FileRefusedError
from evidence.files import upload_limits
from evidence.files.accepted_types import EMAILS
from evidence.files.storage import quarantine
from evidence.sandbox.child import ChildFailedError, work
from evidence.submissions.receive import Parcel, take_in, too_many_files

SECONDS: Final = 60.0


@contextmanager
def attachments_of(email: Path) -> Iterator[list[tuple[str, Path]]]:
    """The names of the attachments and where they are until the block ends.

    None for an email that cannot be taken apart: its reader says why.
    """
    with tempfile.TemporaryDirectory(prefix="email-") as folder:
        order = {"source": str(email.resolve()), "folder": folder}
        try:
            names = cast("list[str]", work("evidence.files.emails", order, seconds=SECONDS))
        except ChildFailedError:
            names = []
        yield [(name, Path(folder) / str(number)) for number, name in enumerate(names)]


def with_attachments(parcels: Sequence[Parcel]) -> tuple[list[Parcel], list[str]]:
    """The files, then those attached to the emails among them, and to emails inside these.

    Also returns a sentence for each attachment that is refused; it stays in its email. Raises
    `FileRefusedError` for too many files.
    """
    everything, refusals = list(parcels), list[str]()
    known = {parcel.stored.sha256 for parcel in everything}
    for parcel in everything:
        if parcel.kind not in EMAILS:
            continue
        for attached in _taken(parcel, refusals):
            if attached.stored.sha256 not in known:
                known.add(attached.stored.sha256)
                everything.append(attached)
        if len(everything) > upload_limits.most_files():
            raise too_many_files()
    return everything, refusals


def _taken(email: Parcel, refusals: list[str]) -> Iterator[Parcel]:
    with quarantine().local(email.stored.sha256) as path, attachments_of(path) as attachments:
        for name, content in attachments:
            try:
                with content.open("rb") as stream:
                    yield take_in(stream, name=name, extra=True)
            except FileRefusedError as refused:
                refusals.append(f"“{name}” in “{email.name}” was not taken. {refused}")
