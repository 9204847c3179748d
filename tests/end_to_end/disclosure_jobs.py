"""Failed jobs about every submission, form and letter, and the URLs that show them."""

from django.urls import reverse

from evidence.drafts.models import DraftFile
from evidence.jobs.models import Job
from evidence.jobs.queue import ask, claim_job
from evidence.letters.models import Letter
from tests.end_to_end.disclosure_routes import Address, Row, fixed
from tests.end_to_end.disclosure_world import World


def fail_jobs(world: World) -> None:
    """As if each had been tried for long enough."""
    DraftFile.objects.update(state=DraftFile.State.BAD)
    subjects = [("suggest", canary.submission.pk) for canary in world.canaries]
    subjects += [("look", key) for key in DraftFile.objects.values_list("pk", flat=True)]
    for name, key in subjects:
        ask(name, key)
        claim = claim_job(Job.objects.get(name=name, subject_id=key).pk)
        with claim.settle_held("It failed with Oddity."):
            pass
    for letter in Letter.objects.filter(state=Letter.State.RELEASED):
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.FAILED)
        Job.objects.filter(subject_id=letter.pk).update(state=Job.State.HELD)


def lists(world: World) -> list[Address]:
    keys = ["", f"?inquiry={world.here.pk}", f"?inquiry={world.there.pk}", "?inquiry=0"]
    return [Address(f"{reverse('admin:jobs')}{key}") for key in keys]


def acts(world: World) -> list[Address]:
    jobs = Job.objects.filter(state=Job.State.HELD).values_list("pk", flat=True)
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
