"""Imports all models for Django; each is defined in the folder it belongs to."""

from inquiry.calls.models import Call, Committee, CommitteeText, Inquiry, Question
from inquiry.people.models import Membership, User
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm
from inquiry.vocabulary.version import VocabularyVersion

__all__ = [
    "Call",
    "Committee",
    "CommitteeText",
    "Inquiry",
    "Institution",
    "InstitutionName",
    "Membership",
    "Question",
    "State",
    "Theme",
    "ThemeTerm",
    "User",
    "VocabularyVersion",
]
