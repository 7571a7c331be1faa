"""EpisodeOfCare, CareTeam, CarePlan and Condition: the course, who is in it, the plan, and what it is about. Pure."""

from rygrad.decision.dates import Interval, read_day
from rygrad.fhir.names import CANONICAL, ICPC2, code_system, id_of
from rygrad.fhir.resources.shown import Resource, Shown, days, text, without_empty
from rygrad.pathway.words import Phrase
from rygrad.record.access import BASIS_WORDS
from rygrad.record.coursefile import Relationship, Treatment
from rygrad.record.states import COURSE_STATES

# The one code that follows from an answer alone: radiation to a leg. L84 would also say that it is not the neck.
_RADIATING = {"system": ICPC2, "code": "L86", "display": "Back syndrome with radiating pain"}
_DECIDED = {"accepted": "scheduled", "declined": "cancelled", "waiting": "on-hold"}


def episode(shown: Shown) -> Resource:
    """The course: where it stands, its group, its one accountable holder."""
    view, file = shown.view, shown.file
    return without_empty(
        {
            "resourceType": "EpisodeOfCare",
            "id": view.course,
            "meta": shown.meta(),
            "extension": _state(shown),
            "status": "finished" if view.state == "ended" else "onhold" if view.state == "held" else "active",
            "type": [shown.concept("groups", view.group)] if view.group else [],
            "diagnosis": [{"condition": {"reference": f"Condition/{view.course}"}}] if _sees_condition(shown) else [],
            "patient": shown.patient,
            "managingOrganization": shown.place(view.holder),
            "period": days(file.opened_on, file.ended_on),
            "team": [{"reference": f"CareTeam/{view.course}"}],
        }
    )


def _state(shown: Shown) -> list[Resource]:
    told = []
    if shown.view.state in COURSE_STATES:
        words = shown.say(COURSE_STATES[shown.view.state].words)
        coding = {"system": code_system("states"), "code": shown.view.state, "display": words}
        told.append(shown.own("course-state", {"valueCoding": coding}))
    if shown.file.outcome:
        told.append(shown.own("outcome", {"valueCoding": shown.concept("outcomes", shown.file.outcome)["coding"][0]}))
    return told


def care_team(shown: Shown) -> Resource:
    """The organisations around the citizen, on which basis, from when until when."""
    return {
        "resourceType": "CareTeam",
        "id": shown.view.course,
        "meta": shown.meta(),
        "status": "inactive" if shown.view.state == "ended" else "active",
        "subject": shown.patient,
        "participant": [_participant(shown, one) for one in shown.view.relationships],
        "managingOrganization": [shown.place(shown.view.holder)],
    }


def _participant(shown: Shown, one: Relationship) -> Resource:
    return {
        "role": [text(shown.say(BASIS_WORDS[one.basis]))],
        "member": shown.place(one.to),
        "period": days(one.valid_from, one.valid_until),
    }


def care_plans(shown: Shown) -> list[Resource]:
    """The plan, when there is one: interventions, goals, treatments, and own GP's decision on each effort."""
    view, file = shown.view, shown.file
    if "plan" not in view.parts or not (view.group or view.plan or file.treatments or file.gp_decisions):
        return []
    goals = _goals(shown)
    plan = {
        "resourceType": "CarePlan",
        "id": view.course,
        "meta": shown.meta(),
        "contained": goals,
        "extension": shown.in_episode,
        "instantiatesCanonical": [f"{CANONICAL}/PlanDefinition/{id_of(view.group)}"] if view.group else [],
        "status": "completed" if view.state == "ended" else "active",
        "intent": "plan",
        "title": shown.say(shown.pathway.identity.title),
        "subject": shown.patient,
        "period": days(file.plan_on or file.group_on if view.group else file.plan_on, file.ended_on),
        "created": file.plan_on.isoformat() if file.plan_on else None,
        "careTeam": [{"reference": f"CareTeam/{view.course}"}],
        "addresses": [{"reference": f"Condition/{view.course}"}] if _sees_condition(shown) else [],
        "goal": [{"reference": f"#{goal['id']}"} for goal in goals],
        "activity": [*_interventions(shown), *_treatments(shown), *_decisions(shown)],
        "note": [{"text": view.plan.note}] if view.plan and view.plan.note else [],
    }
    return [without_empty(plan)]


