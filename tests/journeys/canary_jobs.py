"""A job about every piece, form and letter has failed; the addresses where that is told."""

from django.urls import reverse

from evidence.drafts.models import DraftFile
from evidence.letters.models import Letter
from evidence.work.claim import ask, claim
from evidence.work.models import Step
from tests.journeys.canary import World
from tests.journeys.canary_routes import Address, Row, fixed


def fail_jobs(world: World) -> None:
    """As if each had been tried for long enough."""
    DraftFile.objects.update(state=DraftFile.State.BAD)
    subjects = [("suggest", one.piece.pk) for one in world.canaries]
    subjects += [("look", key) for key in DraftFile.objects.values_list("pk", flat=True)]
    for verb, key in subjects:
        ask(verb, key)
        held = claim(Step.objects.get(verb=verb, subject_id=key).pk)
        with held.settle_held("It failed with Oddity."):
            pass
    for letter in Letter.objects.filter(state=Letter.State.RELEASED):
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.FAILED)
        Step.objects.filter(subject_id=letter.pk).update(state=Step.State.HELD)


def lists(world: World) -> list[Address]:
    keys = ["", f"?inquiry={world.here.pk}", f"?inquiry={world.there.pk}", "?inquiry=0"]
    return [Address(f"{reverse('admin:jobs')}{key}") for key in keys]


def acts(world: World) -> list[Address]:
    jobs = Step.objects.filter(state=Step.State.HELD).values_list("pk", flat=True)
    return [
        Address(reverse("admin:job-act", args=[key, act]))
        for key in [*jobs[:3], 10**6]
        for act in ("retry", "dismiss")
    ]


ROUTES = {
    "health": Row(fixed("health")),
    "admin:jobs": Row(lists),
    "admin:jobs-retry-all": Row(fixed("admin:jobs-retry-all")),
    "admin:job-act": Row(acts),
}
