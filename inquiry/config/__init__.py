"""The wiring. Whatever runs Django runs with our Celery application."""

from inquiry.config.celery import app

__all__ = ["app"]
