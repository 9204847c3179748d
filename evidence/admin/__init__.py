"""The clerks' desk. Django finds each desk through here."""

from evidence.admin import meetings, records, settled, submissions

__all__ = ["meetings", "records", "settled", "submissions"]
