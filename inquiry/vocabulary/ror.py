"""Loads institutions from the ROR data dump, schema v2 (https://ror.readme.io/docs/data-structure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from inquiry.vocabulary.models import Institution, InstitutionName

Record = Mapping[str, Any]

SORTS = {
    "alias": InstitutionName.Sort.ALIAS,
    "acronym": InstitutionName.Sort.ACRONYM,
    "label": InstitutionName.Sort.TRANSLATION,
}
# A name this long of several words is hardly ever anything else.
SAFE_WORDS, SAFE_LETTERS = 2, 12


@dataclass(frozen=True)
class Loaded:
    added: int
    renewed: int
    passed_over: int


@transaction.atomic
def load(records: Iterable[Record], *, country: str | None = None) -> Loaded:
    """Add or renew an institution for each active record, by its ROR id.

    Names a clerk has added stay, and so does what a clerk has said of whether a
    name is safe to match. `country` (two letters) passes over all others.
    """
    added = renewed = passed_over = 0
    for record in records:
        place = _country(record)
        name = _display_name(record)
        if record.get("status") != "active" or not name or country not in {None, place}:
            passed_over += 1
            continue
        institution, created = Institution.objects.update_or_create(
            ror_id=str(record["id"]).rpartition("/")[2],
            defaults={"name": _free_name(name, record), "country": place, **_website(record)},
        )
        added, renewed = added + created, renewed + (not created)
        _name(institution, record)
    return Loaded(added, renewed, passed_over)


def _display_name(record: Record) -> str:
    names = record.get("names", [])
    return next((n["value"] for n in names if "ror_display" in n.get("types", [])), "")


def _free_name(name: str, record: Record) -> str:
    """Two institutions may bear one name; the later one is told apart by its ROR id."""
    ror_id = str(record["id"]).rpartition("/")[2]
    taken = Institution.objects.filter(name=name).exclude(ror_id=ror_id).exists()
    return f"{name} ({ror_id})" if taken else name


def _country(record: Record) -> str:
    for location in record.get("locations", []):
        if code := location.get("geonames_details", {}).get("country_code"):
            return str(code)
    return ""


def _website(record: Record) -> dict[str, str]:
    found = [link["value"] for link in record.get("links", []) if link.get("type") == "website"]
    return {"website": found[0][:200]} if found else {}


def _name(institution: Institution, record: Record) -> None:
    for entry in record.get("names", []):
        text, types = entry["value"][:300], entry.get("types", [])
        if text == institution.name or not types:
            continue
        sort = next((SORTS[kind] for kind in types if kind in SORTS), SORTS["alias"])
        InstitutionName.objects.get_or_create(
            institution=institution,
            text=text,
            defaults={"sort": sort, "safe_to_match": _safe(text, sort)},
        )


def _safe(text: str, sort: str) -> bool:
    long_enough = len(text.split()) >= SAFE_WORDS and len(text) >= SAFE_LETTERS
    return long_enough and sort != InstitutionName.Sort.ACRONYM
