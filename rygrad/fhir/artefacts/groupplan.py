"""What a group's plan holds: treatment, information, the 6–8 weeks, the return to own GP, the other efforts."""

from collections.abc import Mapping, Sequence

from rygrad.fhir.artefacts.actions import Told, action, collect, observations, paired
from rygrad.fhir.artefacts.activities import REASSESSMENT, RETURN, activity, coded_step, step_words
from rygrad.fhir.artefacts.cql import Condition
from rygrad.fhir.artefacts.wording import Part, coded, joined
from rygrad.fhir.names import UCUM
from rygrad.pathway.pathway import Effort, Group, Item, Pathway, Rule
from rygrad.pathway.source import Citation
from rygrad.pathway.words import Phrase

_TREATMENT = "interventions"
_HEADS = {
    _TREATMENT: Phrase("Behandling", "Treatment"),
    "information": Phrase("Information til borgeren", "Information to the citizen"),
    "efforts": Phrase("Andre indsatser", "Other efforts"),
}
_EFFECT = Phrase("Effekt af behandlingen", "Effect of the treatment")


def group_actions(pathway: Pathway, found: Mapping[str, Condition], group: Group) -> list[Part]:
    """The actions below the group's own, in the order in which they come in a course."""
    treatment = [item for item in group.interventions if item.id != REASSESSMENT]
    made = [
        _under(pathway, _TREATMENT, treatment, [_item(pathway, _TREATMENT, one) for one in treatment])
        | {"output": observations(pathway.reassessment.window.after)},
        _under(
            pathway, "information", group.information, [_item(pathway, "information", one) for one in group.information]
        ),
    ]
    if group.reassessment:
        made += paired(pathway, found["reassessment"], _reassessment(pathway, group))
    if group.return_to_gp:
        made += _after_no_effect(pathway, found, group)
    return made


def _under(pathway: Pathway, kind: str, items: Sequence[Item | Effort], made: list[Part]) -> Part:
    """The actions of one kind under their heading."""
    citizen = joined((pathway.words[kind][item.id].citizen for item in items), "; ")
    return action(pathway, kind, Told(_HEADS[kind], citizen, [item.citation for item in items]), action=made)


def _item(pathway: Pathway, kind: str, item: Item | Effort) -> Part:
    words = pathway.words[kind][item.id]
    return action(
        pathway,
        f"{kind}.{item.id}",
        Told(words.clinician, words.citizen, [item.citation], _optional(item.optional)),
        code=[coded(kind, item.id, words.clinician)],
        requiredBehavior="could" if item.optional else None,
        definitionCanonical=activity(pathway, kind, item.id),
    )


def _optional(is_optional: bool) -> Phrase | None:
    """The programme's own "evt." stays visible."""
    return Phrase("Evt.", "Optional.") if is_optional else None


def _reassessment(pathway: Pathway, group: Group) -> Part:
    """Due from the first to the last day of the window, counted from the first treatment (R3)."""
    rule = pathway.reassessment.window
    listed = [item.citation for item in group.interventions if item.id == REASSESSMENT]
    days = {"low": _days(rule.first_day), "high": _days(rule.last_day)}
    related = {"actionId": _TREATMENT, "relationship": "after-start", "offsetRange": days}
    made = _step(
        pathway, REASSESSMENT, [*listed, *_own(group.reassessment), _readings(pathway.reassessment.window_rule)]
    )
    outputs = observations((pathway.reassessment.done_by, *pathway.no_effect.facts))
    return made | {"relatedAction": [related], "output": outputs}


def _own(citation: Citation | None) -> list[Citation]:
    return [citation] if citation else []


def _readings(rule: Rule) -> Citation:
    """A rule's readings alone: the sentence is the group's own, not that of the group the rule was written for."""
    return Citation(readings=rule.citation.readings)


def _days(count: int) -> Part:
    return {"value": count, "unit": "d", "system": UCUM, "code": "d"}


def _step(pathway: Pathway, step: str, cited: list[Citation]) -> Part:
    words = step_words(pathway, step)
    told = Told(words.clinician, words.citizen, cited, pathway.cards[step]["due"].action)
    code = [coded_step(step, words)]
    return action(pathway, step, told, code=code, definitionCanonical=activity(pathway, "", step))


def _after_no_effect(pathway: Pathway, found: Mapping[str, Condition], group: Group) -> list[Part]:
    """The effect is asked for as long as it is unknown; then the return and the efforts, each on its own condition."""
    own = _own(group.return_to_gp)
    told = Told(_EFFECT, pathway.citizen.states["in_treatment"].next, [*own, _readings(pathway.no_effect)])
    returned = _step(pathway, RETURN, [*own, _readings(pathway.return_done)])
    returned |= {"output": observations(pathway.return_done.facts)}
    efforts = list(group.efforts.values())
    offered = [one for effort in efforts for one in _effort(pathway, found, effort)]
    return [
        collect(pathway, found["no_effect"], action(pathway, "no_effect", told)),
        *paired(pathway, found["return_to_gp"], returned),
        _under(pathway, "efforts", efforts, offered) | {"selectionBehavior": "any"},
    ]


def _effort(pathway: Pathway, found: Mapping[str, Condition], effort: Effort) -> list[Part]:
    """What is shown beside an effort and closes nothing (imaging done before) is its input."""
    noted = {"input": observations(effort.noted)} if effort.noted else {}
    return paired(pathway, found[f"effort.{effort.id}"], _item(pathway, "efforts", effort) | noted)
