from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError
from django.template.loader import get_template

INLINE = ("<style", " style=", "onclick=", "onsubmit=", "onload=", "onchange=", "javascript:")


class Command(BaseCommand):
    help = "Compiles every template and refuses inline scripts and styles."

    def handle(self, *args: Any, **options: Any) -> None:
        problems: list[str] = []
        root = Path(settings.BASE_DIR) / "templates"
        files = [file for file in root.rglob("*") if file.suffix in {".html", ".txt"}]
        for file in files:
            name = str(file.relative_to(root))
            try:
                get_template(name)
            except TemplateSyntaxError as problem:
                problems.append(f"{name}: {problem}")
            text = file.read_text().lower()
            problems += [f"{name}: holds “{word.strip()}”" for word in INLINE if word in text]
            if "<script>" in text:
                problems.append(f"{name}: holds an inline script")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"{len(files)} templates are well-formed.")
