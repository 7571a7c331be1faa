"""The Django application of the neighbours."""

from django.apps import AppConfig


class Fhir(AppConfig):
    """FHIR R4 and CDS Hooks."""

    name = "rygrad.fhir"
    label = "fhir"

    def ready(self) -> None:
        """A backup of the record holds the other systems with their public keys, and the advice that was given."""
        from rygrad.fhir.models import Advice, ApiClient, Feedback
        from rygrad.record.backup import carry

        carry(Feedback, Advice, ApiClient)
