"""The difference that a content version makes to a population, as a table, JSON or CSV."""

import csv
import json
import sys
from typing import IO, Any

from rich.console import Console
from rich.table import Table

from rygrad.cli import screen
from rygrad.cli.language import language, say
from rygrad.pathway.pathway import Pathway
from rygrad.quality.cells import harmless
from rygrad.quality.population_compare import MOVED, WINDOW, Difference, Move


def show(found: Difference, output: str, old: Pathway, new: Pathway, file: IO[str] | None = None) -> None:
    """Write the difference to a file, or to standard output."""
    stream = file or sys.stdout
    if output == "json":
        stream.write(json.dumps(as_data(found, old, new), ensure_ascii=False, indent=2) + "\n")
    elif output == "csv":
        _csv(found, stream)
    else:
        _table(found, old, new, Console(file=file, width=160) if file else screen.console())


def as_data(found: Difference, old: Pathway, new: Pathway) -> dict[str, Any]:
    """The difference as JSON: null is a count of 1–4, or one that would reveal such a count."""
    places = found.by_place
    return {
        "old": _identity(old),
        "new": _identity(new),
        "courses": found.courses,
        "moved": found.moved,
        "unknown_to_new": found.unknown_to_new,
        "moves": [
            {
                **_named(move),
                "courses": count,
                "municipalities": [{"municipality": p, "courses": n} for p, n in places.get(move, {}).items()],
            }
            for move, count in found.moves.items()
        ],
        "municipalities": [{"municipality": p, "courses": n, "moved": m} for p, (n, m) in found.places.items()],
    }


def _identity(pathway: Pathway) -> dict[str, str]:
    identity = pathway.identity
    return {"id": identity.id, "version": identity.version, "sha256": identity.sha256}


def _named(move: Move) -> dict[str, str]:
    return {"conclusion": move.conclusion, "was": move.was, "will_be": move.will_be, "effect": move.effect}


def _csv(found: Difference, stream: IO[str]) -> None:
    """One line per count; an empty municipality is all of them, ``unknown`` those without one."""
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(["municipality", "conclusion", "was", "will_be", "effect", "courses", "is_suppressed"])

    def line(place: str, named: list[str], count: int | None) -> None:
        rows.writerow([*map(harmless, (place, *named)), "" if count is None else count, str(count is None).lower()])

    for name, total in (("courses", found.courses), ("moved", found.moved), ("unknown_to_new", found.unknown_to_new)):
        line("", [name, "", "", ""], total)
    for place, (courses, moved) in found.places.items():
        line(place or "unknown", ["courses", "", "", ""], courses)
        line(place or "unknown", ["moved", "", "", ""], moved)
    for move, count in found.moves.items():
        line("", [*_named(move).values()], count)
        for place, part in found.by_place.get(move, {}).items():
            line(place or "unknown", [*_named(move).values()], part)


def _table(found: Difference, old: Pathway, new: Pathway, console: Console) -> None:
    names = " → ".join(f"{p.identity.version} ({p.identity.sha256[:12]})" for p in (old, new))
    console.print(f"{old.identity.id} {names}")
    console.print(
        say(
            f"{_count(found.moved)} af {_count(found.courses)} forløb får en anden afgørelse.",
            f"{_count(found.moved)} of {_count(found.courses)} courses are decided otherwise.",
        )
    )
    if found.unknown_to_new != 0:
        count = _count(found.unknown_to_new)
        console.print(
            say(
                f"{count} har svar, som den nye udgave ikke kender.",
                f"{count} have answers unknown to the new version.",
            )
        )
    if found.moves:
        console.print(_moves(found, new))
    if found.places and found.moves:
        console.print(_places(found, new))
    console.print(
        say("1–4 vises ikke, heller ikke hvad der ville afsløre det.", "1–4 is not shown, nor what would reveal it."),
        style="dim",
    )


def _moves(found: Difference, new: Pathway) -> Table:
    table = heading(
        say("Afgørelse", "Conclusion"), say("Var", "Was"), say("Bliver", "Will be"), say("Forløb", "Courses")
    )
    for move, count in found.moves.items():
        was, will_be = (word(new, move.conclusion, state) for state in (move.was, move.will_be))
        table.add_row(title(new, move), was, will_be or _effect(move), _count(count))
    return table


def _places(found: Difference, new: Pathway) -> Table:
    """Municipalities in the order of their codes, never ranked; what is hidden is only counted."""
    table = heading(
        say("Kommune", "Municipality"), say("Forløb", "Courses"), say("Flytter", "Move"), say("Hvad", "What")
    )
    for place, (courses, moved) in found.places.items():
        here = {m: counts[place] for m, counts in found.by_place.items() if counts.get(place, 0) != 0}
        lines = [f"{_sentence(new, move)}: {_count(count)}" for move, count in here.items() if count is not None]
        hidden = sum(count is None for count in here.values())
        if hidden:
            lines.append(say(f"{hidden} slags flytninger vises ikke", f"{hidden} kinds of moves are not shown"))
        table.add_row(place or say("ukendt", "unknown"), _count(courses), _count(moved), "\n".join(lines))
    return table


def _sentence(new: Pathway, move: Move) -> str:
    if move.effect or move.conclusion == WINDOW:
        return f"{title(new, move)} {_effect(move)}".rstrip()
    was, will_be = (word(new, move.conclusion, state) for state in (move.was, move.will_be))
    return f"{title(new, move)} {was} → {will_be}"


def heading(*titles: str) -> Table:
    """An empty table with these columns."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for title in titles:
        table.add_column(title)
    return table


def title(new: Pathway, move: Move) -> str:
    """What a move is of, in the programme's words."""
    effort = new.words["efforts"].get(move.conclusion.removeprefix("effort_"))
    if effort:
        return effort.clinician.text(language())
    titles = {
        "scope": say("Programmet", "Programme"),
        "urgency": say("Hastegrad", "Urgency"),
        "group": say("Gruppe", "Group"),
        "reassessment": say("Revurdering", "Reassessment"),
        "return_to_gp": say("Til egen læge", "To own GP"),
        WINDOW: say("Vinduet for revurdering", "The window of reassessment"),
    }
    return titles.get(move.conclusion, move.conclusion)


def word(new: Pathway, conclusion: str, state: str) -> str:
    """A state in the programme's words; as it is written where the programme has none."""
    if state == "undetermined":
        return say("ikke afgjort", "undetermined")
    if state == "none" and conclusion in ("urgency", "group"):
        return say("ingen", "none")
    if state == MOVED:
        return say("flytter", "moves")
    if conclusion == "group" and state in new.groups:
        return new.groups[state].words.clinician.text(language())
    if conclusion == "urgency" and state in new.urgencies:
        return new.urgencies[state].words.clinician.text(language())
    kind = "efforts" if conclusion.startswith("effort_") else conclusion
    card = new.cards.get(kind, {}).get(state)
    return card.word.text(language()) if card else state


def _effect(move: Move) -> str:
    words = {"opens": say("åbner", "opens"), "closes": say("lukker", "closes"), "": ""}
    return words.get(move.effect, say("ændres på anden vis", "changes otherwise"))


def _count(count: int | None) -> str:
    if count is None:
        return say("vises ikke", "not shown")
    grouped = f"{count:,}"
    return grouped if language() == "en" else grouped.replace(",", ".")
