"""Re-encodes the pictures of a document and stores each once."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from evidence.documents.document import Image
from evidence.documents.metadata import Detail
from evidence.documents.readers.image_reencode import ImageUnreadableError, remade
from evidence.documents.readers.metadata import of_picture
from evidence.documents.text_cleaning import clean
from evidence.findings import Finding, Location

PICTURES = 500
"""The most pictures one document may have."""


class Album:
    """Gives the pictures that pandoc refers to. It never fetches anything from an address.

    `pictures` are the pictures in the file by the names pandoc uses.
    """

    def __init__(
        self,
        pictures: dict[str, bytes],
        *,
        descriptions: Mapping[str, str],
    ) -> None:
        self.images: dict[str, bytes] = {}
        self.findings: list[Finding] = []
        self.details: list[Detail] = []
        self._found = pictures
        self._descriptions = descriptions
        self._asked: set[str] = set()

    def fetch(self, source: str, alt: str) -> Image | None:
        """The picture re-encoded, or None and a finding that says why it was left out."""
        self._asked.add(source)
        alt = alt or self._descriptions.get(source, "")
        name = "" if source.startswith("data:") else clean(source)[:200]
        try:
            content = self._content(source)
            picture = remade(content)
            if len(self.images) >= PICTURES and picture.name not in self.images:
                raise ImageUnreadableError("the document has too many pictures")  # noqa: TRY301
        except ImageUnreadableError as error:
            parameters = {"words": alt, "detail": str(error)}
            location = Location("picture", name=name)
            self.findings.append(Finding("picture-left-out", "warn", parameters, location))
            return None
        self.images[picture.name] = picture.content
        self.details += of_picture(content)
        return Image(picture.name, alt, picture.sha)

    def unseen(self) -> list[Finding]:
        """Pictures in the file that are not in the text, such as those inside shapes."""
        return [
            Finding("picture-not-shown", "warn", location=Location("picture", name=Path(name).name))
            for name in sorted(self._found)
            if name not in self._asked
        ]

    def _content(self, source: str) -> bytes:
        if source in self._found:
            return self._found[source]
        if source.startswith("data:"):
            return _inline(source)
        raise ImageUnreadableError("it is not in the file")


def _inline(source: str) -> bytes:
    head, _, body = source.partition(",")
    try:
        if head.endswith(";base64"):
            return base64.b64decode(unquote_to_bytes(body), validate=False)
        return unquote_to_bytes(body)
    except (binascii.Error, ValueError) as error:
        raise ImageUnreadableError("it is damaged") from error
