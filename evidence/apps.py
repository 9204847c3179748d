from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """What arrives, and what is done with it."""

    name = "evidence"
    verbose_name = "Evidence"
