"""`rygrad ask`: the next question until the answers settle it, then the plan. »Ved ikke« is always an answer."""

import re
import sys
from calendar import monthrange
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from rygrad.cli import application
from rygrad.cli.assess import AsOf, default_day, refuse_to_overwrite
from rygrad.cli.language import language, say
from rygrad.cli.records import Rejected, checked, read_file
from rygrad.decision.decide import as_of_day, decide
from rygrad.decision.decision import Decision
from rygrad.decision.facts import read_facts
from rygrad.pathway.errors import RygradError
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.read import load_pathway

_YES, _NO = ("j", "ja", "y", "yes"), ("n", "nej", "no")
_UNKNOWN = ("", "v", "ved ikke", "?", "u", "unknown", "don't know")


class Enough(Exception):
    """Nobody answers any more."""


@application.app.command(
    help=say(
        "Spørg det næste, der afgør noget, til det er afgjort; vis så planen. Tomt svar er »ved ikke«.",
        "Ask what settles most, until it is settled; then show the plan. An empty answer is “don't know”.",
    )
)
def ask(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]", help=say("Det, der allerede vides om borgeren.", "What is already known of the citizen.")
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help=say("Gem svarene som YAML.", "Save the answers as YAML."))
    ] = None,
    as_of: AsOf = None,
    pathway: application.Pathway = "rygsmerter",
    lang: application.Lang = application.SPOKEN,
) -> None:
    """Questions on stderr, answers from stdin, the plan on stdout."""
    from rygrad.cli import screen

    if save:
        refuse_to_overwrite(save)
    loaded = load_pathway(pathway)
    name, day, facts = _start(file, default_day(as_of))
    interview = Interview(loaded, facts, day)
    decision = interview.until_settled()
    screen.console().print(screen.full(loaded, name, decision))
    if save:
        record = {"id": name, "as_of": day.isoformat(), "facts": interview.facts}
        save.write_text(yaml.safe_dump(record, allow_unicode=True, sort_keys=False), "utf-8")
        typer.echo(say(f"Gemt i {save}.", f"Saved in {save}."), err=True)


def _start(file: str | None, day: date) -> tuple[Any, date, dict[str, Any]]:
    if file is None:
        return say("ny borger", "new citizen"), day, {}
    records = list(islice(read_file(file), 2))
    if not records:
        raise RygradError("empty", {"da": "filen er tom.", "en": "the file is empty."}, source=file)
    if len(records) > 1:
        da, en = (
            "filen har flere borgere; spørg om én ad gangen.",
            "the file has several citizens; ask about one at a time.",
        )
        raise RygradError("several", {"da": da, "en": en}, source=file)
    record = records[0]
    if isinstance(record, Rejected):
        raise record.error
    name, own, facts = checked(record)
    return name, (as_of_day(own) if own is not None else day), dict(facts)


