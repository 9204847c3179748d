"""The pictures of one document, re-encoded, each kept once."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from evidence.documents.document import Image
from evidence.documents.errors import DocumentFinding
from evidence.documents.metadata import Detail
from evidence.documents.readers.image_reencode import ImageUnreadableError, remade
from evidence.documents.readers.metadata import of_picture
from evidence.documents.text_cleaning import clean

PICTURES = 500
"""The most pictures one document may have."""


class Album:
    """Answers pandoc's picture sources. Nothing is ever fetched from an address.

    `found` are the pictures in the file by the names pandoc uses; `folder` is where pandoc itself
    wrote pictures (RTF), and nothing outside it is read.
    """

    def __init__(
        self,
        pictures: dict[str, bytes],
        *,
        descriptions: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        self.images: dict[str, bytes] = {}
        self.findings: list[DocumentFinding] = []
        self.details: list[Detail] = []
        self._found = pictures
        self._descriptions = descriptions
        self._folder = folder
        self._asked: set[str] = set()

    def fetch(self, source: str, alt: str) -> Image | None:
        """The picture re-encoded, or None and a finding that says why it was left out."""
        self._asked.add(source)
        alt = alt or self._descriptions.get(source, "")
        shown = clean(source)[:200] if not source.startswith("data:") else "a picture in the page"
        try:
            content = self._content(source)
            picture = remade(content)
            if len(self.images) >= PICTURES and picture.name not in self.images:
                raise ImageUnreadableError("the document has too many pictures")  # noqa: TRY301
        except ImageUnreadableError as error:
            words = f"{alt} ({shown}): {error}" if alt else f"{shown}: {error}"
            self.findings.append(DocumentFinding("picture-left-out", "warn", words, "a picture"))
            return None
        self.images[picture.name] = picture.content
        self.details += of_picture(content)
        return Image(picture.name, alt, picture.sha)

    def unseen(self) -> list[DocumentFinding]:
        """Pictures in the file that the text never showed, such as those inside shapes."""
        return [
            DocumentFinding(
                "picture-left-out", "warn", f"{name}: not part of the text", "a picture"
            )
            for name in sorted(self._found)
            if name not in self._asked
        ]

    def _content(self, source: str) -> bytes:
        if source in self._found:
            return self._found[source]
        if source.startswith("data:"):
            return _inline(source)
        if self._folder is not None:
            path = self._folder / Path(source).name
            if path.is_file() and not path.is_symlink():
                return path.read_bytes()
        raise ImageUnreadableError("it is not in the file")


def _inline(source: str) -> bytes:
    head, _, body = source.partition(",")
    try:
        if head.endswith(";base64"):
            return base64.b64decode(unquote_to_bytes(body), validate=False)
        return unquote_to_bytes(body)
    except (binascii.Error, ValueError) as error:
        raise ImageUnreadableError("it is damaged") from error
