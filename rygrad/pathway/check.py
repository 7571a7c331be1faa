"""The content checks that need no decision: coverage, statements, words, numbers, changelog."""

from collections.abc import Iterator
from pathlib import Path

from rygrad.pathway.build import is_possible
from rygrad.pathway.changelog import check_changelog
from rygrad.pathway.coverage import coverage, missing_statements
from rygrad.pathway.criteria import Known, leaf_facts, leaves
from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Group, Pathway


def check_content(pathway: Pathway, name_or_folder: str | Path) -> list[ContentError]:
    """Everything that is wrong with the content; empty when nothing is. (Loading has already refused the worst.)"""
    return [
        *_lines(pathway),
        *_statements(pathway),
        *_words(pathway),
        *_facts(pathway),
        *_places(pathway),
        *_dates(pathway),
        *check_changelog(pathway, name_or_folder),
    ]


def _lines(pathway: Pathway) -> Iterator[ContentError]:
    for line in coverage(pathway):
        if line.missing:
            yield ContentError(f"pixi.txt:{line.number}", "linjen bæres ikke af noget", "nothing carries the line")


def _statements(pathway: Pathway) -> Iterator[ContentError]:
    for statement in missing_statements(pathway):
        yield ContentError(statement, "udsagnet står ikke i indholdet", "the statement is not in the content")
    for carrier, citation in pathway.citations():
        if citation.statement and citation.statement not in pathway.statements:
            yield ContentError(
                carrier, f"ukendt udsagn {citation.statement}", f"unknown statement {citation.statement}"
            )


def _words(pathway: Pathway) -> Iterator[ContentError]:
    for group in pathway.groups.values():
        for kind, name in _listed(group):
            if name not in pathway.words[kind]:
                yield ContentError(f"{group.id}.{kind}.{name}", "mangler ord", "has no words")


def _listed(group: Group) -> Iterator[tuple[str, str]]:
    for kind in ("actors", "interventions", "information"):
        yield from ((kind, item.id) for item in getattr(group, kind))
    yield from (("efforts", name) for name in group.efforts)


def _facts(pathway: Pathway) -> Iterator[ContentError]:
    for fact in pathway.facts.values():
        if fact.kind in ("number", "scores") and (fact.minimum is None or fact.maximum is None):
            yield ContentError(f"facts.yaml.{fact.id}", "mangler minimum og maximum", "needs minimum and maximum")
        for name in fact.prompted_by:
            if name not in pathway.facts:
                yield ContentError(f"facts.yaml.{fact.id}", f"ukendt faktum {name}", f"unknown fact {name}")
        for reading in fact.readings:
            if reading not in pathway.readings:
                yield ContentError(f"facts.yaml.{fact.id}", f"ukendt læsning {reading}", f"unknown reading {reading}")
    for name in pathway.alarm_facts:
        if not is_possible(pathway.facts[name], pathway.facts[name].absent):
            yield ContentError(f"facts.yaml.{name}", "et alarmtegn mangler absent", "an alarm sign needs absent")


def _places(pathway: Pathway) -> Iterator[ContentError]:
    for place in pathway.places:
        if place.get("effort") not in pathway.words["efforts"]:
            yield ContentError(f"offers.{place.get('id')}", "ukendt indsats", "unknown effort")


def _dates(pathway: Pathway) -> Iterator[ContentError]:
    """Dates enter rules only as the groups' one duration, the one window, or being known; alarms read none."""
    safety = {rule.id for e in pathway.exclusions.values() for rule in (e.outside, e.hold)}
    safety |= {alarm.rule.id for alarm in pathway.alarms.values()}
    for rule in pathway.rules():
        for leaf in leaves(rule.criterion):
            dated = any(pathway.facts[name].kind == "date" for name in leaf_facts(leaf))
            shared = leaf in (pathway.duration, pathway.reassessment.window) or isinstance(leaf, Known)
            if dated and (rule.id in safety or not shared):
                yield ContentError(rule.id, "reglen læser en dato", "the rule reads a date")
