"""Upload handlers: one keeps files up to a size limit, one passes them to a watcher and keeps
none."""

from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from evidence.files import upload_limits


class CappedUpload(TemporaryFileUploadHandler):
    """Keeps at most `upload_limits.largest_file()` bytes (and one) of each file.

    A file over the limit is cut to one byte over the limit. So the form can report it as too large
    and keep the other fields.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = upload_limits.largest_file() + 1 - self.kept
        if room > 0:
            self.kept += len(raw_data[:room])
            super().receive_data_chunk(raw_data[:room], start)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        uploaded = super().file_complete(self.kept)
        if uploaded is None:
            raise ValueError("An upload ended without a file.")
        return uploaded


class Watcher(Protocol):
    """Receives the chunks of files, one file after the other."""

    def begin(self, name: str) -> bool:
        """A file begins. False skips it."""

    def take(self, chunk: bytes) -> None: ...

    def end(self) -> None: ...


class PassingUpload(FileUploadHandler):
    """Passes each file to a watcher while it arrives, and keeps nothing of it."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__()
        self.watcher = watcher

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        if not self.watcher.begin(file_name):
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.watcher.take(raw_data)

    def file_complete(self, file_size: int) -> None:
        self.watcher.end()
