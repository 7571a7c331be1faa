"""Observation and QuestionnaireResponse: what was answered, found, measured and judged, and who said it. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from rygrad.fhir.names import CANONICAL, DATA_ABSENT, code_system, id_of
from rygrad.fhir.observed import ANSWERS, ASKED_UNKNOWN, observation_of
from rygrad.fhir.resources.shown import Resource, Shown, instant, meta, newest, without_empty
from rygrad.pathway.words import Phrase
from rygrad.record import acts
from rygrad.record.coursefile import EFFECT_OF, Recorded
from rygrad.record.words import VALUE_WORDS

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_NEED = Phrase("Vurdering af behov for andre indsatser", "Assessment of the need for other efforts")
_FELT = Phrase("Borgerens oplevelse af effekten", "The effect as the citizen finds it")


def observations(shown: Shown) -> list[Resource]:
    """What stands: the current answer to each question, every measurement, each verdict, the assessment of need.

    A sign that was said to be there stands until it is clarified, as in the record: a milder answer that came later is
    not among these (it can be read by its id).
    """
    by_id = {entry.id: entry for entry in shown.standing}
    found = [
        observation(shown, by_id[said.entry], name, said.value)
        for name, said in shown.file.facts_said.items()
        if said.entry in by_id
    ]
    return [*found, *_not_known(shown), *_followed(shown), *_other(shown)]


def observations_of(shown: Shown, entry: Recorded) -> list[Resource]:
    """Everything one entry said, whether it stands or not."""
    return [observation(shown, entry, name, value) for name, value in told_in(entry)]


def told_in(entry: Recorded) -> Iterator[tuple[str, Any]]:
    """The facts an entry says, by name; None for "don't know"."""
    act = entry.act
    if isinstance(act, acts.FactsRecorded | acts.AlarmRaised):
        yield from act.facts.items()
    if isinstance(act, acts.FactsRecorded):
        yield from ((name, None) for name in act.not_known)
    if isinstance(act, acts.ScoresRecorded):
        yield act.instrument, {"value": act.value, "items": act.items}
    if isinstance(act, acts.EffectJudged):
        yield EFFECT_OF[act.profession], act.effect


def observation(shown: Shown, entry: Recorded, name: str, value: Any) -> Resource:
    """One fact as one entry says it."""
    return _about(shown, entry, name) | observation_of(shown.pathway, name, value, shown.language) | _note(entry)


def _about(shown: Shown, entry: Recorded, name: str) -> Resource:
    category = "survey" if entry.role in ("citizen", "relative") else "exam"
    return {
        "resourceType": "Observation",
        "id": f"{entry.id}.{id_of(name)}",
        "meta": meta(entry.version, entry.recorded_at, "dk-core-observation"),
        "extension": shown.in_episode,
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": category}]}],
        "subject": shown.patient,
        "effectiveDateTime": entry.valid_on.isoformat(),
        "issued": instant(entry.recorded_at),
        "performer": [shown.who(entry)],
    }


def _note(entry: Recorded) -> Resource:
    note = getattr(entry.act, "note", "") if isinstance(entry.act, acts.AlarmRaised | acts.EffectJudged) else ""
    return {"note": [{"text": note}]} if note else {}


def _not_known(shown: Shown) -> list[Resource]:
    """Asked, and answered "don't know", where nothing is known since."""
    found = []
    for name in sorted(shown.file.not_known - set(shown.file.facts_said)):
        entry = newest(e for e in shown.standing if name in getattr(e.act, "not_known", ()))
        if entry:
            found.append(observation(shown, entry, name, None))
    return found


def _followed(shown: Shown) -> Iterator[Resource]:
    """The facts that follow from steps: first treatment, plan, reassessment, return, clarified signs, verdicts."""
    facts = shown.file.facts()
    for name, kinds in _FROM_STEPS.items():
        value = facts.get(name)
        entry = _carrier(shown, kinds, value) if value is not None else None
        if entry:
            yield observation(shown, entry, name, value)
    for profession, said in shown.file.effects.items():
        entry = next((e for e in shown.standing if e.id == said.entry), None)
        if entry:
            yield observation(shown, entry, EFFECT_OF[profession], said.value)


_FROM_STEPS: dict[str, tuple[type[acts.Act], ...]] = {
    "first_treatment_on": (acts.TreatmentStarted, acts.Visit, acts.TreatmentEnded),
    "plan_confirmed_on": (acts.PlanConfirmed,),
    "reassessed_on": (acts.Reassessed,),
    "returned_to_gp_on": (acts.ReturnedToGp,),
    "need_assessed_on": (acts.ReturnedToGp,),
    "clarified_alarms": (acts.AlarmClarified,),
}


def _carrier(shown: Shown, kinds: tuple[type[acts.Act], ...], value: Any) -> Recorded | None:
    those = [e for e in shown.standing if isinstance(e.act, kinds)]
    if isinstance(value, date):
        those = [e for e in those if e.valid_on == value]
    return newest(those)


def _other(shown: Shown) -> Iterator[Resource]:
    """Each measurement; how the citizen finds that it goes; the assessment of need."""
    for entry in shown.standing:
        act = entry.act
        if isinstance(act, acts.ScoresRecorded):
            yield observation(shown, entry, act.instrument, {"value": act.value, "items": act.items})
        if isinstance(act, acts.EffectFelt):
            yield _felt(shown, entry, act)
        if isinstance(act, acts.ReturnedToGp) and act.needs:
            yield _needs(shown, entry, act)


def _felt(shown: Shown, entry: Recorded, act: acts.EffectFelt) -> Resource:
    words = shown.say(VALUE_WORDS[act.felt])
    coding = {"system": code_system("answers"), "code": f"effect_felt.{act.felt}", "display": words}
    return _about(shown, entry, "effect_felt") | {
        "code": _own_code("effect_felt", shown.say(_FELT)),
        "valueCodeableConcept": {"coding": [coding], "text": words},
    }


def _own_code(code: str, words: str) -> Resource:
    return {"coding": [{"system": code_system("facts"), "code": code, "display": words}], "text": words}


def _needs(shown: Shown, entry: Recorded, act: acts.ReturnedToGp) -> Resource:
    parts = []
    for effort, need in act.needs.items():
        words = shown.say(VALUE_WORDS[need.need])
        coding = {"system": code_system("needs"), "code": need.need, "display": words}
        value = {"coding": [coding], "text": need.why or words}
        parts.append({"code": shown.concept("efforts", effort), "valueCodeableConcept": value})
    about = _about(shown, entry, "assessment_of_need")
    return about | {"code": _own_code("assessment_of_need", shown.say(_NEED)), "component": parts}


def questionnaire_responses(shown: Shown) -> list[Resource]:
    """What the citizen answered at home, as it was answered."""
    return [questionnaire_response(shown, e) for e in shown.standing if e.role == "citizen" and any(told_in(e))]


def questionnaire_response(shown: Shown, entry: Recorded) -> Resource:
    """One set of answers; "don't know" stands as asked and unknown."""
    items = [_item(shown, name, value) for name, value in told_in(entry)]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": entry.id,
        "meta": meta(entry.version, entry.recorded_at),
        "extension": shown.in_episode,
        "questionnaire": f"{CANONICAL}/Questionnaire/before-visit",
        "status": "completed",
        "subject": shown.patient,
        "authored": instant(entry.recorded_at),
        "author": shown.who(entry),
        "source": shown.who(entry),
        "item": items,
    }


def _item(shown: Shown, name: str, value: Any) -> Resource:
    said = observation_of(shown.pathway, name, value, shown.language)
    question = shown.pathway.facts[name].question.citizen.text(shown.language)
    return without_empty({"linkId": name, "text": question, "answer": _answers(shown, name, said)})


def _answers(shown: Shown, name: str, said: Resource) -> list[Resource]:
    if "dataAbsentReason" in said:
        return [{"valueCoding": {"system": DATA_ABSENT, "code": ASKED_UNKNOWN, "display": "Asked But Unknown"}}]
    if "valueBoolean" in said and shown.pathway.facts[name].kind == "yes_no":
        answer = "yes" if said["valueBoolean"] else "no"
        words = shown.pathway.facts[name].values[answer].text(shown.language)
        return [{"valueCoding": {"system": ANSWERS, "code": f"{name}.{answer}", "display": words}}]
    if "valuePeriod" in said:
        return [{"valueDate": said["valuePeriod"]["start"]}, {"valueDate": said["valuePeriod"]["end"]}]
    if "valueCodeableConcept" in said:
        return [{"valueCoding": said["valueCodeableConcept"]["coding"][0]}]
    if "valueDateTime" in said:
        return [{"valueDate": said["valueDateTime"]}]
    if "valueQuantity" in said:
        element = "valueInteger" if shown.pathway.facts[name].whole else "valueDecimal"
        return [{element: said["valueQuantity"]["value"]}]
    if "component" in said:
        return [{"valueCoding": part["code"]["coding"][0]} for part in said["component"]]
    return [{name: value} for name, value in without_empty(said).items() if name.startswith("value")]
