"""Codes that witnesses carry: drawn by chance, shown once, stored as keyed hashes alone.

A return code has 16 digits in groups of four, like a card number: 53 bits, which nobody guesses
through a page that allows a few tries. The hash is keyed with the site's secret, so a stolen
table of hashes is of no use by itself.
"""

import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from evidence.unicode_normal_form import normalised

DIGITS = 16
# Without letters and digits that are taken for one another.
LATE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
LATE_LENGTH = 10
# No code is longer, however it is typed.
LONGEST = 500


def new_code() -> str:
    """A return code as it is shown: `4821 0937 5562 1408`."""
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return " ".join(digits[at : at + 4] for at in range(0, DIGITS, 4))


def new_late_code() -> str:
    letters = "".join(secrets.choice(LATE_LETTERS) for _ in range(LATE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def tidied(typed: str) -> str:
    """What was typed without the spaces, dashes and dots that people put between."""
    plain = normalised("NFKC", typed[:LONGEST]).upper()
    return re.sub(r"[\s.\-‐-―_]+", "", plain)


def digest(kind: str, typed: str) -> str:
    """The keyed hash under which a code is stored."""
    return _digest(kind, typed, settings.SECRET_KEY)


def digests(kind: str, typed: str) -> list[str]:
    """The hashes it may be stored under: by the secret that holds, and by those before it."""
    secrets_known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_digest(kind, typed, secret) for secret in secrets_known]


def email_digest(address: str) -> str:
    """The same for every spelling of an address that reaches the same letter box."""
    return digest("email", address.strip().casefold()) if address.strip() else ""


def email_digests(address: str) -> list[str]:
    """The hashes an address may be stored under, by the secret that holds and those before it."""
    return digests("email", address.strip().casefold()) if address.strip() else []


def _digest(kind: str, typed: str, secret: str | bytes) -> str:
    text = typed if kind in {"email", "link"} else tidied(typed)
    made = salted_hmac(f"evidence.drafts.{kind}", text, secret=secret, algorithm="sha256")
    return made.hexdigest()
