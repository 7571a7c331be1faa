"""The Django application of the neighbours."""

from django.apps import AppConfig


class Fhir(AppConfig):
    """FHIR R4 and CDS Hooks."""

    name = "rygrad.fhir"
    label = "fhir"
