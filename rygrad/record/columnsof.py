"""The rows of one course in the region's tables: what its entries add up to, day by day. Pure.

What the record does not know is None: nothing here turns a blank into a "no". ``docs/reference/region-tables.md`` says
how each column is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rygrad.decision.coursetable import row_of
from rygrad.decision.decision import Decision
from rygrad.decision.reference import truth
from rygrad.decision.truth import FALSE
from rygrad.pathway.pathway import Group, Pathway
from rygrad.record import acts
from rygrad.record.contents import Programme
from rygrad.record.coursefile import CourseFile, Recorded
from rygrad.record.entrydays import answers_of, clinic_on, days_of, first_and_last, told
from rygrad.record.fold import as_they_stand
from rygrad.record.referralcolumns import imaging, referral_rows
from rygrad.record.regions import REGION_OF
from rygrad.record.states import course_state
from rygrad.record.unfolding import decided, end_of_month, known_facts, months_between, unfolded

SETTLED_AFTER = timedelta(days=14)
"""Local: when a course should have one possible group (Q11)."""
NO_CONTACT_BEFORE = timedelta(days=180)
"""Local: how long without contact makes a course new (Q5)."""
PROFESSION_OF = {
    "gp_practice": "general_practitioner",
    "physiotherapy_clinic": "physiotherapist",
    "chiropractic_clinic": "chiropractor",
    "specialist_practice": "specialist",
    "hospital_unit": "hospital_clinician",
}
_PROFESSIONALS = (*PROFESSION_OF.values(), "municipal_worker")
_AT_WORK = ("employed", "education")
_RMDQ_ITEMS = 24
_YES_NO = {"yes": True, "no": False}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a course's rows need that is not in its entries: its replaced ids, where the citizen lives, and when the
    last of the citizen's earlier courses ended."""

    course: str
    citizen: str
    municipality: str | None
    earlier_ended_on: date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """By which content, until which day (included), and what kind of unit each organisation is."""

    programme: Programme
    until: date
    kinds: Mapping[str, str]

    @property
    def pathway(self) -> Pathway:
        """The content in force."""
        return self.programme.pathway


@dataclass(frozen=True, slots=True)
class CourseRows:
    """One course's rows: its own, one for each referral, one for each month it was open."""

    course: Row
    referrals: list[Row]
    months: list[Row]


def rows_of(beside: Beside, entries: Sequence[Recorded], by: Reading) -> CourseRows | None:
    """The course as these entries tell until that day, corrections in place; None when it had not been opened."""
    standing = [entry for entry in as_they_stand(entries) if entry.valid_on <= by.until]
    opened_on = next((entry.valid_on for entry in standing if isinstance(entry.act, acts.CourseOpened)), None)
    if opened_on is None:
        return None
    return _Course(beside, standing, by, opened_on).rows()


