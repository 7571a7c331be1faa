"""The administrator's words: kinds of units, what the access table says, and a change told in a line."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rygrad.decision import spoken
from rygrad.pathway.words import Phrase
from rygrad.record.access import BASIS_WORDS, TABLE
from rygrad.record.actor import ROLES
from rygrad.record.contents import active
from rygrad.record.words import ENTRY_WORDS
from rygrad.web.language import language, say, words
from rygrad.web.pages import role_word

KIND_WORDS = {
    "gp_practice": Phrase("almen praksis", "general practice"),
    "physiotherapy_clinic": Phrase("fysioterapiklinik", "physiotherapy clinic"),
    "chiropractic_clinic": Phrase("kiropraktorklinik", "chiropractic clinic"),
    "specialist_practice": Phrase("speciallægepraksis", "specialist practice"),
    "hospital_unit": Phrase("sygehusafdeling", "hospital unit"),
    "municipality": Phrase("kommune", "municipality"),
    "employment_service": Phrase("jobcenter", "employment service"),
    "region": Phrase("region", "region"),
}
WHEN_WORDS = {
    "now": Phrase("gælder nu", "in force now"),
    "coming": Phrase("kommer", "coming"),
    "past": Phrase("slut", "ended"),
}
BASES = BASIS_WORDS | {
    "care": Phrase("har en behandlingsrelation", "has a care relationship"),
    "shared": Phrase("har fået adgang af borgeren", "was given access by the citizen"),
}
_ACTIONS = ENTRY_WORDS | {
    "emergency_access": Phrase("Tage nødadgang med begrundelse", "Take emergency access with a reason"),
    "see_plan": Phrase("Se plan og næste skridt", "See plan and next step"),
    "see_work": Phrase("Se arbejde", "See work"),
    "see_clinical": Phrase("Se kliniske oplysninger", "See clinical information"),
    "see_scores": Phrase("Se målinger", "See scores"),
    "see_access_log": Phrase("Se, hvem der har set forløbet", "See who has looked at the course"),
    "export_everything": Phrase("Få alt udleveret", "Get everything handed out"),
    "administer": Phrase("Administrere enheder, tilbud og indhold", "Administer units, offers and content"),
    "see_quality": Phrase("Se kvalitet i tal", "See quality in numbers"),
}
_RELATIONS = {
    "any": Phrase("Uden videre: rollen er nok", "At once: the role is enough"),
    "care": Phrase("Når enheden har en behandlingsrelation", "When the unit has a care relationship"),
    "holder": Phrase("Når enheden har ansvaret for forløbet", "When the unit is accountable for the course"),
    "own_gp": Phrase("Når man er borgerens egen læge", "When one is the citizen's own GP"),
    "receiver": Phrase("Når henvisningen er sendt til enheden", "When the referral was sent to the unit"),
    "self": Phrase("I sit eget forløb", "In one's own course"),
    "shared": Phrase("Når borgeren har delt det", "When the citizen has shared it"),
}
_FIELDS = {
    "kind": Phrase("slags", "kind"),
    "name": Phrase("navn", "name"),
    "role": Phrase("rolle", "role"),
    "organisation": Phrase("enhed", "unit"),
    "authorisation": Phrase("autorisations-id", "authorisation id"),
    "valid_from": Phrase("fra", "from"),
    "valid_until": Phrase("til og med", "until"),
    "ended_before": Phrase("sluttede før", "ended before"),
    "dropped_from": Phrase("bortfaldet fra", "dropped from"),
    "effort": Phrase("indsats", "effort"),
    "owner": Phrase("ejer", "owner"),
    "owner_id": Phrase("ejer", "owner"),
    "delivered_by": Phrase("udfører", "delivered by"),
    "delivered_by_id": Phrase("udfører", "delivered by"),
    "takes": Phrase("tager imod", "takes"),
    "preconditions": Phrase("forudsætninger", "preconditions"),
    "does_not_take": Phrase("tager ikke imod", "does not take"),
    "phone": Phrase("telefon", "phone"),
    "waiting_weeks": Phrase("ventetid i uger", "waiting time in weeks"),
    "waiting_checked_on": Phrase("ventetid set efter", "waiting time checked"),
    "sor_code": Phrase("SOR-kode", "SOR code"),
    "ydernummer": Phrase("ydernummer", "ydernummer"),
    "municipality_code": Phrase("kommunekode", "municipality code"),
    "course": Phrase("forløb", "course"),
    "day": Phrase("dag", "day"),
    "user": Phrase("bruger", "user"),
    "courses": Phrase("forløb", "courses"),
    "content": Phrase("indhold", "content"),
    "scopes": Phrase("må spørge om", "may ask for"),
    "keys": Phrase("nøgler", "keys"),
    "basis": Phrase("grundlag", "basis"),
    "entries": Phrase("indførsler", "entries"),
    "kept_until": Phrase("skulle ellers opbevares til", "was otherwise to be kept until"),
    "since": Phrase("fra", "from"),
    "until": Phrase("til", "until"),
}
_PLACES = ("organisation", "owner", "owner_id", "delivered_by", "delivered_by_id")


def kind_word(kind: str) -> str:
    """What a kind of unit is called."""
    return words(KIND_WORDS[kind])


def effort_word(effort: str) -> str:
    """What an effort of the programme is called; the word itself when the programme no longer has it."""
    found = active().pathway.words["efforts"].get(effort)
    return words(found.clinician) if found else effort


def known_word(table: Mapping[str, Phrase], name: str) -> str:
    """The words of a name; the name itself when nobody has given it any."""
    return words(table[name]) if name in table else name.replace("_", " ")


def basis_words(basis: str) -> str:
    """The bases of a look, in words."""
    return ", ".join(known_word(BASES, one) for one in basis.split())


def access_in_words() -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The access table as it is read aloud: for each role, under which condition, what it may do and see."""
    return [(role_word(role), list(_of_role(role))) for role in ROLES]


