"""Searching: which courses, which of their resources, in which order, a page at a time, as a Bundle."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict

from rygrad.fhir.api import opened
from rygrad.fhir.api.declined import Declined, warning, wrong
from rygrad.fhir.api.kinds import KINDS, Kind
from rygrad.fhir.api.match import Param, check_value, elements, matches
from rygrad.fhir.api.oauth import Caller
from rygrad.fhir.api.serve import address, answer, needs_scope
from rygrad.fhir.language import language_of
from rygrad.fhir.resources.shown import Resource, Shown
from rygrad.pathway.words import Phrase
from rygrad.record import audit
from rygrad.record.search import courses_found
from rygrad.record.within import courses_near, courses_within, first_of_each_person

MOST, USUAL = 200, 50
MOST_COURSES = 200
"""Looked into for one page of a search that names no citizen; the page then ends early, with a link to the next."""

COMMON = {"_id": Param("token", ("id",)), "_lastUpdated": Param("date", ("meta.lastUpdated",))}
_CONTROL = frozenset({"_count", "_sort", "_include", "_summary", "_format", "_pretty", "_cursor", "_total"})
_OF_REFERRALS = ("ServiceRequest", "Task")
_NARROW = ("patient", "subject")
_NAMING = ("_id", "identifier", "name")
Found = tuple[Resource, Shown | None]


@dataclass
class Query:
    """A search as it was asked: criteria as pairs (repeated ones all hold), and how the answer is wanted."""

    kind: Kind
    criteria: list[tuple[str, str]]
    count: int = USUAL
    sort: list[str] = field(default_factory=list)
    include: list[tuple[str, str]] = field(default_factory=list)
    only_count: bool = False
    cursor: str = ""
    unknown: list[str] = field(default_factory=list)

    @property
    def person(self) -> str:
        """The citizen the search is about; empty when it names none."""
        named = [value.rpartition("/")[2] for name, value in self.criteria if name in _NARROW]
        return named[0] if named else ""

    @property
    def names_somebody(self) -> bool:
        """It is about a citizen, or about what an id, a number or a name leads to: a few courses, not all."""
        return bool(self.person) or any(name in _NAMING for name, _ in self.criteria)


def search(request: HttpRequest, caller: Caller, name: str, sent: QueryDict) -> HttpResponse:
    """The page of a search that was asked with these parameters."""
    kind = KINDS[name]
    needs_scope(caller, name, "s")
    query = read_query(kind, sent, is_post=request.method == "POST", is_strict=_is_strict(request))
    language = language_of(request)
    if query.only_count:
        return answer(_bundle(request, query, [], len(_all(caller, query, language)), []), request)
    page, following, total = _page(caller, query, language)
    return answer(_bundle(request, query, _entries(request, caller, query, page, language), total, following), request)


def _is_strict(request: HttpRequest) -> bool:
    return "handling=strict" in request.headers.get("Prefer", "").replace(" ", "")


def read_query(kind: Kind, sent: QueryDict, *, is_post: bool, is_strict: bool) -> Query:
    """The search as asked; Declined for what cannot be read, for what is unknown when strict, and for personal
    criteria in an address."""
    known = kind.params | COMMON
    query = Query(kind, [])
    for full in sent:
        name, modifier = full.partition(":")[::2]
        if name in _CONTROL:
            continue
        if name not in known:
            query.unknown.append(name)
            continue
        if modifier:
            raise wrong("modifier", f"{full}: modifikatoren kendes ikke.", f"{full}: unknown modifier.")
        if known[name].is_personal and not is_post:
            raise _only_by_post(kind, name)
        for value in sent.getlist(full):
            check_value(name, known[name], value)
            query.criteria.append((name, value))
    if query.unknown and is_strict:
        names = ", ".join(query.unknown)
        hint = Phrase(f"Kendt: {', '.join(known)}.", f"Known: {', '.join(known)}.")
        raise wrong("unknown_parameter", f"ukendt søgeparameter: {names}.", f"unknown search parameter: {names}.", hint)
    _control(query, sent)
    return query


def _only_by_post(kind: Kind, name: str) -> Declined:
    return Declined(
        405,
        "only_by_post",
        Phrase(f"{name} må ikke stå i en adresse.", f"{name} may not stand in an address."),
        Phrase(f"Send det med POST {kind.name}/_search.", f"Send it by POST {kind.name}/_search."),
    )


def _control(query: Query, sent: QueryDict) -> None:
    count = sent.get("_count", str(USUAL))
    if not count.isdecimal() or len(count) > 9:
        raise wrong("count", "_count skal være et tal.", "_count must be a number.")
    query.count = min(int(count), MOST)
    summary = sent.get("_summary", "false")
    if summary not in ("false", "count"):
        raise wrong("summary", "_summary kan være count eller false.", "_summary may be count or false.")
    query.only_count = summary == "count" or query.count == 0
    query.cursor = sent.get("_cursor", "")
    query.sort = [one for one in sent.get("_sort", "").split(",") if one]
    for one in query.sort:
        if one.removeprefix("-") not in query.kind.sorts:
            allowed = ", ".join(query.kind.sorts) or "–"
            raise wrong("sort", f"der kan sorteres efter: {allowed}.", f"it can be sorted by: {allowed}.")
    for text in sent.getlist("_include"):
        query.include.append(_include(query.kind, text))
    needs_person = (query.sort or query.only_count) and query.kind.home in ("person", "course", "entry")
    if needs_person and not query.names_somebody:
        raise Declined(
            403,
            "too_costly",
            Phrase("det kan kun gøres for én borger.", "that can be done for one citizen only."),
            Phrase("Angiv patient.", "Name the patient."),
        )


def _include(kind: Kind, text: str) -> tuple[str, str]:
    source, _, name = text.partition(":")
    name, _, target = name.partition(":")
    param = kind.params.get(name)
    if source != kind.name or param is None or not param.target or target not in ("", param.target):
        known = ", ".join(f"{kind.name}:{n}" for n, p in kind.params.items() if p.target)
        raise wrong("include", f"_include kan være: {known}.", f"_include may be: {known}.")
    return name, param.target


def _satisfies(query: Query, resource: Resource) -> bool:
    known = query.kind.params | COMMON
    return all(matches(resource, known[name], value) for name, value in query.criteria if name not in _NARROW)


def _all(caller: Caller, query: Query, language: str) -> list[Found]:
    """Everything that satisfies a search of one citizen, or of what is no citizen's, in order."""
    found = [one for one in _candidates(caller, query, language) if _satisfies(query, one[0])]
    for key in reversed(query.sort):
        path = query.kind.sorts[key.removeprefix("-")]
        found.sort(key=lambda one: str(next(elements(one[0], path), "")), reverse=key.startswith("-"))
    return found


