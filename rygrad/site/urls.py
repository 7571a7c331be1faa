"""The root of all addresses."""

from django.urls import include, path

urlpatterns = [path("", include("rygrad.fhir.urls")), path("", include("rygrad.web.urls"))]
handler400 = "rygrad.web.answers.unreadable"
handler404 = "rygrad.web.answers.not_found"
handler500 = "rygrad.web.answers.failed"
