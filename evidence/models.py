"""Gathers the models for Django; each is written in the folder it belongs to."""

from evidence.batches.models import Batch, BatchFile
from evidence.bundles.archive_transfer.models import ArchiveBag
from evidence.bundles.models import (
    Bundle,
    BundleFile,
    BundleItem,
    Download,
    NumberedCopy,
    SavedSpecification,
)
from evidence.bundles.schedules.models import Schedule
from evidence.committee_papers.models import CommitteePaper
from evidence.custody.models import CustodyEntry, CustodyHead
from evidence.decisions.models import Decision, Meeting
from evidence.documents.models import Rendition, SubmissionText
from evidence.drafts.models import (
    AddressCode,
    Arrival,
    CoauthorLink,
    Draft,
    DraftFile,
    EntryLink,
    LateCode,
)
from evidence.families.models import Family, FamilyMember, SignatureBand
from evidence.inbox.models import Check, Mention, Note, OpenPage, SavedView, Snooze, Visit
from evidence.intake.models import SubmissionFinding
from evidence.jobs.models import Job, Lock, Worker
from evidence.letters.models import Letter
from evidence.publication.models import Publication, PublishedFile
from evidence.rate_limits.models import RateLimitCount
from evidence.search.models import SearchEntry, TaggedValue
from evidence.stored_files.models import UncommittedFile
from evidence.submissions.models import (
    Attachment,
    DisclosureRequest,
    Move,
    Submission,
    SubmissionWitness,
)
from evidence.tagging.models import InstitutionTag, StateTag, ThemeTag
from evidence.witness_requests.models import WithdrawalRequest, WitnessQuestion
from evidence.witnesses.models import Contact, Statement, Witness

__all__ = [
    "AddressCode",
    "ArchiveBag",
    "Arrival",
    "Attachment",
    "Batch",
    "BatchFile",
    "Bundle",
    "BundleFile",
    "BundleItem",
    "Check",
    "CoauthorLink",
    "CommitteePaper",
    "Contact",
    "CustodyEntry",
    "CustodyHead",
    "Decision",
    "DisclosureRequest",
    "Download",
    "Draft",
    "DraftFile",
    "EntryLink",
    "Family",
    "FamilyMember",
    "InstitutionTag",
    "Job",
    "LateCode",
    "Letter",
    "Lock",
    "Meeting",
    "Mention",
    "Move",
    "Note",
    "NumberedCopy",
    "OpenPage",
    "Publication",
    "PublishedFile",
    "RateLimitCount",
    "Rendition",
    "SavedSpecification",
    "SavedView",
    "Schedule",
    "SearchEntry",
    "SignatureBand",
    "Snooze",
    "StateTag",
    "Statement",
    "Submission",
    "SubmissionFinding",
    "SubmissionText",
    "SubmissionWitness",
    "TaggedValue",
    "ThemeTag",
    "UncommittedFile",
    "Visit",
    "WithdrawalRequest",
    "Witness",
    "WitnessQuestion",
    "Worker",
]
