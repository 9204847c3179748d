import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.bundles.build import build
from evidence.bundles.freeze import freeze
from evidence.bundles.issue import issue
from evidence.bundles.models import Bundle
from evidence.bundles.recipe import Recipe
from evidence.errors import EvidenceError
from evidence.files.shelves import archive
from evidence.work.claim import claim
from evidence.work.models import Step
from inquiry.calls.models import Inquiry
from inquiry.people.models import User
from inquiry.vocabulary.models import Institution, Theme


class Command(BaseCommand):
    help = "Makes a bundle of evidence as a PDF, with the rights of the person named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--inquiry", required=True, help="The inquiry's code.")
        parser.add_argument("--as", dest="user", required=True, help="Whose rights decide.")
        parser.add_argument("--institution", action="append", default=[], help="Its name.")
        parser.add_argument("--theme", action="append", default=[], help="Its name.")
        parser.add_argument("--status", action="append", default=[])
        parser.add_argument("--words", default="")
        parser.add_argument("--order", choices=Bundle.Order.values, default=Bundle.Order.NUMBER)
        parser.add_argument("--group", choices=Bundle.Grouping.values, default=Bundle.Grouping.NONE)
        parser.add_argument("--title", default="Written evidence")
        parser.add_argument("--marking", default="")
        parser.add_argument("--prefix", default="", help="Stands before each page number.")
        parser.add_argument("--of-pages", action="store_true", help="Prints “of 120” as well.")
        parser.add_argument("--confidential", action="store_true")
        parser.add_argument("--out", type=Path, required=True, help="Where the PDF goes.")

    def handle(self, *args: Any, **options: Any) -> None:
        inquiry = self._one(Inquiry, code=options["inquiry"])
        user = self._one(User, username=options["user"])
        try:
            bundle = self._made(inquiry, user, options)
            issued = issue(bundle, form="pdf", by=user)
        except EvidenceError as problem:
            raise CommandError(str(problem)) from None
        with archive().read(issued.sha256) as source, options["out"].open("wb") as target:
            shutil.copyfileobj(source, target)
        included = bundle.items.filter(not_included="")
        pieces = included.values("submission").distinct().count()
        for item in bundle.items.exclude(not_included=""):
            self.stderr.write(f"{item.reference} is not included: {item.not_included}")
        self.stdout.write(f"bundle: {options['out']} ({pieces} pieces, {bundle.pages} pages)")

    def _made(self, inquiry: Inquiry, user: User, options: dict[str, Any]) -> Bundle:
        bundle = freeze(inquiry, self._recipe(options), by=user)
        step = Step.objects.get(verb="build_bundle", subject_id=bundle.pk)
        held = claim(step.pk)
        if held is None:
            raise CommandError("A worker has taken this bundle; find it on the bundles page.")
        build(bundle, within=held.settle, report=held.report)
        bundle.refresh_from_db()
        return bundle

    def _recipe(self, options: dict[str, Any]) -> Recipe:
        institutions = [self._one(Institution, name=name).pk for name in options["institution"]]
        themes = [self._one(Theme, name=name).pk for name in options["theme"]]
        asked = {
            "institution": institutions,
            "theme": themes,
            "status": options["status"],
            "q": options["words"],
        }
        return Recipe(
            title=options["title"],
            marking=options["marking"],
            prefix=options["prefix"],
            of_pages=options["of_pages"],
            order=Bundle.Order(options["order"]),
            grouping=Bundle.Grouping(options["group"]),
            with_confidential=options["confidential"],
            asked=urlencode(asked, doseq=True),
        )

    @staticmethod
    def _one(model: Any, **asked: str) -> Any:
        found = model.objects.filter(**asked).first()
        if found is None:
            raise CommandError(
                f"There is no {model._meta.verbose_name} “{next(iter(asked.values()))}”."
            )
        return found
