"""How decisions look in a terminal."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from rygrad.cli.language import language, say
from rygrad.decision import spoken
from rygrad.decision.advice import AdviceCard, advise, worded_state
from rygrad.decision.decision import AlarmFound, Decision
from rygrad.decision.explanation import Explanation, explain
from rygrad.pathway.pathway import Pathway

_COLOURS = {
    "outside": "red", "hold": "bold red", "ask": "yellow", "inside": "green",
    "acute": "bold red", "same_day": "bold red", "urgent": "red", "watch": "yellow", "none": "green",
    "open": "green", "already_done": "blue", "not_yet": "dim", "not_listed": "dim", "withheld": "red",
    "due": "bold yellow", "overdue": "bold red", "done": "green", "not_due": "dim", "not_started": "dim",
    "one": "green", "several": "yellow",
}  # fmt: skip


def console() -> Console:
    """A console; without colour when piped or NO_COLOR is set, and wide enough not to wrap when piped."""
    made = Console(highlight=False)
    if not made.is_terminal and made.width < 120:
        made = Console(highlight=False, width=120)
    return made


def coloured(text: str, state: str) -> Text:
    """A state's word in its colour; the word alone says it all."""
    return Text(text, style=_COLOURS.get(state, ""))


def full(pathway: Pathway, name: Any, decision: Decision) -> Panel:
    """Everything about one citizen on one screen."""
    cards = {card.why: card for card in advise(pathway, decision, language())}
    heading = f"{escape(named(name))} · {say('pr.', 'as of')} {spoken.day(decision.as_of, language())}"
    facing = [_facing(cards), *_alarms(pathway, decision)]
    if decision.urgency in ("acute", "same_day"):
        facing = [*facing[1:], facing[0]]
    parts: list[Any] = [*facing, *_plan(pathway, decision), _efforts(cards)]
    parts += [*_questions(pathway, decision), *_sentences(pathway, decision), _footer(pathway)]
    return Panel(Group(*parts), title=heading, title_align="left", border_style=_COLOURS.get(decision.scope, ""))


def _facing(cards: dict[str, AdviceCard]) -> Table:
    table = Table.grid(padding=(0, 2))
    for why, card in cards.items():
        if not why.startswith("efforts."):
            advice = Text.assemble(card.sentence, (f" → {card.action}" if card.action else "", "dim"))
            table.add_row(Text(card.title, style="bold"), coloured(card.word, card.state), advice)
    return table


def _alarms(pathway: Pathway, decision: Decision) -> Iterable[Text]:
    for level in pathway.urgencies.values():
        found = [a for a in decision.alarms if a["urgency"] == level.id]
        if found:
            words = [pathway.alarms[a["id"]].words.clinician.text(language()) + _clarified(a) for a in found]
            line = Text.assemble(
                "! ", coloured(level.words.clinician.text(language()), level.id), f": {'; '.join(words)}"
            )
            yield (
                line
                if all("clarified" in a for a in found)
                else line.append(f" → {level.action.text(language())}", "dim")
            )
    yield from _unasked(pathway, decision)
    for kind, label in (
        ("mismatches", say("Passer ikke", "Does not fit")),
        ("contradictions", say("Modstridende svar", "Contradicting answers")),
    ):
        notes = {note.id: note for note in getattr(pathway, kind)}
        for name in getattr(decision, kind):
            yield Text(f"≠ {label}: {notes[name].words.clinician.text(language())}", style="yellow")


def _clarified(alarm: AlarmFound) -> str:
    return say(" (afklaret)", " (clarified)") if "clarified" in alarm else ""


def _unasked(pathway: Pathway, decision: Decision) -> Iterable[Text]:
    """An alarm sign that was not asked is never said to be absent."""
    acute = len(decision.alarm_signs_not_asked)
    others = sum(q.fact in pathway.alarm_facts and q.fact not in decision.alarm_signs_not_asked for q in decision.ask)
    if acute:
        da, en = "Akutte alarmtegn, der ikke er spurgt", "Acute alarm signs not asked"
        yield Text(f"? {say(da, en)}: {acute} ({say('ukendt, ikke »nej«', 'unknown, not “no”')}).", style="yellow")
    if others:
        yield Text(
            f"? {say('Andre alarmtegn, der ikke er spurgt', 'Other alarm signs not asked')}: {others}.", style="yellow"
        )
    if not acute and not decision.alarms:
        yield Text(
            say(
                "De akutte alarmtegn er spurgt; ingen er til stede.",
                "The acute alarm signs were asked; none is present.",
            ),
            style="green",
        )


def _plan(pathway: Pathway, decision: Decision) -> Iterable[Text]:
    titles = {
        "actors": say("Hvem", "Who"),
        "interventions": say("Indsats", "Interventions"),
        "information": say("Information", "Information"),
    }
    for kind, title in titles.items():
        names = getattr(decision, kind)
        if names:
            words = ", ".join(pathway.words[kind][name].clinician.text(language()) for name in names)
            yield Text.assemble((f"{title}: ", "bold"), words)


def _efforts(cards: dict[str, AdviceCard]) -> Table:
    """The eight efforts, those that share state and reason on one line; what is open first."""
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for why, card in cards.items():
        if why.startswith("efforts."):
            alike.setdefault((card.state, card.word, card.sentence, card.action), []).append(card.title)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column(say("Andre indsatser", "Other efforts"), no_wrap=True)
    table.add_column("", ratio=4)
    table.add_column(say("Hvorfor, og hvad kan åbne den", "Why, and what would open it"), ratio=5)
    for (state, word, sentence, action), titles in sorted(alike.items(), key=lambda item: item[0][0] != "open"):
        table.add_row(coloured(word, state), " · ".join(titles), Text.assemble(sentence, (f" {action}", "dim")))
    return table


