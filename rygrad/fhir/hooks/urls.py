"""The addresses of CDS Hooks and of the page for integrators."""

from django.urls import path
from django.urls.resolvers import URLPattern

from rygrad.fhir.hooks import integration, services

addresses: list[URLPattern] = [
    path("cds-services", services.discovery, name="cds_discovery"),
    path("cds-services/<str:service>", services.call, name="cds_service"),
    path("cds-services/<str:service>/feedback", services.feedback, name="cds_feedback"),
    path("integration", integration.page, name="integration"),
    path("integration/<str:citizen>/<str:service>.json", integration.example, name="integration_example"),
]
