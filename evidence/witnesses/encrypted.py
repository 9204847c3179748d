"""A text field that is encrypted in the database, with keys that can be rotated."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class DecryptionError(RuntimeError):
    """None of FIELD_KEYS decrypts this value: a key was removed too early."""


def box() -> MultiFernet:
    """Encrypts with the first of FIELD_KEYS and reads with any."""
    return _box_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=1)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class EncryptedTextField(models.TextField[str, str]):
    """Plain text in Python, a Fernet token in the database; empty stays empty.

    It cannot be searched or ordered by, on purpose.
    """

    def get_prep_value(self, value: Any) -> Any:
        return box().encrypt(str(value).encode()).decode() if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str:
        if not value:
            return ""
        try:
            return box().decrypt(value.encode()).decode()
        except InvalidToken:
            raise DecryptionError("No key in FIELD_KEYS opens a stored value.") from None
