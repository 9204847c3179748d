"""Signs manifests with the committee's key, and finds out which key signed them.

The signatures are Ed25519 (RFC 8032) over the bytes of the manifest as they are: the same bytes
have the same signature, and `openssl pkeyutl -verify` reads it (docs/operating.md).
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.conf import settings

from evidence.errors import KeysUnreadableError

Keys = Sequence[Ed25519PublicKey]
END = b"-----END PUBLIC KEY-----"
# The bytes of an Ed25519 signature.
SIGNATURE_SIZE = 64


def sign(content: bytes) -> bytes:
    return settings.SIGNING_KEY.sign(content)


def public_keys() -> list[Ed25519PublicKey]:
    """The committee's keys, the one that signs now first."""
    return [settings.SIGNING_KEY.public_key(), *settings.SIGNING_KEYS_FORMER]


def signer(
    content: bytes, signature: bytes, keys: Iterable[Ed25519PublicKey]
) -> Ed25519PublicKey | None:
    """Which of the keys signed this, if any did."""
    for key in keys:
        try:
            key.verify(signature, content)
        except InvalidSignature:
            continue
        return key
    return None


def name_of(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key in DER, to compare with the one the committee publishes."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def as_pem(keys: Iterable[Ed25519PublicKey]) -> bytes:
    return b"".join(
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in keys
    )


def read_keys(file: Path) -> list[Ed25519PublicKey]:
    """The public keys in a PEM file, such as the one the site offers.

    Raises `KeysUnreadableError` if there is none in it, or one that is not Ed25519.
    """
    try:
        written = file.read_bytes()
        keys = [load_pem_public_key(part + END) for part in written.split(END)[:-1]]
    except (OSError, ValueError, UnsupportedAlgorithm):
        raise KeysUnreadableError(file.name) from None
    ours = [key for key in keys if isinstance(key, Ed25519PublicKey)]
    if not ours or len(ours) < len(keys):
        raise KeysUnreadableError(file.name)
    return ours
