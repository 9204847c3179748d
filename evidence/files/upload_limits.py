"""The limits of uploads. `inquiry.config.settings` sets them; docs/settings.md explains each."""

from django.conf import settings

MEGABYTE = 1024 * 1024


def largest_file() -> int:
    """The largest file of a submission, in bytes."""
    limit: int = settings.LARGEST_FILE
    return limit


def largest_file_mb() -> int:
    return largest_file() // MEGABYTE


def most_files() -> int:
    """The most files in one submission."""
    limit: int = settings.MOST_FILES
    return limit


def largest_checked() -> int:
    """The most that can be uploaded at once to be verified, in bytes."""
    limit: int = settings.LARGEST_CHECKED
    return limit


def largest_checked_mb() -> int:
    return largest_checked() // MEGABYTE
