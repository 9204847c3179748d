import pytest

from tests.outside import Clock, PostOffice


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def post_office(settings, monkeypatch) -> type[PostOffice]:
    settings.EMAIL_BACKEND = "tests.outside.PostOffice"
    monkeypatch.setattr(PostOffice, "is_open", True)
    return PostOffice
