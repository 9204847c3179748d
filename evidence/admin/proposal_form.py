"""The proposal form: one choice each for acceptance, publication and report."""

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
REPORT_HINT = "This orders publication. Confidential evidence is not reported."


class ProposalForm(forms.Form):
    """Proposes the same for many submissions."""

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
        help_text="A submission is left out if this would show more than the witness asked for.",
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

    # Whether choosing nothing is allowed: it removes the existing proposals.
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
            self.add_error(
                "note", "Enter the reason for not accepting it. It goes into the letter."
            )
        if self._declines and (
            answers.get("report") or answers.get("publication") not in {"", AS_ASKED}
        ):
            self.add_error(
                "acceptance",
                "Evidence that is not accepted cannot be published or reported. Choose one.",
            )
        return answers

    def proposal(self) -> Proposal:
        """The choices of a valid form. Declining proposes nothing about publication."""
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
    """Proposes for one submission, which may show more than asked for if a reason is given."""

    freer = forms.BooleanField(
        required=False,
        label="The committee intends to show more than the witness asked for",
    )
    freer_reason = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Reason for showing more than the witness asked for",
        help_text="Kept on record permanently. Do not name the witness.",
    )
    field_order = ["acceptance", "publication", "freer", "freer_reason", "report", "note"]

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        self.submission = submission
        self.requested = str(submission.disclosure_requested)
        proposed = {Act(decision.act): decision for decision in submission.decisions.proposed()}
        kwargs.setdefault("initial", _standing(submission, proposed))
        super().__init__(*args, **kwargs)
        self.may_be_empty = bool(proposed)
        self._set_choices(
            "publication", [NOTHING, *((name, self._label(name)) for name, _ in PUBLICATION)]
        )
        self.fields["publication"].help_text = ""
        if submission.status != Status.PREPARED:
            del self.fields["acceptance"]
        if submission.status not in TO_REPORT:
            del self.fields["report"]
        if self.requested == Disclosure.OPEN:
            del self.fields["freer"], self.fields["freer_reason"]

    def clean(self) -> dict[str, Any]:
        answers = {"acceptance": "", "report": "", **(super().clean() or {})}
        publication = answers.get("publication", "")
        if publication in DISCLOSURE_NAMES and self._is_freer(publication):
            if not answers.get("freer"):
                self.add_error(
                    "freer", "Tick this to confirm, or choose what the witness asked for."
                )
            if not answers.get("freer_reason", "").strip():
                self.add_error(
                    "freer_reason", "Enter the reason for showing more than the witness asked for."
                )
        return answers

    def _is_freer(self, publication: str) -> bool:
        return is_freer(DISCLOSURE_OF[Act(publication)], than=self.requested)

    def _label(self, publication: str) -> str:
        act = Act(publication)
        if self._is_freer(publication):
            return f"{act.label} (more than the witness asked for)"
        as_asked = DISCLOSURE_OF[act] == self.requested
        return f"{act.label} (as the witness asked)" if as_asked else str(act.label)

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


def _standing(submission: Submission, proposed: dict[Act, Decision]) -> dict[str, Any]:
    """Initial values: existing proposals, or as the witness asked if there are none."""
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
    return next((words for row in proposed.values() if (words := getattr(row, name))), "")
