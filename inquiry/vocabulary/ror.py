"""Loads institutions from the ROR data dump, schema v2 (https://ror.readme.io/docs/data-structure).

Loading adds and updates but never deletes. It keeps what clerks set: an institution's name, names
added by hand, and whether a name is safe to match.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction

from inquiry.vocabulary.models import Institution, InstitutionName

Record = Mapping[str, Any]

KINDS = (
    *("archive", "company", "education", "facility", "funder", "government"),
    *("healthcare", "nonprofit", "other"),
)
NAME_KINDS = {
    "alias": InstitutionName.Kind.ALIAS,
    "acronym": InstitutionName.Kind.ACRONYM,
    "label": InstitutionName.Kind.TRANSLATION,
}
# A name of so many words and letters hardly ever means anything else.
SAFE_WORDS, SAFE_LETTERS = 2, 12
LONGEST_NAME, LONGEST_ADDRESS = 300, 200
# Records per transaction; few, so that others do not wait long to write.
BATCH = 200


class NotRorDumpError(ValueError):
    """The file is not a ROR data dump. `str(error)` says what is wrong and what to do."""


@dataclass
class Loaded:
    read: int = 0
    added: int = 0
    renewed: int = 0
    unchanged: int = 0
    skipped: int = 0


def load(
    records: Iterable[Record],
    *,
    countries: Collection[str] = (),
    kinds: Collection[str] = (),
    report: Callable[[Loaded], None] = lambda _: None,
) -> Loaded:
    """Add or renew an institution for each active record, by its ROR id.

    Records not in `countries` (two letters) or of `kinds` are skipped. Each batch is its own
    transaction and a second run changes nothing, so an interrupted load can be started again.
    Raises `NotRorDumpError` at the first invalid record.
    """
    loaded, all_records = Loaded(), iter(records)
    while batch := list(islice(all_records, BATCH)):
        with transaction.atomic():
            for record in batch:
                _load(record, loaded, countries, kinds)
        report(loaded)
    return loaded


def _load(
    record: Record, loaded: Loaded, countries: Collection[str], kinds: Collection[str]
) -> None:
    loaded.read += 1
    _check(record, loaded.read)
    name, country = _display_name(record), _country(record)
    if (
        record["status"] != "active"
        or not name
        or (countries and country not in countries)
        or (kinds and not set(kinds) & set(record.get("types", [])))
    ):
        loaded.skipped += 1
        return
    institution = _known(record, name, country)
    if institution is None:
        institution = Institution.objects.create(
            ror_id=_ror_id(record),
            name=_free_name(name, record),
            ror_name=name,
            country=country,
            website=_website(record),
        )
        _add_names(institution, record)
        loaded.added += 1
    elif _renew(institution, record, name):
        loaded.renewed += 1
    else:
        loaded.unchanged += 1


def _check(record: Record, number: int) -> None:
    if not isinstance(record.get("id"), str) or not isinstance(record.get("status"), str):
        raise NotRorDumpError(
            f"Record {number} has no ROR id or no status; give the data dump of ROR."
        )
    if not isinstance(record.get("names"), list):
        raise NotRorDumpError(
            f"Record {number} is not of schema v2; give the file whose name ends in schema_v2.json."
        )


def _known(record: Record, name: str, country: str) -> Institution | None:
    """The institution of this record, found by ROR id or, if it has none, by name."""
    if institution := Institution.objects.filter(ror_id=_ror_id(record)).first():
        return institution
    return Institution.objects.filter(ror_id="", name__iexact=name, country=country).first()


def _renew(institution: Institution, record: Record, name: str) -> bool:
    """Update the institution; True if anything changed. A clerk's name is kept."""
    fields = ("name", "ror_name", "ror_id", "website")
    before = {field: getattr(institution, field) for field in fields}
    institution.ror_id = _ror_id(record)
    institution.website = institution.website or _website(record)
    if institution.ror_name:
        ours = {institution.ror_name, _distinct_name(institution.ror_name, record)}
        if name != institution.ror_name and institution.name in ours:
            institution.name = _free_name(name, record)
        institution.ror_name = name
    changed = any(getattr(institution, field) != value for field, value in before.items())
    if changed:
        institution.save()
    if institution.name != before["name"]:
        # The earlier name is still searched for.
        _add_name(institution, before["name"], InstitutionName.Kind.ALIAS)
    return bool(_add_names(institution, record)) or changed


def _ror_id(record: Record) -> str:
    return str(record["id"]).rpartition("/")[2]


def _display_name(record: Record) -> str:
    names = (n["value"] for n in record["names"] if "ror_display" in n.get("types", []))
    return str(next(names, ""))[:LONGEST_NAME]


def _free_name(name: str, record: Record) -> str:
    """The name, with the ROR id appended if another institution has the same name."""
    others = Institution.objects.filter(name=name).exclude(ror_id=_ror_id(record))
    return _distinct_name(name, record) if others.exists() else name


def _distinct_name(name: str, record: Record) -> str:
    tail = f" ({_ror_id(record)})"
    return f"{name[: LONGEST_NAME - len(tail)]}{tail}"


def _country(record: Record) -> str:
    for location in record.get("locations", []):
        if code := location.get("geonames_details", {}).get("country_code"):
            return str(code)
    return ""


def _website(record: Record) -> str:
    links = (link["value"] for link in record.get("links", []) if link.get("type") == "website")
    return next((str(link) for link in links if len(link) <= LONGEST_ADDRESS), "")


def _add_names(institution: Institution, record: Record) -> int:
    """Add new names and return how many; existing names are left as they are."""
    known = set(institution.names.values_list("text", flat=True))
    added = 0
    for entry in record["names"]:
        text, types = str(entry["value"])[:LONGEST_NAME], entry.get("types", [])
        itself = institution.name in {text, _distinct_name(text, record)}
        if itself or text in known or not types:
            continue
        known.add(text)
        _add_name(institution, text, _kind(types))
        added += 1
    return added


def _kind(types: Collection[str]) -> str:
    if "ror_display" in types:
        return InstitutionName.Kind.ALIAS
    return next(
        (NAME_KINDS[kind] for kind in types if kind in NAME_KINDS), InstitutionName.Kind.ALIAS
    )


def _add_name(institution: Institution, text: str, kind: str) -> None:
    InstitutionName.objects.get_or_create(
        institution=institution,
        text=text,
        defaults={"kind": kind, "safe_to_match": _safe(text, kind)},
    )


def _safe(text: str, kind: str) -> bool:
    long_enough = len(text.split()) >= SAFE_WORDS and len(text) >= SAFE_LETTERS
    return long_enough and kind != InstitutionName.Kind.ACRONYM
