"""The facts of the synthetic courses: what the programme's decision reads, as it is known on the table's day."""

from typing import Any

import numpy as np

from rygrad.decision.coursetable import LATEST_SUFFIX
from rygrad.pathway.facts import FactDefinition
from rygrad.pathway.pathway import Pathway
from rygrad.simulation import synthcells as cells
from rygrad.simulation.synthcourse import COMPLEX_CHRONIC, LONG_LASTING, Story
from rygrad.simulation.synthdice import NEVER, Codes, Days, Flags, first_over
from rygrad.simulation.synthrates import Rates

# The alarm sign of those who have one, and how many of a hundred.
_SIGNS = {
    "previous_cancer": 45, "relevant_trauma": 25, "unexplained_weight_loss": 12, "fever_or_infection_signs": 5,
    "new_symptoms_in_both_legs": 5, "saddle_numbness": 3, "bladder_or_bowel_disturbance": 3, "paresis_worsening": 2,
}  # fmt: skip
# One weak sign at most, which alone holds nothing back; how many of a thousand.
_WEAK = {"constant_or_night_pain": 80, "osteoporosis_or_long_term_steroids": 40, "paresis_grade": 20,
         "inflammatory_pattern": 25, "immunosuppression_or_injected_drugs": 10}  # fmt: skip
# Leg pain in 75 of a hundred.
_RADIATION = {"leg": 70, "both_legs": 5, "arm": 7, "none": 18}
_NOT_ASKED = 0.06
_EFFECTS = ("effect", "no_effect")
_FUNCTIONS = ("as_expected_for_age", "slightly_reduced", "clearly_reduced")


