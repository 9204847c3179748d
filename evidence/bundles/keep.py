"""Keeps recipes under names, so that a bundle can be made again with what is new."""

from django.db import transaction

from evidence.bundles.models import SavedRecipe
from evidence.bundles.recipe import Recipe
from evidence.custody.record import record
from evidence.errors import NotReady
from evidence.permissions import Action, require
from inquiry.calls.models import Inquiry
from inquiry.people.models import User


@transaction.atomic
def keep(inquiry: Inquiry, recipe: Recipe, name: str, *, shared: bool, by: User) -> SavedRecipe:
    """Keep a recipe; one's own of the same name is replaced. Raises `NotReady` without a name."""
    require(by, Action.BUNDLE, inquiry)
    if not name:
        raise NotReady("Give the recipe a name to keep it under.")
    kept, _ = SavedRecipe.objects.update_or_create(
        inquiry=inquiry,
        made_by=by,
        name=name[:100],
        defaults={"said": recipe.said(), "shared": shared},
    )
    record("recipe kept", kept, by=by, inquiry=inquiry, shared=shared)
    return kept


@transaction.atomic
def forget(recipe: SavedRecipe, *, by: User) -> None:
    """Delete a recipe. Bundles made of it stay. Raises `NotReady` for that of somebody else."""
    require(by, Action.BUNDLE, recipe.inquiry_id)
    if recipe.made_by_id != by.pk:
        raise NotReady("Only who made a recipe can delete it.")
    record("recipe deleted", recipe, by=by, inquiry=recipe.inquiry_id)
    recipe.delete()
