"""Content mutants: each drops, negates or shifts one rule, threshold or list entry of the content."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from rygrad.pathway.criteria import AllOf, AnyOf, AtLeast, AtMost, Criterion, DayWindow, Is, Known, Not, Over
from rygrad.pathway.pathway import Pathway, Reassessment, Rule

Mutant = tuple[str, Pathway]


def mutants(pathway: Pathway) -> Iterator[Mutant]:
    """Every single mutation of the content, named."""
    yield from _rules(pathway)
    yield from _lists(pathway)
    yield from _numbers(pathway)
    yield from _safety(pathway)


def variants(criterion: Criterion) -> Iterator[tuple[str, Criterion]]:
    """The criterion negated, and with each part dropped, swapped or shifted."""
    yield "negated", criterion.part if isinstance(criterion, Not) else Not(criterion)
    match criterion:
        case AllOf(parts) | AnyOf(parts):
            other = AnyOf if isinstance(criterion, AllOf) else AllOf
            yield "all and any swapped", other(parts)
            for n, part in enumerate(parts):
                rest = (*parts[:n], *parts[n + 1 :])
                yield f"part {n} dropped", rest[0] if len(rest) == 1 else type(criterion)(rest)
                yield from (
                    (f"{n}: {how}", type(criterion)((*parts[:n], new, *parts[n + 1 :]))) for how, new in variants(part)
                )
        case Not(part):
            yield from ((how, Not(new)) for how, new in variants(part) if how != "negated")
        case leaf:
            yield from _leaf(leaf)


def _leaf(leaf: Criterion) -> Iterator[tuple[str, Criterion]]:
    match leaf:
        case Is(fact, values):
            yield from (
                (f"{value} dropped", Is(fact, tuple(v for v in values if v != value)))
                for value in values
                if len(values) > 1
            )
            yield from (
                (f"{value} shifted", Is(fact, (value + step,)))
                for value in values
                if isinstance(value, int)
                for step in (-1, 1)
            )
        case AtLeast(fact, limit) | AtMost(fact, limit):
            yield from ((f"limit {limit + step}", type(leaf)(fact, limit + step)) for step in (-1, 1))
        case Over(fact, months):
            yield from ((f"{months + step} months", Over(fact, months + step)) for step in (-1, 1))
        case DayWindow() | Known():
            return


def _rules(pathway: Pathway) -> Iterator[Mutant]:
    for rule in pathway.rules():
        if not isinstance(rule.criterion, DayWindow):
            yield from ((f"{rule.id}: {how}", _with_rule(pathway, rule, new)) for how, new in variants(rule.criterion))


def _with_rule(pathway: Pathway, old: Rule, criterion: Criterion) -> Pathway:
    return _replaced(pathway, lambda rule: replace(rule, criterion=criterion) if rule is old else rule)


def _replaced(pathway: Pathway, change: Callable[[Rule], Rule]) -> Pathway:
    def effort(e: Any) -> Any:
        return replace(e, already_done=change(e.already_done)) if e.already_done else e

    def noted(notes: Any) -> Any:
        return tuple(replace(note, rule=change(note.rule)) for note in notes)

    groups = {
        name: replace(g, rule=change(g.rule), efforts={n: effort(e) for n, e in g.efforts.items()})
        for name, g in pathway.groups.items()
    }
    return replace(
        pathway,
        covers=change(pathway.covers),
        exclusions={
            n: replace(e, outside=change(e.outside), hold=change(e.hold)) for n, e in pathway.exclusions.items()
        },
        groups=groups,
        no_effect=change(pathway.no_effect),
        return_done=change(pathway.return_done),
        mismatches=noted(pathway.mismatches),
        contradictions=noted(pathway.contradictions),
        alarms={n: replace(a, rule=change(a.rule)) for n, a in pathway.alarms.items()},
    )


def _changed(pathway: Pathway, group: str, **parts: Any) -> Pathway:
    return replace(pathway, groups={**pathway.groups, group: replace(pathway.groups[group], **parts)})


def _lists(pathway: Pathway) -> Iterator[Mutant]:
    """Each actor, intervention, information item, effort, reassessment and return dropped; each effort's condition too."""
    for name, group in pathway.groups.items():
        for kind in ("actors", "interventions", "information"):
            for item in getattr(group, kind):
                yield (
                    f"{name}.{kind}.{item.id} dropped",
                    _changed(pathway, name, **{kind: tuple(i for i in getattr(group, kind) if i is not item)}),
                )
        for effort in group.efforts.values():
            rest = {n: e for n, e in group.efforts.items() if n != effort.id}
            yield f"{name}.{effort.id} dropped", _changed(pathway, name, efforts=rest)
            if effort.already_done:
                yield (
                    f"{name}.{effort.id} without its condition",
                    _changed(pathway, name, efforts=group.efforts | {effort.id: replace(effort, already_done=None)}),
                )
        for missing in set(pathway.words["efforts"]) - set(group.efforts):
            added = next(g.efforts[missing] for g in pathway.groups.values() if missing in g.efforts)
            yield (
                f"{name}.{missing} added",
                _changed(pathway, name, efforts=group.efforts | {missing: replace(added, already_done=None)}),
            )
        for kind in ("reassessment", "return_to_gp"):
            if getattr(group, kind):
                yield f"{name}.{kind} dropped", _changed(pathway, name, **{kind: None})
        yield f"group {name} dropped", replace(pathway, groups={n: g for n, g in pathway.groups.items() if n != name})
    for name in pathway.exclusions:
        yield (
            f"exclusion {name} dropped",
            replace(pathway, exclusions={n: e for n, e in pathway.exclusions.items() if n != name}),
        )
    for kind in ("mismatches", "contradictions"):
        for note in getattr(pathway, kind):
            yield (
                f"{kind}.{note.id} dropped",
                replace(pathway, **{kind: tuple(n for n in getattr(pathway, kind) if n is not note)}),
            )


