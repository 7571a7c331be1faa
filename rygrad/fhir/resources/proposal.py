"""The programme applied to a citizen: a CarePlan that proposes, made of the advice card of each conclusion. Pure."""

from typing import Any

from rygrad.decision.advice import AdviceCard, advise
from rygrad.decision.decision import Decision
from rygrad.fhir.names import CANONICAL, code_system, extension, id_of
from rygrad.fhir.resources.shown import Resource, without_empty
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.words import Phrase

_ASK = Phrase("Spørg", "Ask")
_NOT_THIS = Phrase("Svarene udelukker denne gruppe.", "The answers rule this group out.")


def strategy_id(pathway: Pathway) -> str:
    """The id of the PlanDefinition of the whole programme."""
    return id_of(pathway.identity.id)


def plan_ids(pathway: Pathway) -> list[str]:
    """The ids of every PlanDefinition: the whole programme, and one for each group."""
    return [strategy_id(pathway), *map(id_of, pathway.groups)]


def proposed(pathway: Pathway, decision: Decision, plan: str, patient: str, language: str = "da") -> Resource:
    """What the programme proposes now: a draft that commits nobody. Nothing in it where the group is ruled out."""
    group = next((name for name in pathway.groups if id_of(name) == plan), None)
    is_ruled_out = group is not None and group not in decision.possible_groups
    subject = {"reference": f"Patient/{patient}"}
    canonical = f"{CANONICAL}/PlanDefinition/{plan}|{pathway.identity.version}"
    actions, asked = ([], []) if is_ruled_out else _actions(pathway, decision, subject, language)
    request = {
        "resourceType": "RequestGroup",
        "id": "proposal",
        "instantiatesCanonical": [canonical],
        "status": "draft",
        "intent": "proposal",
        "subject": subject,
        "action": actions,
    }
    return without_empty(
        {
            "resourceType": "CarePlan",
            "contained": [] if is_ruled_out else [request, *asked],
            "extension": _decided(decision),
            "instantiatesCanonical": [canonical],
            "status": "draft",
            "intent": "proposal",
            "title": pathway.identity.title.text(language),
            "subject": subject,
            "created": decision.as_of.isoformat(),
            "activity": [] if is_ruled_out else [{"reference": {"reference": "#proposal"}}],
            "note": [{"text": _NOT_THIS.text(language)}] if is_ruled_out else [],
        }
    )


def _decided(decision: Decision) -> list[Resource]:
    """Which content and engine, and the conclusions a program reads."""
    found = [
        {"url": extension("content"), "valueString": decision.pathway["sha256"]},
        {"url": extension("engine"), "valueString": decision.engine},
        {"url": extension("scope"), "valueCode": decision.scope},
        {"url": extension("urgency"), "valueCode": decision.urgency},
    ]
    return found + [{"url": extension("possible-group"), "valueCode": group} for group in decision.possible_groups]


def _actions(
    pathway: Pathway, decision: Decision, subject: Resource, language: str
) -> tuple[list[Resource], list[Resource]]:
    """An action for each card and each question, and the draft each of them leads to."""
    cards = advise(pathway, decision, language)
    actions = [_card(card, decision) for card in cards]
    asked = [_question(pathway, q.fact, q.settles, language) for q in decision.ask]
    drafts = [_draft(action, subject) for action in (*actions, *asked)]
    return [
        one | {"resource": {"reference": f"#{d['id']}"}} for one, d in zip((*actions, *asked), drafts, strict=True)
    ], drafts


def _draft(action: Resource, subject: Resource) -> Resource:
    """A draft to fill in: a request for an effort that is open, else a task. It commits nobody."""
    code = action["code"][0]
    effort = code["coding"][0]["code"].removeprefix("efforts.").removesuffix(".open")
    told = {"id": f"draft-{action['id']}", "status": "draft", "intent": "proposal"}
    if code["coding"][0]["code"] == f"efforts.{effort}.open":
        coding = {"system": code_system("efforts"), "code": effort, "display": action["title"]}
        return {"resourceType": "ServiceRequest", **told, "code": {"coding": [coding]}, "subject": subject}
    return {"resourceType": "Task", **told, "code": code, "description": action["title"], "for": subject}


def _card(card: AdviceCard, decision: Decision) -> Resource:
    reason: dict[str, Any] = dict(decision.reasons.get(card.why) or {})
    return without_empty(
        {
            "id": id_of(card.why),
            "prefix": card.word,
            "title": card.title,
            "description": f"{card.sentence} {card.action}".strip(),
            "code": [{"coding": [{"system": code_system("conclusions"), "code": f"{card.why}.{card.state}"}]}],
            "documentation": _documented(reason),
        }
    )


def _documented(reason: dict[str, Any]) -> list[Resource]:
    if "quote" in reason:
        return [{"type": "documentation", "label": reason.get("place", ""), "display": reason["quote"]}]
    cited = reason.get("reading") or reason.get("safety_source")
    return [{"type": "citation", "label": reason["rule"], "citation": str(cited)}] if cited else []


def _question(pathway: Pathway, fact: str, settles: tuple[str, ...], language: str) -> Resource:
    """An unknown that would settle something is asked; nothing is dropped for being unknown."""
    return {
        "id": f"ask-{id_of(fact)}",
        "prefix": _ASK.text(language),
        "title": pathway.facts[fact].question.clinician.text(language),
        "description": ", ".join(settles),
        "code": [{"coding": [{"system": code_system("facts"), "code": fact}]}],
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/action-type", "code": "create"}]},
    }
