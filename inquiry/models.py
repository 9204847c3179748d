"""Imports all models for Django; each is defined in the folder it belongs to."""

from inquiry.calls.models import Call, Committee, Inquiry, Question
from inquiry.people.models import Membership, User
from inquiry.vocabulary.models import Institution, InstitutionName, State, Theme, ThemeTerm

__all__ = [
    "Call",
    "Committee",
    "Inquiry",
    "Institution",
    "InstitutionName",
    "Membership",
    "Question",
    "State",
    "Theme",
    "ThemeTerm",
    "User",
]
