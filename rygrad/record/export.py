"""``export``: everything recorded about one citizen, for machines (JSON) and for people (a page to print)."""

import html
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec

from rygrad.decision import spoken
from rygrad.decision.dates import read_day
from rygrad.record import clocks
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from rygrad.record.door import see_access_log, see_course
from rygrad.record.identity import same_person
from rygrad.record.inwords import InWords
from rygrad.record.models import Course, Offer, Organisation, Person, Professional, Sharing
from rygrad.record.people import organisation_name, organisation_names
from rygrad.record.refusals import NotFound
from rygrad.record.words import ENTRY_WORDS, FOOTER, LOOK_WORDS


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
        {
            "id": person.id,
            "name": person.name,
            "born_on": person.born_on,
            "municipality_code": person.municipality_code,
            "identifiers": list(identifiers),
        }
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


_STYLE = (
    "<style>body{max-width:45rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}"
    "li{margin:.5rem 0}pre{font:inherit;white-space:pre-wrap}</style>"
)


def printable(exported: dict[str, Any], language: str, *, style: str = _STYLE) -> str:
    """The same as a plain page to print, in ``da`` or ``en``; ``style`` is what its head says of how it looks."""
    da = language == "da"
    name = html.escape(exported["persons"][0]["name"])
    title = f"Alt, hvad der er registreret om {name}" if da else f"Everything recorded about {name}"
    said = _Said(language, [course["id"] for course in exported["courses"]])
    parts = [f"<h1>{title}</h1><p>{html.escape(FOOTER.text(language))}</p>"]
    for course in exported["courses"]:
        parts.append(f"<h2>{'Forløb hos' if da else 'Course at'} {html.escape(course['holder'])}</h2><ol>")
        parts += [said.entry(entry) for entry in course["entries"]]
        parts.append("</ol>")
    parts.append(f"<h2>{'Hvem har set oplysningerne' if da else 'Who has looked'}</h2><ol>")
    parts += [said.look(look) for look in exported["access_log"]]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{style}<main>'
        + "".join(parts)
        + "</ol></main></html>\n"
    )


class _Said:
    """Entries and looks as items of a list, in one language, as a citizen reads them."""

    def __init__(self, language: str, courses: Collection[str]) -> None:
        self.language = language
        today = clocks.local_day(clocks.now())
        places = organisation_names(Organisation.objects.values_list("id", flat=True), today)
        offers = dict(Offer.objects.order_by("valid_from").values_list("offer", "name"))
        shared = Sharing.objects.filter(course_id__in=courses).values_list("relative_id", "relative__name")
        self.words = InWords(active().pathway, language, {**places, **offers, **dict(shared)}, to="citizen")

    def entry(self, entry: dict[str, Any]) -> str:
        """One entry."""
        words = ENTRY_WORDS[entry["type"]].text(self.language)
        place = f", {entry['organisation']}" if entry["organisation"] else ""
        lines = "".join(f"<br>{html.escape(line)}" for line in self.words.lines_of(entry["body"]))
        letter = entry["body"].get("letter") or ""
        shown = f"<pre>{html.escape(letter)}</pre>" if letter else ""
        head = f"<b>{self._day(read_day(entry['on']))} {words}</b>"
        return f"<li>{head} ({html.escape(entry['by'] + place)}){lines}{shown}</li>"

    def _day(self, day: date | None) -> str:
        return spoken.day(day, self.language) if day else ""

    def look(self, look: dict[str, Any]) -> str:
        """One line of the access log."""
        at = datetime.fromisoformat(look["at"]).astimezone(clocks.COPENHAGEN)
        place = f", {look['organisation']}" if look["organisation"] else ""
        reason = f" – {look['reason']}" if look["reason"] else ""
        what = LOOK_WORDS[look["what"]].text(self.language)
        when = f"{self._day(at.date())} {at:%H.%M}"
        return f"<li>{when}: {html.escape(look['actor'] + place)}: {what}{html.escape(reason)}</li>"
