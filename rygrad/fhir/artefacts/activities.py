"""What people do in the programme, as ActivityDefinitions: interventions, information, the steps, the efforts."""

from collections.abc import Iterator

from rygrad.decision.explanation import conclusion_title
from rygrad.fhir.artefacts.artefact import artefact, canonical, in_force
from rygrad.fhir.artefacts.citing import documentation
from rygrad.fhir.artefacts.wording import Part, coded, said
from rygrad.fhir.names import code_system
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.source import Citation
from rygrad.pathway.words import Phrase, Words

# What becomes of an activity when it is applied: always a proposal, for a person to decide on.
_KINDS = {"interventions": "ServiceRequest", "efforts": "ServiceRequest", "information": "CommunicationRequest"}
_IDS = {"interventions": "intervention", "efforts": "effort", "information": "information"}
REASSESSMENT, RETURN = "reassessment", "return_to_gp"


def activities(pathway: Pathway) -> list[Part]:
    """One for each intervention, information item and effort, and the two steps between them."""
    return [*_listed(pathway), *_steps(pathway)]


def activity(pathway: Pathway, kind: str, name: str) -> str:
    """The canonical address of the activity of one item."""
    return canonical(pathway, "ActivityDefinition", activity_id(kind, name))


def activity_id(kind: str, name: str) -> str:
    """The name of the activity of one item: ``effort_imaging``. The two steps have their own."""
    return name if name in (REASSESSMENT, RETURN) else f"{_IDS[kind]}_{name}"


def step_words(pathway: Pathway, step: str) -> Words:
    """The words of the reassessment or the return to own GP."""
    title = Phrase(conclusion_title(pathway, step, "da"), conclusion_title(pathway, step, "en"))
    if step == REASSESSMENT:
        return Words(title, pathway.words["interventions"][step].citizen)
    return Words(title, pathway.citizen.states["without_effect"].next)


def step_citations(pathway: Pathway, step: str) -> list[Citation]:
    """Every group's sentence for the reassessment or the return."""
    return [cited for group in pathway.groups.values() if (cited := getattr(group, step))]


def _listed(pathway: Pathway) -> Iterator[Part]:
    for kind, fhir_kind in _KINDS.items():
        for name, words in pathway.words[kind].items():
            if name not in (REASSESSMENT, RETURN):
                cited = _citations(pathway, kind, name)
                yield _activity(pathway, kind, name, words, cited) | _proposal(fhir_kind) | _code(kind, name, words)


def _citations(pathway: Pathway, kind: str, name: str) -> list[Citation]:
    if kind == "efforts":
        return [group.efforts[name].citation for group in pathway.groups.values() if name in group.efforts]
    return [item.citation for group in pathway.groups.values() for item in getattr(group, kind) if item.id == name]


def _steps(pathway: Pathway) -> Iterator[Part]:
    for step in (REASSESSMENT, RETURN):
        words = step_words(pathway, step)
        head = _activity(pathway, "", step, words, step_citations(pathway, step))
        yield head | _proposal("Task") | {"code": coded_step(step, words)}


def coded_step(step: str, words: Words) -> Part:
    """The code of a step: the listed intervention, or the journal entry that records the return."""
    return coded(*(("interventions", step) if step == REASSESSMENT else ("entries", "returned_to_gp")), words.clinician)


def _activity(pathway: Pathway, kind: str, name: str, words: Words, cited: list[Citation]) -> Part:
    return {
        **artefact(pathway, "ActivityDefinition", activity_id(kind, name), words.clinician, words.clinician),
        **said("usage", words.citizen),
        **in_force(pathway),
        "relatedArtifact": documentation(pathway, *cited),
    }


def _proposal(kind: str) -> Part:
    return {"kind": kind, "intent": "proposal"}


def _code(kind: str, name: str, words: Words) -> Part:
    coding = {"system": code_system(kind), "code": name, "display": words.clinician.da}
    return {"code": {"coding": [coding], "text": words.clinician.da}}
