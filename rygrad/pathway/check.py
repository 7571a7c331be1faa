"""The content checks that need no decision: coverage, statements, words, numbers, changelog."""

from collections.abc import Iterator
from pathlib import Path

from rygrad.pathway.build import is_possible
from rygrad.pathway.changelog import check_changelog
from rygrad.pathway.citizen import citizen_texts
from rygrad.pathway.coverage import coverage, missing_statements
from rygrad.pathway.criteria import Known, leaf_facts, leaves
from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Group, Pathway
from rygrad.pathway.plainness import not_plain
from rygrad.pathway.source import Citation


def check_content(pathway: Pathway, name_or_folder: str | Path) -> list[ContentError]:
    """Everything that is wrong with the content; empty when nothing is. (Loading has already refused the worst.)"""
    return [
        *_lines(pathway),
        *_statements(pathway),
        *_words(pathway),
        *_facts(pathway),
        *_places(pathway),
        *_citizen(pathway),
        *_call_card(pathway),
        *_plain(pathway),
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
    for name in pathway.information_expected_in:
        if name not in pathway.groups:
            yield ContentError("information_box.expected_in", f"ukendt gruppe {name}", f"unknown group {name}")


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


def _citizen(pathway: Pathway) -> Iterator[ContentError]:
    """Every item and effort is told in plain words; a topic's guideline is a listed one."""
    for kind, told in (("information", pathway.citizen.information), ("efforts", pathway.citizen.efforts)):
        for name in sorted(pathway.words[kind].keys() ^ told.keys()):
            yield ContentError(f"citizen.yaml.{kind}.{name}", "mangler, eller er ukendt", "is missing, or unknown")
    listed = {guideline["id"] for guideline in pathway.guidelines}
    for topic in pathway.citizen.topics.values():
        if not _lines_of(pathway, topic.citation) & set(range(*_span(topic.citation))):
            da, en = "udsagnet står ikke i de linjer", "the statement does not stand in those lines"
            yield ContentError(f"citizen.yaml.topics.{topic.id}", da, en)
        if topic.guideline and topic.guideline not in listed:
            yield ContentError(f"citizen.yaml.topics.{topic.id}", "ukendt retningslinje", "unknown guideline")


def _lines_of(pathway: Pathway, cited: Citation) -> set[int]:
    """The lines that the programme's own carriers of the statement stand in."""
    own = (c for carrier, c in pathway.citations() if not carrier.startswith("citizen.topics."))
    return {line for one in own if one.statement == cited.statement for line in range(*_span(one))}


def _span(cited: Citation) -> tuple[int, int]:
    first, last = cited.lines or (0, 0)
    return first, last + 1


def _call_card(pathway: Pathway) -> Iterator[ContentError]:
    """Every sign that must be asked is on the citizen's card; only a diagnosis that is not acute need not be."""
    told = {sign for level in pathway.citizen.call_card.levels for sign in level.signs}
    for alarm in pathway.alarms.values():
        is_diagnosis = alarm.urgency.rank > 0 and set(alarm.rule.facts) <= set(pathway.exclusions)
        if alarm.urgency.must_be_asked and not is_diagnosis and alarm.words.citizen not in told:
            da, en = f"{alarm.id} står ikke på kortet", f"{alarm.id} is not on the card"
            yield ContentError("citizen.yaml.call_card", da, en)


def _plain(pathway: Pathway) -> Iterator[ContentError]:
    """What a citizen reads keeps the rules of plain-language.yaml, in both languages."""
    for name, text in citizen_texts(pathway):
        for language in ("da", "en"):
            for kind, what in not_plain(text.text(language), language):
                da, en = _NOT_PLAIN[kind]
                yield ContentError(name, f"{da} ({what})", f"{en} ({what})")


_NOT_PLAIN = {
    "long_sentence": ("sætningen er for lang til en borger", "the sentence is too long for a citizen"),
    "hard_to_read": ("teksten er for svær til en borger", "the text is too hard for a citizen"),
    "hard_word": ("et svært ord til en borger", "a hard word for a citizen"),
    "word_of_chance": ("et ord om sandsynlighed til en borger", "a word of chance to a citizen"),
}


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
