from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from evidence.witnesses.encrypted import EncryptedTextField


class Command(BaseCommand):
    help = "Encrypts every encrypted field anew with the first of FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if isinstance(field, EncryptedTextField)
            ]
            if names:
                count = self._renew(model, names)
                self.stdout.write(f"{model._meta.verbose_name_plural}: {count}")

    @staticmethod
    def _renew(model: Any, names: list[str]) -> int:
        count = 0
        for key in model._default_manager.values_list("pk", flat=True).iterator():
            with transaction.atomic():
                row = model._default_manager.select_for_update().get(pk=key)
                row.save(update_fields=names)
                count += 1
        return count
