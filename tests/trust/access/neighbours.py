"""Every cell of what other systems may, run: FHIR by type and interaction, and CDS Hooks, which know no course at all."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import override_settings

from rygrad.fhir.hooks.offered import SERVICES
from rygrad.fhir.names import code_system, extension
from rygrad.fhir.observed import observation_of
from rygrad.record.contents import active
from rygrad.record.models import Look
from tests.fhir.api import Api
from tests.fhir.hooks import calls
from tests.trust.access import pages
from tests.trust.access.asking import Heard, entries, heard, taken_back
from tests.trust.access.matrix import Tally
from tests.trust.access.table import DONE, TYPES, Rule, Standing, cell, type_is_seen
from tests.trust.access.world import World

Resource = dict[str, Any]
_NOBODY = "p-2222222222222222"


@dataclass
class Asked:
    """Requests by a system of each of the cast about Dina, and about a citizen who never existed."""

    w: World
    tally: Tally

    def __post_init__(self) -> None:
        self.dina, self.ids = self.w.who["dina"].id, self.w.ids
        self.nothing = pages.never(self.ids)
        everybody = Api(self.w.who["anna"])
        found = {name: [one["id"] for one in everybody.found(self._of(name))] for name in TYPES}
        self.known = {name: ids[:1] for name, ids in found.items()}
        self.names = [
            self.dina,
            _NOBODY,
            *(ids[name] for ids in (self.ids, self.nothing) for name in ("course", "entry")),
        ]

    def _of(self, name: str, citizen: str = "") -> str:
        who = citizen or self.dina
        return f"{name}?_id={who}" if name == "Patient" else f"{name}?patient={who}&_count=200"

    def all_of(self, standing: Standing) -> None:
        """Each type by each interaction, and each thing that is done."""
        api = Api(self.w.who[standing.who])
        for name in TYPES:
            self._type(api, standing, name)
        for rule in DONE:
            self._done(api, standing, rule)

    def _type(self, api: Api, standing: Standing, name: str) -> None:
        place, seen = f"{standing.who} {name}", type_is_seen(name, standing)
        there = self._searched(api, place, name, seen)
        for id in self.known[name]:
            for path in (f"{name}/{id}", f"{name}/{id}/_history", f"{name}?_id={id}"):
                self._read(api, place, path, id, id in there)
            self._read(api, place, f"{name}/{id}/_history/1", id, None if id in there else False)

    def _searched(self, api: Api, place: str, name: str, seen: bool) -> set[str]:
        with taken_back():
            told = api.get(self._of(name))
            there = {one["resource"]["id"] for one in told.json().get("entry", [])}
            answers = heard(told, *self.names), heard(api.get(self._of(name, _NOBODY)), *self.names)
        problem = "" if bool(there) == seen else f"{len(there)} found"
        if not seen and not problem and answers[0] != answers[1]:
            problem = "found nothing, and otherwise than of nobody"
        self.tally.add("there" if seen else "hidden", f"{place} search", problem)
        return there

    def _read(self, api: Api, place: str, path: str, id: str, seen: bool | None) -> None:
        """``seen`` None: there, but perhaps not in that version."""
        never = "e-2222222222222222" if id.startswith("e-") else _NOBODY if id == self.dina else self.nothing["course"]
        twin = id.replace(id.partition(".")[0], never)
        with taken_back():
            told = heard(api.get(path), id, twin, *self.names)
            nothing = told if seen else heard(api.get(path.replace(id, twin)), id, twin, *self.names)
        is_there = told.status == 200 and '"entry"' in told.body if "?" in path else told.status == 200
        problem = "" if seen is None or is_there == seen else f"{told.status}"
        if seen is False and told != nothing:
            problem = f"{told.status} and {nothing.status} of nothing"
        self.tally.add("there" if is_there else "hidden", f"{place} {path.partition(id)[2] or 'read'}", problem)

    def _done(self, api: Api, standing: Standing, rule: Rule) -> None:
        expected = cell(rule, standing, "treated", pages=False)
        told, wrote = self._try(api, rule, self.dina, self.ids["course"])
        problem = "" if _is(expected, rule, told, wrote, self.dina) else f"{told.status}, {wrote} written"
        if expected == "hidden" and not problem and rule.name != "$export":
            nothing, _ = self._try(api, rule, _NOBODY, self.nothing["course"])
            problem = "" if told == nothing else f"{told.status} and {nothing.status} of nothing"
        if wrote and not problem:
            self.tally.recorded.add(f"{rule.name} {rule.how}")
        self.tally.add(expected, f"{standing.who} {rule.how} {rule.name} ({expected})", problem)

    def _try(self, api: Api, rule: Rule, person: str, course: str) -> tuple[Heard, int]:
        version = f'W/"{self.ids["version"]}"'
        with taken_back():
            before = entries()
            if rule.name == "$export":
                answer: Any = exported(api)
                return Heard(answer.status_code, (), heard(answer).body), 0
            path, body = _request(rule, person, course, self.w)
            send = {"get": api.get, "put": api.put, "post": api.post}["put" if rule.name == "Task" else rule.how]
            answer = send(path) if rule.how == "get" else send(path, body, If_Match=version)  # type: ignore[operator]
            return heard(answer, *self.names), entries() - before


def exported(api: Api) -> Any:
    begun = api.get("$export?_type=Patient", Prefer="respond-async")
    if begun.status_code != 202:
        return begun
    token = begun.headers["Content-Location"].rpartition("/")[2]
    return api.get(f"$export-file/{token}/Patient.ndjson")


def _request(rule: Rule, person: str, course: str, w: World) -> tuple[str, Resource]:
    subject = {"reference": f"Patient/{person}"}
    if rule.name == "$everything":
        return f"Patient/{person}/$everything", {}
    if rule.name == "$apply":
        given = [
            ("subject", {"valueReference": subject}),
            ("group", {"valueCode": "recurrent"}),
            ("reason", {"valueString": "x"}),
        ]
        body = {"resourceType": "Parameters", "parameter": [{"name": name, **value} for name, value in given]}
        at = "PlanDefinition/rygsmerter/$apply"
        return (f"{at}?subject=Patient/{person}", {}) if rule.how == "get" else (at, body)
    if rule.name == "Task":
        return f"Task/{course}.r-1", {
            "resourceType": "Task", "id": f"{course}.r-1", "status": "accepted", "intent": "order", "for": subject,
        }  # fmt: skip
    return rule.name, {"resourceType": rule.name, "subject": subject, **_bodies(w)[rule.name]}


def _bodies(w: World) -> dict[str, Resource]:
    def coded(system: str, code: str) -> Resource:
        return {"coding": [{"system": code_system(system), "code": code}]}

    work = observation_of(active().pathway, "work", "employed")
    return {
        "Observation": {"status": "final", **work},
        "QuestionnaireResponse": {
            "status": "completed",
            "item": [{"linkId": "work", "answer": [{"valueCoding": work["valueCodeableConcept"]["coding"][0]}]}],
        },
        "Communication": {"status": "completed", "payload": [{"contentString": "Hej"}]},
        "ServiceRequest": {
            "status": "active",
            "intent": "order",
            "code": coded("efforts", "imaging"),
            "performer": [{"reference": f"Organization/{w.place('hanne')}"}],
            "note": [{"text": "Vurdering?"}],
            "extension": [{"url": extension("outside-programme"), "valueString": "Grund"}],
        },
    }


def _is(expected: str, rule: Rule, told: Heard, wrote: int, dina: str) -> bool:
    if rule.name == "$export":
        return (dina in told.body) == (expected == "there")
    if expected == "there":
        return told.status in (200, 201) and (rule.how == "get" or wrote > 0)
    return not wrote and told.status in ((403,) if expected == "refused" else (403, 404))


def hooks(tally: Tally) -> None:
    """Each service: open, it says of a citizen it was told of what it says of anybody; closed, it says nothing."""
    for service, offered in SERVICES.items():
        for demo in (True, False):
            with override_settings(DEMO=demo, CDS_ISSUERS="", ADDRESS="https://ryg.example"):
                told = calls.ask(service, calls.given(service, "laenge"))
            expected = 200 if demo else 401
            problem = "" if told.status_code == expected else str(told.status_code)
            tally.add("there" if demo else "refused", f"hooks {offered.hook} demo={demo}", problem)


def hook_about(w: World, tally: Tally) -> None:
    """A call about Dina's own id is answered from what was sent along, byte for byte as about nobody, and looks at nothing."""
    before = Look.objects.count()
    for service in SERVICES:
        with override_settings(DEMO=True, CDS_ISSUERS="", ADDRESS="https://ryg.example"):
            bodies = [_renamed(calls.given(service, "laenge"), who) for who in (w.who["dina"].id, _NOBODY)]
            told = [heard(calls.ask(service, body), w.who["dina"].id, _NOBODY) for body in bodies]
        problem = "" if told[0] == told[1] and told[0].status == 200 else f"{told[0].status} {told[1].status}"
        tally.add("hidden", f"hooks {service} of Dina", problem)
    tally.add("hidden", "hooks looks", "" if Look.objects.count() == before else "a look")


def _renamed(given: Any, who: str) -> Any:
    patient = given["context"]["patientId"]
    return json.loads(json.dumps(given).replace(patient, who))
