"""``export``: everything recorded about one citizen, for machines (JSON) and for people (a page to print)."""

import html
from datetime import datetime
from typing import Any

import msgspec

from rygrad.record import clocks
from rygrad.record.accesslog import Seen, log
from rygrad.record.actor import Actor
from rygrad.record.door import see_access_log, see_course
from rygrad.record.identity import same_person
from rygrad.record.models import Course, Person, Professional
from rygrad.record.people import organisation_name
from rygrad.record.refusals import NotFound
from rygrad.record.words import ENTRY_WORDS, FOOTER


def everything(actor: Actor, *, channel: str = "api", at: datetime | None = None) -> dict[str, Any]:
    """All that is recorded about the citizen: identifiers, every entry of every course, who looked. Logged first."""
    if actor.role != "citizen" or actor.person is None:
        raise NotFound
    people = same_person(actor.person)
    log(actor, [Seen(actor.person, None, "self")], "export", channel=channel, at=at)
    courses = Course.objects.filter(person_id__in=people).order_by("opened_at")
    return {
        "note": FOOTER.en,
        "exported_at": (at or clocks.now()).isoformat(),
        "persons": [_person(person) for person in Person.objects.filter(id__in=people).order_by("id")],
        "courses": [_course(actor, course.id, channel, at) for course in courses],
        "access_log": [msgspec.to_builtins(line) for line in see_access_log(actor, at=at)],
    }


def _person(person: Person) -> dict[str, Any]:
    identifiers = person.identifiers.order_by("pk").values("system", "value", "valid_from", "valid_until")
    return msgspec.to_builtins(
        {"id": person.id, "name": person.name, "born_on": person.born_on, "identifiers": list(identifiers)}
    )


def _course(actor: Actor, course: str, channel: str, at: datetime | None) -> dict[str, Any]:
    view = see_course(actor, course, channel=channel, what="export", at=at)
    entries = [
        {
            "type": entry.type,
            "on": entry.valid_on,
            "recorded_at": entry.recorded_at,
            "by": _name(entry.actor),
            "organisation": organisation_name(entry.organisation, entry.valid_on) if entry.organisation else None,
            "body": entry.act,
        }
        for entry in view.entries
    ]
    holder = organisation_name(view.holder, clocks.local_day(at or clocks.now()))
    return msgspec.to_builtins(
        {"id": course, "state": view.state, "group": view.group, "holder": holder, "entries": entries}
    )


def _name(actor: str) -> str:
    found = Professional.objects.filter(id=actor).values_list("name", flat=True).first()
    return found or Person.objects.filter(id=actor).values_list("name", flat=True).first() or actor


def printable(exported: dict[str, Any], language: str) -> str:
    """The same as a plain page to print, in ``da`` or ``en``."""
    da = language == "da"
    name = html.escape(exported["persons"][0]["name"])
    title = f"Alt, hvad der er registreret om {name}" if da else f"Everything recorded about {name}"
    parts = [f"<h1>{title}</h1><p>{html.escape(FOOTER.text(language))}</p>"]
    for course in exported["courses"]:
        heading = "Forløb hos" if da else "Course at"
        parts.append(f"<h2>{heading} {html.escape(course['holder'])}</h2><ol>")
        parts += [_entry(entry, language) for entry in course["entries"]]
        parts.append("</ol>")
    parts.append(f"<h2>{'Hvem har set oplysningerne' if da else 'Who has looked'}</h2><ol>")
    parts += [_look(look) for look in exported["access_log"]]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{max-width:45rem;margin:2rem auto;'
        "padding:0 1rem;font:1rem/1.5 sans-serif}li{margin:.5rem 0}</style>" + "".join(parts) + "</ol></html>\n"
    )


def _entry(entry: dict[str, Any], language: str) -> str:
    words = ENTRY_WORDS[entry["type"]].text(language)
    place = f", {entry['organisation']}" if entry["organisation"] else ""
    said = "; ".join(f"{name}: {_said(value)}" for name, value in entry["body"].items() if _is_shown(name, value))
    return f"<li><b>{entry['on']} {words}</b> ({html.escape(entry['by'] + place)})<br>{html.escape(said)}</li>"


def _is_shown(name: str, value: Any) -> bool:
    return name != "decided" and value not in ("", None, [], {})


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_said(part)}" for name, part in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _look(look: dict[str, Any]) -> str:
    place = f", {look['organisation']}" if look["organisation"] else ""
    reason = f" – {look['reason']}" if look["reason"] else ""
    at = look["at"][:16].replace("T", " ")
    return f"<li>{at} UTC: {html.escape(look['actor'] + place)} ({look['what']}){html.escape(reason)}</li>"
