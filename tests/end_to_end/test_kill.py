"""Whatever dies, nothing is lost and nothing is done twice.

Sixty documents and a bundle are in flight while the worker, or one of its processes, is killed
ten times, and Redis, where there is one, is emptied once and gone for a while once. The moments
are drawn by chance from a fixed seed, counted in finished jobs, not in seconds.
"""

import json
import random

import pytest

from tests.end_to_end.killed_site import Hands, Redis, jobs_done, run, trial, wait_until

pytestmark = [pytest.mark.campaign]
SUBMISSIONS, KILLS = 60, 10


class Senders:
    """Two halves of the submissions, the second sent while Redis is away."""

    def __init__(self, site: dict[str, str]) -> None:
        self.site = site
        self.first = trial(site, "send", "0", str(SUBMISSIONS // 2))

    def second_half(self) -> None:
        self.first.communicate()
        assert self.first.returncode == 0
        run(self.site, "send", str(SUBMISSIONS // 2), str(SUBMISSIONS))


def kill_and_disturb(count: int, hands: Hands, senders: Senders, redis: Redis | None) -> None:
    """The kill of this number, and what else happens then."""
    if count % 2:
        hands.kill_one()
    else:
        hands.kill_all()
        hands.start()
    match count:
        case 2 if redis:
            redis.flush()
        case 3:
            if redis:
                redis.stop()
            senders.second_half()
            if redis:
                redis.start()
        case 6:
            run(senders.site, "bundle")


def test_killed_processes_lose_and_duplicate_nothing(site, redis, monkeypatch):
    chance = random.Random(20260317)
    run(site, "settle")
    for name, value in site.items():
        monkeypatch.setenv(name, value)
    if "DATABASE_URL" not in site:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    hands, senders = Hands(chance), Senders(site)
    hands.start()
    try:
        for count in range(KILLS):
            aim = jobs_done(site) + chance.randint(3, 14)
            wait_until(lambda aim=aim: jobs_done(site) >= aim, f"kill {count}")
            kill_and_disturb(count, hands, senders, redis)
        run(site, "wait", "150")
    finally:
        hands.kill_all()

    verdict = json.loads(run(site, "verdict"))
    assert (
        verdict["submissions"] == verdict["resting"] == verdict["received_entries"] == SUBMISSIONS
    ), verdict
    assert verdict["statuses"] == {
        "prepared": SUBMISSIONS - SUBMISSIONS // 10,
        "held": SUBMISSIONS // 10,
    }, verdict
    assert verdict["moves_made_twice"] == 0, verdict
    assert verdict["moved_entries"] == verdict["moves"], verdict
    assert verdict["files"] == verdict["files_whole"] == SUBMISSIONS, verdict
    assert verdict["letters"] == verdict["letters_sent"] == SUBMISSIONS, verdict
    assert verdict["bundles_ready"] == verdict["bundles_built_entries"] == 1, verdict
    assert verdict["steps_held"] == [], verdict
    assert verdict["custody_whole"], verdict
