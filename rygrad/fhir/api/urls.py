"""The addresses of the FHIR server and of its tokens."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from rygrad.fhir.api import bulk, capability, oauth_urls, operations, read
from rygrad.fhir.api.serve import endpoint
from rygrad.record.refusals import NotFound

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@endpoint(*_METHODS, public=True)
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address under the base: an OperationOutcome, as everything here."""
    raise NotFound


_TYPE, _ID = r"(?P<name>[A-Za-z]{1,64})", r"(?P<id>[A-Za-z0-9.\-]{1,64})"
addresses = [
    *oauth_urls.addresses,
    path("fhir/metadata", capability.metadata, name="fhir_metadata"),
    path("fhir/$export", bulk.export, name="fhir_export"),
    path("fhir/$export-status/<str:token>", bulk.status, name="fhir_export_status"),
    path("fhir/$export-file/<str:token>/<str:name>.ndjson", bulk.file, name="fhir_export_file"),
    re_path(rf"^fhir/Patient/{_ID}/\$everything$", operations.everything, name="fhir_everything"),
    re_path(rf"^fhir/PlanDefinition/{_ID}/\$apply$", operations.apply, name="fhir_apply"),
    re_path(rf"^fhir/{_TYPE}$", read.of_type, name="fhir_type"),
    re_path(rf"^fhir/{_TYPE}/_search$", read.searched, name="fhir_search"),
    re_path(rf"^fhir/{_TYPE}/{_ID}$", read.instance, name="fhir_instance"),
    re_path(rf"^fhir/{_TYPE}/{_ID}/_history$", read.history, name="fhir_history"),
    re_path(rf"^fhir/{_TYPE}/{_ID}/_history/(?P<version>[A-Za-z0-9.\-]{{1,64}})$", read.version, name="fhir_version"),
    re_path(r"^fhir(?:/(?P<rest>.*))?$", nowhere, name="fhir_nowhere"),
]
