"""Stores mentions of evidence in a PDF as named destinations.

A destination `see-FIA0012-1` bounds the words (ISO 32000-2, 12.3.2.2, FitR). So they are still
known when the file is prepared for bundles again.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pikepdf import Array, Dictionary, Name, NameTree, Object, ObjectStreamMode, Pdf

from evidence.pdf.exceptions import TextExtractionError
from evidence.pdf.fragment.references import MOST, Mention, Rectangle
from evidence.pdf.sanitize.safe_links import Targets, named_places
from evidence.sandbox import child

SECONDS: Final = 60
_NAMED: Final = re.compile(r"see-([A-Z]{2,6}[0-9]{4,6})-[0-9]{1,4}")


def destination_tree(pdf: Pdf) -> NameTree:
    """The name tree of the PDF's named destinations (ISO 32000-2, 7.7.4), made where there is
    none."""
    names = pdf.Root.get("/Names")
    if not isinstance(names, Dictionary):
        names = pdf.Root["/Names"] = Dictionary()
    if "/Dests" not in names:
        names["/Dests"] = NameTree.new(pdf).obj
    return NameTree(names["/Dests"])


def place(pdf: Pdf, mentions: Iterable[Mention]) -> None:
    """Stores mentions in the PDF, at most 5,000; those on pages it does not have are left out."""
    pages = [page.obj for page in pdf.pages]
    kept = [mention for mention in mentions if 0 <= mention.page < len(pages)][:MOST]
    if not kept:
        return
    tree = destination_tree(pdf)
    for number, mention in enumerate(kept, start=1):
        sides = [round(side, 2) for side in mention.box]
        tree[f"see-{mention.reference}-{number}"] = Array([pages[mention.page], Name.FitR, *sides])


def place_in(path: Path, mentions: Sequence[Mention]) -> None:
    """Stores mentions in a PDF of ours. The same file and mentions give the same bytes.

    Runs in the sandbox (`evidence.sandbox.child`). Raises `TextExtractionError`.
    """
    if not mentions:
        return
    rows = [(mention.reference, mention.page, mention.box) for mention in mentions]
    order = {"path": str(path.resolve()), "mentions": rows}
    try:
        child.work("evidence.pdf.fragment.reference_destinations", order, seconds=SECONDS)
    except child.ChildFailedError as fault:
        raise TextExtractionError(
            f"What this PDF mentions cannot be marked in it. {fault}"
        ) from fault


def answer(path: str, mentions: list[tuple[str, int, Rectangle]]) -> None:
    """Runs in the sandbox."""
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        place(pdf, (Mention(number, page, box) for number, page, box in mentions))
        pdf.save(
            path,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.generate,
            fix_metadata_version=False,
        )


def read(pdf: Pdf, pages: Sequence[Object]) -> tuple[Mention, ...]:
    """The mentions stored in a PDF, in page order."""
    targets, at = Targets(pdf, list(pages)), {page.objgen: n for n, page in enumerate(pages)}
    mentions = []
    for raw, target in named_places(pdf).items():
        name = raw.decode("latin-1") if isinstance(raw, bytes) else raw.removeprefix("/")
        name_match, explicit = _NAMED.fullmatch(name), targets.explicit(target)
        if (
            name_match is None
            or explicit is None
            or explicit[1] != Name.FitR
            or None in list(explicit)
        ):
            continue
        left, bottom, right, top = (float(side) for side in list(explicit)[2:6])
        box = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
        mentions.append(Mention(name_match[1], at[explicit[0].objgen], box))
    return tuple(
        sorted(
            mentions,
            key=lambda mention: (mention.page, -mention.box[3], mention.box[0], mention.reference),
        )
    )


if __name__ == "__main__":
    child.serve(answer)