def _of_role(role: str) -> Iterable[tuple[str, list[str]]]:
    for relation, condition in _RELATIONS.items():
        actions = [known_word(_ACTIONS, action) for action, cells in TABLE.items() if relation in cells[role]]
        if actions:
            yield words(condition), actions


def places_in(details: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of every unit that these details of changes name."""
    return {
        value for detail in details for part in _parts(detail) for name, value in part.items() if _is_place(name, value)
    }


def _parts(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [detail, *(detail[name] for name in ("before", "after") if isinstance(detail.get(name), dict))]


def _is_place(name: str, value: Any) -> bool:
    return name in _PLACES and isinstance(value, str)


def told(detail: Mapping[str, Any], places: Mapping[str, str]) -> list[str]:
    """What a change was about, a short line for each part of it; ``places`` are names of units by id."""
    before, after = detail.get("before"), detail.get("after")
    lines = [
        f"{known_word(_FIELDS, name)}: {_value(name, value, places)}"
        for name, value in detail.items()
        if name not in ("before", "after") and value not in (None, "", [])
    ]
    if isinstance(before, dict) and isinstance(after, dict):
        lines += [
            f"{known_word(_FIELDS, name)}: {_value(name, before.get(name), places)} → {_value(name, value, places)}"
            for name, value in after.items()
        ]
    return lines


def _value(name: str, value: Any, places: Mapping[str, str]) -> str:
    if value in (None, ""):
        return say("ikke oplyst", "not given")
    if isinstance(value, list):
        return ", ".join(_value(name, one, places) for one in value)
    if _is_place(name, value):
        return places.get(value, value)
    if name == "role" and value in ROLES:
        return role_word(value)
    if name == "kind":
        return known_word(KIND_WORDS, value)
    if name == "effort":
        return effort_word(value)
    return _day(str(value))


def _day(value: str) -> str:
    try:
        return spoken.day(date.fromisoformat(value), language()) if len(value) == 10 else value
    except ValueError:
        return value
