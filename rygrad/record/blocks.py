"""What is known of a course, a line for each matter, as a clinician writes it; journal text and letters share them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rygrad.decision import spoken
from rygrad.decision.dates import add_months, days_between, first_day_over, read_day
from rygrad.decision.facts import Score, clarifiable
from rygrad.decision.scores import judge
from rygrad.pathway.words import Phrase
from rygrad.record.matter import ALL, Matter, Speech, bare, closed, flat, large
from rygrad.record.signs import weight

FEW, SHORT = 4, 120  # how many signs the journal text names, and how many letters of a free text it holds

_EFFECT = {
    "effect": Phrase("effekt", "effect"),
    "no_effect": Phrase("manglende effekt", "no effect"),
    "": Phrase("effekt ikke vurderet", "effect not judged"),
}
_CHANGE = {
    "improved": Phrase("bedre", "better"),
    "worse": Phrase("værre", "worse"),
    "unchanged": Phrase("uændret", "unchanged"),
}
# What is told of the citizen's back and life, in this order: a sentence that takes the answer in, or one per answer.
_TOLD: dict[str, dict[str, Phrase]] = {
    "pain_sites": {"": Phrase("lokalisation {value}", "site {value}")},
    "radiation": {
        "none": Phrase("ingen udstråling", "no radiation"),
        "": Phrase("udstråling til {value}", "radiation to {value}"),
    },
    "function": {"": Phrase("funktionsevne {value}", "function {value}")},
    "recurring_back_problems": {
        "yes": Phrase("tilbagevendende rygproblemer", "recurring back problems"),
        "no": Phrase("ikke tilbagevendende rygproblemer", "no recurring back problems"),
    },
    "worried_about_diagnosis": {
        "yes": Phrase("bekymret ift. diagnosen", "worried about the diagnosis"),
        "no": Phrase("ikke bekymret ift. diagnosen", "not worried about the diagnosis"),
    },
    "complex_surroundings": {
        "yes": Phrase("komplekse omgivelser", "complex surroundings"),
        "no": Phrase("ikke komplekse omgivelser", "surroundings not complex"),
    },
    "comorbidity": {
        "yes": Phrase("comorbiditet", "comorbidity"),
        "no": Phrase("ingen comorbiditet", "no comorbidity"),
    },
    "opioids_over_12_weeks": {
        "yes": Phrase("opioider i over 12 uger", "opioids for over 12 weeks"),
        "no": Phrase("ikke opioider i over 12 uger", "no opioids for over 12 weeks"),
    },
}
_SICK_LEAVE = {
    "yes": Phrase("sygemeldt på grund af ryggen", "on sick leave because of the back"),
    "no": Phrase("ikke sygemeldt på grund af ryggen", "not on sick leave because of the back"),
}
_DONE_IN_COURSE = {"imaging": "imaging_done", "surgical_assessment": "surgical_assessment_done"}
_DONE = {
    "yes": Phrase("udført i dette forløb", "done in this course"),
    "no": Phrase("ikke udført i dette forløb", "not done in this course"),
    None: Phrase("ikke oplyst", "not known"),
}


# What was asked and is not there: whether some signs are, and whether all were asked.
_NONE_OF = {
    (False, True): Phrase("Spurgt til alarmtegn: ingen.", "Alarm signs asked: none."),
    (False, False): Phrase("Spurgt til nogle alarmtegn: ingen af dem.", "Some alarm signs asked: none of them."),
    (True, True): Phrase("Spurgt til de øvrige: ingen af dem.", "The others asked: none of them."),
    (True, False): Phrase("Spurgt til nogle af de øvrige: ingen af dem.", "Some of the others asked: none of them."),
}


def group_line(matter: Matter) -> str:
    """How long, and which group (or which are possible); empty when neither is known."""
    since, group = _since(matter), _group(matter)
    unknown = Phrase("Rygsmerter, varighed ikke oplyst.", "Back pain, duration not known.")
    return f"{since or matter.say(unknown)} {group}".strip() if since or group else ""


def _since(matter: Matter) -> str:
    value = matter.answer(matter.pathway.duration.fact)
    ends = (value.get("earliest"), value.get("latest")) if isinstance(value, dict) else (value, value)
    first, last = (read_day(end) for end in ends)
    if first is None or last is None:
        return ""
    if first != last:
        between = spoken.window(first, last, matter.who.today, matter.language)
        return matter.say(Phrase("Rygsmerter begyndt {between}.", "Back pain begun {between}."), between=between)
    since = matter.say(Phrase("Rygsmerter siden {day}", "Back pain since {day}"), day=matter.day(first))
    length = _length(matter, first)
    return f"{since} ({length})." if length else f"{since}."


def _length(matter: Matter, first: date) -> str:
    """In months once it is over the programme's limit, else in weeks, or days when new; empty on the day itself."""
    limit, today = matter.pathway.duration.months, matter.file.ended_on or matter.who.today
    days = days_between(first, today)
    if today >= first_day_over(first, limit):
        months = next(n for n in range(days // 28 + 1, 0, -1) if add_months(first, n) <= today)
        if months >= 24:
            return matter.say(Phrase("{n} år", "{n} years"), n=months // 12)
        over = Phrase("over {n} måneder", "over {n} months")
        return matter.say(over if months == limit else Phrase("{n} måneder", "{n} months"), n=months)
    if days >= 14:
        return matter.say(Phrase("{n} uger", "{n} weeks"), n=days // 7)
    if days < 1:
        return ""
    return matter.say(Phrase("1 dag", "1 day") if days == 1 else Phrase("{n} dage", "{n} days"), n=days)


def _group(matter: Matter) -> str:
    group, possible = matter.file.group, matter.decision.possible_groups
    if group and (group in possible or not possible or matter.file.outcome):
        return f"{large(_numbered(matter, group))}."
    if group:
        phrase = Phrase("{group}; svarene peger nu på {groups}.", "{group}; the answers now point to {groups}.")
        return matter.say(phrase, group=large(_numbered(matter, group)), groups=_either(matter, possible))
    if not possible or len(possible) == len(matter.pathway.groups):
        return ""
    phrase = Phrase("Gruppe ikke bekræftet; mulig: {groups}.", "Group not confirmed; possible: {groups}.")
    return matter.say(phrase, groups=_either(matter, possible))


def _either(matter: Matter, groups: tuple[str, ...]) -> str:
    """The group with its name, or the numbers of several."""
    if len(groups) == 1:
        return _numbered(matter, groups[0])
    *numbers, last = (str(matter.pathway.groups[name].number) for name in groups)
    phrase = Phrase("gruppe {numbers} eller {last}", "group {numbers} or {last}")
    return matter.say(phrase, numbers=", ".join(numbers), last=last)


def _numbered(matter: Matter, name: str) -> str:
    group = matter.pathway.groups[name]
    phrase = Phrase("gruppe {number}, {name}", "group {number}, {name}")
    return matter.say(phrase, number=group.number, name=matter.named(group.words))


def treatment_line(matter: Matter) -> str:
    """``Behandling forsøgt: n besøg hos …, fra–til, effekt``, one profession after the other; empty without any."""
    professions = dict.fromkeys((*matter.file.treatments, *matter.file.effects))
    tried = "; ".join(_tried(matter, profession) for profession in professions)
    return matter.say(Phrase("Behandling forsøgt: {tried}.", "Treatment tried: {tried}."), tried=tried) if tried else ""


def _tried(matter: Matter, profession: str) -> str:
    treatment, effect = matter.file.treatments.get(profession), matter.file.effects.get(profession)
    visits = treatment.visits if treatment else 0
    counted = Phrase("{n} besøg hos {who}", "{n} visit to {who}" if visits == 1 else "{n} visits to {who}")
    uncounted = Phrase("{who}, antal besøg ikke oplyst", "{who}, number of visits not known")
    who = matter.named(matter.pathway.words["actors"][profession])
    parts = [matter.say(counted if visits else uncounted, n=visits, who=who)]
    if treatment:
        parts.append(_span(matter, treatment.started_on, treatment.ended_on))
    parts.append(matter.say(_EFFECT[effect.value if effect else ""]))
    return ", ".join(parts)


def _span(matter: Matter, first: date, last: date | None) -> str:
    if last is None:
        return matter.say(Phrase("siden {day}", "since {day}"), day=matter.day(first))
    if first == last:
        return matter.day(first)
    start = spoken.day(first, matter.language, with_year=first.year != last.year)
    return matter.say(Phrase("fra {start} til {end}", "from {start} to {end}"), start=start, end=matter.day(last))


def told_line(matter: Matter) -> str:
    """Site, radiation, function and what else is told that is no alarm sign; empty when nothing is."""
    parts = []
    for fact, phrases in _TOLD.items():
        value = matter.answer(fact)
        phrase = phrases.get(str(value), phrases.get(""))
        if value is not None and phrase:
            parts.append(matter.say(phrase, value=matter.fact(fact, value)))
    return f"{large(', '.join(parts))}." if parts else ""


def alarm_line(matter: Matter, limit: int = ALL) -> str:
    """The alarm signs and exclusions asked, which are there, and which nobody has asked; never empty."""
    signs, file = clarifiable(matter.pathway), matter.file
    asked = [name for name in signs if name in file.facts_said]
    unsure = [name for name in signs if name in file.not_known and name not in asked]
    silent = [name for name in signs if name not in asked and name not in unsure]
    if not asked and not unsure:
        return matter.say(Phrase("Alarmtegn: ikke spurgt.", "Alarm signs: not asked."))
    there = [name for name in asked if weight(matter.answer(name)) > 0]
    parts = []
    if there:
        phrase = Phrase("Alarmtegn: {signs}.", "Alarm signs: {signs}.")
        parts.append(matter.say(phrase, signs="; ".join(_sign(matter, name, limit) for name in there)))
    if len(asked) > len(there):
        parts.append(matter.say(_NONE_OF[bool(there), len(asked) == len(signs)]))
    for names, phrase in (
        (unsure, Phrase("Svaret »ved ikke«: {names}.", 'Answered "don\'t know": {names}.')),
        (silent, Phrase("Ikke spurgt: {names}.", "Not asked: {names}.")),
    ):
        if names:
            parts.append(matter.say(phrase, names=matter.listed((_sign_name(matter, n) for n in names), limit)))
    return " ".join(parts)


def _sign_name(matter: Matter, name: str) -> str:
    return bare(matter.named(matter.pathway.facts[name].question))


def _sign(matter: Matter, name: str, limit: int) -> str:
    """A sign that is there: its name, how much of it, and what a clinician found."""
    fact, value = matter.pathway.facts[name], matter.answer(name)
    grade = f"{fact.unit.text(matter.language).split()[0]} " if fact.unit else ""
    within = [] if value == "yes" else [grade + matter.fact(name, value)]
    clarified = matter.file.clarified.get(name)
    if clarified and not matter.file.stands_unclarified(name):
        phrase = Phrase("afklaret {day}: {finding}", "clarified {day}: {finding}")
        finding = flat(str(clarified.value), SHORT if limit < ALL else 0)
        within.append(matter.say(phrase, day=matter.day(clarified.true_on), finding=finding))
    return f"{_sign_name(matter, name)} ({', '.join(within)})" if within else _sign_name(matter, name)


def score_line(matter: Matter) -> str:
    """Each score's first and last measurement and whether that is a change; empty without any."""
    measured = {name: matter.file.scores[name] for name in matter.pathway.facts if name in matter.file.scores}
    line = "; ".join(_score(matter, name, values) for name, values in measured.items())
    return matter.say(Phrase("Målinger: {line}.", "Scores: {line}."), line=line) if line else ""


def _score(matter: Matter, instrument: str, values: list[dict[str, Any]]) -> str:
    fact = matter.pathway.facts[instrument]
    dated = sorted(values, key=lambda measured: measured["on"])
    ends = [dated[0], dated[-1]] if len(dated) > 1 else dated
    course = " → ".join(_measured(matter, one) for one in ends)
    first, last = (Score(one["value"], one["on"], one["items"]) for one in (ends[0], ends[-1]))
    change = _CHANGE.get(judge(fact, first, last)) if len(ends) > 1 else None
    return f"{bare(matter.named(fact.question))}: {course}{f', {matter.say(change)}' if change else ''}"


def _measured(matter: Matter, one: dict[str, Any]) -> str:
    number = f"{one['value']:g}"
    shown = number.replace(".", ",") if matter.language == "da" else number
    of = matter.say(Phrase(" af {n}", " of {n}"), n=one["items"]) if one["items"] else ""
    return f"{shown}{of} ({matter.day(one['on'])})"


def imaging_line(matter: Matter) -> str:
    """Whether imaging is done in this course, with its answer; surgical assessment too where that is known."""
    parts = []
    for effort, fact in _DONE_IN_COURSE.items():
        value = matter.answer(fact)
        if value is not None or effort == "imaging":
            answers = [closed(r.answer) for r in matter.file.referrals.values() if r.effort == effort and r.answer]
            answer = matter.say(Phrase(" Svar: {text}", " Answer: {text}"), text=answers[-1]) if answers else ""
            parts.append(f"{large(matter.effort(effort))}: {matter.say(_DONE[value])}.{answer}")
    return " ".join(parts)


def work_line(speech: Speech, answers: Mapping[str, Any]) -> str:
    """Work and sick leave by these answers; empty when neither is known."""
    work, leave = answers.get("work"), answers.get("sick_leave")
    parts = [speech.fact("work", work)] if work and (work, leave) != ("sick_listed", "yes") else []
    if leave in _SICK_LEAVE:
        parts.append(speech.say(_SICK_LEAVE[leave]))
    return speech.say(Phrase("Arbejde: {parts}.", "Work: {parts}."), parts=", ".join(parts)) if parts else ""
