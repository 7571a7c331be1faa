"""Every address of the neighbours: the FHIR server, its tokens, CDS Hooks, and the page for integrators."""

from rygrad.fhir.api import urls as api
from rygrad.fhir.hooks import urls as hooks

urlpatterns = [*api.addresses, *hooks.addresses]
