"""Registering persons, organisations, professionals and offers, and who somebody is when they act."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from rygrad.record.actor import ORGANISATION_KINDS, ROLES, Actor
from rygrad.record.alphabet import danish_order
from rygrad.record.dated import in_force
from rygrad.record.identity import new_id, same_person
from rygrad.record.models import (
    Course,
    Identifier,
    Membership,
    Organisation,
    OrganisationName,
    Person,
    Professional,
)
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.storage import writing

# Form only: valid numbers without modulus 11 exist, and replacement numbers hold letters.
_FORMS = {
    "cpr": re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{6}"),
    "ecpr": re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}[0-9][A-Z]{2}[0-9]"),
    "demo": re.compile(r"demo-[0-9]{1,9}"),
}
_CODES = {
    "sor": re.compile(r"[0-9]{6,18}"),
    "ydernummer": re.compile(r"[0-9]{6}"),
    "municipality": re.compile(r"[0-9]{4}"),
}


def text(value: str) -> str:
    """A name as it came; Refused when empty, too long, or with characters no database keeps."""
    if not value.strip() or len(value) > 500 or any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        raise Refused("name", "navnet kan ikke bruges.", "the name cannot be used.")
    return value


def register_person(
    name: str,
    identifiers: Mapping[str, str],
    *,
    born_on: date | None = None,
    valid_from: date = date(1900, 1, 1),
    is_invented: bool = False,
    municipality_code: str | None = None,
    id: str | None = None,
) -> str:
    """A new person with identifiers by system (``cpr``, ``ecpr``, ``demo`` or another); their opaque id back.

    Refused when an identifier or code has the wrong form, or is somebody's already.
    """
    _check_codes(municipality=municipality_code)
    for system, value in identifiers.items():
        if system in _FORMS and not _FORMS[system].fullmatch(value):
            raise Refused("identifier", f"{system}: formen er forkert.", f"{system}: wrong form.")
    with writing():
        for system, value in identifiers.items():
            if _of_identifier(system, value, None):
                raise Refused("identifier_taken", f"{system}: findes allerede.", f"{system}: is there already.")
        person = Person(
            id=id or new_id("p"),
            name=text(name),
            born_on=born_on,
            is_invented=is_invented,
            municipality_code=municipality_code,
        )
        person.save(force_insert=True)
        for system, value in identifiers.items():
            Identifier.objects.create(person=person, system=system, value=value, valid_from=valid_from)
    return person.id


def _of_identifier(system: str, value: str, day: date | None) -> Identifier | None:
    found = Identifier.objects.filter(system=system, value=value)
    if day:
        found = found.filter(in_force(day))
    return found.first()


def _check_codes(**codes: str | None) -> None:
    for register, code in codes.items():
        if code is not None and not _CODES[register].fullmatch(code):
            raise Refused(
                "code",
                "SOR-kode, ydernummer eller kommunekode har forkert form.",
                "SOR code, ydernummer or municipality code: wrong form.",
            )


def person_of(system: str, value: str, day: date) -> str:
    """The person who has this identifier that day; NotFound."""
    found = _of_identifier(system, value, day)
    if found is None:
        raise NotFound
    return str(found.person_id)


def register_organisation(
    kind: str,
    name: str,
    *,
    valid_from: date = date(1900, 1, 1),
    sor_code: str | None = None,
    ydernummer: str | None = None,
    municipality_code: str | None = None,
    id: str | None = None,
) -> str:
    """A new organisation of one of the known kinds; its id back. Refused when kind, name or a code is wrong."""
    if kind not in ORGANISATION_KINDS:
        raise Refused(
            "kind", "ukendt slags enhed.", "unknown kind of organisation.", known=", ".join(ORGANISATION_KINDS)
        )
    _check_codes(sor=sor_code, ydernummer=ydernummer, municipality=municipality_code)
    with writing():
        organisation = Organisation(
            id=id or new_id("o"),
            kind=kind,
            sor_code=sor_code,
            ydernummer=ydernummer,
            municipality_code=municipality_code,
        )
        organisation.save(force_insert=True)
        OrganisationName.objects.create(organisation=organisation, name=text(name), valid_from=valid_from)
    return organisation.id


def register_professional(
    user: str,
    name: str,
    role: str,
    organisation: str,
    *,
    authorisation: str | None = None,
    valid_from: date = date(1900, 1, 1),
    id: str | None = None,
) -> str:
    """A professional who works in one organisation, in one role; their id back. ``user`` is the login name."""
    if role not in ROLES:
        raise Refused("role", "ukendt rolle.", "unknown role.", known=", ".join(ROLES))
    with writing():
        if Professional.objects.filter(user=user).exists():
            raise Refused("user_taken", "brugernavnet er taget.", "the user name is taken.")
        professional = Professional(
            id=id or new_id("u"), user=text(user), name=text(name), profession=role, authorisation=authorisation
        )
        professional.save(force_insert=True)
        Membership.objects.create(
            professional=professional, organisation_id=organisation, role=role, valid_from=valid_from
        )
    return professional.id


def professional_actor(user: str, day: date, organisation: str | None = None) -> Actor:
    """The actor a professional is that day (at one organisation, when they work in several); NotFound."""
    actors = professional_actors(user, day)
    for actor in actors:
        if organisation in (None, actor.organisation):
            return actor
    raise NotFound


def professional_actors(user: str, day: date) -> list[Actor]:
    """Every actor a professional is that day, one for each place they work in; the oldest membership first."""
    rows = Membership.objects.filter(in_force(day), professional__user=user).select_related("professional")
    return [
        Actor(row.professional.id, row.professional.name, row.role, row.organisation_id) for row in rows.order_by("pk")
    ]


def citizen_actor(person: str) -> Actor:
    """The citizen acting for themselves; NotFound."""
    return _person_actor(person, "citizen")


def relative_actor(person: str) -> Actor:
    """A relative; what they see depends on what is shared with them. NotFound."""
    return _person_actor(person, "relative")


def has_course(person: str) -> bool:
    """Whether this person, or one linked as the same, has a course of their own, open or ended."""
    return Course.objects.filter(person_id__in=same_person(person)).exists()


def _person_actor(person: str, role: str) -> Actor:
    found = Person.objects.filter(id=person).first()
    if found is None:
        raise NotFound
    return Actor(found.id, found.name, role, person=found.id)


def organisation_name(organisation: str, day: date) -> str:
    """What an organisation is called that day; its id when it has no name then."""
    return organisation_names([organisation], day).get(organisation, organisation)


def organisation_names(organisations: Iterable[str], day: date) -> dict[str, str]:
    """What these organisations are called that day, by id, without those that have no name then."""
    rows = OrganisationName.objects.filter(in_force(day), organisation_id__in=set(organisations))
    return dict(rows.order_by("valid_from").values_list("organisation_id", "name"))


def organisations_of(kind: str, day: date, near: str | None = None) -> list[tuple[str, str]]:
    """Id and name that day of every organisation of a kind, in Danish order; those of this municipality first."""
    places = dict(Organisation.objects.filter(kind=kind).values_list("id", "municipality_code"))
    named = {one: one for one in places} | organisation_names(places, day)
    is_far = {one: near is not None and code != near for one, code in places.items()}
    return sorted(named.items(), key=lambda pair: (is_far[pair[0]], danish_order(pair[1])))


def municipalities(day: date) -> list[tuple[str, str]]:
    """Code and name that day of every municipality there is here, in Danish order."""
    rows = Organisation.objects.filter(kind="municipality").exclude(municipality_code=None)
    codes = dict(rows.values_list("id", "municipality_code"))
    named = organisation_names(codes, day)
    return sorted(((codes[one], name) for one, name in named.items()), key=lambda pair: danish_order(pair[1]))


def municipality_of(organisation: str) -> str:
    """The municipality an organisation lies in; empty when nobody has said."""
    code = Organisation.objects.filter(id=organisation).values_list("municipality_code", flat=True).first()
    return code or ""
