"""What a new version of the content would change for a population: who moves from what to what, and where.

Both versions decide every course in one expression, and only counts come out of the engine. Counts of 1–4 are not
shown, nor what would reveal them.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any, Literal

from rygrad.decision.coursetable import input_columns
from rygrad.pathway.pathway import Pathway
from rygrad.quality.disclosure import is_small
from rygrad.quality.population_shown import ALL, COURSES, hidden_counts

Expr = Any
Effect = Literal["opens", "closes", "changes", ""]
WINDOW, MOVED = "window", "moved"
_EFFORT = "effort_"
_SINGLE = ("scope", "urgency", "group", "reassessment", "return_to_gp")


@dataclass(frozen=True, order=True)
class Move:
    """One conclusion from what to what. An effort opens, closes, or changes otherwise; a window only moves."""

    conclusion: str
    was: str = ""
    will_be: str = ""
    effect: Effect = ""


def move_of(conclusion: str, was: str, will_be: str) -> Move:
    """The move from one conclusion to another; what an effort opens from, or closes to, is left out."""
    if not conclusion.startswith(_EFFORT):
        return Move(conclusion, was, will_be)
    return Move(conclusion, effect="opens" if will_be == "open" else "closes" if was == "open" else "changes")


@dataclass
class Difference:
    """The counts as they may be shown: None is 1–4, or would reveal one.

    ``places`` are municipalities (None: not known); empty when the population has no such column. ``courses`` and
    ``moved`` count courses, ``unknown_to_new`` those with an answer that the new version does not know.
    """

    courses: int | None = 0
    moved: int | None = 0
    unknown_to_new: int | None = 0
    moves: dict[Move, int | None] = field(default_factory=dict)
    places: dict[str | None, tuple[int | None, int | None]] = field(default_factory=dict)
    by_place: dict[Move, dict[str | None, int | None]] = field(default_factory=dict)


@dataclass
class _Counted:
    """The true counts, while the parts are gone through."""

    courses: Counter[str | None] = field(default_factory=Counter)
    moved: Counter[str | None] = field(default_factory=Counter)
    unknown: int = 0
    moves: dict[Move, Counter[str | None]] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], names: Iterable[str]) -> None:
        count, place = int(row["courses"]), row["municipality"]
        self.courses[place] += count
        self.unknown += int(row["unknown"])
        found = [move_of(n, row[f"old_{n}"], row[f"new_{n}"]) for n in names if row[f"old_{n}"] != row[f"new_{n}"]]
        for move in found:
            self.moves.setdefault(move, Counter())[place] += count
        self.moved[place] += count if found else 0


def compare(
    old: Pathway,
    new: Pathway,
    source: Path,
    as_of: date | None,
    how: Any,
    tell: Callable[[int, int], None] = lambda n, of: None,
) -> Difference:
    """The difference between two versions for the population of a file or folder; no decision is written.

    ``how`` is a ``population.How``; ``tell`` hears the number of each part, and of how many.
    """
    import ibis

    from rygrad.quality.population import needed_engines, read_part, read_population
    from rygrad.quality.population_engines import PART

    parts = read_population(old, source, as_of).parts
    read_population(new, source, as_of)
    counted, names, queries = _Counted(), conclusions(old, new), dict[tuple[Any, ...], str]()
    has_places = any("municipality" in part.all_columns for part in parts)
    with tempfile.TemporaryDirectory(prefix="rygrad-") as folder:
        work = Path(folder)
        local, engine = needed_engines(how, work)
        for number, part in enumerate(parts, start=1):
            parquet, _ = read_part(local, part, work)
            if part.shape not in queries:
                table = ibis.table(part.all_columns, name=PART)
                queries[part.shape] = engine.query(_grouped(old, new, table, as_of))
            engine.show(parquet, part.keys)
            for row in engine.rows(queries[part.shape]):
                counted.add(row, names)
            tell(number, len(parts))
    return _shown(counted, names, has_places)


def conclusions(old: Pathway, new: Pathway) -> tuple[str, ...]:
    """The conclusions that are compared, by name; an effort of one version alone is not listed in the other."""
    efforts = dict.fromkeys((*old.words["efforts"], *new.words["efforts"]))
    return (*_SINGLE, WINDOW, *(_EFFORT + name for name in efforts))


def _grouped(old: Pathway, new: Pathway, table: Expr, as_of: date | None) -> Expr:
    """How many courses share place and conclusions of both versions; those of courses that do not move are left out."""
    import ibis

    from rygrad.quality.population_columns import decided

    facts = {c.name for pathway in (old, new) for c in input_columns(pathway)} & set(table.columns)
    place = table.municipality.cast("string") if "municipality" in table.columns else ibis.null("string")
    table = table.select(municipality=place, **{f"raw_{name}": table[name] for name in sorted(facts)})
    before = decided(old, table.mutate(**{name: table[f"raw_{name}"] for name in facts}), as_of)
    then = {f"old_{name}": value for name, value in concluded(old, new, before).items()}
    kept = before.select(
        "municipality", old_invalid=before.invalid_facts, **then, **{name: before[f"raw_{name}"] for name in facts}
    )
    after = decided(new, kept, as_of)
    after = after.mutate(**{f"new_{name}": value for name, value in concluded(old, new, after).items()})
    after = _window_moved(after)
    names = conclusions(old, new)
    moves = reduce(lambda a, b: a | b, (after[f"old_{n}"] != after[f"new_{n}"] for n in names))
    sides = [f"{side}_{name}" for name in names for side in ("old", "new")]
    shown = after.mutate(**{name: ibis.ifelse(moves, after[name], "") for name in sides})
    unknown = (shown.invalid_facts > shown.old_invalid).cast("int64").sum()
    return shown.group_by("municipality", *sides).agg(courses=shown.count(), unknown=unknown)


def concluded(old: Pathway, new: Pathway, table: Expr) -> dict[str, Expr]:
    """A version's conclusions for the columns ``table`` that it has decided, by the names of ``conclusions``."""
    import ibis

    group = ibis.cases((table.scope == "outside", "none"), else_=table.group.fill_null("undetermined"))
    found = {name: table[name] for name in ("scope", "urgency", "return_to_gp")}
    found |= {"group": group, "reassessment": table.reassessment_state, "from": table.reassessment_from}
    found["to"] = table.reassessment_to
    efforts = (name for name in conclusions(old, new) if name.startswith(_EFFORT))
    return found | {n: table[n] if n in table.columns else ibis.literal("not_listed") for n in efforts}