def _goals(shown: Shown) -> list[Resource]:
    goals = shown.view.plan.goals if shown.view.plan else {}
    return [
        {
            "resourceType": "Goal",
            "id": f"{id_of(heading)}-{number}",
            "lifecycleStatus": "active",
            "category": [shown.concept("goals", heading)],
            "description": text(goal),
            "subject": shown.patient,
        }
        for heading, several in goals.items()
        for number, goal in enumerate(several, start=1)
    ]


def _interventions(shown: Shown) -> list[Resource]:
    named = shown.view.plan.interventions if shown.view.plan else ()
    status = "completed" if shown.view.state == "ended" else "in-progress"
    return [{"detail": {"code": shown.concept("interventions", one), "status": status}} for one in named]


def _treatments(shown: Shown) -> list[Resource]:
    return [_treatment(shown, who, one) for who, one in shown.file.treatments.items()]


def _treatment(shown: Shown, profession: str, one: Treatment) -> Resource:
    visits = Phrase(f"{one.visits} besøg", f"{one.visits} visits")
    return {
        "detail": without_empty(
            {
                "code": shown.concept("actors", profession),
                "status": "completed" if one.ended_on else "in-progress",
                "scheduledPeriod": days(one.started_on, one.ended_on),
                "description": shown.say(visits) if one.visits else "",
            }
        )
    }


def _decisions(shown: Shown) -> list[Resource]:
    return [
        {
            "detail": without_empty(
                {
                    "code": shown.concept("efforts", effort),
                    "status": _DECIDED[one.decision],
                    "statusReason": text(one.reason) if one.reason else None,
                }
            )
        }
        for effort, one in shown.file.gp_decisions.items()
    ]


def _sees_condition(shown: Shown) -> bool:
    return "clinical" in shown.view.parts


def conditions(shown: Shown) -> list[Resource]:
    """What the course is about: the group in words, since when, where. Coded only as far as the answers say."""
    if not _sees_condition(shown):
        return []
    known = shown.file.facts_said
    named = shown.pathway.groups[shown.view.group].words if shown.view.group else None
    words = shown.say(named.clinician) if named else shown.say(Phrase("Rygproblem", "Back problem"))
    leg = known.get("radiation") and known["radiation"].value in ("leg", "both_legs")
    ended, status = shown.view.state == "ended", "http://terminology.hl7.org/CodeSystem"
    verified = "confirmed" if shown.view.group else "unconfirmed"
    return [
        without_empty(
            {
                "resourceType": "Condition",
                "id": shown.view.course,
                "meta": shown.meta("dk-core-condition"),
                "extension": shown.in_episode,
                "clinicalStatus": _coded(f"{status}/condition-clinical", "inactive" if ended else "active"),
                "verificationStatus": _coded(f"{status}/condition-ver-status", verified),
                "category": [_coded(f"{status}/condition-category", "problem-list-item")],
                "code": {"coding": [_RADIATING], "text": words} if leg else text(words),
                "bodySite": _sites(shown),
                "subject": shown.patient,
                **_onset(shown),
            }
        )
    ]


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _sites(shown: Shown) -> list[Resource]:
    said = shown.file.facts_said.get("pain_sites")
    values = shown.pathway.facts["pain_sites"].values
    return [text(shown.say(values[one])) for one in said.value] if said else []


def _onset(shown: Shown) -> Resource:
    said = shown.file.facts_said.get("onset_on")
    if said is None:
        return {}
    if isinstance(said.value, dict):
        return {"onsetPeriod": {"start": str(said.value["earliest"]), "end": str(said.value["latest"])}}
    if isinstance(said.value, Interval):
        return {"onsetPeriod": days(said.value.earliest, said.value.latest)}
    day = read_day(said.value)
    return {"onsetDateTime": day.isoformat()} if day else {}
