"""Tables at the front of a bundle: recommendations, and what was left out and why."""

from typing import Any

from evidence.bundles.spec.planned_items import PlannedSubmission, length_of
from evidence.bundles.spec.selection import Plan
from evidence.bundles.specification import Specification
from evidence.decisions.models import Decision
from evidence.lifecycle import Disclosure
from evidence.submissions.models import SHORT, Submission

SCHEDULE = (
    ("Reference", 0.15),
    ("Name", 0.28),
    ("Kind", 0.14),
    ("Length", 0.13),
    ("Recommended", 0.18),
    ("Notes", 0.12),
)


def tables(specification: Specification, planned: Plan) -> list[dict[str, Any]]:
    """The tables in the form of the snapshot. Rows link to items by position."""
    front_tables = []
    if specification.rule.schedule:
        front_tables.append(_schedule(planned))
    if planned.left_out:
        front_tables.append(
            {
                "title": "Left out of this bundle",
                "description": (
                    "These submissions belong to the selection and were left out by hand."
                ),
                "columns": [["Reference", 0.2], ["Name", 0.4], ["Reason", 0.4]],
                "rows": [
                    {"cells": [entry.submission.label, entry.label, reason or "None given"]}
                    for entry, reason in planned.left_out
                ],
            }
        )
    return front_tables


def _schedule(planned: Plan) -> dict[str, Any]:
    places: dict[str, int] = {}
    for place, row in enumerate(planned.rows, start=len(planned.front)):
        places.setdefault(row.entry.key, place)
    proposed = _proposed(planned.entries())
    return {
        "title": "Schedule",
        "description": (
            "Submissions of evidence put to the Committee, with what the staff recommend."
        ),
        "columns": [list(column) for column in SCHEDULE],
        "rows": [
            {
                "cells": [
                    entry.submission.label,
                    entry.label,
                    str(Submission.Kind(entry.submission.kind).label),
                    length_of(entry.submission),
                    "; ".join(proposed.get(entry.key, [])) or "None yet",
                    "; ".join(_flags(entry)),
                ],
                "place": places[entry.key],
            }
            for entry in planned.entries()
        ],
    }


def _proposed(entries: list[PlannedSubmission]) -> dict[str, list[str]]:
    acts: dict[str, list[str]] = {}
    wanted = Decision.objects.filter(
        submission__in=[entry.submission for entry in entries], state=Decision.State.PROPOSED
    )
    for decision in wanted:
        acts.setdefault(str(decision.submission_id), []).append(decision.get_act_display())
    return acts


def _flags(entry: PlannedSubmission) -> list[str]:
    submission = entry.submission
    flags = []
    if submission.late:
        flags.append("late")
    if submission.protected:
        flags.append(SHORT[Disclosure(submission.disclosure)].lower())
    return flags