def _candidates(caller: Caller, query: Query, language: str) -> Iterator[Found]:
    kind = query.kind
    if kind.home == "directory":
        yield from ((one, None) for one in opened.directory(kind.name))
        return
    if kind.home == "programme":
        yield from ((one, None) for one in opened.programme_resources(kind.name))
        return
    for shown in opened.seen_among(caller.actor, _named_courses(caller, query), language):
        yield from ((one, shown) for one in kind.of(shown))


def _named_courses(caller: Caller, query: Query) -> list[str]:
    """The courses of the citizen, the id, the number or the name that was asked for."""
    ids = [value for name, values in query.criteria if name == "_id" for value in values.split(",")]
    if ids:
        courses = [course for id in ids for course in opened.courses_for(caller.actor, query.kind, id)]
        return list(first_of_each_person(courses)) if query.kind.home == "person" else list(dict.fromkeys(courses))
    if query.person:
        return courses_near(caller.actor, query.person)
    words = [v.rpartition("|")[2] for name, v in query.criteria if name in ("identifier", "name")]
    return list(first_of_each_person(courses_found(caller.actor, words[0]) if words else []))


def _page(caller: Caller, query: Query, language: str) -> tuple[list[Found], list[tuple[str, str]], int | None]:
    """One page, where the next begins (none at the end), and how many there are when that is known."""
    if query.kind.home == "audit":
        return _looks(caller, query, language)
    if query.names_somebody or query.kind.home in ("directory", "programme"):
        found = _all(caller, query, language)
        start = _number(query.cursor or "0")
        more = start + query.count < len(found)
        following = [("_cursor", str(start + query.count))] if more else []
        return found[start : start + query.count], following, len(found)
    return _walk(caller, query, language)


