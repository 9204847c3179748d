"""Random codes for witnesses: shown once, and stored only as keyed hashes.

A return code has 16 letters and digits in groups of four: 15 random ones, of 5 bits each, and a
check digit. That is 75 bits, too many to guess however often one tries (docs/limits.md). The hash
is keyed with the site's secret, so a stolen table of hashes is of no use by itself.

The alphabet is Crockford's base 32, without I, L, O and U. The check digit is Luhn's for an
alphabet of N (Luhn mod N): it detects every single wrong letter and nearly all swaps of neighbours.
"""

import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop as _

from evidence.errors import MistypedCodeError
from evidence.unicode_normal_form import normalised

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LETTERS = 15
LENGTH, GROUP = RANDOM_LETTERS + 1, 4
# Letters that are read as the digits they look like.
LOOK_ALIKE = str.maketrans("OIL", "011")
# Without letters and digits that are easily confused.
LATE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
LATE_LENGTH = 10
# What is hashed letter by letter: addresses, and the tokens of links.
AS_TYPED = frozenset({"email", "link", "coauthor"})
# Longer input is cut: no code is this long, however it is typed.
LONGEST = 500


def new_code() -> str:
    """A return code as it is shown: `7KQ2 M9TX 40RB WHD5`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LETTERS))
    code = letters + check_digit(letters)
    return " ".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read(typed: str) -> str:
    """The return code that was typed, as it is stored.

    Raises `MistypedCodeError` for one that no return code can match.
    """
    code = tidied(typed).translate(LOOK_ALIKE)
    if not code:
        raise MistypedCodeError(_("Enter your return code"))
    if len(code) != LENGTH:
        raise MistypedCodeError(
            _("A return code has 16 letters and digits. Check that none is missing or too many.")
        )
    if not set(code) <= set(ALPHABET) or check_digit(code[:-1]) != code[-1]:
        raise MistypedCodeError(
            _("There is a typing mistake in this return code. Check each letter and digit.")
        )
    return code


def check_digit(letters: str) -> str:
    """The last letter of a code (Luhn mod N)."""
    size, total = len(ALPHABET), 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (1 if place % 2 else 2)
        total += value // size + value % size
    return ALPHABET[-total % size]


def new_late_code() -> str:
    letters = "".join(secrets.choice(LATE_LETTERS) for _ in range(LATE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def tidied(typed: str) -> str:
    """The code as typed, without spaces, dashes and dots."""
    plain = normalised("NFKC", typed[:LONGEST]).upper()
    return re.sub(r"[\s.\-‐-―_]+", "", plain)


def digest(kind: str, typed: str) -> str:
    """The keyed hash under which a code is stored."""
    return _digest(kind, typed, settings.SECRET_KEY)


def digests(kind: str, typed: str) -> list[str]:
    """The hashes it may be stored under: with the current secret, and with earlier ones."""
    secrets_known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_digest(kind, typed, secret) for secret in secrets_known]


def email_digest(address: str) -> str:
    """The keyed hash of an email address, whatever its letter case."""
    return digest("email", address.strip().casefold()) if address.strip() else ""


def email_digests(address: str) -> list[str]:
    """The hashes an address may be stored under: with the current secret, and with earlier ones."""
    return digests("email", address.strip().casefold()) if address.strip() else []


def _digest(kind: str, typed: str, secret: str | bytes) -> str:
    text = typed if kind in AS_TYPED else tidied(typed)
    made = salted_hmac(f"evidence.drafts.{kind}", text, secret=secret, algorithm="sha256")
    return made.hexdigest()
