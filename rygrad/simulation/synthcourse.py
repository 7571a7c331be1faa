"""The courses of the synthetic region as they truly went, many at once: who, what is the matter, what happened when.

Days are counted from the day the course was opened, and events come in the order of the programme. Whether anybody
has written it down is another matter: ``synthtable`` forgets, delays and loses.
"""

from dataclasses import dataclass

import numpy as np

from rygrad.simulation.synthdice import NEVER, Codes, Days, Dice, Flags, first_over, later
from rygrad.simulation.synthplaces import SHARES, local
from rygrad.simulation.synthrates import CONTACT_AGAIN, OUTSIDE, Rates

PERIOD_DAYS = 729
"""From the first day a course opens to the last: 1 November to 31 October two years on."""
# Pain has lasted: days from and to, and how many of a hundred.
_DURATIONS = np.array(((3, 29, 19), (30, 88, 18), (95, 180, 20), (181, 1095, 23), (1096, 5500, 20)))
TREATERS = ("physiotherapist", "chiropractor", "general_practitioner", "specialist", "hospital_clinician")
_TREATER_SHARES = (58, 24, 16, 1.5, 0.5)
GP = 2
NO_GROUP, FIRST_TIME, RECURRENT, LONG_LASTING, COMPLEX_CHRONIC = range(5)
GROUPS = ("first_time", "recurrent", "long_lasting", "complex_chronic")
# Two courses of each 48 may be a citizen's second one: in these places, eight after the first.
_CYCLE, _SECOND, _BEFORE = 48, (8, 24), 8


@dataclass
class Who:
    """The citizens: the row of their own dice, age, municipality (a position in CODES) and own GP (in UNITS)."""

    row: Codes
    age: Codes
    municipality: Codes
    own_gp: Codes


@dataclass
class Safety:
    """``asked``: the day all exclusions and signs were answered. ``held`` until ``clarified``."""

    excluded: Flags
    suspected: Flags
    raised: Flags
    asked: Days
    held: Days
    clarified: Days

    @property
    def alarm(self) -> Flags:
        """An exclusion, a suspicion or an alarm was there."""
        return self.excluded | self.suspected | self.raised


@dataclass
class Grouping:
    """What the group rests on; ``settled``: the day it was all known; ``confirmed`` and ``again``: by a person."""

    onset: Days
    recurring: Flags
    worried: Flags
    is_complex: Flags
    settled: Days
    confirmed: Days
    at_first: Codes
    again: Days
    at_last: Codes

    def by(self, day: Days) -> Codes:
        """The group confirmed by this day."""
        first = np.where(self.confirmed <= day, self.at_first, NO_GROUP)
        return np.asarray(np.where(self.again <= day, self.at_last, first))


@dataclass
class Story:
    """Everything that happens, in days from ``opened`` (which is days since 1970)."""

    dice: Dice
    who: Who
    opened: Days
    gap: Days
    seen: Days
    safety: Safety
    group: Grouping
    treater: Codes
    plan: Days
    treated: Days
    reassessed: Days
    judged: Days
    improved: Flags
    no_effect: Days
    received: Days
    decided: Days
    imaging: Days
    second_imaging: Days
    ended: Days
    managing: Flags
    back_again: Flags


def story(seed: int, rows: Codes, until: int, rates: Rates, late: float) -> Story:
    """The courses of these rows. ``until`` is the day the table tells of; ``late`` the part entered late."""
    return _told(seed, rows, until, rates, late, _second(seed, rows, until, rates, late))


def _second(seed: int, rows: Codes, until: int, rates: Rates, late: float) -> tuple[Flags, Days, Days]:
    """Which rows are a citizen's second course, the day it opens, and how long after the end of the first."""
    is_second = np.isin(rows % _CYCLE, _SECOND)
    opens, gap = np.full(len(rows), NEVER), np.full(len(rows), NEVER)
    if is_second.any():
        theirs = rows[is_second]
        first = _told(seed, theirs - _BEFORE, until, rates, late, None)
        gap[is_second] = Dice(seed, theirs).day("gap", 30, 280)
        opens[is_second] = later(first.ended, first.opened + gap[is_second])
    there = opens <= until
    return there, opens, np.where(there, gap, NEVER).astype(np.int32)


