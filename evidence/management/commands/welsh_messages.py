"""Updates and checks the catalogue of Welsh translations.

Babel is installed only for development; no other code reads or writes catalogues.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

MsgId = str | tuple[str, ...]
PLURAL = "(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3"
PLURALS = 4
MARKS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")
COMMENT = (
    "# What people read on pages and in letters, in Welsh. `manage.py welsh_messages` renews it."
)


class Welsh(Catalog):
    """A catalogue without dates, addresses or names in its header, so that every run writes the
    same."""

    def __init__(self) -> None:
        super().__init__(locale="cy", header_comment=COMMENT, fuzzy=False)

    @property  # type: ignore[misc]
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "cy"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"nplurals={PLURALS}; plural={PLURAL};"),
        ]

    @property
    def num_plurals(self) -> int:
        return PLURALS

    @property
    def plural_expr(self) -> str:
        return PLURAL


class Command(BaseCommand):
    help = "Gathers all sentences to be translated, renews the Welsh catalogue and compiles it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail if anything is missing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        folder = root / "evidence" / "locale" / "cy" / "LC_MESSAGES"
        po, mo = folder / "django.po", folder / "django.mo"
        known = _read(po)
        fresh = _renewed(known, _marked(root))
        text, compiled = _written(fresh), _compiled(fresh)
        problems = list(_missing(fresh, known))
        if options["check"]:
            problems += [
                f"{file.name} is not what `manage.py welsh_messages` makes; run it"
                for file, content in ((po, text), (mo, compiled))
                if not file.exists() or file.read_bytes() != content
            ]
            if problems:
                raise CommandError("\n".join(problems))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            po.write_bytes(text)
            mo.write_bytes(compiled)
            for problem in problems:
                self.stderr.write(problem)
        self.stdout.write(f"{len(fresh)} sentences, {len(problems)} of them to be looked at.")


def _marked(root: Path) -> dict[MsgId, set[str]]:
    """Every marked sentence, with its files."""
    messages: dict[MsgId, set[str]] = defaultdict(set)
    for file in _sources(root):
        source = file.read_text()
        if file.suffix != ".py":
            source = templatize(source, origin=str(file))
        marked = extract("python", io.BytesIO(source.encode()), keywords=MARKS)
        for _line, sentence, _comments, _context in marked:
            messages[sentence].add(file.relative_to(root).as_posix())
    return messages


def _sources(root: Path) -> Iterator[Path]:
    for package in ("evidence", "inquiry"):
        yield from (
            file for file in (root / package).rglob("*.py") if "migrations" not in file.parts
        )
    yield from (root / "templates").rglob("*.html")
    yield from (root / "templates").rglob("*.txt")


def _read(po: Path) -> dict[MsgId, Message]:
    if not po.exists():
        return {}
    with po.open("rb") as stream:
        return {_key(message): message for message in read_po(stream, locale="cy") if message.id}


def _key(message: Message) -> MsgId:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _renewed(known: dict[MsgId, Message], marked: dict[MsgId, set[str]]) -> Welsh:
    """The catalogue of sentences that are marked now, sorted, with existing translations."""
    fresh = Welsh()
    for sentence in sorted(marked, key=lambda sentence: (sorted(marked[sentence]), str(sentence))):
        old = known.get(sentence)
        fresh.add(
            sentence,
            old.string if old else "" if isinstance(sentence, str) else ("",) * PLURALS,
            locations=[(file, 0) for file in sorted(marked[sentence])],
            flags={"fuzzy"} if old and old.fuzzy else (),
        )
    return fresh


def _missing(fresh: Welsh, known: dict[MsgId, Message]) -> Iterator[str]:
    """The faults of the Welsh, one line for each sentence."""
    for message in fresh:
        if not message.id:
            continue
        key, string = _key(message), message.string or ""
        first = key if isinstance(key, str) else key[0]
        words = [string] if isinstance(string, str) else list(string)
        if key not in known:
            yield f"not in the catalogue: {first}"
        elif not all(words) or (message.pluralizable and len(words) != PLURALS):
            yield f"not translated: {first}"
        elif message.fuzzy:
            yield f"marked as fuzzy: {first}"
        elif any(_placeholders(translated) != _placeholders(first) for translated in words):
            yield f"placeholders differ: {first}"


def _placeholders(sentence: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(sentence.replace("%%", "")))


def _written(catalogue: Welsh) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=100, include_lineno=False)
    return out.getvalue()


def _compiled(catalogue: Welsh) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()
