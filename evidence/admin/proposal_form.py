"""The form by which a clerk proposes: one choice each about acceptance, publication, report."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evidence.decisions.models import ABOUT_ACCEPTANCE, ACT_FOR, DISCLOSURE_OF, Act, Decision
from evidence.decisions.propose import Proposal
from evidence.lifecycle import Disclosure, Status, is_freer
from evidence.submissions.models import Submission
from evidence.workflow import TO_REPORT

AS_ASKED = "as_asked"
NOTHING = ("", "No proposal")
ACCEPTANCE = [(str(act), str(act.label)) for act in ABOUT_ACCEPTANCE]
PUBLICATION = [(str(act), str(act.label)) for act in DISCLOSURE_OF]
CHOICES = ("acceptance", "publication", "report")
REPORT_HINT = "It orders publication. What is kept confidential is not reported."


class ProposalForm(forms.Form):
    """What is proposed for many submissions at once."""

    acceptance = forms.ChoiceField(
        choices=[NOTHING, *ACCEPTANCE],
        required=False,
        widget=forms.RadioSelect,
        label="Acceptance",
    )
    publication = forms.ChoiceField(
        choices=[(AS_ASKED, "As each witness asked"), NOTHING, *PUBLICATION],
        required=False,
        widget=forms.RadioSelect,
        label="Publication",
        initial=AS_ASKED,
        help_text="Where this shows more than a witness asked for, the submission is left out.",
    )
    report = forms.ChoiceField(
        choices=[("", "Do not report yet"), ("yes", "Report to the House")],
        required=False,
        widget=forms.RadioSelect,
        label="Report",
        help_text=REPORT_HINT,
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Recommendation, or reason for not accepting it",
        help_text="The reason for not accepting goes into the letter to the witness.",
    )

    # Whether choosing nothing says something: that what was proposed is taken back.
    may_be_empty = False

    @property
    def as_asked(self) -> bool:
        return self.cleaned_data["publication"] == AS_ASKED and not self._declines

    @property
    def _declines(self) -> bool:
        return self.cleaned_data.get("acceptance") == Act.DECLINE

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if not any(answers.get(name) for name in CHOICES) and not self.may_be_empty:
            raise ValidationError("Choose what to propose.")
        if self._declines and not answers.get("note", "").strip():
            self.add_error("note", "Enter why it is not accepted. It goes into the letter.")
        if self._declines and (
            answers.get("report") or answers.get("publication") not in {"", AS_ASKED}
        ):
            self.add_error(
                "acceptance",
                "What is not accepted is neither published nor reported. Choose one or the other.",
            )
        return answers

    def proposal(self) -> Proposal:
        """What was chosen. Nothing is proposed about the publication of what is not accepted."""
        answers = self.cleaned_data
        publication = answers["publication"]
        return Proposal(
            acceptance=Act(answers["acceptance"]) if answers["acceptance"] else None,
            publication=Act(publication) if publication in DISCLOSURE_NAMES else None,
            report=bool(answers["report"]),
            note=answers["note"],
            freer_reason=answers.get("freer_reason", ""),
        )


DISCLOSURE_NAMES = frozenset(str(act) for act in DISCLOSURE_OF)


class SubmissionProposalForm(ProposalForm):
    """The same for one submission, where more may be shown than asked for, with a reason."""

    freer = forms.BooleanField(
        required=False,
        label="The committee means to show more than the witness asked for",
    )
    freer_reason = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Why more is shown than the witness asked for",
        help_text="This stays on record for good. Do not name the witness in it.",
    )
    field_order = ["acceptance", "publication", "freer", "freer_reason", "report", "note"]

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        self.submission = submission
        self.asked = str(submission.disclosure_requested)
        kwargs.setdefault("initial", _standing(submission))
        super().__init__(*args, **kwargs)
        self.may_be_empty = submission.decisions.proposed().exists()
        self._say("publication", [NOTHING, *((name, self._label(name)) for name, _ in PUBLICATION)])
        self.fields["publication"].help_text = ""
        if submission.status != Status.PREPARED:
            del self.fields["acceptance"]
        if submission.status not in TO_REPORT:
            del self.fields["report"]
        if self.asked == Disclosure.OPEN:
            del self.fields["freer"], self.fields["freer_reason"]

    def clean(self) -> dict[str, Any]:
        answers = {"acceptance": "", "report": "", **(super().clean() or {})}
        publication = answers.get("publication", "")
        if publication in DISCLOSURE_NAMES and self._is_freer(publication):
            if not answers.get("freer"):
                self.add_error(
                    "freer", "Tick this if the committee means it, or choose as the witness asked."
                )
            if not answers.get("freer_reason", "").strip():
                self.add_error(
                    "freer_reason", "Enter why more is shown than the witness asked for."
                )
        return answers

    def _is_freer(self, publication: str) -> bool:
        return is_freer(DISCLOSURE_OF[Act(publication)], than=self.asked)

    def _label(self, publication: str) -> str:
        act = Act(publication)
        if self._is_freer(publication):
            return f"{act.label} (more than the witness asked for)"
        as_asked = DISCLOSURE_OF[act] == self.asked
        return f"{act.label} (as the witness asked)" if as_asked else str(act.label)

    def _say(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


def _standing(submission: Submission) -> dict[str, Any]:
    """What is proposed already; where nothing is decided or proposed, as the witness asked."""
    proposed = {Act(one.act): one for one in submission.decisions.proposed()}
    first: dict[str, Any] = {"note": _first(proposed, "note")}
    undecided = submission.disclosure_decided is None and not proposed
    first["acceptance"] = next((str(act) for act in ABOUT_ACCEPTANCE if act in proposed), "")
    first["publication"] = next((str(act) for act in DISCLOSURE_OF if act in proposed), "")
    if undecided:
        first["publication"] = str(ACT_FOR[submission.disclosure_requested])
    first["report"] = "yes" if Act.REPORT in proposed else ""
    first["freer_reason"] = _first(proposed, "freer_reason")
    first["freer"] = bool(first["freer_reason"])
    return first


def _first(proposed: dict[Act, Decision], name: str) -> str:
    return next((words for one in proposed.values() if (words := getattr(one, name))), "")
