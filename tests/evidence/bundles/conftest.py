import pytest

from evidence.bundles.freeze import freeze
from evidence.bundles.models import Bundle
from evidence.bundles.recipe import Recipe
from inquiry.calls.models import Call
from inquiry.people.models import User
from tests.factories import CallFactory, a_member, a_piece


@pytest.fixture
def call() -> Call:
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call) -> User:
    return a_member(call.inquiry)


@pytest.fixture
def piece(call, work):
    piece = a_piece(call)
    work()
    return piece


@pytest.fixture
def bundle(call, clerk, piece) -> Bundle:
    return freeze(call.inquiry, Recipe(title="Pack"), by=clerk)
