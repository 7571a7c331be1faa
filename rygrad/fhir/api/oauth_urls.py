"""The addresses of tokens."""

from django.urls import path

from rygrad.fhir.api import oauth

addresses = [
    path("fhir/.well-known/smart-configuration", oauth.smart_configuration, name="smart_configuration"),
    path(oauth.PATH.removeprefix("/"), oauth.token, name="oauth_token"),
]
