"""The record as a Django application."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """One application, one label: its tables are called ``record_…``."""

    name = "rygrad.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
