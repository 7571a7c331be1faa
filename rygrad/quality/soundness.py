"""What is wrong with indicators that can be read: a count that nothing is known about, a column that is not there …"""

from collections.abc import Iterator

from rygrad.decision.coursetable import Column
from rygrad.decision.truth import TRUE
from rygrad.pathway.errors import ContentError
from rygrad.pathway.pathway import Pathway
from rygrad.quality.definitions import LEVELS, Indicator, Indicators
from rygrad.quality.rows import holds
from rygrad.quality.terms import AtLeast, AtMost, Days, Improved, Is, Known, Leaf, columns_of, leaves, limits_of

NUMBERS = ("int8", "int16", "float64")


def unsound(definitions: Indicators, pathway: Pathway) -> list[ContentError]:
    """Every problem, with its place; empty when there is none."""
    found: list[ContentError] = []
    used: set[str] = set()
    for indicator in definitions.all.values():
        used |= set(indicator.settings)
        problems = [
            *_read_wrongly(definitions, indicator),
            *_quoted_wrongly(pathway, indicator),
            *_said_wrongly(definitions, indicator),
        ]
        found += problems
        if not problems and holds(definitions, indicator.denominator.rule, {}) is TRUE:
            da = "nævneren er sand, når intet er kendt"
            found.append(_problem(indicator, "denominator", da, "the denominator is true when nothing is known"))
    for name in definitions.settings.keys() - used:
        found.append(ContentError(f"indicators.yaml.settings.{name}", "bruges ikke", "is not used"))
    return found


def _problem(indicator: Indicator, place: str, da: str, en: str) -> ContentError:
    return ContentError(f"indicators.yaml.indicators.{indicator.id}.{place}", da, en)


def _read_wrongly(definitions: Indicators, indicator: Indicator) -> Iterator[ContentError]:
    columns = definitions.columns[indicator.table]
    for place, leaf in _placed(indicator):
        for name in columns_of(leaf):
            if name not in columns:
                yield _problem(indicator, place, f"ukendt kolonne: {name}", f"unknown column: {name}")
            elif not _fits(leaf, columns[name]):
                yield _problem(indicator, place, f"{name} er af en anden slags", f"{name} is of another kind")
        for limit in limits_of(leaf):
            if limit != 0 and limit not in definitions.settings:
                yield _problem(indicator, place, f"ukendt grænse: {limit}", f"unknown limit: {limit}")
        for score in (one.score for one in getattr(leaf, "scores", ())):
            if score not in definitions.scores:
                yield _problem(indicator, place, f"ukendt score: {score}", f"unknown score: {score}")
    if indicator.month_of not in columns or columns[indicator.month_of].type != "date":
        yield _problem(indicator, "month_of", "er ikke en dato i tabellen", "is not a date of the table")
    for level in indicator.levels:
        if level not in LEVELS:
            yield _problem(indicator, "levels", f"ukendt niveau: {level}", f"unknown level: {level}")
    if not indicator.levels:
        yield _problem(indicator, "levels", "mangler", "are missing")


def _placed(indicator: Indicator) -> Iterator[tuple[str, Leaf]]:
    for name, population in indicator.populations().items():
        for leaf in leaves(population.rule):
            yield f"{name}.rule", leaf


def _fits(leaf: Leaf, column: Column) -> bool:
    match leaf:
        case Known():
            return True
        case Days():
            return column.type == "date"
        case AtLeast() | AtMost():
            return column.type in NUMBERS
        case Improved():
            return column.type == "float64"
        case Is(_, values):
            wanted = bool if column.type == "boolean" else str if column.type == "string" else ()
            return all(isinstance(value, wanted) for value in values)


def _quoted_wrongly(pathway: Pathway, indicator: Indicator) -> Iterator[ContentError]:
    for citation in indicator.citations:
        quote, lines = citation.quote, citation.lines
        if not quote or not lines or pathway.source.span(quote, lines) is None:
            place = citation.place
            da = f"citatet står ikke i {place or 'kilden'}"
            yield _problem(indicator, "places", da, f"the quote does not stand in {place or 'the source'}")
        if citation.statement not in pathway.statements:
            name = citation.statement
            yield _problem(indicator, "places", f"ukendt udsagn {name}", f"unknown statement {name}")
        for reading in citation.readings:
            if reading not in pathway.readings:
                yield _problem(indicator, "places", f"ukendt læsning {reading}", f"unknown reading {reading}")


def _said_wrongly(definitions: Indicators, indicator: Indicator) -> Iterator[ContentError]:
    for phrase in indicator.texts():
        try:
            definitions.said(phrase)
        except (KeyError, ValueError, IndexError) as problem:
            yield _problem(
                indicator, "words", f"ukendt grænse i teksten: {problem}", f"unknown limit in a text: {problem}"
            )
