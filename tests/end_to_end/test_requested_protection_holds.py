"""From the list of the desk to the public page: whatever is ticked, what a witness asked for holds.

Every combination of wish and choice goes through every surface that proposes, then through a
meeting and the page that publishes. In public nothing is found of a name or a text that was to be
protected, but where a reason and a second clerk are on record.
"""

import itertools

import pytest
from django.test import Client
from django.urls import reverse

from evidence.custody.models import CustodyEntry
from evidence.decisions.models import Act, Decision
from evidence.decisions.propose import Proposal as Wanted
from evidence.decisions.propose import confirm, propose, propose_together
from evidence.errors import EvidenceError
from evidence.files.storage import archive
from evidence.lifecycle import Disclosure, Status, is_freer
from evidence.publication.models import PublishedFile
from evidence.submissions.models import Submission
from tests.evidence.admin.admin_client import PROPOSE, PUBLISH, hidden_fields, signed_in
from tests.factories import CallFactory, a_meeting, a_member, a_submission
from tests.shared_data import do_all

pytestmark = pytest.mark.django_db

CHOICES = {
    "as_asked": None,
    "open": Disclosure.OPEN,
    "withhold_name": Disclosure.NAME_WITHHELD,
    "keep_confidential": Disclosure.CONFIDENTIAL,
}
SURFACES = ("list", "page", "function", "functions one by one")
WHY = "The witness agreed."


class World:
    """One submission for each wish, choice and surface, with a name and a word of its own."""

    def __init__(
        self, acceptance: Act, *, report: bool, surfaces: tuple[str, ...] = SURFACES
    ) -> None:
        self.call = CallFactory(inquiry__prefix="FIA")
        self.clerk, self.second = a_member(self.call.inquiry), a_member(self.call.inquiry)
        self.acceptance, self.report = acceptance, report
        self.submissions: dict[tuple[str, str, str], Submission] = {}
        for n, key in enumerate(itertools.product(Disclosure, CHOICES, surfaces)):
            self.submissions[key] = a_submission(
                self.call,
                name=f"Quill{letters(n)}",
                organisation="",
                text=f"Word{letters(n)}.",
                disclosure=key[0],
            )
        do_all()
        self.client = signed_in(self.clerk)

    def propose_all(self) -> None:
        for choice in CHOICES:
            self._from_the_list(choice)
        for (_wish, choice, surface), submission in self.submissions.items():
            if surface == "page":
                self.client.post(
                    reverse("admin:submission-propose", args=[submission.pk]), self.form(choice)
                )
            if surface.startswith("function") and choice != "as_asked":
                self._by_function(submission, Act(choice), together=surface == "function")

    def fill_in(self, submission: Submission, answers: dict[str, str]) -> None:
        self.client.post(reverse("admin:submission-propose", args=[submission.pk]), answers)

    def _from_the_list(self, choice: str) -> None:
        chosen = [
            str(submission.pk)
            for key, submission in self.submissions.items()
            if key[1:] == (choice, "list")
        ]
        fields = {"_selected_action": chosen, "propose": "1"}
        self.client.post(PROPOSE, {**fields, **self.form(choice)})

    def form(self, choice: str) -> dict[str, str]:
        return {
            "acceptance": str(self.acceptance),
            "publication": choice,
            "report": "yes" if self.report else "",
            # A reason without the tick, and a note: neither is enough.
            "freer_reason": "Because.",
            "note": "All of them.",
        }

    def _by_function(self, submission: Submission, act: Act, *, together: bool) -> None:
        acts = [self.acceptance, act, *([Act.REPORT] if self.report else [])]
        wanted = Wanted(self.acceptance, act, report=self.report, note="All of them.")
        jobs = (
            [lambda: propose_together(submission, wanted, by=self.clerk)]
            if together
            else [
                lambda single_act=single_act: propose(
                    submission, single_act, by=self.clerk, note="N"
                )
                for single_act in acts
            ]
        )
        for job in jobs:
            try:
                job()
            except EvidenceError:
                continue

    def decide_and_publish_all(self) -> None:
        meeting = a_meeting(self.call.inquiry, by=self.clerk)
        keys = [key.hex for key in Decision.objects.proposed().values_list("pk", flat=True)]
        self.client.post(reverse("admin:meeting-apply", args=[meeting.pk]), {"decision": keys})
        do_all()
        every = [str(submission.pk) for submission in self.submissions.values()]
        fields = {"_selected_action": every}
        page = self.client.post(PUBLISH, fields).content.decode()
        self.client.post(PUBLISH, {**fields, "publish": "1", **hidden_fields(page)})

    def in_public(self) -> str:
        """All that anybody can read: the list, searches, pages and the text of PDFs."""
        client, texts = Client(), []
        number = 1
        while "next" in (page := client.get(f"/evidence/?page={number}").content.decode()):
            texts.append(page)
            number += 1
        texts.append(page)
        texts += [
            client.get(f"/evidence/{submission.reference}/").content.decode()
            for submission in Submission.objects.published()
        ]
        for file in PublishedFile.objects.all():
            with archive().read(file.pdf_sha256) as stream:
                texts.append(stream.read().decode("latin-1"))
        return "".join(texts)