class Interview:
    """Asks on, remembers the answers, and what was answered »ved ikke«."""

    def __init__(self, pathway: Pathway, facts: dict[str, Any], day: date) -> None:
        self.pathway = pathway
        self.facts = facts
        self.day = day
        self.not_known: set[str] = set()

    def until_settled(self) -> Decision:
        """Ask until nothing more would be settled, or nobody answers; the decision then."""
        try:
            while name := self._next(decision := decide(self.pathway, self.facts, self.day)):
                signs = [n for n in self._signs() if n not in self.facts and n not in self.not_known]
                if name in signs and len(signs) > 1:
                    self._ask_signs(signs)
                else:
                    self._ask(self.pathway.facts[name])
        except Enough:
            decision = decide(self.pathway, self.facts, self.day)
        return decision

    def _next(self, decision: Decision) -> str | None:
        """What settles most; then how the treatment goes. Nothing more once an alarm is acute."""
        if decision.urgency == "acute":
            return None
        names = [*self._open(decision), *self._treatment(decision)]
        return next((name for name in names if name not in self.not_known), None)

    def _treatment(self, decision: Decision) -> list[str]:
        """The first treatment, then its effect, where the group has a reassessment."""
        state = decision.reassessment["state"]
        if state == "not_started":
            return list(self.pathway.reassessment.window.after[:1])
        if state in ("due", "overdue", "not_due", "done") and decision.return_to_gp == "not_yet":
            return [name for name in self.pathway.no_effect.facts if name not in self.facts]
        return []

    def _open(self, decision: Decision) -> list[str]:
        """What the engine asks, less a span of days that was already given: it is known no better."""
        return [q.fact for q in decision.ask if q.fact not in self.facts]

    def _signs(self) -> list[str]:
        """The exclusions, and the signs of alarms that hold a plan back; "watch" alone is not asked for here."""
        holding = (a.rule.facts for a in self.pathway.alarms.values() if a.urgency.holds)
        return list(dict.fromkeys((*self.pathway.exclusions, *(name for names in holding for name in names))))

    def _ask_signs(self, signs: list[str]) -> None:
        """The alarm signs as one deliberate act: none, some of them, or not known."""
        _tell(say("Er nogen af disse tegn til stede?", "Are any of these present?"))
        for number, name in enumerate(signs, start=1):
            _tell(f"  {number:2}. {self._question(self.pathway.facts[name])}")
        answer = _line(
            say(
                "Numre (fx 1,4), 0 = ingen af dem, tomt = ved ikke: ",
                "Numbers (e.g. 1,4), 0 = none of them, empty = don't know: ",
            )
        )
        if answer in _UNKNOWN:
            self.not_known.update(signs)
            return
        chosen = (
            {int(n) for n in re.split(r"[ ,;]+", answer)} if re.fullmatch(r"[0-9]+([ ,;]+[0-9]+)*", answer) else set()
        )
        if not chosen or not chosen <= set(range(len(signs) + 1)) or (0 in chosen and len(chosen) > 1):
            _tell(say("Forstår ikke svaret.", "Did not understand the answer."))
            return
        present = [name for number, name in enumerate(signs, start=1) if number in chosen]
        for name in present:
            self._present(self.pathway.facts[name])
        absent = [name for name in signs if name not in present]
        if not present or self._rest_is_absent():
            self.facts.update({name: self.pathway.facts[name].absent for name in absent})
        else:
            self.not_known.update(absent)

    def _rest_is_absent(self) -> bool:
        return (
            _line(say("Er resten spurgt og ikke til stede? (ja/nej): ", "Were the rest asked and absent? (yes/no): "))
            in _YES
        )

    def _present(self, fact: FactDefinition) -> None:
        if fact.kind == "yes_no":
            self.facts[fact.id] = "yes"
        else:
            self._ask(fact)

    def _question(self, fact: FactDefinition) -> str:
        return fact.question.clinician.text(language())

    def _ask(self, fact: FactDefinition) -> None:
        for name in fact.prompted_by:
            if self.facts.get(name) in ("yes", True):
                _tell(f"  ({self._question(self.pathway.facts[name])} {say('ja', 'yes')})")
        while (answer := _line(f"{self._question(fact)} {_how(fact)}: ")) not in _UNKNOWN:
            value = _value(fact, answer, self.day)
            try:
                read_facts(self.pathway, {fact.id: value}, self.day)
            except RygradError as error:
                _tell(error.text(language()))
                continue
            self.facts[fact.id] = value
            return
        self.not_known.add(fact.id)


def _how(fact: FactDefinition) -> str:
    if fact.kind == "choice":
        return "(" + ", ".join(f"{n} {v.text(language())}" for n, v in enumerate(fact.values.values(), start=1)) + ")"
    if fact.kind == "date":
        return say("(dd-mm-åååå; måned: ÅÅÅÅ-MM)", "(dd-mm-yyyy; month: YYYY-MM)")
    if fact.kind == "number":
        return f"({fact.minimum}–{fact.maximum})"
    return say("(ja/nej/ved ikke)", "(yes/no/don't know)")


def _value(fact: FactDefinition, answer: str, as_of: date) -> Any:
    if fact.kind == "yes_no":
        return "yes" if answer in _YES else "no" if answer in _NO else answer
    number = int(answer) if re.fullmatch("[0-9]{1,3}", answer) else None
    if fact.kind == "choice" and number and number <= len(fact.values):
        return list(fact.values)[number - 1]
    if fact.kind == "number":
        return answer if number is None else number
    return _day(answer, as_of) if fact.kind == "date" else answer


def _day(answer: str, as_of: date) -> Any:
    """``ÅÅÅÅ-MM-DD``, ``dd-mm-åååå`` (also with / and .), or a month as a span of days."""
    danish = re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", answer)
    if danish:
        return f"{danish[3]}-{int(danish[2]):02}-{int(danish[1]):02}"
    month = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", answer)
    if not month:
        return answer
    first = date(int(month[1]), int(month[2]), 1)
    last = first + timedelta(days=monthrange(first.year, first.month)[1] - 1)
    return {"earliest": first.isoformat(), "latest": max(first, min(last, as_of)).isoformat()}


def _tell(text: str) -> None:
    typer.echo(text, err=True)


def _line(prompt: str) -> str:
    typer.echo(prompt, err=True, nl=False)
    line = sys.stdin.readline()
    if not line:
        typer.echo("", err=True)
        raise Enough
    return line.strip().lower()
