"""The site for the disclosure tests: every secret, bundles, an archive and failed jobs."""

import pytest
from django.core.files.storage import storages

from evidence.admin.submissions import SubmissionAdmin
from evidence.web.public import published
from evidence.web.staff import register
from tests.end_to_end.disclosure_archive import make_archive
from tests.end_to_end.disclosure_jobs import fail_jobs
from tests.end_to_end.disclosure_making import make_bundles, make_world
from tests.end_to_end.disclosure_world import World
from tests.shared_data import do_all, on_stores


def make() -> World:
    world = make_world(do_all)
    make_archive(world)
    make_bundles(world, do_all)
    fail_jobs(world)
    return world


@pytest.fixture
def world(made, settings, monkeypatch) -> World:
    world, stores = made
    settings.STORAGES = on_stores(stores)
    storages._storages = {}
    # Several pages, so that what is counted and paged is seen.
    monkeypatch.setattr(register, "PER_PAGE", 9)
    monkeypatch.setattr(published, "PER_PAGE", 2)
    monkeypatch.setattr(SubmissionAdmin, "list_per_page", 9)
    return world
