"""Every database constraint has an error message for people."""

import pytest
from django.apps import apps
from django.db.models import BaseConstraint

CONSTRAINTS = [
    constraint
    for model in apps.get_models()
    if model.__module__.startswith(("evidence.", "inquiry."))
    for constraint in model._meta.constraints
]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.name)
def test_every_constraint_has_an_error_message(constraint: BaseConstraint):
    sentence = str(constraint.violation_error_message)
    assert sentence != str(BaseConstraint.default_violation_error_message)
    assert constraint.name not in sentence
    assert sentence.endswith(".")
    assert sentence[0].isupper()