def _questions(pathway: Pathway, decision: Decision) -> Iterable[Text]:
    if decision.ask:
        shown = [pathway.facts[q.fact].question.clinician.text(language()) for q in decision.ask[:3]]
        more = len(decision.ask) - len(shown)
        rest = say(f" (og {more} mere)", f" (and {more} more)") if more else ""
        yield Text.assemble((say("Spørg nu: ", "Ask next: "), "bold"), " ".join(shown) + rest)


def _sentences(pathway: Pathway, decision: Decision) -> Iterable[Text]:
    if not decision.reasons:
        return
    yield Text(say("Programmets egne ord", "The programme's own words"), style="bold")
    seen: set[str] = set()
    for explanation in explain(pathway, decision, language()):
        section = explanation.why.partition(".")[0]
        for source in explanation.sources[:1]:
            if (
                section in ("scope", "exclusions", "alarms", "group", "reassessment", "return_to_gp", "efforts")
                and source not in seen
            ):
                seen.add(source)
                yield Text(f"  {explanation.title}: {source}", style="dim")


def _footer(pathway: Pathway) -> Text:
    identity = pathway.identity
    signed = identity.signed_by or say(
        "indholdet er ikke underskrevet af en kliniker", "content not signed by a clinician"
    )
    unmarked = say("ikke CE-mærket; ikke til rigtige patienter", "not CE-marked; not for real patients")
    return Text(
        f"{identity.id} {identity.version} ({identity.sha256[:12]}) · {signed} · {unmarked}", style="dim italic"
    )


WIDE = {"id": 22, "scope": 14, "urgency": 12, "group": 24, "reassessment": 13, "return": 14, "open": 5}
NARROW = {"id": 10, "scope": 13, "urgency": 11, "group": 13, "reassessment": 12, "return": 12, "open": 2}


def widths(columns: int) -> dict[str, int]:
    """The table's columns for a screen this wide: all of them, always."""
    return WIDE if columns >= sum(WIDE.values()) + 2 * len(WIDE) else NARROW


def row_header(columns: int = 120) -> Text:
    """The heading of the one-line-per-citizen table."""
    titles = {
        "id": "id", "scope": say("Programmet", "Programme"), "urgency": say("Hastegrad", "Urgency"),
        "group": say("Gruppe", "Group"), "reassessment": say("Revurdering", "Reassessment"),
        "return": say("Til egen læge", "To own GP"), "open": say("Åbne", "Open"),
    }  # fmt: skip
    cells = {name: (title, "") for name, title in titles.items()}
    line = _line(cells, columns)
    line.stylize("bold")
    return line


def row(pathway: Pathway, name: Any, decision: Decision, columns: int = 120) -> Text:
    """One citizen on one line."""
    words = {kind: pathway.cards[kind] for kind in ("scope", "reassessment", "return_to_gp")}
    urgency = pathway.urgencies.get(decision.urgency)
    cells = {
        "id": (named(name), ""),
        "scope": (words["scope"][decision.scope].word.text(language()), decision.scope),
        "urgency": (urgency.words.clinician.text(language()), urgency.id) if urgency else _no_urgency(decision),
        "group": (_group(pathway, decision), "one" if decision.group else "several"),
        "reassessment": _word(words["reassessment"], decision.reassessment["state"], decision),
        "return": _word(words["return_to_gp"], decision.return_to_gp, decision),
        "open": (str(sum(state == "open" for state in decision.efforts.values())), ""),
    }
    return _line(cells, columns)


def _line(cells: dict[str, tuple[str, str]], columns: int) -> Text:
    chosen = widths(columns)
    gap = "  " if chosen is WIDE else " "
    return Text(gap).join(coloured(_fit(cells[name][0], width), cells[name][1]) for name, width in chosen.items())


def named(name: Any) -> str:
    """A citizen's id as one line of plain text: no control character reaches the terminal."""
    return "–" if name is None else "".join(c if c.isprintable() else "�" for c in str(name))


def _no_urgency(decision: Decision) -> tuple[str, str]:
    if decision.alarm_signs_not_asked:
        return say("ikke spurgt", "not asked"), "ask"
    return say("ingen", "none"), "inside"


def _word(cards: Any, state: str, decision: Decision) -> tuple[str, str]:
    return cards[worded_state(decision, state)].word.text(language()), state


def _group(pathway: Pathway, decision: Decision) -> str:
    if decision.group:
        group = pathway.groups[decision.group]
        return f"{group.number} {group.words.clinician.text(language()).partition(' (')[0]}"
    numbers = "/".join(str(pathway.groups[name].number) for name in decision.possible_groups)
    return say(f"ikke afgjort: {numbers}", f"undetermined: {numbers}") if numbers else "–"


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def tree(pathway: Pathway, name: Any, decision: Decision, explanations: list[Explanation]) -> Tree:
    """Conclusion → what it means → rule → facts → sentence, as a tree."""
    cards = advise(pathway, decision, language())
    said = {card.why: f"{card.sentence} {card.action}".strip() for card in cards}
    root = Tree(Text(f"{named(name)} · {say('pr.', 'as of')} {spoken.day(decision.as_of, language())}", style="bold"))
    for explanation in explanations:
        branch = root.add(Text.assemble((explanation.title, "bold"), " → ", (explanation.answer, "cyan")))
        if explanation.why in said:
            branch.add(Text(said[explanation.why]))
        rule = branch.add(Text(f"{say('regel', 'rule')} {explanation.rule}", style="dim"))
        for question, answer in explanation.facts:
            rule.add(Text.assemble(question, " ", (answer, "yellow")))
        for source in explanation.sources:
            branch.add(Text(source, style="green"))
    return root
