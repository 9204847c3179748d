"""Takes uploads as they arrive, and stops reading a file into the disk once it is too large."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CappedUpload(TemporaryFileUploadHandler):
    """Keeps at most `LARGEST_FILE` bytes (and one) of each file.

    A file over the limit reaches the form cut off and one byte over the limit, so that the
    form can say it is too large with everything else still filled in.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = settings.LARGEST_FILE + 1 - self.kept
        if room > 0:
            self.kept += len(raw_data[:room])
            super().receive_data_chunk(raw_data[:room], start)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        uploaded = super().file_complete(self.kept)
        if uploaded is None:
            raise ValueError("An upload ended without a file.")
        return uploaded
