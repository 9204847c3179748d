from django.apps import AppConfig


class InquiryConfig(AppConfig):
    """What is settled before the first letter arrives."""

    name = "inquiry"
    verbose_name = "Inquiries"