class Facts:
    """The columns of one part's facts. ``missing``: the part of each value that may be left out that is."""

    def __init__(self, pathway: Pathway, story: Story, rates: Rates, missing: float) -> None:
        self.pathway, self.story, self.rates, self.missing, self.dice = pathway, story, rates, missing, story.dice
        self.last = np.minimum(story.seen, story.ended)
        self.count = len(story.opened)
        self.everybody = np.ones(self.count, dtype=np.bool_)
        self.radiates = self.dice.pick("radiation", list(_RADIATION.values()))

    def columns(self, surgery: Flags) -> dict[str, Any]:
        """Every fact by its name. ``surgery``: a surgical assessment was answered."""
        return {**self._safety(), **self._grouping(), **self._everyday(), **self._course(surgery)}

    def kept(self, what: str, among: Flags | None = None, missing: float | None = None) -> Flags:
        """Where a value has not gone missing."""
        there = ~self.dice.chance(f"missing {what}", self.missing if missing is None else missing)
        return there if among is None else there & among

    def _safety(self) -> dict[str, Any]:
        """Exclusions and signs: all of them once they were asked, before that some; the weak ones with holes."""
        safety, dice = self.story.safety, self.dice
        asked = safety.asked <= self.last
        sign, weak = dice.pick("sign", list(_SIGNS.values())), self._weak()
        which = dice.pick("exclusion", [1] * len(self.pathway.exclusions))
        made = {"back_triggered_pain": cells.flags(self.everybody, self.kept("back_triggered_pain", missing=0.01))}
        for n, name in enumerate(self.pathway.exclusions):
            state = np.where(which == n, np.select((safety.excluded, safety.suspected), (1, 2), 0), 0)
            put = asked | ((n > 0) & dice.chance(f"put {name}", 0.6))
            made[name] = cells.words(state, ("absent", "confirmed", "suspected"), put)
        for name in self.pathway.alarm_facts:
            if name in self.pathway.exclusions or name == "radiation":
                continue
            present = (safety.raised & (sign == list(_SIGNS).index(name))) if name in _SIGNS else ~self.everybody
            faint = (weak == list(_WEAK).index(name)) if name in _WEAK else ~self.everybody
            must = name in self.pathway.must_be_asked
            put = asked | (~safety.alarm & dice.chance(f"put {name}", 0.6))
            put = put if must else put & (present | self.kept(name, missing=_NOT_ASKED))
            made[name] = self._sign(self.pathway.facts[name], present | faint, put)
        made["radiation"] = cells.words(self.radiates, list(_RADIATION), self.kept("radiation", missing=_NOT_ASKED))
        return {**made, "clarified_alarms": self._clarified(sign, which)}

    def _weak(self) -> Codes:
        weak = self.dice.pick("weak", (*_WEAK.values(), 1000 - sum(_WEAK.values())))
        return np.where(self.story.safety.alarm, len(_WEAK), weak)

    def _sign(self, fact: FactDefinition, present: Flags, known: Flags) -> Any:
        if fact.kind == "number":
            return cells.numbers(np.where(present, 4, 5), known, "int8")
        return cells.flags(present, known)

    def _clarified(self, sign: Codes, which: Codes) -> Any:
        exclusions = list(self.pathway.exclusions)
        position = np.where(self.story.safety.suspected, len(_SIGNS) + which, sign)
        return cells.one_word_lists(position, [*_SIGNS, *exclusions], self.story.safety.clarified <= self.last)

    def _grouping(self) -> dict[str, Any]:
        """What settles the group is known from the day it was settled; what cannot matter, in half of them."""
        group, dice, opened = self.story.group, self.dice, self.story.opened
        over = first_over(group.onset, 3) - opened
        is_long, gets_long = over <= 0, over <= self.last
        settled = group.settled <= self.last
        no_onset = ~settled & dice.chance("onset unknown", 0.15)
        lacks = ~settled & ~no_onset
        half = dice.chance("asked for nothing", 0.5)
        knows_recurring = np.where(is_long, half, ~lacks)
        knows_complex = np.where(gets_long, ~(lacks & is_long), half)
        # The day is exact, or, where it is long ago, a span: "spring last year".
        vague = (opened - group.onset > 180) & dice.chance("onset vague", 0.12)
        earliest = np.where(vague, group.onset - dice.day("earlier", 1, 60), group.onset)
        latest = group.onset + dice.day("later", 1, 30)
        worried = group.worried & ~(lacks & ~is_long)
        return {
            "onset_on": cells.days(earliest, ~no_onset),
            "onset_on" + LATEST_SUFFIX: cells.days(latest, vague & ~no_onset),
            "recurring_back_problems": cells.flags(group.recurring, knows_recurring),
            "worried_about_diagnosis": cells.flags(worried, ~is_long | half),
            "complex_surroundings": cells.flags(group.is_complex, knows_complex),
        }

    def _everyday(self) -> dict[str, Any]:
        """What is shown beside the group, and the opioids of Q13."""
        group, dice = self.story.group, self.dice
        healthy = ~group.recurring & dice.chance("healthy before", 0.8)
        function = np.where(
            group.is_complex, dice.pick("function complex", (1, 4, 5)), dice.pick("function", (4, 5, 1))
        )
        social = dice.chance("social", np.where(group.is_complex, 0.5, 0.93))
        return {
            "back_healthy_before": cells.flags(healthy, self.kept("back_healthy_before", missing=0.15)),
            "function": cells.words(function, _FUNCTIONS, self.kept("function", missing=0.15)),
            "socially_well_functioning": cells.flags(social, self.kept("social", missing=0.15)),
            "opioids_over_12_weeks": cells.flags(self._opioids(), self.kept("opioids_over_12_weeks")),
            "age_years": cells.numbers(self.story.who.age, self.everybody, "int8"),
        }

    def _opioids(self) -> Flags:
        """At the rate of Q13 where it counts; else where pain is long or the course complex."""
        group = self.story.group.by(self.last)
        plain = np.select((group == COMPLEX_CHRONIC, group == LONG_LASTING), (0.2, 0.1), 0.02)
        counts = ((group == LONG_LASTING) | (group == COMPLEX_CHRONIC)) & (self.radiates == len(_RADIATION) - 1)
        planted = self.rates.of("Q13", self.story.who.municipality, self.story.opened)
        return self.dice.chance("opioids", np.where(counts, planted, plain))

    def _course(self, surgery: Flags) -> dict[str, Any]:
        story, last = self.story, self.last
        verdict = np.where(story.no_effect < NEVER, 1, 0)
        knows = (story.judged <= last) & (story.treated <= last)
        dates = {
            "first_treatment_on": story.treated,
            "plan_confirmed_on": story.plan,
            "reassessed_on": story.reassessed,
            "returned_to_gp_on": story.received,
            "need_assessed_on": story.received,
        }
        imaged = story.imaging <= story.seen
        return {
            **{name: self.day(day) for name, day in dates.items()},
            **{name + LATEST_SUFFIX: cells.constant(None, self.count, "date") for name in dates},
            "effect_of_physiotherapy": cells.words(verdict, _EFFECTS, knows & (story.treater == 0)),
            "effect_of_chiropractic": cells.words(verdict, _EFFECTS, knows & (story.treater == 1)),
            "imaging_done": cells.flags(imaged, imaged | self.kept("imaging_done", missing=0.15)),
            "surgical_assessment_done": cells.flags(surgery, surgery | self.kept("surgery", missing=0.15)),
        }

    def day(self, day: Days, among: Flags | None = None) -> Any:
        """A day of the course as a date, where it has been written down by the table's day."""
        known = day <= self.story.seen
        return cells.days(self.story.opened + np.where(known, day, 0), known if among is None else known & among)