def letters(n: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{n:03}")


def assert_protection_holds(world: World) -> None:
    public = world.in_public()
    client = Client()
    for (wish, choice, surface), submission in world.submissions.items():
        submission.refresh_from_db()
        name = submission.witnesses.get().name
        case = (wish, choice, surface, submission.status)
        assert not is_freer(submission.disclosure, than=wish), case
        if wish != Disclosure.OPEN:
            assert name not in public, case
            # The page repeats what was searched for: in its field and in the link to Welsh.
            page = client.get(f"/evidence/?q={name}").content.decode()
            page = page.replace(f'value="{name}"', "").replace(f"?q={name}", "")
            assert name not in page, case
        if wish == Disclosure.CONFIDENTIAL:
            word = name.replace("Quill", "Word")
            assert word not in public, case
            assert submission.status != Status.PUBLISHED, case


def test_weaker_protection_is_never_public_without_reason_and_second_clerk():
    # What clerks press; the functions behind it are tried with all else in the longer trial.
    world = World(Act.ACCEPT, report=True, surfaces=("list", "page"))
    world.propose_all()
    # This one has a reason; nobody has confirmed it yet.
    reasoned = world.submissions["name_withheld", "open", "page"]
    world.fill_in(reasoned, {**world.form("open"), "freer": "on", "freer_reason": WHY})
    world.decide_and_publish_all()

    assert_protection_holds(world)
    # What was asked for is done: this is no world in which nothing happens at all.
    for (wish, choice, surface), submission in world.submissions.items():
        granted = wish if choice == "as_asked" else CHOICES[choice]
        reachable = surface == "list" or choice != "as_asked"
        if reachable and granted != Disclosure.CONFIDENTIAL and not is_freer(granted, than=wish):
            assert submission.status == Status.PUBLISHED, (wish, choice, surface)

    confirm(reasoned.decisions.get(act=Act.OPEN), by=world.second)
    world.decide_and_publish_all()

    assert reasoned.witnesses.get().name in world.in_public()
    details = [entry.detail for entry in CustodyEntry.objects.filter(subject_id=str(reasoned.pk))]
    assert any(entry.get("freer_than_asked") == WHY for entry in details)
    assert any(entry.get("act_confirmed") == "open" and entry["reason"] == WHY for entry in details)


@pytest.mark.campaign
@pytest.mark.parametrize("acceptance", [Act.ACCEPT, Act.CORRESPONDENCE, Act.DECLINE])
@pytest.mark.parametrize("report", [True, False])
def test_every_combination_of_decisions_respects_requested_protection(acceptance, report):
    world = World(acceptance, report=report)
    world.propose_all()
    world.decide_and_publish_all()
    assert_protection_holds(world)
