"""The questions a witness is asked, a form for each page.

Every form is bound to what was typed, complete or not: a page saves whatever stands in it, and the
whole is asked for once more before it is sent.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evidence.documents.text_cleaning import count_words
from evidence.drafts.typed_text import MOST_TYPED
from evidence.lifecycle import Disclosure
from evidence.web.forms import NameField
from evidence.witnesses.models import Statement, Witness
from inquiry.calls.models import Call, Question
from inquiry.vocabulary.models import Institution, Theme

Words = str | Promise
TOGETHER = "together"
WHO = [
    (Witness.Kind.INDIVIDUAL, _("I write for myself")),
    (Witness.Kind.ORGANISATION, _("I write for an organisation")),
    (Witness.Kind.PROXY, _("I write on behalf of somebody else")),
    (TOGETHER, _("Several of us write together")),
]
WISHES = [
    (Disclosure.OPEN, _("Publish it with my name")),
    (Disclosure.NAME_WITHHELD, _("Publish it without my name")),
    (Disclosure.CONFIDENTIAL, _("Keep it confidential: do not publish it")),
]
# What the label of a question ends with that need not be answered.
OPTIONAL = _(" (optional)")
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


USUAL = forms.Field.default_error_messages["required"]


def _missing(label: Words | None) -> str:
    asked = str(label or "").removesuffix(str(OPTIONAL))
    return gettext("Not answered yet: {question}").format(question=asked)


# Put together only where it is shown: forms are made for every page.
_not_answered = lazy(_missing, str)


class PageForm(forms.Form):
    """One page. `said` are the answers of all pages, `call` is what they are about."""

    title: ClassVar[Words]
    lead: ClassVar[Words] = ""

    def __init__(
        self, data: Mapping[str, Any] | None, *, call: Call, said: Mapping[str, Any]
    ) -> None:
        super().__init__(data)
        self.call, self.said = call, said
        self.settle()
        for field in self.fields.values():
            # A declaration says itself what is to be confirmed; all others name their question.
            if field.error_messages["required"] is USUAL:
                field.error_messages["required"] = _not_answered(field.label)

    def settle(self) -> None:
        """Fit the fields to the call and to what was said on other pages."""

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, right or wrong, as it is kept."""
        return {
            name: field.widget.value_from_datadict(self.data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    def rows(self) -> list[tuple[Words, str]]:
        """Each question with its answer, right or not yet, for a page that shows them all."""
        self.full_clean()
        return [
            (str(field.field.label or "").removesuffix(str(OPTIONAL)), shown)
            for field in self
            if (shown := _shown(field, self.cleaned_data.get(field.name)))
        ]


class WhoForm(PageForm):
    title = _("Who is sending this?")
    who = forms.ChoiceField(choices=WHO, widget=forms.RadioSelect, label=_("Who is sending this?"))


class DetailsForm(PageForm):
    title = _("Your details")
    lead = _("This is how you would be named, if you agree to be named. You decide that later.")
    name = NameField(
        max_length=200,
        label=_("Full name"),
        help_text=_("With your title, if you use one."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = NameField(
        max_length=200,
        required=False,
        label=_("Role (optional)"),
        help_text=_("Such as Reader in Law, or doctoral student."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    organisation = NameField(
        max_length=300,
        required=False,
        label=_("Organisation (optional)"),
        help_text=_("Such as your university. Leave it empty if it could tell who you are."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    on_behalf_of = NameField(
        max_length=300,
        required=False,
        label=_("On whose behalf do you write?"),
        help_text=_("Read by the committee's staff alone. You need not name them."),
    )

    def settle(self) -> None:
        who = self.said.get("who", {}).get("who")
        if who != Witness.Kind.PROXY:
            del self.fields["on_behalf_of"]
        if who == Witness.Kind.ORGANISATION:
            for name in ("name", "role"):
                del self.fields[name]
            organisation = self.fields["organisation"]
            organisation.required = True
            organisation.label, organisation.help_text = _("Name of the organisation"), ""


class TitleForm(PageForm):
    title = _("A title for your evidence")
    name = NameField(
        max_length=300,
        required=False,
        label=_("A title for your evidence (optional)"),
        help_text=_("It is published with your evidence. It must not tell who you are."),
    )


TOO_LONG_TYPED = _(
    "This is longer than can be typed here. Shorten it to 200,000 characters, or send it as a file."
)


class TypedForm(PageForm):
    title = _("Type your evidence")
    lead = _("An empty line begins a new paragraph. A line that begins with # is a heading.")
    text = forms.CharField(
        max_length=MOST_TYPED,
        required=False,
        strip=False,
        error_messages={"max_length": TOO_LONG_TYPED},
        label=_("Your evidence"),
        widget=forms.Textarea(attrs={"rows": 20, "class": "long"}),
    )

    def clean_text(self) -> str:
        typed = str(self.cleaned_data["text"])
        if typed.strip() and not count_words(typed):
            raise forms.ValidationError(_("There are no words in it."))
        return typed


class QuestionsForm(PageForm):
    title = _("Which questions does it answer?")
    questions = forms.ModelMultipleChoiceField(
        queryset=Question.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Which questions does it answer? (optional)"),
        help_text=_("You need not answer all of them."),
    )

    def settle(self) -> None:
        _choose(self.fields["questions"], Question.objects.filter(inquiry=self.call.inquiry_id))


class AboutForm(PageForm):
    title = _("What is it about?")
    lead = _("This helps the committee to find your evidence. You may leave all of it empty.")
    institutions = forms.ModelMultipleChoiceField(
        queryset=Institution.objects.none(),
        required=False,
        label=_("Institutions it speaks of (optional)"),
        help_text=_("Hold Ctrl (on a Mac, Command) to choose several."),
        widget=forms.SelectMultiple(attrs={"size": 8, "data-pick": ""}),
    )
    others = forms.CharField(
        max_length=1000, required=False, label=_("Others that are not in the list (optional)")
    )
    themes = forms.ModelMultipleChoiceField(
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Themes (optional)"),
    )

    def settle(self) -> None:
        _choose(self.fields["institutions"], Institution.objects.all())
        _choose(self.fields["themes"], Theme.objects.used_in(self.call.inquiry))


class DisclosureForm(PageForm):
    title = _("How may it be known?")
    lead = _(
        "Your wish holds from the moment we receive your evidence. The committee then decides."
    )
    wish = forms.ChoiceField(
        choices=WISHES, widget=forms.RadioSelect, label=_("How may the committee publish it?")
    )
    reasons = forms.CharField(
        max_length=4000,
        required=False,
        label=_("Why, and what harm could follow?"),
        help_text=_(
            "Needed if you ask not to be named or for confidentiality. The committee's clerks and, "
            "where they must decide, its members read it. It is never published."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("wish", Disclosure.OPEN) != Disclosure.OPEN and not answers.get("reasons"):
            self.add_error("reasons", _("Say why, so that the committee can decide as you wish."))
        return answers


class CircumstancesForm(PageForm):
    title = _("What we must know")
    published = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Has it been published already, as a whole or in part?"),
    )
    published_where = forms.CharField(max_length=500, required=False, label=_("If so, where?"))
    court = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Is anything in it before a court?"),
        help_text=_("The committee cannot publish what could harm a case that is going on."),
    )
    in_court = forms.CharField(max_length=1000, required=False, label=_("If so, which case?"))
    under_18 = forms.BooleanField(required=False, label=_("I am under 18"))
    support = forms.CharField(
        max_length=1000,
        required=False,
        label=_("Is there support you need from us? (optional)"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("published") == "yes" and not answers.get("published_where"):
            self.add_error("published_where", _("Say where it was published."))
        if answers.get("court") == "yes" and not answers.get("in_court"):
            self.add_error("in_court", _("Say which case it is."))
        return answers


class OralForm(PageForm):
    title = _("Speaking to the committee")
    oral = forms.ChoiceField(
        choices=[
            (Statement.Oral.YES, _("Yes")),
            (Statement.Oral.PRIVATE, _("Only in private")),
            (Statement.Oral.NO, _("No")),
        ],
        required=False,
        widget=forms.RadioSelect,
        label=_("Would you speak to the committee, if it asks you? (optional)"),
        help_text=_("Few witnesses are asked. You may change your mind."),
    )


class DeclarationsForm(PageForm):
    title = _("Declarations")
    own_work = forms.BooleanField(
        label=_("It is my or our own work and was written for this inquiry"),
        error_messages={"required": _("Confirm that it is your own work.")},
    )
    truthful = forms.BooleanField(
        label=_("To the best of my knowledge what it says is true"),
        error_messages={"required": _("Confirm that what it says is true.")},
    )
    understood = forms.BooleanField(
        label=_(
            "I understand that it belongs to the committee once accepted, and that I may not "
            "publish it myself without the committee's leave"
        ),
        error_messages={"required": _("Confirm that you have understood this.")},
    )


def _choose(field: forms.Field, rows: QuerySet[Any]) -> None:
    if isinstance(field, forms.ModelMultipleChoiceField):
        field.queryset = rows


def _shown(field: BoundField, value: Any) -> str:
    """An answer as people read it."""
    if isinstance(value, bool):
        return str(_("Yes")) if value else ""
    if isinstance(value, QuerySet):
        return "\n".join(str(row) for row in value)
    choices: Iterable[tuple[Any, Any]] = getattr(field.field, "choices", ())
    if value and not isinstance(value, Model) and choices:
        return str(dict(choices).get(value, value))
    return str(value or "")
