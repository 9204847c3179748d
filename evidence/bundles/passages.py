"""The passages of a bundle's pieces that bear on a theme or an institution, as they are cited."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from evidence.bundles.contents import Plan, Row
from evidence.bundles.recipe import Recipe
from evidence.files.shelves import archive
from evidence.house.model import Document, Paragraph, anchor, plain
from evidence.house.models import Rendition
from evidence.permissions import Person
from evidence.tagging.models import InstitutionTag, Standing, ThemeTag

MOST = 500
LONGEST = 600


@dataclass(frozen=True)
class Passage:
    """Words of a piece, what they bear on, and the numbered paragraph they stand in, 0 for none."""

    about: str
    row: Row
    words: str
    paragraph: int = 0

    @property
    def citation(self) -> str:
        place = f", para {self.paragraph}" if self.paragraph else ""
        return f"{self.row.reference}{place}"


def table(recipe: Recipe, planned: Plan, *, by: Person) -> dict[str, Any]:
    """The table of passages, as it is frozen; each row leads to its paragraph."""
    places: dict[str, int] = {}
    for place, row in enumerate(planned.rows, start=len(planned.front)):
        places.setdefault(row.file, place)
    found = sorted(_passages(recipe, planned, by=by), key=lambda p: (p.about, places[p.row.file]))
    return {
        "title": "Passages",
        "said": "Sentences of the evidence by what they bear on, as they were tagged.",
        "columns": [["About", 0.19], ["Evidence", 0.23], ["Passage", 0.58]],
        "rows": [
            {
                "cells": [passage.about, passage.citation, passage.words],
                "place": places[passage.row.file],
                "spot": anchor(passage.paragraph) if passage.paragraph else "",
            }
            for passage in found[:MOST]
        ],
    }


def _passages(recipe: Recipe, planned: Plan, *, by: Person) -> Iterator[Passage]:
    asked = QueryDict(recipe.asked)
    mains = {row.entry.key: row for row in planned.rows if not row.attachment.position}
    tags = _tags(list(mains), asked, by=by)
    documents: dict[str, Document | None] = {}
    for key, about, sentence in tags:
        row = mains[key]
        if key not in documents:
            documents[key] = _document(row)
        words = " ".join(sentence.split())[:LONGEST]
        yield Passage(about, row, words, _paragraph_of(documents[key], words))


def _tags(keys: list[str], asked: QueryDict, *, by: Person) -> Iterator[tuple[str, str, str]]:
    """The tags that stand and have a sentence: of what was asked for, or of all themes."""
    themes = [int(key) for key in asked.getlist("theme")]
    institutions = [int(key) for key in asked.getlist("institution")]
    said = {"submission__in": keys, "standing": Standing.ACCEPTED}
    themed = ThemeTag.objects.filter(**said).exclude(sentence="")
    if themes:
        themed = themed.filter(theme__in=themes)
    if themes or not institutions:
        for key, name, sentence in themed.values_list("submission", "theme__name", "sentence"):
            yield str(key), name, sentence
    if institutions:
        # What tells where a witness is from is not a passage about an institution.
        named = (
            InstitutionTag.objects.filter(**said, institution__in=institutions)
            .known_to(by)
            .exclude(sentence="")
            .exclude(part=InstitutionTag.Part.SUBMITTER)
        )
        rows = named.values_list("submission", "institution__name", "sentence")
        for key, name, sentence in rows:
            yield str(key), name, sentence


def _document(row: Row) -> Document | None:
    kept = row.rendition(Rendition.Form.HOUSE)
    if kept is None:
        return None
    with archive().read(kept.sha256) as stream:
        return Document.from_json(stream.read())


def _paragraph_of(document: Document | None, words: str) -> int:
    if document is None:
        return 0
    for block in document.blocks:
        if isinstance(block, Paragraph) and words in " ".join(plain(block.runs).split()):
            return block.number
    return 0
