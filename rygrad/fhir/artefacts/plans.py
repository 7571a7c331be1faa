"""The programme as PlanDefinitions: the strategy that places the citizen, and one plan for each group."""

from collections.abc import Iterator

from rygrad.fhir.artefacts.actions import Told, action, paired
from rygrad.fhir.artefacts.artefact import artefact, canonical, in_force
from rygrad.fhir.artefacts.citing import documentation
from rygrad.fhir.artefacts.cql import RULES, Condition, conditions
from rygrad.fhir.artefacts.groupplan import group_actions
from rygrad.fhir.artefacts.wording import Part, coded, joined, said
from rygrad.pathway.pathway import Alarm, Group, Pathway, Urgency
from rygrad.pathway.source import Citation
from rygrad.pathway.words import Phrase

_PRIORITIES = ("stat", "asap", "urgent", "routine")
"""By the rank of an urgency: the most urgent first."""


def plans(pathway: Pathway) -> list[Part]:
    """The strategy first, then each group's plan."""
    found = conditions(pathway)
    return [_strategy(pathway, found), *(_group_plan(pathway, found, group) for group in pathway.groups.values())]


def _plan(pathway: Pathway, name: str, kind: str, title: Phrase, description: Phrase, cited: list[Citation]) -> Part:
    system = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
    return {
        **artefact(pathway, "PlanDefinition", name, title, description),
        "type": {"coding": [{"system": system, "code": kind}]},
        **in_force(pathway),
        "relatedArtifact": documentation(pathway, *cited),
        "library": [canonical(pathway, "Library", RULES)],
    }


def _strategy(pathway: Pathway, found: dict[str, Condition]) -> Part:
    identity, purpose = pathway.identity, _purpose(pathway)
    description = Phrase(
        "Hvem er omfattet, hvilke alarmtegn går forud, hvilken gruppe. Er noget ukendt, indhentes svar.",
        "Who is covered, which alarm signs go first, which group. Where something is unknown, answers are collected.",
    )
    plan = _plan(pathway, identity.id, "workflow-definition", identity.title, description, purpose)
    parts = (_alarms(pathway, found), _scope(pathway, found), _groups(pathway, found))
    return plan | {"action": [one for part in parts for one in part]}


def _purpose(pathway: Pathway) -> list[Citation]:
    """The programme's own sentences on its purpose, its scope and its groups."""
    shown = [cited for name, cited in pathway.shown.items() if name.startswith("not_computable")]
    return [*shown, pathway.covers.citation, *(group.rule.citation for group in pathway.groups.values())]


def _alarms(pathway: Pathway, found: dict[str, Condition]) -> Iterator[Part]:
    for urgency in pathway.urgencies.values():
        alarms = pathway.alarms_of(urgency)
        told = Told(
            urgency.words.clinician,
            _to_citizen(pathway, urgency),
            [alarm.rule.citation for alarm in alarms],
            urgency.action,
        )
        made = action(
            pathway,
            f"urgency.{urgency.id}",
            told,
            priority=_PRIORITIES[urgency.rank],
            code=[coded("urgencies", urgency.id, urgency.words.clinician)],
            action=[one for alarm in alarms for one in _alarm(pathway, found, alarm)],
        )
        yield from paired(pathway, found[f"urgency.{urgency.id}"], made)


def _alarm(pathway: Pathway, found: dict[str, Condition], alarm: Alarm) -> list[Part]:
    told = Told(alarm.words.clinician, _to_citizen(pathway, alarm.urgency), [alarm.rule.citation], alarm.urgency.action)
    code = [coded("alarms", alarm.id, alarm.words.clinician)]
    return paired(pathway, found[f"alarm.{alarm.id}"], action(pathway, f"alarm.{alarm.id}", told, code=code))


def _to_citizen(pathway: Pathway, urgency: Urgency) -> Phrase:
    """What a citizen is told while a sign stands: to see a doctor. What it may mean is for the clinician to say."""
    state = pathway.citizen.states["held"]
    return joined((state.where, state.next)) if urgency.holds else urgency.words.citizen


def _scope(pathway: Pathway, found: dict[str, Condition]) -> Iterator[Part]:
    exclusions = pathway.exclusions.values()
    cards, states = pathway.cards["scope"], pathway.citizen.states
    outside = [pathway.covers.citation, *(one.outside.citation for one in exclusions)]
    held = [*(one.hold.citation for one in exclusions), Citation(readings=(pathway.clarified_reading,))]
    instead = joined(
        Phrase(f"{e.words.clinician.da}: {e.instead.da}", f"{e.words.clinician.en}: {e.instead.en}") for e in exclusions
    )
    hold = Phrase(
        "Plan og indsatser holdes tilbage, til en navngiven kliniker har afklaret forholdet.",
        "Plan and efforts are held back until a named clinician has clarified the matter.",
    )
    for name, cited, more, state in (("outside", outside, instead, "outside"), ("hold", held, hold, "held")):
        told = Told(cards[name].word, joined((states[state].where, states[state].next)), cited, more)
        yield from paired(pathway, found[f"scope.{name}"], action(pathway, f"scope.{name}", told))


def _groups(pathway: Pathway, found: dict[str, Condition]) -> Iterator[Part]:
    for group in pathway.groups.values():
        told = Told(_titled(group), group.words.citizen, [group.rule.citation])
        made = action(
            pathway,
            f"group.{group.id}",
            told,
            code=[coded("groups", group.id, group.words.clinician)],
            definitionCanonical=canonical(pathway, "PlanDefinition", group.id),
        )
        yield from paired(pathway, found[f"plan.{group.id}"], made)


def _titled(group: Group) -> Phrase:
    words = group.words.clinician
    return Phrase(f"Gruppe {group.number}: {words.da}", f"Group {group.number}: {words.en}")


def _group_plan(pathway: Pathway, found: dict[str, Condition], group: Group) -> Part:
    bullets = joined((item.words.clinician for item in group.symptoms if item.words), "; ")
    cited = [group.rule.citation, *(item.citation for item in group.symptoms)]
    plan = _plan(pathway, group.id, "clinical-protocol", _titled(group), bullets, cited)
    told = Told(_titled(group), group.words.citizen, [group.rule.citation], bullets)
    made = action(
        pathway,
        f"group.{group.id}",
        told,
        code=[coded("groups", group.id, group.words.clinician)],
        participant=list(_actors(pathway, group)),
        action=group_actions(pathway, found, group),
    )
    return plan | said("usage", group.words.citizen) | {"action": paired(pathway, found[f"plan.{group.id}"], made)}


def _actors(pathway: Pathway, group: Group) -> Iterator[Part]:
    for item in group.actors:
        yield {"type": "practitioner", "role": coded("actors", item.id, pathway.words["actors"][item.id].clinician)}
