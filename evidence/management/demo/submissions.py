"""The made-up evidence of the demo, in the order it is sent.

Each file in `texts` is one submission: TOML between lines of `+++` (the fields of
`DemoSubmission` and of each `Sender`), then its text in Markdown.
"""

import tomllib
from pathlib import Path
from typing import Final

from evidence.lifecycle import Disclosure
from evidence.management.demo.documents import write_documents
from evidence.management.demo.types import DemoSubmission
from evidence.submissions.receive import Sender
from evidence.witnesses.models import Witness

__all__ = ["DEMO_SUBMISSIONS", "DemoSubmission", "write_files"]

TEXTS: Final = Path(__file__).with_name("texts")
MARK: Final = "+++\n"


def _read(path: Path) -> DemoSubmission:
    _before, front_matter, text = path.read_text().split(MARK, 2)
    fields = tomllib.loads(front_matter)
    senders = tuple(
        Sender(
            **sender
            | {
                "kind": Witness.Kind(sender.get("kind", Witness.Kind.INDIVIDUAL)),
                "disclosure": Disclosure(sender.get("disclosure", Disclosure.OPEN)),
            }
        )
        for sender in fields.pop("senders")
    )
    extras = tuple(fields.pop("extras", ()))
    return DemoSubmission(text=text, senders=senders, extras=extras, **fields)


DEMO_SUBMISSIONS: Final = tuple(_read(path) for path in sorted(TEXTS.glob("*.md")))


def write_files(folder: Path) -> dict[str, Path]:
    """Every file that is sent, made in `folder`; paths by file name."""
    annexes = {path.stem: path.read_text() for path in (TEXTS / "annexes").glob("*.md")}
    return write_documents(DEMO_SUBMISSIONS, annexes, folder)
