"""What the group decides, in CQL: the groups, the window, the return to own GP, the state of each effort, the notes."""

from collections.abc import Iterator

from rygrad.fhir.artefacts.cqltext import (
    cases,
    define,
    each,
    function,
    heading,
    literal,
    name,
    rule_name,
    told,
    value_of,
)
from rygrad.pathway.pathway import Effort, Group, Pathway


def course_definitions(pathway: Pathway) -> Iterator[str]:
    """Groups, window, return, efforts and notes; each group's answer first, then what the possible groups agree on."""
    yield from _groups(pathway)
    yield from _notes(pathway)
    yield _AGREED
    yield from _window(pathway)
    yield from _return(pathway)
    yield from _efforts(pathway)


def _groups(pathway: Pathway) -> Iterator[str]:
    yield heading("Groups: a group is possible until it is known not to be")
    for group in pathway.groups.values():
        said = group.words.clinician
        yield define(
            _possible(group),
            f"\"scope\" != 'outside' and {name(rule_name(group.rule))} is not false",
            f"{said.da} / {said.en}",
        )
    yield define(
        "possible groups", each((name(_possible(group)), literal(group.id)) for group in pathway.groups.values())
    )
    yield define("group", 'if Count("possible groups") = 1 then First("possible groups") else null')
    duration = pathway.duration
    since = value_of(duration.fact)
    yield define(
        f"over {duration.months} months from",
        f"if start of {since} = end of {since} then start of {since} + {duration.months} months + 1 day else null",
        "The first day that is over; null when the onset is unknown or a span of days.",
    )


def _possible(group: Group) -> str:
    return f"{group.id} is possible"


def _notes(pathway: Pathway) -> Iterator[str]:
    yield heading("Notes: shown, never used to drop anybody")
    for note in pathway.mismatches:
        said = note.words.clinician
        yield define(
            f"mismatch {note.id}",
            f'exists "possible groups" and {name(rule_name(note.rule))}',
            f"{said.da} / {said.en}",
        )
    for note in pathway.contradictions:
        said = note.words.clinician
        yield define(f"contradiction {note.id}", name(rule_name(note.rule)), f"{said.da} / {said.en}")
    for kind, notes in (("mismatch", pathway.mismatches), ("contradiction", pathway.contradictions)):
        known = ((f"{name(f'{kind} {note.id}')} is true", literal(note.id)) for note in notes)
        yield define({"mismatch": "mismatches", "contradiction": "contradictions"}[kind], each(known))


_AGREED = (
    heading("What the possible groups agree on; »ask« where they differ")
    + "\n"
    + function(
        "agreed",
        "states List<String>",
        cases(
            [
                ('"is withheld"', "'withheld'"),
                ("Count(distinct (states S where S is not null)) = 1", "First(states S where S is not null)"),
            ],
            "'ask'",
        ),
        "One state for each group that is possible, null for the others.",
    )
)


def _agreed(pathway: Pathway, states: dict[str, str]) -> str:
    """``states``: the CQL expression of each group's state, by group."""
    chosen = (f"if {name(_possible(group))} then {states[group.id]} else null" for group in pathway.groups.values())
    return '"agreed"({\n    ' + ",\n    ".join(chosen) + "\n  })"


def _window(pathway: Pathway) -> Iterator[str]:
    rule, done = pathway.reassessment.window, value_of(pathway.reassessment.done_by)
    yield define("start of the window's count", f"Coalesce({', '.join(map(value_of, rule.after))})")
    start = name("start of the window's count")
    yield function(
        "state of the window",
        "started Date, reassessed Date",
        cases(
            [
                (f"reassessed >= started + {rule.first_day} days", "'done'"),
                (f'"the day" < started + {rule.first_day} days', "'not_due'"),
                (f'"the day" <= started + {rule.last_day} days', "'due'"),
            ],
            "'overdue'",
        ),
        *told(pathway, pathway.reassessment.window_rule.citation),
    )
    corners = (
        f'"state of the window"({a} of {start}, {b} of {done})' for a in ("start", "end") for b in ("start", "end")
    )
    yield define("possible states of the window", "distinct {\n    " + ",\n    ".join(corners) + "\n  }")
    yield define(
        "window",
        cases(
            [
                (f"{start} is null", "'not_started'"),
                ('Count("possible states of the window") = 1', 'First("possible states of the window")'),
            ],
            "'ask'",
        ),
    )
    states = {group.id: name("window") if group.reassessment else "'none'" for group in pathway.groups.values()}
    yield define("reassessment state", _agreed(pathway, states))
    shown = "\"reassessment state\" in { 'none', 'not_started', 'withheld' }"
    for title, end, days in (("from", "start", rule.first_day), ("to", "end", rule.last_day)):
        yield define(f"reassessment {title}", f"if {shown} then null else {end} of {start} + {days} days")


def _return(pathway: Pathway) -> Iterator[str]:
    no_effect, returned = name(rule_name(pathway.no_effect)), name(rule_name(pathway.return_done))
    yield define("no effect", no_effect)
    listed = cases([(f"{no_effect} is not true", "'not_yet'"), (f"{returned} is true", "'done'")], "'due'")
    yield define("return where it is listed", listed, *told(pathway, pathway.no_effect.citation))
    states = {
        g.id: name("return where it is listed") if g.return_to_gp else "'not_listed'" for g in pathway.groups.values()
    }
    yield define("return to own GP state", _agreed(pathway, states))


def _efforts(pathway: Pathway) -> Iterator[str]:
    for group in pathway.groups.values():
        for effort in group.efforts.values():
            yield define(f"{group.id} {effort.id}", _effort(effort), *told(pathway, effort.citation))
    for effort_id, words in pathway.words["efforts"].items():
        states = {
            g.id: name(f"{g.id} {effort_id}") if effort_id in g.efforts else "'not_listed'"
            for g in pathway.groups.values()
        }
        yield define(f"effort {effort_id}", _agreed(pathway, states), f"{words.clinician.da} / {words.clinician.en}")


def _effort(effort: Effort) -> str:
    if effort.already_done is None:
        return "if \"no effect\" then 'open' else 'not_yet'"
    done = name(rule_name(effort.already_done))
    waits, closed, opened = (
        ('"no effect" is not true', "'not_yet'"),
        (done, "'already_done'"),
        (f"not {done}", "'open'"),
    )
    return cases([waits, closed, opened], "'ask'")
