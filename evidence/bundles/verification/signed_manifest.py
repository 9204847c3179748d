"""Reads signed manifests and compares files with them. Plain Python, without a database.

Anybody can verify the same with the files and the committee's public keys alone.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence.bundles.export.deterministic_zip import Member
from evidence.bundles.export.manifest import FORMAT
from evidence.custody.signing_keys import name_of, signer


@dataclass(frozen=True)
class Signed:
    """A manifest signed with one of the committee's keys."""

    fingerprint: str
    key: str
    # Digests of everything it vouches for: volumes, files, itself and its signature.
    digests: frozenset[str]
    files: Mapping[str, Member]


def read_signed(
    manifest: bytes, signature: bytes, keys: Iterable[Ed25519PublicKey]
) -> Signed | None:
    """The manifest if it is valid and signed, else None."""
    key = signer(manifest, signature, keys)
    if key is None:
        return None
    try:
        statement = json.loads(manifest)
        if statement["format"] != FORMAT:
            return None
        files = [
            Member(entry["name"], entry["sha256"], entry["size"]) for entry in statement["files"]
        ]
        ours = (hashlib.sha256(content).hexdigest() for content in (manifest, signature))
        volumes = (entry["sha256"] for entry in [statement["pdf"], *statement.get("volumes", [])])
        digests = frozenset({*volumes, *(entry.sha256 for entry in files), *ours})
        return Signed(
            fingerprint=str(statement["fingerprint"]),
            key=name_of(key),
            digests=digests,
            files={entry.name: entry for entry in files},
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def faults(signed: Signed, present: Iterable[Member]) -> Iterator[tuple[str, str]]:
    """The files that differ from the manifest: name and fault."""
    members = list(present)
    times = Counter(member.name for member in members)
    for name in sorted({*signed.files, *times}):
        if name not in signed.files:
            yield name, "is not listed in the manifest"
        elif not times[name]:
            yield name, "is missing"
        elif times[name] > 1:
            yield name, "is there more than once"
    for member in members:
        listed = signed.files.get(member.name)
        if listed and times[member.name] == 1 and member != listed:
            yield member.name, "was altered"
