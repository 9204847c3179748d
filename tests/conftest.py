"""What every test stands on: its own shelves and keys, a closed network, real rows."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.utils import translation
from pytest_socket import socket_allow_hosts

from evidence.house import facsimile
from evidence.tasks import work_one
from evidence.web.witness import files as witness_files
from tests.together import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]


@pytest.fixture(autouse=True)
def _own_shelves(tmp_path: Path, settings, monkeypatch) -> Iterator[None]:
    """Each test has its own shelves, on a real disk."""
    root = tmp_path / "shelves"
    settings.STORAGES = {
        **django_settings.STORAGES,
        **{
            shelf: {
                "BACKEND": "evidence.files.shelves.FolderShelf",
                "OPTIONS": {"location": str(root / shelf), "file_permissions_mode": 0o640},
            }
            for shelf in ("quarantine", "archive")
        },
        "drafts": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root / "drafts")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WORK_DIR = str(tmp_path / "working")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DOORBELL = False
    # Nothing here outlives the machine, so nothing waits for its disk.
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    # No worker runs beside most tests; nobody waits for one.
    monkeypatch.setattr(witness_files, "PATIENCE_SECONDS", 0)
    storages._storages = {}
    yield
    storages._storages = {}


@pytest.fixture(autouse=True)
def _without_office(request: pytest.FixtureRequest, monkeypatch) -> None:
    """LibreOffice is optional and takes a second for each document: only tests about it have it."""
    if request.node.get_closest_marker("office") is None:
        monkeypatch.setattr(facsimile, "_program", lambda: None)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page that a test before this one read in Welsh does not make this one Welsh."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="only the tests that ask for the database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a second database, what asks for none need not be had again."""
    if not config.getoption("--only-database"):
        return
    asks = [item for item in items if _asks_for_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asks)])
    items[:] = asks


def _asks_for_the_database(item: pytest.Item) -> bool:
    # The journeys start servers and workers that use it by themselves.
    return (
        item.get_closest_marker("django_db") is not None
        or bool({"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))
        or "journeys" in item.path.parts
    )


def pytest_configure() -> None:
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_runtest_setup() -> None:
    """No test reaches beyond this machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Where everything is installed (`NOTHING_SKIPPED`), a test that skips has failed."""
    report = yield
    if report.skipped and os.environ.get("NOTHING_SKIPPED"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture
def work() -> Callable[[], int]:
    """Do everything that is due, in this process; return how many steps there were."""

    def do() -> int:
        count = 0
        # A worker speaks no other language by itself, whatever page was read last.
        with translation.override(django_settings.LANGUAGE_CODE):
            while work_one():
                count += 1
                assert count < 2000, "the queue does not come to rest"
        return count

    return do
