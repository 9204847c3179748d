"""Makes test data once for a module, and gives each test its own copy.

What takes long to make stands in one function of the module:

    _world = made_once(make)               # make() returns what it made, by name
    call, bundle = part("call"), part("bundle")

The rows lie in a transaction around the module's tests, and what a test changes is taken back
after it; so none of them may be one that commits (`transaction=True`). Each test has its own copies
of the objects and of the files on storage.
"""

import contextlib
import copy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Model
from django.test import override_settings
from django.utils import translation

from evidence.documents import libreoffice
from evidence.pdf.sandbox import tesseract
from evidence.tasks import work_one

QUIET = {
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "NOTIFY_BROKER": False,
    # Each test client would list all static files, which takes longer than most pages.
    "WHITENOISE_AUTOREFRESH": True,
}
Parts = dict[str, Any]


def on_stores(root: Path) -> dict[str, Any]:
    """Settings with storage of their own, on a real disk."""
    return {
        **django_settings.STORAGES,
        **{
            store: {
                "BACKEND": "evidence.files.storage.LocalFileStore",
                "OPTIONS": {"location": str(root / store), "file_permissions_mode": 0o640},
            }
            for store in ("quarantine", "archive")
        },
        "drafts": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root / "drafts")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def do_all() -> int:
    """Do everything that is due, in this process; return how many jobs there were."""
    count = 0
    # A worker speaks no other language by itself, whatever page was read last.
    with translation.override(django_settings.LANGUAGE_CODE):
        while work_one():
            count += 1
            assert count < 2000, "the queue does not come to rest"
    return count


def made_once(make: Callable[[], Any]) -> Any:
    """The fixture of a module: what `make` returns, and the folder of its storage."""

    @pytest.fixture(scope="module", autouse=True, name="made")
    def fixture(
        request, django_db_setup, django_db_blocker, tmp_path_factory
    ) -> Iterator[tuple[Any, Path]]:
        for item in request.session.items:
            mark = item.get_closest_marker("django_db")
            commits = mark is not None and mark.kwargs.get("transaction")
            assert not (commits and item.path == request.path), f"{item.nodeid} ends the world"
        folder = tmp_path_factory.mktemp("world")
        around = transaction.atomic()
        # As around a test: what insists on a transaction of its own is content with this one.
        around._from_testcase = True
        with django_db_blocker.unblock(), around:
            with isolated_storage(folder):
                parts = make()
            yield parts, folder / "stores"
            transaction.set_rollback(True)

    return fixture


def part(name: str) -> Any:
    """A fixture: this part of the module's world, as nobody has changed it."""

    @pytest.fixture(name=name)
    def fixture(mine: Parts) -> Any:
        row = mine[name]
        if isinstance(row, Model):
            # It may have been made before others, and know nothing of what they wrote down.
            row.refresh_from_db()
        return row

    return fixture


@contextlib.contextmanager
def isolated_storage(folder: Path) -> Iterator[None]:
    """File stores, settings and language for what is made outside a test."""
    own = {**QUIET, "STORAGES": on_stores(folder / "stores"), "WORK_DIR": str(folder / "working")}
    with (
        override_settings(**own),
        pytest.MonkeyPatch.context() as patch,
        translation.override(django_settings.LANGUAGE_CODE),
    ):
        patch.setattr(libreoffice, "_program", lambda: None)
        patch.setattr(tesseract, "_program", lambda: None)
        storages._storages = {}
        yield
    storages._storages = {}


def own_copies(parts: Parts, stores: Path, into: Path) -> Parts:
    if stores.exists():
        shutil.copytree(stores, into, dirs_exist_ok=True)
    return copy.deepcopy(parts)
