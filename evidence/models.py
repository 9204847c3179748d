"""Gathers the models for Django; each is written in the folder it belongs to."""

from evidence.bundles.models import Bundle, BundleItem, Download
from evidence.custody.models import Entry, Head
from evidence.decisions.models import Decision, Meeting
from evidence.house.models import PieceText, Rendition
from evidence.intake.models import Finding
from evidence.letters.models import Letter
from evidence.publication.models import Publication, PublishedFile
from evidence.submissions.models import (
    Attachment,
    DisclosureRequest,
    Move,
    Submission,
    SubmissionWitness,
)
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.witnesses.models import Contact, Witness
from evidence.work.models import Step

__all__ = [
    "Attachment",
    "Bundle",
    "BundleItem",
    "Contact",
    "Decision",
    "DisclosureRequest",
    "Download",
    "Entry",
    "Finding",
    "Head",
    "InstitutionTag",
    "Letter",
    "Meeting",
    "Move",
    "PieceText",
    "Publication",
    "PublishedFile",
    "Rendition",
    "StateTag",
    "Step",
    "Submission",
    "SubmissionWitness",
    "ThemeTag",
    "Witness",
]
