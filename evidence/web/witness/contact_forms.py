"""The pages on how the witness, and those who write with them, may be reached."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.lifecycle import Disclosure
from evidence.web.forms import NameField
from evidence.web.witness.forms import YES_NO, PageForm

# What follows from telling when, how or with which words to write.
WRITTEN_BY_HAND = _(
    "If you tell us when, how or with which words to reach you, nothing is sent to you by itself: "
    "no receipt, no reminder, no link. A clerk reads what you told us before each letter."
)


class PersonForm(PageForm):
    """One more person who writes together with the first."""

    title = _("Somebody who writes with you")
    name = NameField(max_length=200, label=_("Full name"))
    role = NameField(max_length=200, required=False, label=_("Role (optional)"))
    organisation = NameField(max_length=300, required=False, label=_("Organisation (optional)"))
    email = forms.EmailField(
        required=False,
        label=_("E-mail address (optional)"),
        help_text=_("Never published. They get a receipt only if they agree below."),
    )
    may_email = forms.BooleanField(
        required=False,
        label=_("They have agreed that we write to this address"),
    )
    wish = forms.ChoiceField(
        choices=[
            (Disclosure.OPEN, _("Their name may be published")),
            (Disclosure.NAME_WITHHELD, _("Their name must not be published")),
            (Disclosure.CONFIDENTIAL, _("Nothing may be published")),
        ],
        widget=forms.RadioSelect,
        label=_("How may they be known?"),
        help_text=_("Of the wishes of all of you, the one that protects most holds for the whole."),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("may_email") and not (answers.get("email") or self.errors):
            self.add_error("email", _("Give their e-mail address, or untick that we may write."))
        return answers


class ContactForm(PageForm):
    title = _("How we may reach you")
    lead = _("Never published, stored encrypted, and seen by the committee's clerks alone.")
    may_email = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("May we write to you by e-mail?"),
        help_text=_(
            "A receipt, a reminder before the call closes, and a link if you ask for one. Our "
            "letters never say what they are about. If others can read your letters, say no."
        ),
    )
    email = forms.EmailField(
        required=False,
        label=_("E-mail address"),
        help_text=_("Not one from work or university, if that could harm you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    may_phone = forms.ChoiceField(
        choices=YES_NO, widget=forms.RadioSelect, label=_("May we telephone you?")
    )
    phone = forms.CharField(
        max_length=40,
        required=False,
        label=_("Telephone number (optional)"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    hours = forms.CharField(
        max_length=200,
        required=False,
        label=_("When is it safe to reach you? (optional)"),
        help_text=WRITTEN_BY_HAND,
    )
    avoid = forms.CharField(
        max_length=500,
        required=False,
        label=_("Are there words we should not use? (optional)"),
        help_text=_("Such as the subject, a name, or that a committee is writing."),
    )
    safe_ways = forms.CharField(
        max_length=1000,
        required=False,
        label=_("Other safe ways to reach you (optional)"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("may_email") == "yes" and not (answers.get("email") or self.errors):
            self.add_error("email", _("Give an e-mail address, or choose that we do not write."))
        if answers.get("may_phone") == "yes" and not answers.get("phone"):
            self.add_error("phone", _("Give a telephone number, or choose that we do not call."))
        # Who has not said yet how it may be known is asked again before sending.
        wish = self.said.get("disclosure", {}).get("wish") or Disclosure.CONFIDENTIAL
        reachable = answers.get("email") or answers.get("phone") or answers.get("safe_ways")
        if wish != Disclosure.CONFIDENTIAL and not reachable and not self.errors:
            self.add_error(
                "safe_ways",
                _(
                    "Give one way to reach you. Only if you ask for confidentiality may all of "
                    "them be left empty."
                ),
            )
        return answers