def _moved(pathway: Pathway, window: DayWindow) -> Reassessment:
    return replace(pathway.reassessment, window_rule=replace(pathway.reassessment.window_rule, criterion=window))


def _numbers(pathway: Pathway) -> Iterator[Mutant]:
    window = pathway.reassessment.window
    for first, last in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        moved = replace(window, first_day=window.first_day + first, last_day=window.last_day + last)
        yield (
            f"window {moved.first_day}-{moved.last_day}",
            replace(pathway, reassessment=_moved(pathway, moved)),
        )
    for after in (window.after[:1], window.after[1:], window.after[::-1]):
        moved = replace(window, after=after)
        yield f"window after {after}", replace(pathway, reassessment=_moved(pathway, moved))
    for step in (-1, 1):
        yield (
            f"duration {step:+}",
            replace(pathway, duration=replace(pathway.duration, months=pathway.duration.months + step)),
        )


def _safety(pathway: Pathway) -> Iterator[Mutant]:
    for name, alarm in pathway.alarms.items():
        yield f"alarm {name} dropped", replace(pathway, alarms={n: a for n, a in pathway.alarms.items() if n != name})
        for urgency in pathway.urgencies.values():
            if urgency is not alarm.urgency:
                yield (
                    f"alarm {name} as {urgency.id}",
                    replace(pathway, alarms=pathway.alarms | {name: replace(alarm, urgency=urgency)}),
                )
    for name in pathway.must_be_asked:
        yield (
            f"{name} need not be asked",
            replace(pathway, must_be_asked=tuple(n for n in pathway.must_be_asked if n != name)),
        )
    for name, urgency in pathway.urgencies.items():
        held = replace(urgency, holds=not urgency.holds)
        alarms = {n: replace(a, urgency=held) if a.urgency.id == name else a for n, a in pathway.alarms.items()}
        yield f"{name} holds={held.holds}", replace(pathway, alarms=alarms, urgencies=pathway.urgencies | {name: held})
    for name in pathway.alarm_facts:
        if pathway.facts[name].kind == "yes_no":
            wrong = replace(pathway.facts[name], absent="yes")
            yield f"{name} absent=yes", replace(pathway, facts=pathway.facts | {name: wrong})
