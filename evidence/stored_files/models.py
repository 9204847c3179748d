from django.db import models


class UncommittedFile(models.Model):
    """A file in storage that no row refers to yet, or none any more.

    The row outlives a killed worker: the daily clean-up removes the file.
    """

    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256
