"""From ``indicators.yaml`` to frozen definitions, or an error that says what to mend."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from rygrad.decision.coursetable import Column
from rygrad.decision.regiontable import REFERRALS, course_columns
from rygrad.pathway.errors import ContentError, RygradError
from rygrad.pathway.node import Node, load_yaml
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import DEFAULT, content_folder, load_pathway
from rygrad.pathway.source import Citation
from rygrad.quality.definitions import DIRECTIONS, UNITS, Indicator, Indicators, Population, Setting
from rygrad.quality.soundness import unsound
from rygrad.quality.terms import parse

FILE = "indicators.yaml"


def load_indicators(name_or_folder: str | Path = DEFAULT, pathway: Pathway | None = None) -> Indicators:
    """The indicators of this programme, checked. Raises the first ContentError; RygradError where there are none."""
    found, problems = read_indicators(name_or_folder, pathway or load_pathway(name_or_folder))
    if problems:
        raise problems[0]
    if found is None:
        raise RygradError(
            "no_definitions",
            {"da": "programmet har ingen indikatorer.", "en": "the programme has no indicators."},
            {"da": f"De står i {FILE}.", "en": f"They stand in {FILE}."},
            source=str(name_or_folder),
        )
    return found


def read_indicators(name_or_folder: str | Path, pathway: Pathway) -> tuple[Indicators | None, list[ContentError]]:
    """The indicators, and everything that is wrong with them; None where the programme has no ``indicators.yaml``."""
    path = content_folder(name_or_folder) / FILE
    if not path.is_file():
        return None, []
    content = path.read_bytes()
    try:
        found, problems = _read(Node(load_yaml(content, FILE), FILE), pathway)
    except ContentError as problem:
        return None, [problem]
    found = replace(found, sha256=hashlib.sha256(content).hexdigest())
    return found, problems + unsound(found, pathway)


def _read(main: Node, pathway: Pathway) -> tuple[Indicators, list[ContentError]]:
    settings, indicators, problems = {}, {}, []
    for node in main.nodes("settings"):
        try:
            setting = _setting(node, pathway)
            settings[setting.id] = setting
        except ContentError as problem:
            problems.append(problem)
    for node in main.nodes("indicators"):
        try:
            indicator = _indicator(node)
            indicators[indicator.id] = indicator
        except ContentError as problem:
            problems.append(problem)
    main.finish()
    scores = {f.id: f.improvement for f in pathway.facts.values() if f.improvement}
    columns = table_columns(pathway)
    return Indicators(indicators, settings, columns, scores, pathway.identity.sha256), problems


def table_columns(pathway: Pathway) -> dict[str, dict[str, Column]]:
    """The columns that a rule may read, by table and name."""
    courses = {column.name: column for column in course_columns(pathway)}
    return {"courses": courses, "referrals": {column.name: column for column in REFERRALS}}


def _setting(node: Node, pathway: Pathway) -> Setting:
    """A local number, or a day of the programme's own window (``of: window.first_day``)."""
    name = node.where.rpartition(".")[2]
    of, unit = node.take("of", None), node.take("unit")
    number = _of_the_window(of, node, pathway) if of else node.take("number")
    local = node.take("local", False)
    if type(number) is not int or number < 0 or unit not in UNITS:
        raise ContentError(node.where, "kræver et helt tal og en enhed", "needs a whole number and a unit")
    if local is not (of is None):
        raise ContentError(
            node.where, "et tal, programmet ikke giver, mærkes local: yes", "mark a number that is not the programme's"
        )
    made = Setting(name, number, unit, node.phrase("words"), is_local=of is None)
    node.finish()
    return made


def _of_the_window(of: Any, node: Node, pathway: Pathway) -> int:
    window = pathway.reassessment.window
    days = {"window.first_day": window.first_day, "window.last_day": window.last_day}
    if of not in days:
        raise ContentError(node.where, f"of er ét af: {', '.join(days)}", f"of is one of: {', '.join(days)}")
    return days[of]


def _indicator(node: Node) -> Indicator:
    made = Indicator(
        id=node.where.rpartition(".")[2],
        words=node.phrase("words"),
        definition=node.phrase("definition"),
        table=_one_of(node, "table", ("courses", "referrals")),
        numerator=_population(node.node("numerator")),
        denominator=_population(node.node("denominator")),
        excluded=_population(node.node("excluded")) if node.take("excluded", None) else None,
        month_of=node.take("month_of"),
        levels=node.names("levels"),
        direction=_one_of(node, "direction", DIRECTIONS),
        citations=_citations(node),
    )
    node.finish()
    return made


def _one_of(node: Node, key: str, allowed: tuple[str, ...]) -> str:
    value = str(node.take(key))
    if value not in allowed:
        raise ContentError(f"{node.where}.{key}", f"er ét af: {', '.join(allowed)}", f"is one of: {', '.join(allowed)}")
    return value


def _population(node: Node) -> Population:
    made = Population(node.phrase("says"), parse(node.take("rule"), f"{node.where}.rule"))
    node.finish()
    return made


def _citations(node: Node) -> tuple[Citation, ...]:
    """``places: local``, or the sentences it comes from."""
    if node.take("places") == "local":
        return ()
    found = []
    for place in node.nodes("places"):
        found.append(place.citation())
        place.finish()
    return tuple(found)
