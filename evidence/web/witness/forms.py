"""The questions for a witness, one form for each page.

Every form is bound to what was typed, complete or not. A page saves whatever is in it, and the
complete form is checked again before it is sent.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
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
    (Witness.Kind.INDIVIDUAL, _("I am writing for myself")),
    (Witness.Kind.ORGANISATION, _("I am writing for an organisation")),
    (Witness.Kind.PROXY, _("I am writing on behalf of someone else")),
    (TOGETHER, _("I am writing with other people")),
]
WISHES = [
    (Disclosure.OPEN, _("Publish it with my name")),
    (Disclosure.NAME_WITHHELD, _("Publish it without my name")),
    (Disclosure.CONFIDENTIAL, _("Keep it confidential: do not publish it")),
]
# For fields with names or stories. A browser must not suggest them to the next person who uses the
# device, nor send them to a spelling or translation service.
PRIVATE: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false", "translate": "no"}
# The end of the label of an optional question.
OPTIONAL = _(" (optional)")
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class PageForm(forms.Form):
    """One page. `answers` are those of all pages, `call` is what they are about."""

    title: ClassVar[Words]
    page_title: ClassVar[Words] = ""
    """What the browser's tab and history show. It says nothing of evidence."""
    lead: ClassVar[Words] = ""

    def __init__(
        self, data: Mapping[str, Any] | None, *, call: Call, answers: Mapping[str, Any]
    ) -> None:
        super().__init__(data)
        self.call, self.answers = call, answers
        self.settle()

    def settle(self) -> None:
        """Adapt the fields to the call and to the answers on other pages."""

    def typed(self) -> dict[str, Any]:
        """The contents of the fields, valid or not, as they are saved."""
        return {
            name: field.widget.value_from_datadict(self.data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    def rows(self) -> list[tuple[Words, str]]:
        """Each question with its answer, valid or not, for the page that shows all answers."""
        self.full_clean()
        return [
            (str(field.field.label or "").removesuffix(str(OPTIONAL)), shown)
            for field in self
            if (shown := _shown(field, self.cleaned_data.get(field.name)))
        ]


class WhoForm(PageForm):
    title = _("Who is sending this evidence?")
    page_title = _("Form: who is writing")
    who = forms.ChoiceField(
        choices=WHO,
        widget=forms.RadioSelect,
        label=_("Who is sending this evidence?"),
        error_messages={"required": _("Select who is sending this evidence")},
    )


class DetailsForm(PageForm):
    title = _("Your details")
    page_title = _("Form: your details")
    lead = _("This is how we name you if your evidence is published with your name.")
    name = NameField(
        max_length=200,
        label=_("Full name"),
        error_messages={"required": _("Enter your full name")},
        help_text=_("Include your title if you use one."),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    role = NameField(
        max_length=200,
        required=False,
        label=_("Role (optional)"),
        help_text=_("For example, Reader in Law or doctoral student."),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    organisation = NameField(
        max_length=300,
        required=False,
        label=_("Organisation (optional)"),
        error_messages={"required": _("Enter the name of the organisation")},
        help_text=_(
            "For example, your university. Leave this blank if it could reveal who you are."
        ),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    on_behalf_of = NameField(
        max_length=300,
        required=False,
        label=_("Who are you writing on behalf of? (optional)"),
        help_text=_("Only the committee's staff read this. You do not have to name them."),
        widget=forms.TextInput(attrs=PRIVATE),
    )
    has_permission = forms.BooleanField(
        label=_("I have their permission to send this"),
        error_messages={"required": _("Confirm that you have their permission")},
    )

    def settle(self) -> None:
        who = self.answers.get("who", {}).get("who")
        if who == Witness.Kind.PROXY:
            self.fields["name"].label = _("Your own full name")
            self.fields["name"].help_text = _(
                "Not the name of the person you write for. Include your title if you use one."
            )
        else:
            for name in ("on_behalf_of", "has_permission"):
                del self.fields[name]
        if who == Witness.Kind.ORGANISATION:
            for name in ("name", "role"):
                del self.fields[name]
            organisation = self.fields["organisation"]
            organisation.required = True
            organisation.label, organisation.help_text = _("Name of the organisation"), ""


class TitleForm(PageForm):
    title = _("A title for your evidence")
    page_title = _("Form: title")
    name = NameField(
        max_length=300,
        required=False,
        label=_("A title for your evidence (optional)"),
        help_text=_(
            "We publish the title with your evidence. If you do not want to be "
            "named, it must not reveal who you are."
        ),
        widget=forms.TextInput(attrs=PRIVATE),
    )


TOO_LONG_TYPED = _(
    "Your text must be 200,000 characters or fewer. Shorten it, or upload it as a file."
)


class TypedForm(PageForm):
    title = _("Type your evidence")
    page_title = _("Form: type your text")
    lead = _("Leave a blank line between paragraphs. Start a heading with #.")
    text = forms.CharField(
        max_length=MOST_TYPED,
        required=False,
        strip=False,
        error_messages={"max_length": TOO_LONG_TYPED},
        label=_("Your evidence"),
        widget=forms.Textarea(attrs={"rows": 20, "class": "long", **PRIVATE}),
    )

    def clean_text(self) -> str:
        typed = str(self.cleaned_data["text"])
        if typed.strip() and not count_words(typed):
            raise forms.ValidationError(_("Type your evidence in words"))
        return typed


class QuestionsForm(PageForm):
    title = _("Which questions does your evidence answer?")
    page_title = _("Form: questions you answer")
    questions = forms.ModelMultipleChoiceField(
        queryset=Question.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Which questions does your evidence answer? (optional)"),
        help_text=_("You do not have to answer all of them."),
    )

    def settle(self) -> None:
        _choose(self.fields["questions"], Question.objects.filter(inquiry=self.call.inquiry_id))


class AboutForm(PageForm):
    title = _("What is your evidence about?")
    page_title = _("Form: institutions and themes")
    lead = _("This helps the committee find your evidence. You can leave this page blank.")
    institutions = forms.ModelMultipleChoiceField(
        queryset=Institution.objects.none(),
        required=False,
        label=_("Universities or organisations you mention (optional)"),
        help_text=_("Hold Ctrl (on a Mac, Command) to choose more than one."),
        widget=forms.SelectMultiple(
            attrs={"size": 8, "data-pick": "", "data-remove": _("Remove"), "lang": "en-GB"}
        ),
    )
    others = forms.CharField(
        max_length=1000, required=False, label=_("Add any that are not listed (optional)")
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
    title = _("How should we publish your evidence?")
    page_title = _("Form: how to publish")
    lead = _(
        "We follow your choice from the moment you send your evidence. The committee "
        "makes the final decision."
    )
    wish = forms.ChoiceField(
        choices=WISHES,
        widget=forms.RadioSelect(attrs={"class": "card"}),
        label=_("Your choice"),
        error_messages={"required": _("Select how we should publish your evidence")},
    )
    reasons = forms.CharField(
        max_length=4000,
        required=False,
        label=_("Why do you need this, and what could happen if you were named?"),
        help_text=_(
            "You must answer this if you do not want to be named or want your evidence "
            "kept confidential. The committee's clerks read this. Committee members "
            "read it when they have to decide. We never publish it."
        ),
        widget=forms.Textarea(attrs={"rows": 6, **PRIVATE}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("wish", Disclosure.OPEN) != Disclosure.OPEN and not answers.get("reasons"):
            self.add_error("reasons", _("Explain why you do not want to be named"))
        return answers


class CircumstancesForm(PageForm):
    title = _("Publication and court cases")
    page_title = _("Form: circumstances")
    published = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Has any of your evidence been published before?"),
        error_messages={
            "required": _("Select yes if any of your evidence has been published before")
        },
    )
    published_where = forms.CharField(
        max_length=500, required=False, label=_("Where was it published?")
    )
    court = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Does your evidence mention a case that is before a court?"),
        error_messages={
            "required": _("Select yes if your evidence mentions a case that is before a court")
        },
        help_text=_("The committee cannot publish anything that could harm a live court case."),
    )
    in_court = forms.CharField(max_length=1000, required=False, label=_("Which court case?"))
    under_18 = forms.BooleanField(required=False, label=_("I am under 18"))
    support = forms.CharField(
        max_length=1000,
        required=False,
        label=_("Do you need any support from us? (optional)"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("published") == "yes" and not answers.get("published_where"):
            self.add_error("published_where", _("Enter where it was published"))
        if answers.get("court") == "yes" and not answers.get("in_court"):
            self.add_error("in_court", _("Enter which court case it is"))
        return answers


class OralForm(PageForm):
    title = _("Speaking to the committee")
    page_title = _("Form: speaking in person")
    oral = forms.ChoiceField(
        choices=[
            (Statement.Oral.YES, _("Yes")),
            (Statement.Oral.PRIVATE, _("Only in private")),
            (Statement.Oral.NO, _("No")),
        ],
        required=False,
        widget=forms.RadioSelect,
        label=_("Would you speak to the committee if it invited you? (optional)"),
        help_text=_("The committee invites few witnesses. You can change your mind."),
    )


class DeclarationsForm(PageForm):
    title = _("Declarations")
    page_title = _("Form: declarations")
    own_work = forms.BooleanField(
        label=_("This is my or our own work, written for this inquiry"),
        error_messages={"required": _("Confirm that this is your own work")},
    )
    truthful = forms.BooleanField(
        label=_("To the best of my knowledge, my evidence is true"),
        error_messages={"required": _("Confirm that your evidence is true")},
    )
    understood = forms.BooleanField(
        label=_(
            "I understand that my evidence belongs to the committee once accepted. I "
            "may not publish it myself without the committee's permission."
        ),
        error_messages={"required": _("Confirm that you understand this")},
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
