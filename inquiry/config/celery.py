"""The Celery application: `celery -A inquiry.config.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
app = Celery("inquiry", set_as_current=True)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["evidence"])
