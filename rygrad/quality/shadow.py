"""A shadow run: a new version of the content beside the old one on invented courses, before it comes into force.

The courses are invented, so every count is shown, and the courses are named. The columns decide all of them by both
versions; the reference engine decides those that move, and some of those that do not, once more.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rygrad.decision.coursetable import facts_of, input_columns
from rygrad.decision.decide import decide
from rygrad.decision.decision import Decision
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.quality.population_compare import MOVED, WINDOW, Move, concluded, conclusions

EXAMPLES = 2
EVERY = 100
"""Of the courses that do not move, every so many are decided by the reference engine too."""


@dataclass
class Shadow:
    """What the new version would have done: courses that move, from what to what, and some that do so.

    ``checked`` is how many the reference engine has decided as well, ``otherwise`` those where it moves other things.
    """

    courses: int = 0
    moved: int = 0
    moves: Counter[Move] = field(default_factory=Counter)
    examples: dict[Move, list[str]] = field(default_factory=dict)
    checked: int = 0
    otherwise: int = 0

    def add(self, course: str, moves: tuple[Move, ...]) -> None:
        """One course, decided by both versions."""
        self.courses += 1
        self.moved += bool(moves)
        self.moves.update(moves)
        for move in moves:
            examples = self.examples.setdefault(move, [])
            if len(examples) < EXAMPLES and course not in examples:
                examples.append(course)


def shadow(
    old: Pathway, new: Pathway, source: Path, as_of: date, tell: Callable[[int, int], None] = lambda n, of: None
) -> Shadow:
    """Both versions on the course tables of a folder. ``tell`` hears the number of each part, and of how many."""
    found, parts = Shadow(), sorted(source.glob("*.parquet"))
    with TemporaryDirectory(prefix="rygrad-") as work:
        for number, part in enumerate(parts, start=1):
            for row, moves in _decided(old, new, part, as_of, Path(work)):
                found.add(str(row["course"]), moves)
                if moves or found.courses % EVERY == 0:
                    found.checked += 1
                    found.otherwise += moves != reference_moves(old, new, facts_of(old, row), as_of)
            tell(number, len(parts))
    return found


def _decided(
    old: Pathway, new: Pathway, part: Path, as_of: date, work: Path
) -> Iterator[tuple[Mapping[str, Any], tuple[Move, ...]]]:
    """Each row of a part as it is in the table, and its moves by the columns."""
    import pyarrow.parquet as pq

    before, after = (_columns(old, new, which, part, as_of, work) for which in (old, new))
    names, rows = conclusions(old, new), pq.read_table(part).to_pylist()
    for row, was, will_be in zip(rows, before, after, strict=True):
        yield row, _moves(names, was, will_be)


def _columns(old: Pathway, new: Pathway, by: Pathway, part: Path, as_of: date, work: Path) -> list[dict[str, Any]]:
    """The conclusions of one version for every row, in the order of the file."""
    import ibis
    import pyarrow.parquet as pq

    from rygrad.quality.population_columns import ROW, decided
    from rygrad.quality.population_engines import MEMORY, PART, DuckDB

    engine = DuckDB(MEMORY, work)
    engine.show(part, {})
    schema = {**ibis.memtable(pq.read_table(part).slice(0, 0)).schema(), ROW: "int64"}
    facts = [column.name for column in input_columns(by) if column.name in schema]
    table = decided(by, ibis.table(schema, name=PART).select(ROW, *facts), as_of)
    found = table.select(ROW, **concluded(old, new, table)).order_by(ROW)
    return engine.rows(engine.query(found))


def reference_moves(old: Pathway, new: Pathway, facts: Mapping[str, Any], as_of: date) -> tuple[Move, ...]:
    """One citizen's moves by the reference engine; facts that a version does not know are unknown to it."""
    was, will_be = (_concluded(decide(which, _known(which, facts), as_of, with_reasons=False)) for which in (old, new))
    return _moves(conclusions(old, new), was, will_be)


def _known(pathway: Pathway, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in pathway.facts}


def _concluded(decision: Decision) -> dict[str, Any]:
    group = "none" if decision.scope == "outside" else decision.group or "undetermined"
    found: dict[str, Any] = {"scope": decision.scope, "urgency": decision.urgency, "group": group}
    found |= {"return_to_gp": decision.return_to_gp, "reassessment": decision.reassessment["state"]}
    found |= {"from": decision.reassessment["from"], "to": decision.reassessment["to"]}
    return found | {f"effort_{name}": state for name, state in decision.efforts.items()}


def _moves(names: tuple[str, ...], was: Mapping[str, Any], will_be: Mapping[str, Any]) -> tuple[Move, ...]:
    pairs = ((n, was.get(n, "not_listed"), will_be.get(n, "not_listed")) for n in names if n != WINDOW)
    found = [Move(name, before, after) for name, before, after in pairs if before != after]
    days = [(side["from"], side["to"]) for side in (was, will_be)]
    if None not in (days[0][0], days[1][0]) and days[0] != days[1]:
        found.append(Move(WINDOW, "", MOVED))
    return tuple(found)


def in_order(found: Shadow, old: Pathway, new: Pathway) -> list[tuple[Move, int]]:
    """The moves in the order of the conclusions, those of most courses first."""
    names = conclusions(old, new)
    return sorted(found.moves.items(), key=lambda pair: (names.index(pair[0].conclusion), -pair[1], pair[0]))


def needs_another(old: Pathway, new: Pathway) -> None:
    """RygradError when the two are the same content."""
    if old.identity.sha256 == new.identity.sha256:
        raise RygradError(
            "same_content",
            {"da": "det er det samme indhold.", "en": "it is the same content."},
            {"da": "Angiv mappen med den nye udgave: ./mappe.", "en": "Name the folder of the new one: ./folder."},
        )
