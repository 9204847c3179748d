"""Reads the keys that sign bundles from the environment."""

import base64
import binascii

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from inquiry.config.settings import env

NOT_PRIVATE = (
    "it is not an Ed25519 private key, as PEM without a password or as 32 bytes in base64."
)
NOT_PUBLIC = "key {place} is not an Ed25519 public key, as PEM or as 32 bytes in base64."


def new_signing_key() -> str:
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def signing_key(name: str, raw: str) -> Ed25519PrivateKey:
    """The key that signs. PEM may have its line breaks written as `\\n`, to fit in one line."""
    try:
        if raw.startswith("-----"):
            key = serialization.load_pem_private_key(_pem(raw), password=None)
        else:
            key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(raw, validate=True))
    except (ValueError, TypeError, UnsupportedAlgorithm, binascii.Error):
        raise env.unusable(name, NOT_PRIVATE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise env.unusable(name, NOT_PRIVATE)
    return key


def public_keys(name: str) -> list[Ed25519PublicKey]:
    """Public keys, separated by commas."""
    keys = []
    for place, raw in enumerate(env.words(name), start=1):
        try:
            if raw.startswith("-----"):
                key = serialization.load_pem_public_key(_pem(raw))
            else:
                key = Ed25519PublicKey.from_public_bytes(base64.b64decode(raw, validate=True))
        except (ValueError, UnsupportedAlgorithm, binascii.Error):
            raise env.unusable(name, NOT_PUBLIC.format(place=place)) from None
        if not isinstance(key, Ed25519PublicKey):
            raise env.unusable(name, NOT_PUBLIC.format(place=place))
        keys.append(key)
    return keys


def _pem(raw: str) -> bytes:
    return raw.replace("\\n", "\n").encode()