def _told(
    seed: int, rows: Codes, until: int, rates: Rates, late: float, second: tuple[Flags, Days, Days] | None
) -> Story:
    dice = Dice(seed, rows)
    opened = dice.day("opened", until - PERIOD_DAYS, until)
    gap = np.full(len(rows), NEVER, dtype=np.int32)
    person = rows
    if second is not None:
        is_second, opens, gap = second
        opened, person = np.where(is_second, opens, opened), np.where(is_second, rows - _BEFORE, rows)
    who = _who(Dice(seed, person), person)
    unwritten = np.where(dice.chance("late", late), dice.day("late by", 1, 21), 0)
    seen = np.maximum(until - opened - unwritten, 0).astype(np.int32)
    safety = _safety(dice, rates.of("Q1", who.municipality, opened))
    # Outside the programme no group is possible: the others are undetermined that much oftener.
    p_undetermined = rates.of("Q11", who.municipality, opened) / (1 - OUTSIDE)
    undetermined = dice.chance("undetermined", p_undetermined)
    group = _grouping(dice, opened, safety, undetermined)
    course = _Course(dice, who, opened.astype(np.int32), seen, safety, group, rates)
    return course.story(gap)


def _who(dice: Dice, person: Codes) -> Who:
    """Age 53 (SD 15)."""
    age = np.clip(np.round(dice.normal("age", 53, 15)), 18, 98).astype(np.int64)
    municipality = dice.pick("municipality", SHARES)
    return Who(person, age, municipality, local("gp_practice", municipality, dice))


def _safety(dice: Dice, asked_first: np.ndarray) -> Safety:
    excluded = dice.chance("excluded", OUTSIDE)
    suspected = ~excluded & dice.chance("suspected", 0.006)
    raised = ~excluded & ~suspected & dice.chance("raised", 0.05)
    at_once = dice.chance("asked first", asked_first)
    asked = np.where(at_once, 0, np.where(dice.chance("asked later", 0.8), dice.day("asked", 3, 30), NEVER))
    asked = np.where((excluded | suspected | raised) & (asked == NEVER), 14, asked).astype(np.int32)
    holds = suspected | raised
    held = np.where(holds, asked, NEVER).astype(np.int32)
    clears = holds & dice.chance("clarified", 0.75)
    clarified = np.where(clears, held + dice.day("clarified on", 1, 21), NEVER).astype(np.int32)
    return Safety(excluded, suspected, raised, asked, held, clarified)


def _grouping(dice: Dice, opened: Days, safety: Safety, undetermined: Flags) -> Grouping:
    spell = _DURATIONS[dice.pick("duration", _DURATIONS[:, 2])]
    onset = opened - dice.day("lasted", spell[:, 0], spell[:, 1])
    over = first_over(onset, 3) - opened
    is_long = over <= 0
    recurring = dice.chance("recurring", np.where(is_long, 0.6, 0.35))
    worried = dice.chance("worried", 0.25)
    is_complex = dice.chance("complex", np.where(is_long, 0.4, 0.06))
    in_the_end = np.where(dice.chance("settled", 0.75), dice.day("settled late", 15, 60), NEVER)
    settled = np.where(undetermined, in_the_end, dice.day("settled on", 0, 10)).astype(np.int32)
    ready = np.maximum(settled, safety.asked)
    ready = np.where(safety.held < NEVER, np.maximum(ready, safety.clarified), ready)
    ready = np.where(safety.excluded, NEVER, ready).astype(np.int32)
    confirmed = later(ready, dice.day("confirmed", 0, 7))
    short = np.where(recurring | worried, RECURRENT, FIRST_TIME)
    long = np.where(is_complex, COMPLEX_CHRONIC, LONG_LASTING)
    passes = (confirmed < over) & dice.chance("confirmed again", 0.8)
    again = np.where(passes, over + dice.day("again", 0, 14), NEVER).astype(np.int32)
    at_first = np.where(confirmed >= over, long, short)
    return Grouping(onset.astype(np.int32), recurring, worried, is_complex, settled, confirmed, at_first, again, long)


