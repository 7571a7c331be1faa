"""What the words in a body may be: facts, groups, efforts, items, instruments, by the content in force."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from rygrad.decision.dates import read_day
from rygrad.decision.facts import clarifiable, read_facts
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Pathway
from rygrad.record import acts
from rygrad.record.acts import LONGEST_TEXT, Act, written
from rygrad.record.refusals import Refused

# These follow from other entries; nobody writes them as answers.
DERIVED = frozenset(
    {
        "first_treatment_on",
        "plan_confirmed_on",
        "effect_of_physiotherapy",
        "effect_of_chiropractic",
        "reassessed_on",
        "returned_to_gp_on",
        "need_assessed_on",
        "clarified_alarms",
    }
)
GOALS_OF_DAILY_LIFE = ("activity_and_participation",)
"""The goals that go with plan and work, where no clinical data are seen."""
WORK_FACTS = frozenset({"work", "sick_leave"})


def part_of_fact(name: str) -> str:
    """The part of the course a fact belongs to when parts are shared."""
    return "work" if name in WORK_FACTS else "clinical"


def check_words(pathway: Pathway, act: Act, day: date) -> None:
    """Refused when a word is not the content's, a required text is empty, or a text is too long or not storable."""
    _check_text(act)
    for given, known, da, en in _vocabulary(pathway, act):
        _all_among(given, known, da, en)
    match act:
        case acts.FactsRecorded() | acts.AlarmRaised():
            _facts(pathway, act.facts, day)
            if isinstance(act, acts.FactsRecorded) and set(act.facts) & set(act.not_known):
                raise Refused("both", "samme faktum er både besvaret og ikke vidst.", "a fact is both known and not.")
            if not (act.facts or (isinstance(act, acts.FactsRecorded) and act.not_known)):
                raise _missing("facts")
        case acts.ScoresRecorded():
            _facts(pathway, {act.instrument: {"value": act.value, "on": day, "items": act.items}}, day)
        case acts.CourseEnded(outcome="other", reason=""):
            raise _missing("reason")
    for name in REQUIRED.get(type(act), ()):
        if not getattr(act, name):
            raise _missing(name)


def _vocabulary(pathway: Pathway, act: Act) -> Iterator[tuple[Iterable[str], Iterable[str], str, str]]:
    """The words the act uses, those there are, and what they are called."""
    words, signs = pathway.words, clarifiable(pathway)
    match act:
        case acts.FactsRecorded():
            yield act.not_known, pathway.facts, "fakta", "facts"
        case acts.AlarmRaised() | acts.AlarmClarified():
            yield act.facts, signs, "alarmtegn", "alarm signs"
        case acts.GroupConfirmed() | acts.GroupDeclined():
            yield [act.group], pathway.groups, "grupper", "groups"
        case acts.PlanConfirmed():
            yield act.interventions, words["interventions"], "indsatser", "interventions"
            yield act.actors, words["actors"], "aktører", "actors"
            yield act.goals, pathway.goals, "overskrifter for mål", "headings of goals"
        case acts.HistoryReceived():
            yield [act.group] if act.group else [], pathway.groups, "grupper", "groups"
            yield act.clarified, signs, "alarmtegn", "alarm signs"
        case acts.InformationGiven() | acts.InformationRead():
            yield act.items, words["information"], "informationspunkter", "items of information"
        case acts.ScoresRecorded():
            yield [act.instrument], _instruments(pathway), "målinger", "scores"
        case acts.ReturnedToGp(needs=efforts) | acts.GpDecided(efforts=efforts):
            yield efforts, words["efforts"], "indsatser", "efforts"
        case acts.ReferralSent():
            yield [act.effort], words["efforts"], "indsatser", "efforts"
        case acts.CourseEnded():
            yield [act.outcome], pathway.outcomes, "udfald", "outcomes"


REQUIRED: dict[type[Act], tuple[str, ...]] = {
    acts.AlarmClarified: ("facts", "finding"),
    acts.GroupDeclined: ("reason",),
    acts.PlanConfirmed: ("interventions",),
    acts.HistoryReceived: ("source",),
    acts.InformationGiven: ("items",),
    acts.InformationRead: ("items",),
    acts.ReferralSent: ("referral", "question"),
    acts.ReferralRefused: ("reason", "alternative"),
    acts.ReferralAnswered: ("answer",),
    acts.MessageToGp: ("text",),
    acts.HolderChanged: ("reason",),
    acts.Correction: ("reason",),
    acts.PersonsLinked: ("reason",),
    acts.PersonsUnlinked: ("reason",),
    acts.AccessGranted: ("parts",),
}
_REQUIRED_WORDS = {
    "facts": ("mindst ét svar eller tegn", "at least one answer or sign"),
    "finding": ("hvad der blev fundet", "what was found"),
    "reason": ("en årsag", "a reason"),
    "source": ("hvilket system det kom fra", "which system it came from"),
    "interventions": ("mindst én indsats", "at least one intervention"),
    "items": ("mindst ét informationspunkt", "at least one item of information"),
    "referral": ("henvisningens id", "the referral's id"),
    "question": ("hvad der spørges om", "what is asked"),
    "alternative": ("et alternativ", "an alternative"),
    "answer": ("et svar", "an answer"),
    "text": ("en tekst", "a text"),
    "parts": ("mindst én del", "at least one part"),
}


def _missing(field: str) -> Refused:
    da, en = _REQUIRED_WORDS[field]
    return Refused("missing", f"{field} mangler: {da}.", f"{field} is missing: {en}.")


def _instruments(pathway: Pathway) -> list[str]:
    return [name for name, fact in pathway.facts.items() if fact.kind == "scores"]


def _facts(pathway: Pathway, facts: dict[str, object], day: date) -> None:
    answerable = [n for n, fact in pathway.facts.items() if n not in DERIVED and fact.kind != "scores"]
    instruments = _instruments(pathway)
    _all_among([n for n in facts if n in pathway.facts and n not in instruments], answerable, "svar", "answers")
    if any(value is None for value in facts.values()):
        raise Refused(
            "null_fact",
            "et svar kan ikke være null; skriv det under not_known.",
            "an answer cannot be null; write it under not_known.",
        )
    try:
        read_facts(pathway, facts, day)
    except RygradError as problem:
        raise Refused(problem.code, problem.message["da"], problem.message["en"], hint=problem.hint) from None


def _all_among(given: Iterable[str], known: Iterable[str], da: str, en: str) -> None:
    known = list(known)
    if not all(name in known for name in given):
        raise Refused(
            "unknown_word", f"ikke blandt programmets {da}.", f"not among the programme's {en}.", known=", ".join(known)
        )


def storable(*texts: str | None) -> None:
    """Refused when a text holds what no database keeps: NUL, or half of a surrogate pair."""
    for text in texts:
        if text and ("\0" in text or any("\ud800" <= c <= "\udfff" for c in text)):
            raise Refused(
                "not_storable", "teksten har tegn, der ikke kan gemmes.", "the text holds characters not kept."
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from (str(name), *_texts(part))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _check_text(act: Act) -> None:
    storable(*_texts(msgspec.to_builtins(act)))
    if len(written(act).encode()) > 2 * LONGEST_TEXT:
        raise Refused("too_long", "teksten er for lang.", "the text is too long.", known=f"{LONGEST_TEXT} bytes")
    days = (getattr(act, name, None) for name in ("until", "booked_on", "previous_ended_on"))
    if any(day is not None and read_day(day) is None for day in days):
        raise Refused("impossible_day", "datoen er ikke mulig.", "the date is not possible.")
