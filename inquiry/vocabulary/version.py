"""The version of the vocabulary: another one after each change of institutions, themes or states.

What is made of all names, and costs seconds, is kept with the version it was made of. One row is
read to know whether it is still right, whichever process changed a name. A version is random, so
that one which was rolled back never comes again. SQL written by hand does not renew it, nor does
`loaddata`.
"""

import uuid

from django.db import models

ONLY_ROW = 1


class VocabularyVersion(models.Model):
    """One row, which holds the version."""

    version = models.UUIDField()

    class Meta:
        verbose_name = "version of the vocabulary"

    def __str__(self) -> str:
        return str(self.version)


def renew_version() -> None:
    VocabularyVersion.objects.bulk_create(
        [VocabularyVersion(pk=ONLY_ROW, version=uuid.uuid4())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["version"],
    )
