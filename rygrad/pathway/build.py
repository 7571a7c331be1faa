"""The sections of the content files, one function each."""

from dataclasses import replace
from typing import Any

from rygrad.pathway.criteria import AtLeast, AtMost, DayWindow, Is, Over, leaf_facts, leaves, parse, plain
from rygrad.pathway.errors import ContentError
from rygrad.pathway.facts import KINDS, YES_NO, FactDefinition, Improvement
from rygrad.pathway.node import Node
from rygrad.pathway.pathway import (
    Alarm,
    Card,
    Effort,
    Exclusion,
    Group,
    Item,
    Note,
    Reassessment,
    Rule,
    SafetySource,
    Urgency,
)
from rygrad.pathway.source import Citation


def fact(name: str, data: Any) -> FactDefinition:
    """One entry of facts.yaml."""
    node = Node(data, f"facts.yaml.{name}")
    kind = node.take("kind")
    if kind not in KINDS:
        raise ContentError(node.where, f"ukendt kind: {kind}", f"unknown kind: {kind}")
    values = dict(YES_NO) if kind == "yes_no" else {}
    if kind in ("choice", "several"):
        given = node.node("values")
        values = {str(value): given.phrase(value) for value in given.data}
    definition = FactDefinition(
        id=name,
        kind=kind,
        question=node.words("question"),
        values=values,
        minimum=node.take("minimum", None),
        maximum=node.take("maximum", None),
        whole=node.take("whole", False),
        unit=node.phrase("unit") if "unit" in node.data else None,
        absent=plain(node.take("absent", None)),
        readings=node.names("readings"),
        prompted_by=node.names("prompted_by"),
        item_counts=tuple(node.take("item_counts", ())),
        improvement=_improvement(node),
    )
    node.finish()
    return definition


def _improvement(node: Node) -> Improvement | None:
    if "worse" not in node.data:
        return None
    return Improvement(node.take("worse"), node.take("important_change"), node.take("important_change_per_cent"))


def rule(node: Node, rule_id: str, citation: Citation, key: str = "rule") -> Rule:
    """The criterion under a key, with its id."""
    return Rule(rule_id, parse(node.take(key), f"{node.where}.{key}"), citation)


def exclusion(node: Node) -> Exclusion:
    """One of the conditions the programme does not cover."""
    citation, name = node.citation(), node.take("fact")
    found = Exclusion(
        fact=name,
        outside=rule(node, f"scope.outside.{name}", citation, "outside"),
        hold=rule(node, f"scope.hold.{name}", citation, "hold"),
        words=node.words(),
        instead=node.phrase("instead"),
    )
    node.finish()
    return found


def item(node: Node) -> Item:
    """An actor, intervention or information item as a group lists it."""
    found = Item(node.take("is"), node.citation(), node.take("optional", False))
    node.finish()
    return found


def symptom(node: Node) -> Item:
    """A group's bullet: shown and compared, never deciding (R1)."""
    citation = node.citation()
    found = Item(str(citation.statement), citation, words=node.words())
    node.finish()
    return found


def effort(node: Node, group: str) -> Effort:
    """One of the other efforts as a group lists it."""
    name, citation = node.take("is"), node.citation()
    done = rule(node, f"{group}.{name}.already_done", citation, "already_done") if "already_done" in node.data else None
    found = Effort(name, citation, node.take("optional", False), done, node.names("noted"))
    node.finish()
    return found


def group(node: Node, box: tuple[Item, ...]) -> Group:
    """A patient group with everything it lists; ``box`` is the information that all groups offer (R13)."""
    name, citation = node.take("id"), node.citation()
    efforts = [effort(part, name) for part in node.nodes("efforts")]
    found = Group(
        id=name,
        number=node.take("number"),
        rule=rule(node, f"{name}.group", citation),
        words=node.words(),
        symptoms=tuple(symptom(part) for part in node.nodes("symptoms")),
        actors=tuple(item(part) for part in node.nodes("actors")),
        interventions=tuple(item(part) for part in node.nodes("interventions")),
        information=(*(item(part) for part in node.nodes("information")), *box),
        reassessment=_cited(node, "reassessment"),
        return_to_gp=_cited(node, "return_to_gp"),
        efforts={part.id: part for part in efforts},
    )
    node.finish()
    return found


def _cited(node: Node, key: str) -> Citation | None:
    if key not in node.data:
        return None
    part = node.node(key)
    citation = part.citation()
    part.finish()
    return citation


