"""Calls of the services, as another system makes them."""

import json
from datetime import date
from functools import cache
from typing import Any

from django.test import Client

from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.hooks.patients import INVENTED, call
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway
from rygrad.record import clocks

Given = dict[str, Any]
PATIENT, START, SELECT, SIGN = (
    f"rygrad-{hook}" for hook in ("patient-view", "encounter-start", "order-select", "order-sign")
)


def today() -> date:
    return clocks.local_day(clocks.now())


@cache
def content() -> Pathway:
    return load_pathway()


def given(service: str, citizen: str, effort: str = "") -> Given:
    """A call about one of the eight, of today."""
    invented = INVENTED[citizen]
    return call(content(), SERVICES[service], invented, effort or invented.tries, today())


def ask(service: str, body: Any, language: str = "da", **headers: Any) -> Any:
    """The answer to a POST; ``body`` is sent as JSON, or as it is when it is text or bytes."""
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"accept-language": language, **headers}
    return client.post(f"/cds-services/{service}", raw, content_type="application/json", headers=headers)


def cards(service: str, body: Any, language: str = "da") -> list[Given]:
    """The cards of a call that is answered."""
    answer = ask(service, body, language)
    assert answer.status_code == 200, answer.content
    found: list[Given] = answer.json()["cards"]
    return found
