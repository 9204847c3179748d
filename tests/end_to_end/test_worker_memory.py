"""Workers do not grow: one that has is replaced after its job, which is not lost."""

import random

import pytest

from tests.end_to_end.killed_site import REDIS, Hands, jobs_done, run, wait_until

pytestmark = pytest.mark.campaign


def test_a_worker_that_has_grown_is_replaced_after_its_job(site, monkeypatch):
    run(site, "settle")
    run(site, "send", "0", "4")
    for name, value in {**site, "WORKER_MEMORY_MB": "1"}.items():
        monkeypatch.setenv(name, value)
    if "DATABASE_URL" not in site:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    hands = Hands(random.Random(1))
    hands.start()
    try:
        if REDIS:
            first = set(hands.pool())
            wait_until(lambda: jobs_done(site) > 4 and first.isdisjoint(hands.pool()), "replaced")
        else:
            workers = [worker.process for worker in hands.workers]
            wait_until(lambda: all(worker.poll() is not None for worker in workers), "ended")
            assert [worker.returncode for worker in workers] == [0, 0]
            assert jobs_done(site) >= len(workers)
    finally:
        hands.kill_all()
