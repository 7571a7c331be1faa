"""S11, the page for integrators: where to ask, eight invented citizens, calls to copy, a sandbox. Nothing is kept."""

from dataclasses import dataclass
from json import dumps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from rygrad.fhir.hooks.addresses import absolute
from rygrad.fhir.hooks.cards import Told
from rygrad.fhir.hooks.offered import SERVICES, Service
from rygrad.fhir.hooks.patients import INVENTED, Invented, call
from rygrad.fhir.hooks.services import answered, programme, refused
from rygrad.fhir.understood import SIGN_DAYS, STATE_DAYS, WEAK_SIGN_DAYS
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase
from rygrad.record import clocks
from rygrad.record.refusals import NotFound

_LIMITS = (
    (Phrase("Akutte tegn og tegn til samme dag", "Acute and same-day signs"), SIGN_DAYS),
    (Phrase("Andre alarmtegn og udelukkelser", "Other alarm signs and exclusions"), WEAK_SIGN_DAYS),
    (Phrase("Hvordan borgeren ellers har det", "How the citizen is otherwise"), STATE_DAYS),
    (Phrase("Datoer, målinger og det, der er udført", "Dates, scores and what was done"), None),
)
_TONES = {"critical": "error", "warning": "warning", "info": "info"}


@dataclass(frozen=True, slots=True)
class _Chosen:
    citizen: Invented
    service: Service
    effort: str


def page(request: HttpRequest) -> HttpResponse:
    """The page; with the cards below the form when it was sent."""
    pathway, language = programme(), _language()
    chosen = _chosen(request, pathway)
    given = _call(pathway, chosen, language)
    told = answered(pathway, chosen.service, given, language) if request.method == "POST" else None
    context = {
        "bases": _bases(),
        "limits": _LIMITS,
        "calls": {
            "services": f"curl -s {absolute(reverse('cds_discovery'))}",
            "metadata": f"curl -s {absolute(reverse('fhir_metadata'))}",
            "register": "rygrad client add",
            "token": "rygrad client token",
        },
        "examples": [_example(one) for one in SERVICES.values()],
        "citizens": INVENTED.values(),
        "services": SERVICES.values(),
        "efforts": [(name, words.clinician.text(language)) for name, words in pathway.words["efforts"].items()],
        "chosen": chosen,
        "is_asked": told is not None,
        "cards": [_shown(one) for one in told or ()],
        "given": dumps(given, ensure_ascii=False, indent=1),
        "answer": dumps({"cards": [one.card for one in told or ()]}, ensure_ascii=False, indent=1),
        "is_open": settings.DEMO and not settings.CDS_ISSUERS,
    }
    response = render(request, "fhir/integration.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def example(request: HttpRequest, citizen: str, service: str) -> HttpResponse:
    """A whole call about one of the invented citizens, as JSON, to be sent on; ``?effort=`` is what it orders."""
    if citizen not in INVENTED or service not in SERVICES:
        return refused(NotFound())
    pathway = programme()
    effort = request.GET.get("effort", INVENTED[citizen].tries)
    chosen = _Chosen(INVENTED[citizen], SERVICES[service], effort)
    if effort not in pathway.words["efforts"]:
        return refused(NotFound())
    return JsonResponse(_call(pathway, chosen, _language()), json_dumps_params={"ensure_ascii": False, "indent": 1})


page.policy = example.policy = frozenset({"public"})  # type: ignore[attr-defined]


def _language() -> str:
    return "en" if translation.get_language() == "en" else "da"


def _chosen(request: HttpRequest, pathway: Pathway) -> _Chosen:
    """What the form says; where it says nothing we know, the one that shows most."""
    citizen = INVENTED.get(request.POST.get("citizen", ""), INVENTED["mr-udfoert"])
    service = SERVICES.get(request.POST.get("service", ""), SERVICES["rygrad-order-sign"])
    effort = request.POST.get("effort", "")
    return _Chosen(citizen, service, effort if effort in pathway.words["efforts"] else citizen.tries)


def _call(pathway: Pathway, chosen: _Chosen, language: str) -> dict[str, Any]:
    today = clocks.local_day(clocks.now())
    return call(pathway, chosen.service, chosen.citizen, chosen.effort, today, language)


def _bases() -> list[tuple[str, str]]:
    """What is where, for other systems."""
    named = (
        ("FHIR R4", reverse("fhir_metadata").removesuffix("/metadata")),
        ("CapabilityStatement", reverse("fhir_metadata")),
        ("SMART configuration", reverse("smart_configuration")),
        ("OAuth 2.0 token", reverse("oauth_token")),
        ("CDS Hooks 2.0", reverse("cds_discovery")),
    )
    return [(name, absolute(path)) for name, path in named]


def _example(service: Service) -> dict[str, str]:
    """A call to copy: the example of one citizen, sent on to the service."""
    citizen = "mr-udfoert" if "draftOrders" in service.context else "gentagne"
    data = absolute(reverse("integration_example", args=[citizen, service.id]))
    address = absolute(reverse("cds_service", args=[service.id]))
    return {
        "hook": service.hook,
        "lines": f"curl -s {data} |\n  curl -s {address} -H 'Content-Type: application/json' -d @-",
    }


def _shown(told: Told) -> dict[str, Any]:
    """A card as a person reads it."""
    card = told.card
    return {
        **card,
        "tone": _TONES[card["indicator"]],
        "lines": [_plain(line) for line in card["detail"].split("\n")],
        "reasons": [one["display"] for one in card["overrideReasons"]],
        "offers": [one["label"] for one in card.get("suggestions", ())],
    }


def _plain(line: str) -> str:
    """A line of a card's detail without its little markdown."""
    said = line.lstrip("> ").replace("**", "").replace("`", "")
    return f"· {said[2:]}" if said.startswith("- ") else said
