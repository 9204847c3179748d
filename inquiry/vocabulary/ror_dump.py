"""Reads the ROR data dump one record at a time, because it is too large for memory."""

import codecs
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from inquiry.vocabulary.ror import NotRorDumpError, Record

CHUNK = 1024 * 1024
# Far above the length of any record.
LONGEST_RECORD = 8 * 1024 * 1024
BETWEEN = re.compile(r"[\s,]*")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The JSON of the dump, from its ZIP or directly. Raises `NotRorDumpError`."""
    if not path.is_file():
        raise NotRorDumpError(f"There is no file {path}; give the path of the ROR data dump.")
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(path) as pack:
        names = [name for name in pack.namelist() if name.endswith(".json")]
        chosen = [name for name in names if "schema_v2" in name] or names
        if len(chosen) != 1:
            raise NotRorDumpError(
                f"{path.name} holds {len(chosen)} JSON files where one is wanted; "
                "unpack it and give the file whose name ends in schema_v2.json."
            )
        with pack.open(chosen[0]) as stream:
            yield stream


def records(stream: IO[bytes]) -> Iterator[Record]:
    """The records of the dump, which is one JSON array. Raises `NotRorDumpError` if it is not."""
    chunks, decode = _text(stream), json.JSONDecoder().raw_decode
    buffer = next(chunks, "").removeprefix("\ufeff")
    place = _skipped(buffer, 0)
    if not buffer.startswith("[", place):
        raise NotRorDumpError("The file is not a JSON list; give the data dump of ROR, schema v2.")
    place += 1
    while True:
        place = _skipped(buffer, place)
        if buffer.startswith("]", place):
            return
        try:
            record, place = decode(buffer, place)
        except json.JSONDecodeError:
            buffer, place = buffer[place:] + _more(chunks, len(buffer) - place), 0
            continue
        if not isinstance(record, dict):
            raise NotRorDumpError(
                "The file is a list, but not of records; give the data dump of ROR."
            )
        yield record


def _skipped(buffer: str, place: int) -> int:
    return BETWEEN.match(buffer, place).end()  # type: ignore[union-attr]


def _more(chunks: Iterator[str], unread: int) -> str:
    chunk = next(chunks, "")
    if not chunk or unread > LONGEST_RECORD:
        raise NotRorDumpError("The file breaks off or is not JSON to its end; fetch it again.")
    return chunk


def _text(stream: IO[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while raw := stream.read(CHUNK):
            yield decoder.decode(raw)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise NotRorDumpError("The file is not UTF-8 text; give the data dump of ROR.") from None
