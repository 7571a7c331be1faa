"""The public pages of the programme."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from rygrad.pathway.pathway import Pathway, Reading
from rygrad.record import clocks, directory, people
from rygrad.record.contents import active
from rygrad.record.refusals import NotFound
from rygrad.web.language import language, say, words
from rygrad.web.pages import page
from rygrad.web.programme import lines
from rygrad.web.programme.picture import picture

_KEPT_SECONDS = 300


def public(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page about nobody: a browser may keep it a while, when nobody is logged in.

    Only the browser, no cache that is shared: the forms of the frame hold the visitor's own token.
    """
    pathway = active().pathway
    given = {
        "pathway": pathway,
        "identity": pathway.identity,
        "groups": list(pathway.groups.values()),
        "ways": _ways(pathway, request.path),
        **context,
    }
    response = render(request, f"web/programme/{template}", given, status=status)
    patch_vary_headers(response, ["Cookie"])
    keep = f"private, max-age={_KEPT_SECONDS}"
    response.headers["Cache-Control"] = (
        "no-store" if request.user.is_authenticated or request.method == "POST" else keep
    )
    return response


def _ways(pathway: Pathway, here: str) -> list[tuple[str, str, bool]]:
    """The pages of the programme: address, name, and whether it is the one shown."""
    found = (
        (reverse("programme"), say("Overblik", "Overview")),
        *(
            (reverse("programme_group", args=[one.id]), say(f"Gruppe {one.number}", f"Group {one.number}"))
            for one in pathway.groups.values()
        ),
        (reverse("programme_efforts"), say("Indsatser", "Efforts")),
        (reverse("programme_signs"), say("Alarmtegn", "Alarm signs")),
        (reverse("programme_guidelines"), say("Retningslinjer", "Guidelines")),
        (reverse("programme_readings"), say("Læsninger", "Readings")),
        (reverse("programme_versions"), say("Versioner", "Versions")),
        (reverse("source"), say("Kilden", "The source")),
        (reverse("try_it"), say("Prøv", "Try it")),
    )
    return [(address, name, address == here) for address, name in found]


@page(public=True)
def overview(request: HttpRequest) -> HttpResponse:
    """The programme on one page: the map, the four groups, the matrix, the ways on."""
    pathway = active().pathway
    return public(
        request,
        "overview.html",
        sections=lines.general(pathway),
        matrix=matrix(pathway),
        after=lines.after_the_window(pathway),
        map=picture(pathway),
    )


def matrix(pathway: Pathway) -> list[dict[str, Any]]:
    """Group by effort: listed, with its condition, or not named."""
    return [
        {
            "id": name,
            "words": words(told.clinician),
            "cells": [_cell(group.efforts.get(name), group.id) for group in pathway.groups.values()],
        }
        for name, told in pathway.words["efforts"].items()
    ]


def _cell(effort: Any, group: str) -> dict[str, str]:
    if effort is None:
        return {"words": "–", "said": say("ikke nævnt", "not named"), "anchor": ""}
    said = lines.condition(effort)
    return {"words": said or say("ja", "yes"), "said": "", "anchor": f"{group}.efforts.{effort.id}", "group": group}


@page(public=True)
def group(request: HttpRequest, group: str) -> HttpResponse:
    """One group, every line with its place."""
    pathway = active().pathway
    if group not in pathway.groups:
        raise NotFound
    shown = pathway.groups[group]
    return public(
        request, "group.html", group=shown, sections=lines.of_group(pathway, shown), map=picture(pathway, "", group)
    )


@page(public=True)
def efforts(request: HttpRequest) -> HttpResponse:
    """The eight efforts: who lists them, what opens them, and where they are offered."""
    pathway, today = active().pathway, clocks.local_day(clocks.now())
    code = request.GET.get("kommune", "")
    municipalities = people.municipalities(today)
    known = code if code in dict(municipalities) else ""
    found = [
        {
            "id": name,
            "words": words(told.clinician),
            "citizen": words(pathway.citizen.efforts[name]),
            "groups": [
                (group, lines.condition(group.efforts[name]))
                for group in pathway.groups.values()
                if name in group.efforts
            ],
            "places": [one for one in pathway.places if one["effort"] == name],
            "offers": _offers(name, known, today),
        }
        for name, told in pathway.words["efforts"].items()
    ]
    return public(
        request,
        "efforts.html",
        efforts=found,
        matrix=matrix(pathway),
        opens=words(pathway.cards["efforts"]["not_yet"].action),
        municipalities=municipalities,
        chosen=known,
    )


def _offers(effort: str, code: str, today: Any) -> list[directory.LocalOffer]:
    """In the chosen municipality, and what is for everybody; all when none is chosen."""
    found = directory.offers(effort, today, code or None)
    is_local = effort in directory.MUNICIPAL_EFFORTS
    return [one for one in found if not code or not is_local or one.municipality_code == code]


@page(public=True)
def alarm_signs(request: HttpRequest) -> HttpResponse:
    """The safety layer by urgency, each sign with its own sources; not the programme's words."""
    pathway = active().pathway
    levels = [
        {
            "urgency": one,
            "alarms": [
                (alarm, [pathway.safety_sources[s] for s in alarm.rule.citation.safety_sources])
                for alarm in pathway.alarms_of(one)
            ],
        }
        for one in pathway.urgencies.values()
    ]
    sources = list(pathway.safety_sources.values())
    return public(request, "signs.html", levels=levels, sources=sources)


@page(public=True)
def guidelines(request: HttpRequest) -> HttpResponse:
    """The national guidelines the programme points to, with scope and status."""
    pathway = active().pathway
    listed = [
        {key: one[key][language()] if isinstance(one[key], dict) else one[key] for key in one}
        for one in pathway.guidelines
    ]
    cited = lines.line(pathway, "nkr", words(pathway.identity.title), pathway.shown["guidelines"])
    return public(request, "guidelines.html", guidelines=listed, line=cited)


@page(public=True)
def readings(request: HttpRequest) -> HttpResponse:
    """Our readings, each with its signature state."""
    found: Iterable[Reading] = active().pathway.readings.values()
    return public(request, "readings.html", readings=found)


@page(public=True)
def mend(request: HttpRequest) -> HttpResponse:
    """A ready text to send about a line that is wrong."""
    pathway = active().pathway
    found = lines.find(pathway, request.GET.get("linje", ""))
    if found is None:
        raise NotFound
    return public(request, "mend.html", found=found, line=found.line, text=_correction(pathway, found.line))


def _correction(pathway: Pathway, line: lines.Line) -> str:
    """Which line, what it says, where it comes from, and room for the proposal."""
    quoted = f"»{line.quote}« ({line.place})" if line.quote else line.place
    rows = (
        (say("Rettelse til", "Correction to"), words(pathway.identity.title)),
        (say("Udgave", "Version"), f"{pathway.identity.version} ({pathway.identity.sha256[:12]})"),
        (say("Linje", "Line"), f"{line.id} ({line.statement})" if line.statement else line.id),
        (say("Står nu", "Says now"), line.words),
        (say("Kilde", "Source"), quoted),
    )
    said = [f"{name}: {text}" for name, text in rows if text]
    return "\n".join((*said, say("Forslag: ", "Proposal: "), say("Begrundelse: ", "Reason: "), ""))
