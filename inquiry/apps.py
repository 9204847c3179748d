from django.apps import AppConfig


class InquiryConfig(AppConfig):
    """What is set up before the first submission arrives."""

    name = "inquiry"
    verbose_name = "Inquiries"
