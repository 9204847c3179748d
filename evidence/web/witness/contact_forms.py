"""The pages with contact details of the witness and of other authors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.lifecycle import Disclosure
from evidence.web.forms import NameField
from evidence.web.witness.forms import PRIVATE, YES_NO, PageForm

# Shown where a witness can say when or how to contact them, or which words to avoid.
WRITTEN_BY_HAND = _(
    "If you tell us when or how to contact you, or words to avoid, we send no "
    "automatic emails: no receipt, no reminder and no link. A clerk reads your "
    "instructions before writing to you."
)
# Letters of the words to avoid. Every letter is searched for each of them.
LONGEST_AVOID = 500
NOT_AN_ADDRESS = _("Enter an email address in the correct format, like name@example.com")


class PersonForm(PageForm):
    """Another author of the same evidence."""

    title = _("Another author")
    name = NameField(
        max_length=200,
        label=_("Full name"),
        error_messages={"required": _("Enter their full name")},
        widget=forms.TextInput(attrs=PRIVATE),
    )
    role = NameField(
        max_length=200,
        required=False,
        label=_("Role (optional)"),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    organisation = NameField(
        max_length=300,
        required=False,
        label=_("Organisation (optional)"),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    email = forms.EmailField(
        required=False,
        label=_("Email address (optional)"),
        error_messages={"invalid": NOT_AN_ADDRESS},
        help_text=_("We never publish this. They get a receipt only if they agree below."),
        widget=forms.EmailInput(attrs=PRIVATE),
    )
    may_email = forms.BooleanField(
        required=False,
        label=_("They agree that we can email them"),
    )
    wish = forms.ChoiceField(
        choices=[
            (Disclosure.OPEN, _("Yes, publish their name")),
            (Disclosure.NAME_WITHHELD, _("No, do not publish their name")),
            (Disclosure.CONFIDENTIAL, _("No, and publish none of the evidence")),
        ],
        widget=forms.RadioSelect,
        label=_("Can we publish their name?"),
        error_messages={"required": _("Select whether we can publish their name")},
        help_text=_(
            "If one of you is not named, none of you is named. If one of you "
            "asks for confidentiality, nothing is published."
        ),
    )

    reasons = forms.CharField(
        max_length=4000,
        required=False,
        label=_("Why do they need this, and what could happen if they were named?"),
        help_text=_(
            "Answer this if they do not want to be named. The committee's clerks read it, and "
            "committee members when they have to decide. We never publish it."
        ),
        widget=forms.Textarea(attrs={"rows": 4, **PRIVATE}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("wish", Disclosure.OPEN) != Disclosure.OPEN and not answers.get("reasons"):
            self.add_error("reasons", _("Explain why they do not want to be named"))
        if answers.get("may_email") and not (answers.get("email") or self.errors):
            self.add_error(
                "email",
                _("Enter their email address, or untick the box that says we can email them"),
            )
        return answers


class ContactForm(PageForm):
    title = _("How we can contact you")
    page_title = _("Form: how to contact you")
    lead = _(
        "We never publish this. We store it encrypted, and only the committee's clerks can see it."
    )
    may_email = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Can we email you?"),
        error_messages={"required": _("Select yes if we can email you")},
        help_text=_(
            "We send a receipt, a reminder before the call closes, and a link if you "
            "ask for one. Our emails do not mention your evidence. If other people can "
            "read your emails, select “No”."
        ),
    )
    email = forms.EmailField(
        required=False,
        label=_("Email address"),
        error_messages={"invalid": NOT_AN_ADDRESS},
        help_text=_("Do not use a work or university address if that could harm you."),
        widget=forms.EmailInput(attrs=PRIVATE),
    )
    may_phone = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Can we phone you?"),
        error_messages={"required": _("Select yes if we can phone you")},
    )
    phone = forms.CharField(
        max_length=40,
        required=False,
        label=_("Phone number (optional)"),
        widget=forms.TextInput(attrs={"inputmode": "tel", **PRIVATE}),
    )
    hours = forms.CharField(
        max_length=200,
        required=False,
        label=_("When is it safe to contact you? (optional)"),
        help_text=WRITTEN_BY_HAND,
        widget=forms.TextInput(attrs=PRIVATE),
    )
    avoid = forms.CharField(
        max_length=LONGEST_AVOID,
        required=False,
        label=_("Are there words we should avoid? (optional)"),
        help_text=_("For example, the subject, a name or the word “committee”."),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    safe_ways = forms.CharField(
        max_length=1000,
        required=False,
        label=_("Other safe ways to contact you (optional)"),
        widget=forms.Textarea(attrs={"rows": 3, **PRIVATE}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("may_email") == "yes" and not (answers.get("email") or self.errors):
            self.add_error("email", _("Enter an email address, or select “No”"))
        if answers.get("may_phone") == "yes" and not answers.get("phone"):
            self.add_error("phone", _("Enter a phone number, or select “No”"))
        # If the publishing choice is still open, this is checked again before sending. Witnesses
        # who are not named need only the return code, because no other way may be safe for them.
        wish = self.answers.get("disclosure", {}).get("wish")
        reachable = answers.get("email") or answers.get("phone") or answers.get("safe_ways")
        if wish == Disclosure.OPEN and not reachable and not self.errors:
            self.add_error(
                "safe_ways",
                _(
                    "Enter at least one way to contact you. You can leave them all "
                    "blank only if you ask us not to publish your name."
                ),
            )
        return answers