def _number(cursor: str) -> int:
    if not cursor.isdecimal() or len(cursor) > 9:
        raise wrong(
            "cursor",
            "_cursor kan ikke læses.",
            "_cursor cannot be read.",
            Phrase("Følg linket next.", "Follow the next link."),
        )
    return int(cursor)


def _walk(caller: Caller, query: Query, language: str) -> tuple[list[Found], list[tuple[str, str]], None]:
    """Through the courses of the caller's organisation, by id, until the page is full or enough were looked into.

    The cursor ``course~n`` goes on after n resources of that course; ``course~0`` after the whole of it.
    """
    after, cut, number = query.cursor.rpartition("~")
    done = _number(number if cut else "-") if query.cursor else 0
    page: list[Found] = []
    courses = courses_within(
        caller.actor, opened.today(), after, MOST_COURSES, with_referral=query.kind.name in _OF_REFERRALS
    )
    is_more = len(courses) == MOST_COURSES
    courses = [after, *courses] if done else courses
    for course in courses:
        own = _of_course(caller, query, course, language)
        start = done if course == after else 0
        end = start + query.count - len(page)
        page += own[start:end]
        if end < len(own):
            return page, [("_cursor", f"{course}~{end}")], None
        if len(page) == query.count and (is_more or course != courses[-1]):
            return page, [("_cursor", f"{course}~0")], None
    return page, [("_cursor", f"{courses[-1]}~0")] if is_more else [], None


def _of_course(caller: Caller, query: Query, course: str, language: str) -> list[Found]:
    return [
        (one, shown)
        for shown in opened.seen_among(caller.actor, [course], language)
        if query.kind.home != "person" or opened.is_newest_of_its_person(shown)
        for one in query.kind.of(shown)
        if _satisfies(query, one)
    ]


def _looks(caller: Caller, query: Query, language: str) -> tuple[list[Found], list[tuple[str, str]], None]:
    from rygrad.fhir.resources.trail import audit_event

    after = _number(query.cursor) if query.cursor else None
    page = audit.looks(caller.actor, after=after, size=max(1, query.count))
    found: list[Found] = [(audit_event(row, language), None) for row in page.rows]
    kept = [one for one in found if _satisfies(query, one[0])]
    return kept, [("_cursor", str(page.following))] if page.following is not None else [], None


def _entries(
    request: HttpRequest, caller: Caller, query: Query, page: list[Found], language: str
) -> list[dict[str, Any]]:
    base = address(request)
    there = {f"{one['resourceType']}/{one['id']}" for one, _ in page}
    entries = [_entry(base, one, "match") for one, _ in page]
    for one, shown in page:
        for name, _ in query.include:
            for element in elements(one, query.kind.params[name].paths[0]):
                reference = element.get("reference", "") if isinstance(element, Mapping) else ""
                found = opened.included(caller, shown, reference) if reference not in there else None
                if found:
                    there.add(reference)
                    entries.append(_entry(base, found, "include"))
    if query.unknown:
        names = ", ".join(query.unknown)
        said = warning(Phrase(f"Ukendt og ikke brugt: {names}.", f"Unknown and not used: {names}."), language)
        entries.append({"resource": said, "search": {"mode": "outcome"}})
    return entries


def _entry(base: str, resource: Resource, mode: str) -> dict[str, Any]:
    url = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}


def _bundle(
    request: HttpRequest,
    query: Query,
    entries: list[dict[str, Any]],
    total: int | None,
    following: list[tuple[str, str]],
) -> dict[str, Any]:
    """The searchset. What is personal stands in no link: such a search is one page, and is sent again."""
    kept = [(n, v) for n, v in query.criteria if not (query.kind.params | COMMON)[n].is_personal]
    kept += [("_count", str(query.count))]
    kept += [("_sort", ",".join(query.sort))] if query.sort else []
    kept += [("_include", f"{query.kind.name}:{name}") for name, _ in query.include]
    kept += [("_summary", "count")] if query.only_count else []
    url = f"{address(request)}/{query.kind.name}"
    here = [("_cursor", query.cursor)] if query.cursor else []
    links = [{"relation": "self", "url": f"{url}?{urlencode([*kept, *here], safe=',:|/')}"}]
    if following:
        links.append({"relation": "next", "url": f"{url}?{urlencode([*kept, *following], safe=',:|/~')}"})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if total is not None:
        bundle["total"] = total
    if entries:
        bundle["entry"] = entries
    return bundle
