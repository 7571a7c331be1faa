"""Somebody who wants the hidden counts: knows every shown number, how they add up, and which counts are hidden.

Two ways in. ``worked_out``: linear arithmetic alone, exact, by elimination. ``witness``: whether another table, of whole
numbers not below zero, has the same sums and differs in a count by one; as long as there is one, nobody can be sure.
Neither knows how the counts were chosen: they read equations.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rygrad.quality.counting import Count

_PRIME = 2_147_483_647
Name = tuple[Hashable, ...]


@dataclass(frozen=True)
class Equation:
    """Signed counts that add up to nothing."""

    terms: tuple[tuple[Name, int], ...]


def equations(counts: Iterable[Count]) -> tuple[dict[Name, Count], list[Equation]]:
    """Every count by (level, above, unit, month), and all the sums that a reader of the definitions knows."""
    cells: dict[Name, Count] = {}
    for one in counts:
        name = (one.level, one.unit, one.month) if one.unit is not None else (one.level, None, one.parent, one.month)
        assert name not in cells, "each unit has one unit above in these tests"
        cells[name] = one
    sums: dict[Name, list[tuple[Name, int]]] = defaultdict(list)
    for name, one in cells.items():
        if one.level in ("clinic", "municipality"):
            sums[("of", one.level, one.parent, one.month)].append((name, 1))
        else:
            below = "clinic" if one.level == "profession" else "municipality"
            sums[("of", below, one.unit, one.month)].append((name, -1))
            sums[("all", one.month)].append((name, 1 if one.level == "region" else -1))
        sums[("months", *name[:-1])].append((name, 1 if one.month else -1))
    return cells, [Equation(tuple(terms)) for terms in sums.values()]


def worked_out(system: Sequence[Equation], hidden: Iterable[Name]) -> set[Name]:
    """The hidden counts that linear arithmetic gives away, each from the shown ones alone."""
    order = {name: n for n, name in enumerate(sorted(set(hidden), key=str))}
    solved: dict[int, dict[int, int]] = {}
    for equation in system:
        row = _reduced({order[name]: sign % _PRIME for name, sign in equation.terms if name in order}, solved)
        if row:
            pivot = min(row)
            inverse = pow(row[pivot], -1, _PRIME)
            row = {n: value * inverse % _PRIME for n, value in row.items()}
            for key, other in solved.items():
                if pivot in other:
                    solved[key] = _minus(other, row, other[pivot])
            solved[pivot] = row
    alone = {pivot for pivot, row in solved.items() if len(row) == 1}
    return {name for name, n in order.items() if n in alone}


def _reduced(row: dict[int, int], solved: Mapping[int, dict[int, int]]) -> dict[int, int]:
    for n in sorted(row):
        if n in row and n in solved:
            row = _minus(row, solved[n], row[n])
    return row


def _minus(row: Mapping[int, int], other: Mapping[int, int], times: int) -> dict[int, int]:
    made = dict(row)
    for n, value in other.items():
        made[n] = (made.get(n, 0) - times * value) % _PRIME
    return {n: value for n, value in made.items() if value}


def witness(
    system: Sequence[Equation], values: Mapping[Name, int], hidden: set[Name], wanted: Name
) -> dict[Name, int] | None:
    """Another table with the same sums in which only hidden counts differ, ``wanted`` among them; None if none is found."""
    at: dict[Name, list[int]] = defaultdict(list)
    for n, equation in enumerate(system):
        for name, _ in equation.terms:
            at[name].append(n)
    for step in (1, -1):
        if values[wanted] + step >= 0 and (found := _balanced(system, values, hidden, at, {wanted: step})):
            table = dict(values) | {name: values[name] + change for name, change in found.items()}
            assert all(sum(sign * table[name] for name, sign in equation.terms) == 0 for equation in system)
            return table
    return None


def _balanced(
    system: Sequence[Equation],
    values: Mapping[Name, int],
    hidden: set[Name],
    at: Mapping[Name, list[int]],
    start: dict[Name, int],
    most: int = 20_000,
) -> dict[Name, int] | None:
    """Changes of one, no count below nothing, until every sum holds again; the widest trees first tried at few changes."""
    waiting = [start]
    for seen, changes in enumerate(waiting):
        if seen > most:
            return None
        broken = _first_broken(system, at, changes)
        if broken is None:
            return changes
        equation, off = broken
        for name, sign in equation.terms:
            change = -off * sign
            if name in hidden and name not in changes and values[name] + change >= 0:
                waiting.append(changes | {name: change})
    return None


def _first_broken(
    system: Sequence[Equation], at: Mapping[Name, list[int]], changes: Mapping[Name, int]
) -> tuple[Equation, int] | None:
    for name in reversed(changes):
        for n in at[name]:
            off = sum(sign * changes.get(other, 0) for other, sign in system[n].terms)
            if off:
                return system[n], 1 if off > 0 else -1
    return None
