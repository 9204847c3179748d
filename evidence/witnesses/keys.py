"""Keys by which witnesses are found who may be the same person."""

from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from evidence.name_search.names import names_in

LONGEST: Final = 200


def name_key(name: str, organisation: str) -> str:
    """The same for two spellings of a name, whatever its title and order; of an organisation alone,
    its name without letter case."""
    for spelt in names_in(name):
        folds = sorted(min(part.folds) for part in spelt.parts if part.folds)
        if folds:
            return " ".join(folds)[:LONGEST]
    words = f"organisation {organisation}" if organisation and not name else name
    return " ".join(words.casefold().split())[:LONGEST]


def email_key(address: str) -> str:
    """A keyed hash of an email address, so that an encrypted one can be looked up."""
    return _hash(address, settings.SECRET_KEY) if address.strip() else ""


def email_keys(address: str) -> list[str]:
    """The hashes under which an address may be kept: with the present secret, or an earlier one."""
    if not address.strip():
        return []
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_hash(address, secret) for secret in secrets]


def _hash(address: str, secret: str | bytes) -> str:
    text = address.strip().casefold()
    made = salted_hmac("evidence.witnesses.email", text, secret=secret, algorithm="sha256")
    return made.hexdigest()
