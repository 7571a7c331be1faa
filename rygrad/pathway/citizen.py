"""What the citizen reads, as frozen objects: the call card, questions and answers, information in plain words."""

from collections.abc import Iterator

from rygrad.pathway.errors import ContentError
from rygrad.pathway.node import Node, phrase
from rygrad.pathway.pathway import Alarm, CallCard, CallLevel, CitizenTexts, Pathway, StateWords, Topic, Urgency
from rygrad.pathway.words import Phrase, Words


def read_citizen(node: Node, urgencies: dict[str, Urgency], alarms: dict[str, Alarm]) -> CitizenTexts:
    """The texts of citizen.yaml; ContentError for a sign that is no alarm of its level."""
    information, efforts = node.node("information"), node.node("efforts")
    found = CitizenTexts(
        signed_by=node.take("signed_by"),
        call_card=_call_card(node.node("call_card"), urgencies, alarms),
        topics={topic.id: topic for topic in _topics(node.node("topics"))},
        information={name: _phrases(information, name) for name in information.data},
        efforts={name: efforts.phrase(name) for name in efforts.data},
        states={name: _state(part) for name, part in _named(node.node("states"))},
    )
    node.finish()
    return found


def _named(node: Node) -> Iterator[tuple[str, Node]]:
    for name in node.data:
        yield name, node.node(name)


def _call_card(node: Node, urgencies: dict[str, Urgency], alarms: dict[str, Alarm]) -> CallCard:
    levels = tuple(_level(name, part, urgencies, alarms) for name, part in _named(node.node("levels")))
    found = CallCard(node.phrase("title"), levels)
    node.finish()
    return found


def _level(name: str, node: Node, urgencies: dict[str, Urgency], alarms: dict[str, Alarm]) -> CallLevel:
    if name not in urgencies:
        raise ContentError(node.where, f"ukendt hastegrad: {name}", f"unknown urgency: {name}")
    signs = node.names("signs")
    for sign in signs:
        if sign not in alarms or alarms[sign].urgency.id != name:
            raise ContentError(node.where, f"{sign} er intet alarmtegn her", f"{sign} is no alarm sign here")
    found = CallLevel(
        name, urgencies[name].words.citizen, node.phrase("whom"), tuple(alarms[sign].words.citizen for sign in signs)
    )
    node.finish()
    return found


def _topics(node: Node) -> Iterator[Topic]:
    for name, part in _named(node):
        citation = part.citation()
        yield Topic(name, part.phrase("question"), _phrases(part, "paragraphs"), citation, part.take("guideline", ""))
        part.finish()


def _phrases(node: Node, key: str) -> tuple[Phrase, ...]:
    return tuple(phrase(one, f"{node.where}.{key}") for one in node.take(key))


def _state(node: Node) -> StateWords:
    found = StateWords(node.phrase("where"), node.phrase("next"))
    node.finish()
    return found


def citizen_texts(pathway: Pathway) -> Iterator[tuple[str, Phrase]]:
    """Every text of the content that a citizen or relative may read, with its id, in the order of the files."""
    yield from (_words(name, rule_words) for name, rule_words in _worded(pathway))
    for fact in pathway.facts.values():
        yield f"facts.{fact.id}", fact.question.citizen
    yield from _told(pathway.citizen)


def _words(name: str, told: Words) -> tuple[str, Phrase]:
    return name, told.citizen


def _worded(pathway: Pathway) -> Iterator[tuple[str, Words]]:
    yield "scope.covers", pathway.covers_words
    yield from ((f"scope.{name}", one.words) for name, one in pathway.exclusions.items())
    for group in pathway.groups.values():
        yield f"groups.{group.id}", group.words
        yield from ((f"groups.{group.id}.{item.id}", item.words) for item in group.symptoms if item.words)
    for note in (*pathway.mismatches, *pathway.contradictions):
        yield f"notes.{note.id}", note.words
    for kind, catalogue in pathway.words.items():
        yield from ((f"{kind}.{name}", told) for name, told in catalogue.items())
    yield from ((f"goals.{name}", told) for name, told in pathway.goals.items())
    yield from ((f"outcomes.{name}", told) for name, told in pathway.outcomes.items())
    yield from ((f"urgencies.{name}", one.words) for name, one in pathway.urgencies.items())
    yield from ((f"alarms.{name}", one.words) for name, one in pathway.alarms.items())


def _told(texts: CitizenTexts) -> Iterator[tuple[str, Phrase]]:
    yield "citizen.call_card.title", texts.call_card.title
    for level in texts.call_card.levels:
        yield f"citizen.call_card.{level.urgency}", level.whom
    for topic in texts.topics.values():
        yield f"citizen.topics.{topic.id}", topic.question
        yield from ((f"citizen.topics.{topic.id}.{n}", text) for n, text in enumerate(topic.paragraphs, 1))
    for name, paragraphs in texts.information.items():
        yield from ((f"citizen.information.{name}.{n}", text) for n, text in enumerate(paragraphs, 1))
    for name, text in texts.efforts.items():
        yield f"citizen.efforts.{name}", text
    for name, state in texts.states.items():
        yield f"citizen.states.{name}.where", state.where
        yield f"citizen.states.{name}.next", state.next
