"""Builds bundles with the same contents once: the others reuse the files of the first.

The same contents give the same bytes, so reuse reveals nothing. Each bundle keeps its own row,
rights, downloads and custody entries.
"""

from dataclasses import dataclass

from django.db.models import Q

from evidence.bundles.models import Bundle, BundleFile, BundleItem
from evidence.custody.signing_keys import public_keys, signer
from evidence.files.storage import archive

BUNDLE_FORMS = ("pdf", "zip", "json", "sig")
TAKEN = (
    "numbers",
    "pages",
    "pdf_sha256",
    "pdf_size",
    "zip_sha256",
    "zip_size",
    "manifest_sha256",
    "manifest_size",
)
OF_ITEMS = (
    "volume",
    "first_page",
    "last_page",
    "first_number",
    "last_number",
    "not_included",
)


@dataclass(frozen=True)
class Twin:
    """A ready bundle with the same contents, and its files."""

    bundle: Bundle
    files: list[BundleFile]

    def values(self) -> dict[str, object]:
        return {name: getattr(self.bundle, name) for name in TAKEN}

    def settle_items(self, bundle: Bundle) -> None:
        """Write the page numbers of each item."""
        theirs = {item.position: item for item in self.bundle.items.filter(elsewhere=False)}
        items = list(bundle.items.filter(elsewhere=False))
        for item in items:
            for name in OF_ITEMS:
                setattr(item, name, getattr(theirs[item.position], name))
        BundleItem.objects.bulk_update(items, OF_ITEMS)


def identity_key(bundle: Bundle) -> str:
    """A key that is equal for bundles with the same contents."""
    return f"{bundle.inquiry_id}:{bundle.fingerprint}"


def twin_of(bundle: Bundle) -> Twin | None:
    """A bundle whose files can be reused: all in storage, and signed with a current key."""
    same = Q(inquiry=bundle.inquiry_id, fingerprint=bundle.fingerprint, state=Bundle.State.READY)
    for other in Bundle.objects.filter(same).exclude(pk=bundle.pk).order_by("-ready_at"):
        files = list(other.files.filter(form__in=BUNDLE_FORMS, in_storage=True))
        if {"pdf", "zip", "json", "sig"} <= {file.form for file in files} and _good(files):
            return Twin(other, files)
    return None


def _good(files: list[BundleFile]) -> bool:
    if not all(archive().has(file.sha256) for file in files):
        return False
    content = {}
    for file in files:
        if file.form in {"json", "sig"}:
            with archive().read(file.sha256) as stream:
                content[file.form] = stream.read()
    return signer(content["json"], content["sig"], public_keys()) is not None
