"""Gathers the models for Django; each is written in the folder it belongs to."""

from evidence.bundles.models import (
    ArchiveBag,
    Bundle,
    BundleItem,
    Copy,
    Download,
    MadeFile,
    SavedRecipe,
)
from evidence.bundles.shelving import OnItsWay
from evidence.bundles.timetable import Schedule
from evidence.custody.models import Entry, Head
from evidence.decisions.models import Decision, Meeting
from evidence.drafts.models import AddressCode, Arrival, Draft, DraftFile, EntryLink, LateCode
from evidence.house.models import PieceText, Rendition
from evidence.intake.models import Finding
from evidence.letters.models import Letter
from evidence.limits.models import Tally
from evidence.papers.models import Paper
from evidence.publication.models import Publication, PublishedFile
from evidence.queries.models import Query, Withdrawal
from evidence.submissions.models import (
    Attachment,
    DisclosureRequest,
    Move,
    Submission,
    SubmissionWitness,
)
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.witnesses.models import Contact, Statement, Witness
from evidence.work.models import Lock, Step, Worker

__all__ = [
    "AddressCode",
    "ArchiveBag",
    "Arrival",
    "Attachment",
    "Bundle",
    "BundleItem",
    "Contact",
    "Copy",
    "Decision",
    "DisclosureRequest",
    "Download",
    "Draft",
    "DraftFile",
    "Entry",
    "EntryLink",
    "Finding",
    "Head",
    "InstitutionTag",
    "LateCode",
    "Letter",
    "Lock",
    "MadeFile",
    "Meeting",
    "Move",
    "OnItsWay",
    "Paper",
    "PieceText",
    "Publication",
    "PublishedFile",
    "Query",
    "Rendition",
    "SavedRecipe",
    "Schedule",
    "StateTag",
    "Statement",
    "Step",
    "Submission",
    "SubmissionWitness",
    "Tally",
    "ThemeTag",
    "Withdrawal",
    "Witness",
    "Worker",
]
