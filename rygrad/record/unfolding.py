"""One course on many days: the fold at the end of each, and what the programme's content decides then."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from rygrad.decision.dates import add_months
from rygrad.decision.decision import Decision
from rygrad.decision.facts import InvalidFacts, read_facts
from rygrad.pathway.pathway import Pathway
from rygrad.record.contents import Programme
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.fold import add


def unfolded(
    standing: Sequence[Recorded], signs: frozenset[str], days: Sequence[date]
) -> Iterator[tuple[date, CourseFile]]:
    """What ``fold(entries, signs, on=day)`` gives at the end of each of these days, which are in order.

    ``standing`` are the entries as they stand (``fold.as_they_stand``). The file is the same object, folded on: read
    it before asking for the next day. A late entry about an earlier day makes every day be folded from the start.
    """
    in_order = all(one.valid_on <= following.valid_on for one, following in pairwise(standing))
    file, done = CourseFile(signs=signs), 0
    for day in days:
        if not in_order:
            file, done = CourseFile(signs=signs), 0
        known = [entry for entry in standing[done:] if entry.valid_on <= day]
        for entry in known:
            add(file, entry)
        done += len(known)
        yield day, file


def known_facts(pathway: Pathway, facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The facts that the content can read; what it cannot (an answer of an older content) is unknown, like a blank."""
    try:
        return read_facts(pathway, facts, day)
    except InvalidFacts:
        known: dict[str, Any] = {}
        for name, value in facts.items():
            try:
                known |= read_facts(pathway, {name: value}, day)
            except InvalidFacts:
                continue
        return known


def decided(programme: Programme, file: CourseFile, day: date) -> Decision:
    """The decision that day, on the facts that the content can read."""
    facts = file.facts()
    try:
        return programme.decide(facts, day)
    except InvalidFacts:
        return programme.decide(known_facts(programme.pathway, facts, day), day)


def months_between(first: date, last: date) -> list[date]:
    """The first day of each month from that of one day to that of another, both included."""
    month, found = first.replace(day=1), list[date]()
    while month <= last:
        found.append(month)
        month = add_months(month, 1)
    return found


def end_of_month(month: date) -> date:
    """The last day of the month that begins on a day."""
    return add_months(month, 1) - timedelta(days=1)