def information_box(node: Node) -> tuple[tuple[str, ...], tuple[Item, ...]]:
    """The groups in which the box is expected, and its items."""
    expected, readings = node.names("expected_in"), node.names("readings")
    items = tuple(item(part) for part in node.nodes("items"))
    node.finish()
    return expected, tuple(replace(i, citation=replace(i.citation, readings=readings)) for i in items)


def reassessment(node: Node, citation: Citation) -> Reassessment:
    """The 6–8 weeks."""
    cited = replace(citation, readings=node.names("readings"))
    window = rule(node, "reassessment.window", cited, "window")
    if not isinstance(window.criterion, DayWindow):
        raise ContentError(node.where, "vinduet skal være et day_window", "the window must be a day_window")
    found = Reassessment(window, node.take("done_by"))
    node.finish()
    return found


def cited_rule(node: Node, rule_id: str, citation: Citation) -> Rule:
    """A rule with readings of its own and another rule's sentence."""
    found = rule(node, rule_id, replace(citation, readings=node.names("readings")))
    node.finish()
    return found


def note(node: Node, kind: str, statements: dict[str, Citation]) -> Note:
    """A mismatch or a contradiction; its sentence is the bullet it is compared with."""
    name, statement = node.take("id"), node.take("statement")
    if statement not in statements:
        raise ContentError(node.where, f"ukendt statement: {statement}", f"unknown statement: {statement}")
    citation = replace(statements[statement], readings=node.names("readings"))
    found = Note(name, rule(node, f"{kind}.{name}", citation), node.words())
    node.finish()
    return found


def urgency(name: str, rank: int, node: Node) -> Urgency:
    """How soon an alarm must be acted on."""
    found = Urgency(name, rank, node.take("holds"), node.take("must_be_asked"), node.words(), node.phrase("action"))
    node.finish()
    return found


def alarm(node: Node, urgencies: dict[str, Urgency], sources: dict[str, SafetySource]) -> Alarm:
    """One row of the safety layer; it must name its sources."""
    name, level, citation = node.take("id"), node.take("urgency"), node.citation()
    if level not in urgencies:
        raise ContentError(node.where, f"ukendt hastegrad: {level}", f"unknown urgency: {level}")
    if not citation.safety_sources or not set(citation.safety_sources) <= set(sources):
        raise ContentError(node.where, "mangler en kendt kilde i sources", "needs a known source in sources")
    found = Alarm(name, urgencies[level], rule(node, f"safety.{name}", citation), node.words())
    node.finish()
    return found


def safety_source(name: str, node: Node) -> SafetySource:
    """A published source of the safety layer."""
    found = SafetySource(
        id=name,
        title=node.take("title"),
        publisher=node.take("publisher"),
        where=node.take("where"),
        read_on=node.take("read_on"),
        says=node.phrase("says"),
    )
    node.finish()
    return found


def card(node: Node) -> Card:
    """The words of an advice card for one state."""
    found = Card(node.phrase("word"), node.phrase("sentence"), node.phrase("action"))
    node.finish()
    return found


_KINDS: dict[type, tuple[str, ...]] = {
    Is: ("yes_no", "choice", "number"),
    AtLeast: ("number",),
    AtMost: ("number",),
    Over: ("date",),
    DayWindow: ("date",),
}


def check_rule(checked: Rule, facts: dict[str, FactDefinition]) -> None:
    """Every fact of a rule is known, of the right kind, and compared with values it can have."""
    for leaf in leaves(checked.criterion):
        for name in leaf_facts(leaf):
            if name not in facts:
                raise ContentError(checked.id, f"ukendt faktum: {name}", f"unknown fact: {name}")
            if facts[name].kind not in _KINDS.get(type(leaf), KINDS):
                raise ContentError(checked.id, f"{name} er af en anden slags", f"{name} is of another kind")
        if isinstance(leaf, Is):
            for value in leaf.values:
                if not is_possible(facts[leaf.fact], value):
                    da, en = f"{leaf.fact} kan ikke være {value}", f"{leaf.fact} cannot be {value}"
                    raise ContentError(checked.id, da, en)


def is_possible(definition: FactDefinition, value: Any) -> bool:
    """Whether a rule may compare the fact with this value."""
    if definition.kind == "number":
        return isinstance(value, int | float) and (definition.minimum or 0) <= value <= (definition.maximum or value)
    return value in definition.values
