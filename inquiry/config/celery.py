"""The Celery application: `celery -A inquiry.config.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inquiry.config.settings")
app = Celery("inquiry", set_as_current=True)
# For all threads: the web server has several, and each sends messages.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["evidence"])
