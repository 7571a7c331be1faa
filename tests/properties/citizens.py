"""Citizens nobody thought of, for Hypothesis."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.read import load_pathway

PATHWAY = load_pathway()
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
days = st.dates(FIRST, LAST)


def values(fact: FactDefinition, as_of: date) -> st.SearchStrategy[Any]:
    """Any value a fact can have on a day."""
    if fact.kind in ("yes_no", "choice"):
        return st.sampled_from(list(fact.values))
    if fact.kind == "date":
        return _dates(as_of)
    if fact.kind == "number":
        return st.integers(int(fact.minimum or 0), int(fact.maximum or 0))
    if fact.kind == "several":
        return st.lists(st.sampled_from(list(fact.values)), unique=True)
    if fact.kind == "facts":
        return st.lists(st.sampled_from([*PATHWAY.exclusions, *PATHWAY.alarm_facts]), max_size=3, unique=True)
    return st.integers(0, 10)


def _dates(as_of: date) -> st.SearchStrategy[Any]:
    past = st.one_of(st.integers(0, 130), st.integers(0, 4000)).map(lambda n: as_of - timedelta(days=n))
    span = st.tuples(past, st.integers(1, 60)).map(lambda p: {"earliest": p[0], "latest": p[0] + timedelta(days=p[1])})
    return st.one_of(past, past, past, span)


@st.composite
def citizens(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """A citizen's facts and a day; any fact may be unknown."""
    as_of = draw(days)
    chosen = draw(st.lists(st.sampled_from(list(PATHWAY.facts)), unique=True))
    facts = {name: draw(values(PATHWAY.facts[name], as_of)) for name in chosen}
    if draw(st.booleans()):
        facts |= {name: PATHWAY.facts[name].absent for name in PATHWAY.alarm_facts if name not in facts}
        facts |= {"back_triggered_pain": "yes"}
    return facts, as_of
