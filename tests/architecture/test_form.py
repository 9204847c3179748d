"""Structural rules that no linter checks."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest
from django.db.models import Model

import evidence
import inquiry

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("evidence", "inquiry")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


@pytest.mark.parametrize("package", [evidence, inquiry], ids=lambda package: package.__name__)
def test_all_models_are_imported_in_the_models_modules(package):
    """A models module that `<app>.models` forgets gets no migration, and nobody notices."""
    written = {
        thing
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if module.name.endswith(".models")
        for thing in vars(import_module(module.name)).values()
        if isinstance(thing, type)
        and issubclass(thing, Model)
        and thing.__module__ == module.name
        and not thing._meta.abstract
    }
    gathered = vars(import_module(f"{package.__name__}.models"))
    assert written == {gathered[model.__name__] for model in written}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_short_and_import_at_the_top(path):
    text = path.read_text()
    inside = [
        node.lineno
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []
    assert len(text.splitlines()) <= 400


TESTS = sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_test_modules_are_short(path):
    assert len(path.read_text().splitlines()) <= 400
