"""Writes the ZIP of a bundle: items, texts, indexes and signed manifest, under neutral names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.bundles.export import index_files, manifest
from evidence.bundles.export.deterministic_zip import Member, Zipped
from evidence.bundles.export.index_rows import Paper
from evidence.bundles.export.manifest import Pages
from evidence.bundles.models import Bundle
from evidence.bundles.spec.snapshot import Snapshot
from evidence.bundles.volume import Source
from evidence.custody.signing_keys import sign
from evidence.pdf.exceptions import InvalidBundleError

PDF, DIGESTS = "bundle.pdf", "manifest-sha256.txt"
# The PDF of a larger bundle is left out of its ZIP, so that it is not stored twice.
LARGEST_PDF_INSIDE = 100 * 1024 * 1024


@dataclass(frozen=True)
class Packed:
    """A finished ZIP, with the manifest in it and its signature."""

    path: Path
    manifest: bytes
    signature: bytes


def pack(
    bundle: Bundle, sources: Sequence[Source], papers: Sequence[Paper], volumes: Sequence[Pages]
) -> Packed:
    """Write the ZIP beside the bundle's PDFs.

    Raises `InvalidBundleError` if a file has changed since it was fetched.
    """
    folder = volumes[0].path.parent
    target = folder / "bundle.zip"
    with Zipped(target) as out:
        _add_indexes(out, bundle, papers, folder)
        for source, paper in zip(sources, papers, strict=True):
            if source.path:
                _unaltered(out.add(paper.pdf, source.path), source.item.pdf)
            if source.text:
                _unaltered(out.add(paper.text, source.text), source.item.text)
        if sum(volume.size for volume in volumes) <= LARGEST_PDF_INSIDE:
            for volume in volumes:
                # Volumes link to each other by file name.
                out.add(volume.name if len(volumes) > 1 else PDF, volume.path)
        lines = (f"{member.sha256}  {member.name}\n" for member in out.members)
        out.add_bytes(DIGESTS, "".join(lines).encode())
        content = manifest.manifest_of(bundle, papers, volumes, out.members)
        signature = sign(content)
        out.add_bytes(manifest.NAME, content)
        out.add_bytes(manifest.SIGNATURE, signature)
    return Packed(target, content, signature)


def _add_indexes(out: Zipped, bundle: Bundle, papers: Sequence[Paper], folder: Path) -> None:
    index_files.write_csv(papers, folder / "index.csv")
    index_files.write_xlsx(papers, folder / "index.xlsx")
    index_files.write_json(
        Snapshot.from_json(bundle.snapshot).front, bundle.fingerprint, papers, folder / "index.json"
    )
    for name in ("index.csv", "index.xlsx", "index.json"):
        out.add(name, folder / name)


def _unaltered(member: Member, sha256: str) -> None:
    if member.sha256 != sha256:
        raise InvalidBundleError(f"The file {member.name} was altered while it was packed.")
