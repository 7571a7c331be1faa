"""Every cell of the pages' table, run: what is there is answered, and what is not is as if it never existed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.trust.access import pages
from tests.trust.access.asking import Heard, browser, entries, heard, taken_back
from tests.trust.access.table import LISTS, PAGES, WHO, Rule, Standing, cell
from tests.trust.access.world import World

_NAMES = ("course", "entry", "to")


@dataclass
class Tally:
    """What was run, and what was not as the table says."""

    cells: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    recorded: set[str] = field(default_factory=set)

    def add(self, cell: str, place: str, problem: str) -> None:
        """One cell."""
        self.cells[cell] += 1
        if problem:
            self.wrong.append(f"{place}: {problem}")

    def counts(self) -> dict[str, int]:
        """For the figures."""
        return {
            "cells run": sum(self.cells.values()),
            "answered": self.cells["there"],
            "refused aloud": self.cells["refused"],
            "as if it never existed": self.cells["hidden"],
            "not as the table says": len(self.wrong),
        }


@dataclass
class Asked:
    """Requests about Dina's course and about one that never existed, by everybody, with nothing left written."""

    w: World
    stage: str
    tally: Tally

    def __post_init__(self) -> None:
        self.nothing = pages.never(self.w.ids)
        self.forms = pages.forms(self.w, self.stage)
        self.twins = pages.forms_of_nothing(self.w, self.forms)
        self.names = [ids[name] for ids in (self.w.ids, self.nothing) for name in _NAMES]
        self.names.append("")  # what an undo is signed with

    def all_of(self, standings: Iterable[Standing]) -> None:
        """Each rule that belongs to this stage, and each list, for each of these."""
        for standing in standings:
            client = browser(self.w.who.get(standing.who))
            for rule in PAGES:
                if rule.stage == self.stage or (rule.stage == "-" and self.stage == "treated") or self.stage == "ended":
                    self._cell(client, standing, rule)
            for name in LISTS if self.stage == "treated" else ():
                self._list(client, standing, name)

    def _cell(self, client: Client, standing: Standing, rule: Rule) -> None:
        expected = cell(rule, standing, self.stage)
        told, wrote = self.ask(client, rule, self.w.ids, self.forms)
        problem = f"{told.status}, {wrote} written" if not _is(expected, rule, told, wrote) else ""
        if expected == "hidden" and not problem:
            nothing, _ = self.ask(client, rule, self.nothing, self.twins)
            problem = "" if told == nothing else f"{_difference(told, nothing)} tells it from nothing"
        if wrote and not problem:
            self.tally.recorded.add(f"{rule.name} {rule.how}")
        self.tally.add(expected, f"{self.stage} {standing.who} {rule.how} {rule.name} ({expected})", problem)

    def ask(self, client: Client, rule: Rule, ids: dict[str, Any], forms: dict[str, Any]) -> tuple[Heard, int]:
        """The answer, and how many entries it wrote, which are taken back."""
        client.cookies.pop("messages", None)
        if rule.name == "undo":  # its minute is a real one
            forms = forms | {"undo": forms["undo"] | {"undo": pages.undo(ids)}}
            self.names[-1] = forms["undo"]["undo"]
        at = pages.address(rule.name, ids)
        if rule.name == "bulk":  # it tries each row, and takes it back itself
            before = entries()
            return heard(client.post(at, forms["bulk"]), *self.names), entries() - before
        with taken_back():
            before = entries()
            answer = client.get(at) if rule.how == "get" else client.post(at, forms[rule.name])
            told, wrote = heard(answer, *self.names), entries() - before
        return told, wrote

    def _list(self, client: Client, standing: Standing, name: str) -> None:
        with taken_back():
            if name == "found":
                answer = client.post(pages.address("find", {}), {"words": "demosen"})
            else:
                answer = client.get(pages.address(name, {}))
            told = heard(answer)
        # One citizen found leads straight to the course.
        is_named = told.status == 200 and "Dina" in told.body
        is_named |= told.status == 302 and any(self.w.c.course in value for _, value in told.headers)
        expected = _stands_on(name, standing)
        problem = "" if is_named == expected else f"{told.status}, Dina {'is' if is_named else 'is not'} named"
        self.tally.add("there" if expected else "hidden", f"{standing.who} list {name}", problem)


def _stands_on(name: str, standing: Standing) -> bool:
    if LISTS[name] in WHO:
        return standing.role in WHO[LISTS[name]] and bool(standing.sees)
    return bool({standing.relation, standing.who} & set(LISTS[name].split("|")))


def _is(expected: str, rule: Rule, told: Heard, wrote: int) -> bool:
    if expected == "there":
        return told.status == 200 if rule.how == "get" else told.status in (200, 302, 422)
    if wrote:
        return False
    if rule.how == "list" and expected == "hidden":
        return told.status in (200, 302, 401, 404)
    return told.status in ((403,) if expected == "refused" else (302, 401, 404))


def _difference(one: Heard, other: Heard) -> str:
    return next(name for name in ("status", "headers", "body") if getattr(one, name) != getattr(other, name))
