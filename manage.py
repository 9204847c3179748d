#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line

from evidence.files.work_dir import work_here


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
    work_here()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
