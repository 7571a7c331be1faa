"""The tables of one part: what is known of the courses on the table's day, in the columns of ``regiontable``.

Here the dirt comes in. What happened after the last entry has not been written; some values are missing; some letters
were lost; some courses stand there twice.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from rygrad.decision.regiontable import UNITS, course_columns
from rygrad.pathway.pathway import Pathway
from rygrad.simulation import synthcells as cells
from rygrad.simulation import synthplaces as places
from rygrad.simulation import synthreferrals
from rygrad.simulation.synthcourse import GP, GROUPS, NO_GROUP, TREATERS, Story, story
from rygrad.simulation.synthdice import NEVER, Codes, Dice, Flags, Numbers, day_number
from rygrad.simulation.synthfacts import Facts
from rygrad.simulation.synthmonths import months
from rygrad.simulation.synthrates import Rates
from rygrad.simulation.synthsize import Dirt

OUTCOMES = ("managing_alone", "moved_to_other_care", "died", "other")
_UNIT_IDS = [unit.id for unit in places.UNITS]
_DAY_14 = 14
_RETIRES_AT = 67


@dataclass(frozen=True)
class Plan:
    """What is to be made: a pure function of these."""

    pathway: Pathway
    seed: int
    known_until: date
    rates: Rates
    dirt: Dirt


def is_duplicate(seed: int, rows: Codes, dirt: Dirt) -> Flags:
    """Which rows are the row before them once more. Only odd ones are, so that no copy has a copy."""
    return np.asarray((rows % 2 == 1) & Dice(seed, rows).chance("duplicate", 2 * dirt.duplicates))


def part(plan: Plan, first: int, count: int) -> dict[str, Any]:
    """``courses``, ``referrals`` and ``months`` of the rows from ``first`` on, as Arrow tables."""
    rows = np.arange(first, first + count, dtype=np.int64)
    source = rows - is_duplicate(plan.seed, rows, plan.dirt)
    told = story(plan.seed, source, day_number(plan.known_until), plan.rates, plan.dirt.late)
    return _Part(plan, rows, told).tables()


def units() -> Any:
    """The table of units."""
    rows = [
        {"unit": u.id, "kind": u.kind, "name": u.name, "municipality": u.municipality, "region": places.REGION}
        for u in places.UNITS
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([(column.name, cells.TYPES[column.type]) for column in UNITS]))


class _Part:
    def __init__(self, plan: Plan, rows: Codes, told: Story) -> None:
        self.plan, self.rows, self.story, self.dice = plan, rows, told, told.dice
        self.facts = Facts(plan.pathway, told, plan.rates, plan.dirt.missing)
        self.count, self.everybody = len(rows), self.facts.everybody
        self.last, self.seen = self.facts.last, told.seen
        self.is_ended = told.ended <= told.seen
        others = (told.treater > GP) & (told.plan <= told.seen)
        self.is_treated = (told.treated <= told.seen) | others
        self.treater = np.where(self.is_treated, told.treater, GP)
        self.clinic = self._clinic()

    def tables(self) -> dict[str, Any]:
        """Every table of the part."""
        sent = synthreferrals.referrals(self.story, self.plan.rates)
        keys = self._keys()
        surgery = synthreferrals.had_surgical_assessment(self.story, sent)
        columns = {**keys, **self._indicators(), **self.facts.columns(surgery)}
        of_referrals = {name: keys[name] for name in ("course", "municipality", "known_until")}
        by_month = {name: keys[name] for name in ("course", "municipality", "clinic")}
        referred = [synthreferrals.table(self.story, one, of_referrals) for one in sent]
        return {
            "courses": cells.table(columns, course_columns(self.plan.pathway)),
            "referrals": pa.concat_tables(referred),
            "months": months(self.story, self.treater, by_month),
        }

    def _clinic(self) -> Codes:
        """The unit that treats; own GP where nobody else does."""
        who, dice = self.story.who, self.dice
        specialist = np.flatnonzero(places.KINDS == "specialist_practice")[0]
        hospital = np.flatnonzero(places.KINDS == "hospital_unit")[0]
        found = np.select(
            (self.treater == 0, self.treater == 1, self.treater == GP, self.treater == GP + 1),
            (
                places.local("physiotherapy_clinic", who.municipality, dice),
                places.local("chiropractic_clinic", who.municipality, dice),
                who.own_gp,
                specialist,
            ),
            hospital,
        )
        return np.asarray(found)

    def _keys(self) -> dict[str, Any]:
        told, kept = self.story, self.facts.kept
        outcome = np.where(told.managing, 0, 1 + self.dice.pick("outcome", (60, 2, 38)))
        group = told.group.by(self.last)
        return {
            "course": cells.hex_ids(Dice(self.plan.seed, self.rows).bits("course id")),
            "citizen": cells.hex_ids(Dice(self.plan.seed, told.who.row).bits("citizen id")),
            "region": cells.constant(places.REGION, self.count, "string"),
            "municipality": cells.words(told.who.municipality, places.CODES, kept("municipality")),
            "clinic": cells.words(self.clinic, _UNIT_IDS),
            "profession": cells.words(self.treater, TREATERS),
            "own_gp": cells.words(told.who.own_gp, _UNIT_IDS),
            "opened_on": cells.days(told.opened),
            "ended_on": self.facts.day(told.ended),
            "outcome": cells.words(outcome, OUTCOMES, self.is_ended),
            "group": cells.words(group - 1, GROUPS, group != NO_GROUP),
            "known_until": cells.constant(self.plan.known_until, self.count, "date"),
        }

    def _indicators(self) -> dict[str, Any]:
        return {**self._safety(), **self._course(), **self._scores(), **self._work(), **self._told(), **self._day_14()}

    def _safety(self) -> dict[str, Any]:
        safety, kept = self.story.safety, self.facts.kept
        return {
            "safety_asked_first": cells.flags(safety.asked == 0, kept("safety_asked_first")),
            "held_on": self.facts.day(safety.held),
            "alarm": cells.flags(safety.alarm, safety.asked <= self.last),
        }

    def _course(self) -> dict[str, Any]:
        told, dice, kept, day = self.story, self.dice, self.facts.kept, self.facts.day
        group = told.group.by(self.last)
        informed = dice.chance("informed", self.plan.rates.of("Q4", told.who.municipality, told.opened))
        contact = np.where(told.gap < NEVER, told.gap <= 180, dice.chance("contact before", 0.12))
        lost = dice.chance("lost letter", self.plan.dirt.lost_letters)
        imaged = told.imaging <= self.seen
        ended, again = told.ended, dice.day("contact again", 5, 89)
        newest = self._newest()
        after = told.managing & told.back_again & (ended + again <= self.seen)
        contact_day = np.where(self.is_ended, ended + np.where(after, again, 0), newest)
        return {
            "no_effect_on": day(told.no_effect),
            "need_received_on": day(told.received, ~lost),
            "information_complete": cells.flags(informed, kept("information", group != NO_GROUP)),
            "contact_180_before": cells.flags(contact, kept("contact_180_before")),
            "imaging_on": day(told.imaging),
            "imaging_before_treatment": cells.flags(told.imaging < told.treated, kept("imaging before", imaged)),
            "second_imaging_on": day(told.second_imaging),
            "last_contact_on": cells.days(told.opened + contact_day),
            "other_opioid_indication": cells.flags(dice.chance("other opioids", 0.02), kept("other opioids")),
        }

    def _newest(self) -> Any:
        """The last visit or other event of an open course."""
        told = self.story
        events = (told.treated, told.plan, told.judged, told.received, told.decided, told.safety.held, told.imaging)
        found = np.max([np.where(day <= self.seen, day, 0) for day in events], axis=0)
        return np.maximum(found, self.seen - self.dice.day("quiet for", 0, 60))

    def _scores(self) -> dict[str, Any]:
        """Pain 5.2, RMDQ 8.5 (SD 5.8). A missing follow-up lacks both scores, else Q8 would lose the improved only."""
        told, dice, kept = self.story, self.dice, self.facts.kept
        pain = np.clip(np.round(dice.normal("pain", 5.2, 2)), 1, 10)
        function = np.maximum(np.round(24 * (1 - (1 - dice.u("function")) ** (1 / 1.825))), 1)
        partly = dice.pick("improved partly", (45, 30, 25))
        less_pain = told.improved | (partly == 1)
        functions = told.improved | (partly == 2)
        pain_last = _followed(pain, less_pain, dice.u("pain by"), 2)
        function_last = np.minimum(_followed(function, functions, dice.u("function by"), 4), 24)
        measured = self.measured = (told.judged <= self.last) & dice.chance("measured", 0.72)
        return {
            "pain_first": cells.numbers(pain, kept("pain_first"), "float64"),
            "function_first": cells.numbers(function, kept("function_first"), "float64"),
            "pain_last": cells.numbers(np.minimum(pain_last, 10), kept("follow-up", measured), "float64"),
            "function_last": cells.numbers(function_last, kept("follow-up", measured), "float64"),
        }

    def _work(self) -> dict[str, Any]:
        """In work or education, of those below the age of retirement, in three of four."""
        told, dice, kept = self.story, self.dice, self.facts.kept
        retired = told.who.age >= _RETIRES_AT
        at_first = ~retired & dice.chance("in work", 0.75)
        stays = dice.chance("stays", self.plan.rates.of("Q9", told.who.municipality, told.opened))
        last = np.where(at_first, stays, ~retired & dice.chance("comes back", 0.1))
        return {
            "in_work_first": cells.flags(at_first, kept("in_work_first")),
            "in_work_last": cells.flags(last, kept("in_work_last", self.measured)),
            "retired": cells.flags(retired, kept("retired")),
        }

    def _told(self) -> dict[str, Any]:
        """Own GP told of start, plan and end: all three at the rate of Q10, else one of the other seven ways."""
        told, dice = self.story, self.dice
        day = np.where(told.ended < NEVER, told.opened + told.ended, told.opened)
        everything = dice.chance("told all", self.plan.rates.of("Q10", told.who.municipality, day))
        which = np.where(everything, 7, dice.day("told", 0, 6))
        known = self.facts.kept("told", self.treater != GP)
        return {
            "told_start": cells.flags((which & 1) > 0, known),
            "told_plan": cells.flags((which & 2) > 0, known),
            "told_end": cells.flags((which & 4) > 0, known & self.is_ended),
        }

    def _day_14(self) -> dict[str, Any]:
        told, safety = self.story, self.story.safety
        passed = self.seen >= _DAY_14
        count = np.where(told.group.settled <= _DAY_14, 1, 2)
        count = np.where(safety.excluded & (safety.asked <= _DAY_14), 0, count)
        held = (safety.held <= _DAY_14) & (safety.clarified > _DAY_14)
        return {
            "possible_groups_day_14": cells.numbers(count, passed, "int8"),
            "active_day_14": cells.flags(told.ended > _DAY_14, passed),
            "held_day_14": cells.flags(held, passed),
        }


def _followed(first: Numbers, improved: Flags, u: Numbers, up_to: int) -> Numbers:
    """A later score: 35 per cent lower at least where improved, else from a little lower (under 30) to higher."""
    better = np.floor(first * 0.65 * u)
    same = first + np.floor((up_to + 2) * u) - 1
    return np.where(improved, better, np.where((same < first) & (first < 4), first, same))
