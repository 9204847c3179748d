"""Fixtures for all tests: own storage and keys, no network, real rows."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.db import connection
from django.utils import translation
from pytest_socket import socket_allow_hosts

from evidence.documents import libreoffice
from evidence.pdf.sandbox import tesseract
from evidence.sandbox.fork_client import keep_ready
from evidence.tasks.reader_modules import READERS
from tests.shared_data import QUIET, Parts, do_all, on_stores, own_copies
from tests.xdist_scheduling import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path, settings, monkeypatch) -> Iterator[None]:
    """Each test has its own storage, on a real disk."""
    settings.STORAGES = on_stores(tmp_path / "stores")
    settings.WORK_DIR = str(tmp_path / "working")
    for name, value in QUIET.items():
        setattr(settings, name, value)
    # Nothing here outlives the machine, so nothing waits for its disk; what is no open file is
    # refused all the same.
    monkeypatch.setattr(os, "fsync", os.fstat)
    storages._storages = {}
    yield
    storages._storages = {}


@pytest.fixture(autouse=True)
def _without_office(request: pytest.FixtureRequest, monkeypatch) -> None:
    """LibreOffice is optional and takes a second for each document: only tests about it have it."""
    if request.node.get_closest_marker("office") is None:
        monkeypatch.setattr(libreoffice, "_program", lambda: None)


@pytest.fixture(autouse=True)
def _without_tesseract(request: pytest.FixtureRequest, monkeypatch) -> None:
    """Reading a page by machine takes seconds: only tests about it have tesseract."""
    if request.node.get_closest_marker("ocr") is None:
        monkeypatch.setattr(tesseract, "_program", lambda: None)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page that a test before this one read in Welsh does not make this one Welsh."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="only the tests that ask for the database"
    )
    parser.addoption(
        "--mutation-minutes",
        type=float,
        default=2.0,
        help="how long the trial reads damaged files, in minutes of the processor",
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
        or "end_to_end" in item.path.parts
    )


# A change is judged by the same examples each time; `--hypothesis-profile=search` draws new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, database=None)
hypothesis.settings.register_profile("search", max_examples=1000)
hypothesis.settings.load_profile("repeatable")


def pytest_configure() -> None:
    # As in a worker.
    keep_ready(READERS)
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_runtest_setup() -> None:
    """No test reaches beyond this machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Where everything is installed (`NOTHING_SKIPPED`), a test that skips has failed; but for
    those about PostgreSQL in the run on SQLite, for which there is a second run."""
    report = yield
    second_run = item.get_closest_marker("postgres") and connection.vendor != "postgresql"
    if report.skipped and os.environ.get("NOTHING_SKIPPED") and not second_run:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture
def work() -> Callable[[], int]:
    return do_all


@pytest.fixture
def mine(made: tuple[Parts, Path], tmp_path: Path) -> Parts:
    """The world of the module, for this test alone."""
    parts, stores = made
    return own_copies(parts, stores, tmp_path / "stores")
