"""`rygrad ask`: the next question until the answers settle it, then the plan. »Ved ikke« is always an answer."""

import re
import sys
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from rygrad.cli import application
from rygrad.cli.assess import AsOf, default_day
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
    record = next(read_file(file), None)
    if record is None or isinstance(record, Rejected):
        raise (
            record.error
            if record
            else RygradError("empty", {"da": "filen er tom.", "en": "the file is empty."}, source=file)
        )
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
            while (
                open_questions := self._open(decision := decide(self.pathway, self.facts, self.day))
            ) and decision.urgency != "acute":
                signs = [name for name in self._signs() if name not in self.facts and name not in self.not_known]
                if open_questions[0] in signs and len(signs) > 1:
                    self._ask_signs(signs)
                else:
                    self._ask(self.pathway.facts[open_questions[0]])
        except Enough:
            decision = decide(self.pathway, self.facts, self.day)
        return decision

    def _open(self, decision: Decision) -> list[str]:
        return [question["fact"] for question in decision.ask if question["fact"] not in self.not_known]

    def _signs(self) -> list[str]:
        return [*self.pathway.exclusions, *(n for n in self.pathway.alarm_facts if n not in self.pathway.exclusions)]

    def _ask_signs(self, signs: list[str]) -> None:
        """The alarm signs as one deliberate act: none, some of them, or not known."""
        _tell(say("Er der nogen af disse tegn?", "Are any of these present?"))
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
        chosen = {int(n) for n in re.findall(r"\d+", answer)}
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
            value = _value(fact, answer)
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
        return say("(ÅÅÅÅ-MM-DD, eller ÅÅÅÅ-MM)", "(YYYY-MM-DD, or YYYY-MM)")
    if fact.kind == "number":
        return f"({fact.minimum}–{fact.maximum})"
    return say("(ja/nej/ved ikke)", "(yes/no/don't know)")


def _value(fact: FactDefinition, answer: str) -> Any:
    if fact.kind == "yes_no":
        return "yes" if answer in _YES else "no" if answer in _NO else answer
    if fact.kind == "choice" and answer.isdigit() and 1 <= int(answer) <= len(fact.values):
        return list(fact.values)[int(answer) - 1]
    if fact.kind == "number":
        return int(answer) if answer.isdigit() else answer
    month = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", answer)
    if fact.kind == "date" and month:
        last = monthrange(int(month[1]), int(month[2]))[1]
        return {"earliest": f"{answer}-01", "latest": f"{answer}-{last}"}
    return answer


def _tell(text: str) -> None:
    typer.echo(text, err=True)


def _line(prompt: str) -> str:
    typer.echo(prompt, err=True, nl=False)
    line = sys.stdin.readline()
    if not line:
        typer.echo("", err=True)
        raise Enough
    return line.strip().lower()
