"""The documents: which template, which content. Each is a page of its own, and becomes a PDF as it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from rygrad.decision import spoken
from rygrad.pathway.pathway import Alarm, Group, Pathway, Urgency
from rygrad.record.coursefile import Recorded
from rygrad.record.door import CourseView
from rygrad.record.emergencysheet import SheetRow, phones
from rygrad.record.letters import frozen_letter, sha256
from rygrad.record.states import COURSE_STATES
from rygrad.record.words import ENTRY_WORDS, FOOTER
from rygrad.web.citizen.mine import leaflet_items
from rygrad.web.citizen.questions import signs
from rygrad.web.language import language, say, words
from rygrad.web.programme import lines

_LEAFLET = ("managing_alone", "self_care", "work", "not_scanned", "flare_up", "relatives", "comes_back")


def written(template: str, lang: str, context: Mapping[str, Any]) -> str:
    """The page in ``da`` or ``en``."""
    with translation.override(lang):
        given = {"lang": lang, "footer": FOOTER, "kind": template.removesuffix(".html"), **context}
        return str(render_to_string(f"web/paper/{template}", given))


def leaflet(pathway: Pathway, lang: str, group: str = "", *, is_large: bool = False, address: str = "") -> str:
    """The citizen's leaflet, for a group or for all: A5, or A4 with large print; with a code to the page."""
    with translation.override(lang):
        of = pathway.groups.get(group)
        context = {
            "title": say("Ondt i ryggen", "Back pain"),
            "group_words": words(of.words.citizen) if of else "",
            "items": leaflet_items(pathway, group),
            "topics": [pathway.citizen.topics[name] for name in _LEAFLET],
            "call_card": pathway.citizen.call_card,
            "identity": pathway.identity,
            "kind": "leaflet large" if is_large else "leaflet",
            "signed_by": pathway.citizen.signed_by,
            "address": address,
            "code": code(address) if address else "",
        }
    return written("leaflet.html", lang, context)


def code(address: str) -> str:
    """A QR code of an address, as SVG. Raises CannotPrint when its package is not there."""
    try:
        import segno
    except ImportError:
        from rygrad.web.paper.press import CannotPrint

        raise CannotPrint("segno") from None
    return str(
        segno.make(address, error="m").svg_inline(
            scale=3, border=2, title=say("QR-kode til siden", "QR code to the page")
        )
    )


def pocket(pathway: Pathway, lang: str, *, is_imposed: bool = True) -> str:
    """The pocket edition: eight pages folded from one A4, or (not imposed) the eight in the order they are read."""
    with translation.override(lang):
        general = {section.id: section.lines for section in lines.general(pathway)}
        groups = [_panel(pathway, group) for group in pathway.groups.values()]
        context = {
            "title": words(pathway.identity.title),
            "identity": pathway.identity,
            "kind": "pocket sheet" if is_imposed else "pocket eight",
            "covered": general["hvem"],
            "excluded": general["ikke"],
            "basis": general["grundlag"],
            "groups": groups,
            "box": [
                words(pathway.words["information"][item.id].clinician)
                for item in next(iter(pathway.groups.values())).information
            ][-_BOX:],
            "levels": [
                (words(level.words.clinician), [words(alarm.words.clinician) for alarm in alarms])
                for level, alarms in _holding(pathway)
            ],
            "readings": _readings(pathway),
            "sha256": pathway.identity.sha256[:12],
        }
    return written("pocket.html", lang, context)


def _readings(pathway: Pathway) -> str:
    count, unsigned = len(pathway.readings), sum(one.signed_by is None for one in pathway.readings.values())
    return say(
        f"Hvor programmet er tavst eller tvetydigt, har vi valgt en læsning, {count} i alt. De er vores, ikke "
        f"programmets ord. {unsigned} af dem er ikke underskrevet af en kliniker.",
        f"Where the programme is silent or ambiguous we have chosen a reading, {count} in all. They are ours, not the "
        f"programme's words. {unsigned} of them are not signed by a clinician.",
    )


def _holding(pathway: Pathway) -> list[tuple[Urgency, list[Alarm]]]:
    """The urgencies that hold a plan back, each with its alarms."""
    return [(level, pathway.alarms_of(level)) for level in pathway.urgencies.values() if level.holds]


def _panel(pathway: Pathway, group: Group) -> dict[str, Any]:
    told = {section.id: [(one.words, one.note) for one in section.lines] for section in lines.of_group(pathway, group)}
    shown: Sequence[tuple[str, str]] = told["information"][:-_BOX]
    return {"group": group, "title": words(group.words.clinician), **told, "information": shown}


_BOX = 4  # the information all groups share stands once (R13)


def questionnaire(pathway: Pathway, lang: str) -> str:
    """The questions before a visit, blank, to fill in with a pen and hand in."""
    with translation.override(lang):
        facts = pathway.facts
        context = {
            "title": say("Fem spørgsmål før dit besøg", "Five questions before your visit"),
            "identity": pathway.identity,
            "signed_by": pathway.citizen.signed_by,
            "call_card": pathway.citizen.call_card,
            "signs": [words(facts[name].question.citizen) for name in signs(pathway)],
            "pain": words(facts["nrs_pain"].question.citizen),
            "function": words(facts["psfs"].question.citizen),
            "work": words(facts["work"].question.citizen),
            "works": [words(phrase) for phrase in facts["work"].values.values()],
            "worry": words(facts["worried_about_diagnosis"].question.citizen),
            "numbers": range(11),
        }
    return written("questionnaire.html", lang, context)


def plan(course: Mapping[str, Any], lang: str, today: date) -> str:
    """The plan on one page, from what the citizen's page shows (``citizen.mine.everything``)."""
    return written("plan.html", lang, {**course, "title": say("Min plan", "My plan"), "today": today})


def letter(view: CourseView, sent: Recorded, lang: str) -> str:
    """The letter of an entry as it was sent: about whom, when, from where, and its fingerprint."""
    text = frozen_letter(sent)
    context = {
        "title": ENTRY_WORDS[sent.type].text(lang),
        "letter": text,
        "fingerprint": sha256(text),
        "view": view,
        "sent": sent,
        "place": view.names.get(sent.organisation or "", ""),
    }
    return written("letter.html", lang, context)


def emergency(pathway: Pathway, place: str, rows: Sequence[SheetRow], lang: str, today: date) -> str:
    """For when the system is down: the programme on a page, and a clinic's open plans."""
    with translation.override(lang):
        context = {
            "title": say("Nødark", "Emergency sheet"),
            "identity": pathway.identity,
            "place": place,
            "phones": [(words(pathway.words["efforts"][one.effort].clinician), one) for one in phones(pathway, today)],
            "rows": [(row, *_where(pathway, row, today)) for row in rows],
            "today": today,
            "groups": [_panel(pathway, group) for group in pathway.groups.values()],
            "levels": _holding(pathway),
        }
    return written("emergency.html", lang, context)


def _where(pathway: Pathway, row: SheetRow, today: date) -> tuple[str, str, str]:
    """State, group and window of a row in words."""
    state = words(COURSE_STATES[row.state].words) if row.state in COURSE_STATES else ""
    group = pathway.groups.get(row.group)
    when = spoken.window(row.again.first, row.again.last, today, language()) if row.again else ""
    if row.again and row.again.state == "done":
        when = say("udført", "done")
    if row.again and row.again.state == "overdue":
        when = f"{say('overskredet', 'overdue')}, {when}"
    return state, f"{group.number}. {words(group.words.clinician)}" if group else "", when
