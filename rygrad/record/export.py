"""``export``: everything recorded about one citizen, for machines (JSON) and for people (a page to print)."""

import html
from datetime import datetime
from typing import Any

import msgspec

from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from rygrad.record.door import see_access_log, see_course
from rygrad.record.identity import same_person
from rygrad.record.models import Course, Organisation, Person, Professional
from rygrad.record.people import organisation_name
from rygrad.record.refusals import NotFound
from rygrad.record.words import ENTRY_WORDS, FIELD_WORDS, FOOTER, LOOK_WORDS, VALUE_WORDS


def everything(
    actor: Actor, *, channel: str = "api", reason: str | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """All that is recorded about the citizen: identifiers, every entry of every course, who looked. Logged first."""
    if actor.role != "citizen" or actor.person is None:
        raise NotFound
    people = same_person(actor.person)
    courses = Course.objects.filter(person_id__in=people).order_by("opened_at")
    return {
        "note": FOOTER.en,
        "exported_at": (at or clocks.now()).isoformat(),
        "persons": [_person(person) for person in Person.objects.filter(id__in=people).order_by("id")],
        "courses": [_course(actor, course.id, channel, reason, at) for course in courses],
        "access_log": [
            msgspec.to_builtins(line) for line in see_access_log(actor, channel=channel, reason=reason, at=at)
        ],
    }


def _person(person: Person) -> dict[str, Any]:
    identifiers = person.identifiers.order_by("pk").values("system", "value", "valid_from", "valid_until")
    return msgspec.to_builtins(
        {"id": person.id, "name": person.name, "born_on": person.born_on, "identifiers": list(identifiers)}
    )


def _course(actor: Actor, course: str, channel: str, reason: str | None, at: datetime | None) -> dict[str, Any]:
    view = see_course(actor, course, channel=channel, what="export", at=at, reason=reason)
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
    said = _Said(language)
    parts = [f"<h1>{title}</h1><p>{html.escape(FOOTER.text(language))}</p>"]
    for course in exported["courses"]:
        parts.append(f"<h2>{'Forløb hos' if da else 'Course at'} {html.escape(course['holder'])}</h2><ol>")
        parts += [said.entry(entry) for entry in course["entries"]]
        parts.append("</ol>")
    parts.append(f"<h2>{'Hvem har set oplysningerne' if da else 'Who has looked'}</h2><ol>")
    parts += [said.look(look) for look in exported["access_log"]]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{max-width:45rem;margin:2rem auto;'
        "padding:0 1rem;font:1rem/1.5 sans-serif}li{margin:.5rem 0}</style>" + "".join(parts) + "</ol></html>\n"
    )


class _Said:
    """Entries and looks in words, in one language: the programme's own where there are any."""

    def __init__(self, language: str) -> None:
        self.language = language
        pathway = active().pathway
        self.questions = {name: fact.question.citizen for name, fact in pathway.facts.items()}
        self.values = {name: fact.values for name, fact in pathway.facts.items()}
        groups = {group.id: group.words for group in pathway.groups.values()}
        named = (*pathway.words.values(), groups, pathway.goals, pathway.outcomes)
        self.words = VALUE_WORDS | {name: words.clinician for kind in named for name, words in kind.items()}
        self.places = {
            o.id: organisation_name(o.id, clocks.local_day(clocks.now())) for o in Organisation.objects.all()
        }

    def entry(self, entry: dict[str, Any]) -> str:
        """One entry as an item of a list."""
        words = ENTRY_WORDS[entry["type"]].text(self.language)
        place = f", {entry['organisation']}" if entry["organisation"] else ""
        return f"<li><b>{entry['on']} {words}</b> ({html.escape(entry['by'] + place)}){self._body(entry['body'])}</li>"

    def _body(self, body: dict[str, Any]) -> str:
        shown = {
            name: value for name, value in body.items() if name != "decided" and value not in ("", None, [], {}, ())
        }
        lines = [
            f"{FIELD_WORDS[name].text(self.language)}: {self._value(name, value)}" for name, value in shown.items()
        ]
        return "".join(f"<br>{html.escape(line)}" for line in lines)

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, dict):
            return "; ".join(f"{self._called(n)} {self._value(n, v)}" for n, v in value.items() if v not in ("", None))
        if isinstance(value, list | tuple):
            return ", ".join(self._value(name, part) for part in value)
        phrase = (
            self.values.get(name, {}).get(str(value)) or self.words.get(str(value)) or self.questions.get(str(value))
        )
        return phrase.text(self.language) if phrase else self.places.get(str(value), str(value))

    def _called(self, name: str) -> str:
        phrase = self.questions.get(name) or self.words.get(name) or FIELD_WORDS.get(name)
        called = phrase.text(self.language) if phrase else name
        return called if called.endswith("?") else f"{called}:"

    def look(self, look: dict[str, Any]) -> str:
        """One line of the access log."""
        at = datetime.fromisoformat(look["at"]).astimezone(clocks.COPENHAGEN)
        place = f", {look['organisation']}" if look["organisation"] else ""
        reason = f" – {look['reason']}" if look["reason"] else ""
        what = LOOK_WORDS[look["what"]].text(self.language)
        return f"<li>{at:%Y-%m-%d %H:%M} {html.escape(look['actor'] + place)}: {what}{html.escape(reason)}</li>"
