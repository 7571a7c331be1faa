"""What became of the changes: which survived without a reason, and the figures of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from tests.figures import write_figures
from tests.trust.mutation.hunting import CAUGHT, ROOT, Tried, every_change

Outcomes = Mapping[tuple[str, str], str]
SURVIVORS = Path(__file__).with_name("survivors.yaml")
MODULES = tuple(
    f"{room}/{path.stem}"
    for room in ("decision", "pathway")
    for path in sorted((ROOT / "rygrad" / room).glob("*.py"))
    if path.stem != "__init__"
)
ENOUGH = 0.95


def explained() -> dict[tuple[str, str], str]:
    """Why each survivor cannot be seen, by module and change."""
    told = yaml.safe_load(SURVIVORS.read_text("utf-8"))
    return {(module, change): why for module, changes in told.items() for change, why in changes.items()}


def unexplained(found: Outcomes) -> list[tuple[str, str]]:
    """The changes that survived, and for which there is no reason."""
    reasons = explained()
    return [key for key, outcome in found.items() if outcome not in CAUGHT and key not in reasons]


def share_caught(found: Outcomes) -> float:
    """How many of the changes tried were caught."""
    return sum(outcome in CAUGHT for outcome in found.values()) / len(found)


@cache
def every() -> list[Tried]:
    """Every change of both rooms."""
    return [tried for module in MODULES for tried in every_change(module)]


def write(found: Outcomes, *, full: bool, test: str, says: str, there_are: int) -> None:
    """The figures; of the full run each module for itself too."""
    by_module = {module: _row(found, module) for module in MODULES} if full else {}
    total = Counter(found.values())
    counts: dict[str, int | float | str] = {
        "changes there are": there_are,
        "tried": len(found),
        "killed": total["killed"],
        "never ended (killed)": total["timeout"],
        "survived, explained": sum(outcome not in CAUGHT for outcome in found.values()) - len(unexplained(found)),
        "survived": len(unexplained(found)),
        "caught, in per cent": round(100 * share_caught(found), 1),
    }
    write_figures("mutation", promise="rules", says=says, test=test, counts=counts | by_module, full=full)


def _row(found: Outcomes, module: str) -> str:
    outcomes = [outcome for (name, _), outcome in found.items() if name == module]
    survived = sum(outcome not in CAUGHT for outcome in outcomes)
    open_ones = sum(name == module for name, _ in unexplained(found))
    parts = {"tried": len(outcomes), "killed": outcomes.count("killed"), "never ended": outcomes.count("timeout")}
    parts |= {"explained": survived - open_ones, "survived": open_ones}
    return " · ".join(f"{count} {word}" for word, count in parts.items() if count or word in ("tried", "killed"))


def settled(found: Outcomes, changes: Iterable[Tried]) -> dict[tuple[str, str], str]:
    """The outcomes of the changes there are now that have been tried to the end."""
    keys = {tried.key for tried in changes}
    return {key: how for key, how in found.items() if key in keys and how in (*CAUGHT, "survived")}