def _window_moved(table: Expr) -> Expr:
    """The window as a conclusion of its own: it moves when both versions have one, on other days."""
    import ibis

    moved = ((table.old_from != table.new_from) | (table.old_to != table.new_to)).fill_null(False)
    return table.mutate(old_window=ibis.literal(""), new_window=ibis.ifelse(moved, MOVED, ""))


def _shown(counted: _Counted, names: tuple[str, ...], has_places: bool) -> Difference:
    """The counts that may be shown, all of them through the one place that decides it."""
    tables: dict[str, dict[Hashable, Mapping[str | None, int]]] = {MOVED: {MOVED: counted.moved}}
    for move, counts in counted.moves.items():
        tables.setdefault(move.conclusion, {})[move] = counts
    hides = hidden_counts(tables.values(), counted.courses, by_place=has_places)

    def shown(row: Hashable, counts: Counter[str | None]) -> tuple[int | None, dict[str | None, int | None]]:
        total = None if (row, ALL) in hides else counts.total()
        return total, {p: None if (row, p) in hides else n for p, n in counts.items()} if has_places else {}

    found = Difference(unknown_to_new=None if is_small(counted.unknown) else counted.unknown)
    found.courses, courses = shown(COURSES, counted.courses)
    found.moved, moved = shown(MOVED, counted.moved)
    for move in sorted(counted.moves, key=lambda move: (names.index(move.conclusion), move)):
        found.moves[move], found.by_place[move] = shown(move, counted.moves[move])
    in_order = sorted(courses, key=lambda place: (place is None, place))
    found.places = {place: (courses[place], moved[place]) for place in in_order}
    return found