class _Course:
    """Treatment, imaging, window, effect, return and end of some courses, in this order."""

    def __init__(
        self, dice: Dice, who: Who, opened: Days, seen: Days, safety: Safety, group: Grouping, rates: Rates
    ) -> None:
        self.dice, self.who, self.opened, self.seen = dice, who, opened, seen
        self.safety, self.group, self.rates = safety, group, rates
        self.is_stuck = safety.excluded | ((safety.held < NEVER) & (safety.clarified == NEVER))
        soon = np.where(first_over(group.onset, 3) > opened, 0.35, 0.1)
        self.ends_early = dice.chance("ends early", soon) & ~self.is_stuck

    def rate(self, indicator: str, day: Days | None = None) -> np.ndarray:
        """The planted rate for each course, in the month of this day of the course (None: of the first)."""
        on = self.opened if day is None else np.where(day < NEVER, self.opened + day, self.opened)
        return self.rates.of(indicator, self.who.municipality, on)

    def story(self, gap: Days) -> Story:
        """All of it."""
        self._treatment()
        self._imaging()
        self._verdict()
        self._return()
        self._end()
        self._second_imaging()
        dice, group = self.dice, self.group
        group.confirmed = _before(group.confirmed, self.ended)
        group.again = _before(np.where(group.confirmed < NEVER, group.again, NEVER), self.ended)
        p_managing = self.rate("Q12", self.ended) / (1 - CONTACT_AGAIN)
        return Story(
            dice=dice, who=self.who, opened=self.opened, gap=gap, seen=self.seen, safety=self.safety, group=group,
            treater=self.treater, plan=_before(self.plan, self.ended), treated=self.treated,
            reassessed=self.reassessed, judged=self.judged, improved=self.improved, no_effect=self.no_effect,
            received=self.received, decided=self.decided, imaging=self.imaging, second_imaging=self.second_imaging,
            ended=self.ended, managing=dice.chance("managing", p_managing),
            back_again=dice.chance("back again", CONTACT_AGAIN),
        )  # fmt: skip

    def _treatment(self) -> None:
        dice, confirmed = self.dice, self.group.confirmed
        self.treater = dice.pick("treater", _TREATER_SHARES)
        self.plan = later(confirmed, dice.day("plan", 0, 3))
        waits = (confirmed > 20) & (self.safety.held == NEVER)
        start = np.where(waits, dice.day("treated at once", 5, 30), later(self.plan, dice.day("treated", 1, 21)))
        treats = (self.treater < GP) & ~self.is_stuck & dice.chance("treatment starts", 0.94)
        self.treated = np.where(treats, start, NEVER).astype(np.int32)

    def _imaging(self) -> None:
        """Early imaging at the rate of Q5; imaging before treatment at the rate of Q6 of all imaging.

        The day is drawn first and the treatment moved to its right side, so that Q6 comes out in every month.
        """
        dice = self.dice
        early = dice.chance("early imaging", np.where(self.safety.alarm, 0.4, self.rate("Q5")))
        late = ~early & ~self.ends_early & ~self.is_stuck & dice.chance("late imaging", 0.16)
        day = np.where(early, dice.day("imaged early", 1, 28), dice.day("imaged late", 29, 180))
        self.imaging = np.where(early | late, day, NEVER).astype(np.int32)
        before = dice.chance("imaging before", self.rate("Q6", self.imaging))
        moves = (self.imaging < NEVER) & ~self.is_stuck
        waits = moves & before & (self.treated <= day)
        sooner = moves & ~before & (self.treated > day)
        self.treated = np.where(waits, day + dice.day("treated after", 1, 14), self.treated)
        self.treated = np.where(sooner, dice.day("treated first", 1, np.minimum(day, 27)), self.treated).astype(
            np.int32
        )
        self.treater = np.where(sooner & (self.treater >= GP), 0, self.treater)
        self.plan = np.where(sooner, np.minimum(self.plan, self.treated), self.plan).astype(np.int32)

    def _verdict(self) -> None:
        """Reassessed in time at the rate of Q2; improved at the rate of Q8, which colours the verdict."""
        dice, treated = self.dice, self.treated
        in_time = dice.chance("in time", self.rate("Q2", treated))
        when = dice.pick("not in time", (12, 50, 38))
        otherwise = np.select(
            (when == 0, when == 1), (dice.day("too early", 20, 41), dice.day("too late", 57, 110)), NEVER
        )
        listed = (self.group.at_first != FIRST_TIME) | (self.group.again < NEVER)
        looks = listed & ~self.ends_early & (treated < NEVER)
        day = np.where(in_time, dice.day("reassessed", 42, 56), otherwise)
        self.reassessed = np.where(looks & (day < NEVER), treated + day, NEVER).astype(np.int32)
        self.improved = dice.chance("improved", self.rate("Q8"))
        unasked = np.where(dice.chance("judged", 0.75), later(treated, dice.day("judged on", 25, 70)), NEVER)
        self.judged = np.where(self.reassessed < NEVER, self.reassessed, unasked).astype(np.int32)
        early_end = later(treated, dice.day("early end", 7, 41))
        self.judged = np.where(self.ends_early, early_end, self.judged).astype(np.int32)
        without = dice.chance("no effect", np.where(self.improved, 0.04, 0.5)) & ~self.ends_early
        self.no_effect = np.where(without, self.judged, NEVER).astype(np.int32)

    def _return(self) -> None:
        """Own GP gets the assessment of need within 7 days at the rate of Q3, else later or never."""
        dice = self.dice
        kept = dice.chance("return kept", self.rate("Q3", self.no_effect))
        late = np.where(dice.chance("returned late", 0.55), dice.day("return late", 8, 45), NEVER)
        days = np.where(kept, dice.day("return", 0, 7), late)
        self.received = np.where((self.no_effect < NEVER) & (days < NEVER), self.no_effect + days, NEVER).astype(
            np.int32
        )
        decides = dice.chance("gp decides", 0.85)
        self.decided = np.where(decides, later(self.received, dice.day("gp decided", 1, 14)), NEVER).astype(np.int32)

    def _end(self) -> None:
        dice, treated = self.dice, self.treated
        usual = np.where(self.judged < NEVER, later(self.judged, dice.day("end after verdict", 5, 60)),
                         later(treated, dice.day("end without verdict", 57, 200)))  # fmt: skip
        returned = np.where(self.received < NEVER, self.received, self.no_effect)
        usual = np.where(self.no_effect < NEVER, later(returned, dice.day("end after return", 60, 240)), usual)
        usual = np.where(usual < NEVER, np.maximum(usual, treated + 57), usual)
        end = np.where(treated < NEVER, usual, dice.day("end untreated", 25, 140))
        soon = np.where(treated < NEVER, self.judged, dice.day("end untreated soon", 10, 60))
        end = np.where(self.ends_early, soon, end)
        end = np.maximum(end, np.where(self.reassessed < NEVER, self.reassessed, 0))
        end = np.maximum(end, np.where(self.imaging < NEVER, self.imaging + 3, 0))
        end = np.maximum(end, np.where(self.safety.clarified < NEVER, self.safety.clarified, 0))
        self.ended = np.where(self.is_stuck, NEVER, end).astype(np.int32)

    def _second_imaging(self) -> None:
        """At the rate of Q7, within what the table tells of."""
        last = np.minimum(self.ended, self.seen)
        group = np.where(self.group.again < self.ended, self.group.at_last, self.group.at_first)
        p = np.where(group == LONG_LASTING, self.rate("Q7", self.imaging), 0.05)
        repeats = (self.imaging < last) & self.dice.chance("second imaging", p)
        day = self.dice.day("imaged again", self.imaging + 1, np.minimum(last, self.imaging + 180))
        self.second_imaging = np.where(repeats, day, NEVER).astype(np.int32)


def _before(day: Days, end: Days) -> Days:
    return np.where(day <= end, day, NEVER).astype(np.int32)
