"""Twenty bundles from five people on two workers that are killed: each is made whole, small ones
first, and nothing half made is left anywhere."""

import json
import random

import pytest

from tests.end_to_end.killed_site import Hands, count, run, wait_until

pytestmark = [pytest.mark.campaign]
SCRIPT = "bundle_load.py"
BUNDLES, KILLS = 20, 6
READY = "evidence_bundle where state = 'ready'"
RUNNING = "evidence_job where state = 'running' and weight > 0"
LARGE_RUNS = f"{RUNNING} and weight > 100 and done > 0"


def test_twenty_bundles_are_complete_and_small_ones_finish_first(site, monkeypatch):
    chance = random.Random(20260317)
    run(site, "settle", script=SCRIPT)
    for name, value in site.items():
        monkeypatch.setenv(name, value)
    if "DATABASE_URL" not in site:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    hands = Hands(chance)
    hands.start()
    try:
        for kill in range(KILLS):
            aim = min(count(site, READY) + chance.randint(2, 4), BUNDLES - 1)
            # The last ones while the large one is in the making.
            what = LARGE_RUNS if kill >= KILLS - 2 else RUNNING
            wait_until(
                lambda aim=aim, what=what: count(site, READY) >= aim and count(site, what) > 0,
                f"kill {kill}",
            )
            if kill % 2:
                hands.kill_one()
            else:
                hands.kill_all()
                hands.start()
        run(site, "wait", "90", script=SCRIPT)
    finally:
        hands.kill_all()

    verdict = json.loads(run(site, "verdict", script=SCRIPT))
    assert verdict["states"] == ["ready"], verdict
    assert verdict["bundles"] == verdict["built_entries"] == BUNDLES, verdict
    assert verdict["small_first"] == BUNDLES - 1, verdict
    assert verdict["alike"] == 1, verdict
    assert verdict["volumes"] > 1, verdict
    assert verdict["halves"] == verdict["nobodys"] == verdict["missing"] == verdict["left"] == [], (
        verdict
    )
    assert verdict["steps_held"] == [], verdict
    assert verdict["custody_whole"], verdict
