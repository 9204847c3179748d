"""The settings, URLs and admin site of the project. Starting Django also starts the Celery app."""

from inquiry.config.celery import app

__all__ = ["app"]
