"""A fact as a question in place: which answers a click can give, and reading what a form answered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rygrad.decision.dates import first_day_over, months_before
from rygrad.pathway.facts import YES_NO, FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts
from rygrad.record.refusals import Refused
from rygrad.record.signs import weight
from rygrad.web.language import language, say
from rygrad.web.pages import Asked
from rygrad.web.recording import must_be_ours

NOT_KNOWN = "?"
_EARLIEST = 240


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a clinician: its answers as buttons, or a field to write in."""

    fact: str
    text: str
    answers: tuple[tuple[str, str], ...]
    field: str
    minimum: str = ""
    maximum: str = ""
    unit: str = ""
    was_not_known: bool = False


def question(pathway: Pathway, name: str, today: date, *, was_not_known: bool = False) -> Question:
    """The question of a fact as a page asks it. Nothing is chosen beforehand."""
    fact = pathway.facts[name]
    answers: tuple[tuple[str, str], ...] = ()
    kind = "text"
    if fact.kind == "yes_no":
        answers = tuple((value, YES_NO[value].text(language())) for value in ("yes", "no"))
    elif fact.kind == "choice":
        answers = tuple((value, phrase.text(language())) for value, phrase in fact.values.items())
    elif fact.kind == "several":
        answers, kind = tuple((v, p.text(language())) for v, p in fact.values.items()), "several"
    elif fact.kind == "date":
        answers, kind = _spans(today, pathway.duration.months), "date"
    elif fact.kind == "number":
        kind = "number"
    low, high = (f"{limit:g}" if limit is not None else "" for limit in (fact.minimum, fact.maximum))
    if kind == "date":
        low, high = "1900-01-01", today.isoformat()
    unit = fact.unit.text(language()) if fact.unit else ""
    return Question(fact.id, fact.question.clinician.text(language()), answers, kind, low, high, unit, was_not_known)


def _spans(today: date, months: int) -> tuple[tuple[str, str], ...]:
    """When something began, in a click: spans that leave no doubt on which side of the months they lie."""
    edge = months_before(today, months)
    while first_day_over(edge, months) <= today:  # the clamping at a month's end
        edge += timedelta(days=1)
    spans = (
        (today - timedelta(days=14), today, say("Under 2 uger siden", "Less than 2 weeks ago")),
        (today - timedelta(days=42), today - timedelta(days=15), say("2–6 uger siden", "2–6 weeks ago")),
        (edge, today - timedelta(days=43), say(f"6 uger–{months} måneder siden", f"6 weeks–{months} months ago")),
        (
            months_before(today, _EARLIEST),
            edge - timedelta(days=1),
            say(f"Over {months} måneder siden", f"Over {months} months ago"),
        ),
    )
    return tuple((f"{first}/{last}", words) for first, last, words in spans)


def answered(request: Asked, pathway: Pathway) -> tuple[str, Any]:
    """The fact a form answers and its value; None for "don't know". Refused when it cannot be read."""
    name = request.POST.get("fact", "")
    must_be_ours(name in pathway.facts)
    fact, given = pathway.facts[name], request.POST.get("answer", "")
    if given == NOT_KNOWN:
        return name, None
    if fact.kind == "several":
        chosen = [value for value in request.POST.getlist("value") if value in fact.values]
        if not chosen:
            raise _unread(name)
        return name, chosen
    return name, _value(fact, given or request.POST.get("value", "").strip())


def _value(fact: FactDefinition, given: str) -> Any:
    if fact.kind == "number":
        try:
            value = float(given.replace(",", "."))
        except ValueError:
            raise _unread(fact.id) from None
        return int(value) if value.is_integer() else value
    if fact.kind == "date" and "/" in given:
        earliest, _, latest = given.partition("/")
        return {"earliest": earliest, "latest": latest}
    if not given:
        raise _unread(fact.id)
    return given


def _unread(fact: str) -> Refused:
    return Refused("no_answer", "svaret mangler eller kan ikke læses.", "the answer is missing or cannot be read.")


def as_act(pathway: Pathway, name: str, value: Any, signs: frozenset[str]) -> acts.Act:
    """The entry of one answer: an alarm where it is one, a "don't know" where it is not known."""
    if value is None:
        return acts.FactsRecorded({}, "professional", (name,))
    if name in signs and weight(value) > 0 and value != pathway.facts[name].absent:
        return acts.AlarmRaised({name: value}, "professional")
    return acts.FactsRecorded({name: value}, "professional")


def signs_to_ask(pathway: Pathway, known: set[str]) -> tuple[str, ...]:
    """The exclusions and alarm signs one act may say are absent. Where the pain radiates to is a finding, not a sign
    that can be waved off together with the others."""
    signs = (name for name in pathway.alarm_facts if pathway.facts[name].kind in ("yes_no", "number"))
    return tuple(name for name in dict.fromkeys((*pathway.exclusions, *signs)) if name not in known)


def none_of_them(pathway: Pathway, known: set[str]) -> acts.FactsRecorded:
    """Each sign as asked and absent, and the pain as back-triggered: one deliberate act."""
    facts: dict[str, Any] = {name: pathway.facts[name].absent for name in signs_to_ask(pathway, known)}
    facts |= {name: "yes" for name in pathway.covers.facts if name not in known}
    return acts.FactsRecorded(facts, "professional")
