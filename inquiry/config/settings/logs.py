"""Structured logs: one JSON object a line, ids only.

A line must not contain a name, email, address or file name. Messages of Django and Celery are
reduced to their event, and paths to their route.
"""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]

LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})
SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


# Parts of an address that give access: the token of an emailed link, the handle of a form.
OPENS = re.compile(r"/(return/link|form)/[^/\s]+")


class NoQueryString(logging.Filter):
    """Removes what a person typed, and what gives access, from Django's messages about requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and record.name.startswith("django.request"):
            record.args = tuple(
                OPENS.sub(r"/\1/…", argument.partition("?")[0])
                if isinstance(argument, str)
                else argument
                for argument in record.args
            )
        return True


def config(level: str) -> dict[str, Any]:
    """The LOGGING setting. `level` is one of `LEVELS`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_query_string": {"()": NoQueryString}},
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(sort_keys=True),
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["no_query_string"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": "WARNING"},
            "django.server": {"handlers": [], "propagate": True},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
            "PIL": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
        },
    }


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