@dataclass
class _Course:
    """One course on its way through its days. What was seen on them is kept; the file is folded on."""

    beside: Beside
    standing: Sequence[Recorded]
    by: Reading
    opened_on: date
    held_on: date | None = None
    alarm_on: date | None = None
    alarms: dict[date, bool | None] = field(default_factory=dict)
    asked_first: bool = False
    at_14: Row = field(default_factory=dict)
    months: list[Row] = field(default_factory=list)
    file: CourseFile = field(init=False)
    known: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.sent_on = set(days_of(self.standing, acts.ReferralSent))

    def rows(self) -> CourseRows:
        """Every day looked at, and what the last of them shows."""
        months = self._months()
        for day, file in unfolded(self.standing, self.by.programme.signs, self._days(months)):
            self.file, decision = file, decided(self.by.programme, file, day)
            self._look(day, decision)
            if day in months:
                self.months.append(self._month(months[day], day, decision))
        keys = self._keys()
        return CourseRows(
            {**keys, **self._indicators(keys), **row_of(self.by.pathway, self.known)},
            referral_rows(self.standing, keys, self.alarms, self.by.kinds, PROFESSION_OF),
            self.months,
        )

    def _months(self) -> dict[date, date]:
        """The first day of each month the course was open, by the day it is seen on."""
        ended = days_of(self.standing, acts.CourseEnded)
        last = ended[-1] if ended else self.by.until
        return {min(end_of_month(m), self.by.until): m for m in months_between(self.opened_on, last)}

    def _days(self, months: Mapping[date, date]) -> list[date]:
        """The days on which something is read, and those on which a sign may have come up."""
        days = {self.opened_on, self.by.until, *months, min(self.opened_on + SETTLED_AFTER, self.by.until)}
        days |= self.sent_on | {entry.valid_on for entry in self.standing if isinstance(entry.act, _SAYS_SIGNS)}
        return sorted(day for day in days if day >= self.opened_on)

    def _look(self, day: date, decision: Decision) -> None:
        if self.held_on is None and decision.scope == "hold":
            self.held_on = day
        if self.alarm_on is None and _is_alarming(self.by.pathway, decision):
            self.alarm_on = day
        if day in self.sent_on or day == self.by.until:
            self.known = known_facts(self.by.pathway, self.file.facts(), day)
            ruled_out = False if _is_ruled_out(self.by.pathway, self.known, day) else None
            self.alarms[day] = True if self.alarm_on else ruled_out
        if day == self.opened_on:
            self.asked_first = all(name in self.file.facts_said for name in _asked_first(self.by.pathway))
        if day == self.opened_on + SETTLED_AFTER:
            self.at_14 = {
                "possible_groups_day_14": len(decision.possible_groups),
                "active_day_14": self.file.outcome is None,
                "held_day_14": decision.scope == "hold",
            }

    def _month(self, month: date, day: date, decision: Decision) -> Row:
        file = self.file
        return {
            "course": self.beside.course,
            **self._place(),
            "clinic": clinic_on(self.standing, file, day),
            "month": month,
            "state": course_state(file, decision, tuple(self.by.pathway.exclusions)),
            "group": file.group,
            "holder_kind": self.by.kinds.get(file.holder) if file.outcome is None else None,
        }

    def _place(self) -> Row:
        code = self.beside.municipality
        return {"region": REGION_OF.get(code or ""), "municipality": code}

    def _keys(self) -> Row:
        clinic = clinic_on(self.standing, self.file, self.by.until)
        return {
            "course": self.beside.course,
            "citizen": self.beside.citizen,
            **self._place(),
            "clinic": clinic,
            "profession": PROFESSION_OF.get(self.by.kinds.get(clinic, "")),
            "own_gp": self.file.own_gp,
            "opened_on": self.opened_on,
            "ended_on": self.file.ended_on,
            "outcome": self.file.outcome,
            "group": self.file.group,
            "known_until": self.by.until,
        }

    def _indicators(self, keys: Row) -> Row:
        no_effect = days_of(self.standing, acts.EffectJudged, effect="no_effect")
        professionals = [e.valid_on for e in self.standing if e.role in _PROFESSIONALS and e.type != "correction"]
        return {
            "safety_asked_first": self.asked_first,
            "held_on": self.held_on,
            "alarm": self.alarms[self.by.until],
            "no_effect_on": no_effect[0] if no_effect else None,
            "need_received_on": self._need_received(no_effect),
            "information_complete": self._information_complete(),
            "contact_180_before": self._contact_before(),
            **imaging(self.standing, self.known),
            **self._scores(),
            **self._work(),
            **{f"told_{about}": told(self.standing, self.file, keys["clinic"], about) for about in _TOLD},
            "possible_groups_day_14": None,
            "active_day_14": None,
            "held_day_14": None,
            **self.at_14,
            "last_contact_on": max(professionals, default=None),
            "opioids_over_12_weeks": _YES_NO.get(self.known.get("opioids_over_12_weeks", "")),
            "other_opioid_indication": None,  # nobody is asked: the content has no such fact
        }

    def _need_received(self, no_effect: list[date]) -> date | None:
        """The first return since the first verdict of no effect, or one that another system told of."""
        returns = days_of(self.standing, acts.ReturnedToGp)
        history = (e.act.returned_to_gp_on for e in self.standing if isinstance(e.act, acts.HistoryReceived))
        returns += [day for day in history if day is not None and day <= self.by.until]
        return min((day for day in returns if not no_effect or day >= no_effect[0]), default=None)

    def _information_complete(self) -> bool | None:
        group = self.by.pathway.groups.get(self.file.group or "")
        if group is None:
            return None
        return all(item in self.file.information for item in expected_information(self.by.pathway, group))

    def _contact_before(self) -> bool | None:
        earlier = self.beside.earlier_ended_on
        if earlier is not None:
            return self.opened_on - earlier <= NO_CONTACT_BEFORE
        return False if self.known.get("recurring_back_problems") == "no" else None

    def _scores(self) -> Row:
        pain = [(m["on"], m["value"]) for m in self.file.scores.get("nrs_pain", ())]
        function = [
            (m["on"], m["value"] * _RMDQ_ITEMS / (m["items"] or _RMDQ_ITEMS)) for m in self.file.scores.get("rmdq", ())
        ]
        found = zip(("pain", "function"), (first_and_last(pain), first_and_last(function)), strict=True)
        return {f"{name}_{end}": value for name, ends in found for end, value in zip(_ENDS, ends, strict=True)}

    def _work(self) -> Row:
        answers = answers_of(self.standing, "work")
        first, last = first_and_last([(day, value in _AT_WORK) for day, value in answers])
        retired = answers[-1][1] == "retired" if answers else None
        return {"in_work_first": first, "in_work_last": last, "retired": retired}


_SAYS_SIGNS = (acts.FactsRecorded, acts.AlarmRaised, acts.AlarmClarified, acts.HistoryReceived)
_TOLD = ("start", "plan", "end")
_ENDS = ("first", "last")


def _asked_first(pathway: Pathway) -> Iterator[str]:
    """The exclusions, and every sign that an acute alarm reads."""
    yield from pathway.exclusions
    for alarm in pathway.alarms.values():
        if alarm.urgency.rank == 0:
            yield from alarm.rule.facts


def _is_alarming(pathway: Pathway, decision: Decision) -> bool:
    """An exclusion, or an alarm that holds a plan back, is there, clarified or not."""
    return bool(decision.exclusions) or any(pathway.alarms[found["id"]].urgency.holds for found in decision.alarms)


def _is_ruled_out(pathway: Pathway, known: Mapping[str, Any], day: date) -> bool:
    """Every exclusion, and every sign of an alarm that holds, was asked about, and is not there."""
    holding = (alarm.rule.criterion for alarm in pathway.alarms.values() if alarm.urgency.holds)
    return all(name in known for name in pathway.exclusions) and all(truth(one, known, day) is FALSE for one in holding)


def expected_information(pathway: Pathway, group: Group) -> list[str]:
    """The items to be given in a group: its own, and where it is expected the box that all groups offer (R13)."""
    offered_by_all = set.intersection(*(set(one.information) for one in pathway.groups.values()))
    is_expected = group.id in pathway.information_expected_in
    return [item.id for item in group.information if is_expected or item not in offered_by_all]
