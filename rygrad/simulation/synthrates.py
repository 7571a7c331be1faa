"""What is planted in the synthetic region: each indicator's rate, where it differs, what changes, how dirty it is.

An indicator's rate is its numerator's share of the denominator without those left out and those unknown, as quality
defines them. Each is drawn on its own for each course, so that it can be found again.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from rygrad.pathway.errors import RygradError
from rygrad.simulation.places import MUNICIPALITIES
from rygrad.simulation.synthdice import Codes, Days, Numbers, month_number
from rygrad.simulation.synthplaces import CODES, SHARES
from rygrad.simulation.synthsize import Dirt

# What each means, and the day whose month decides whether a change has begun.
_OPENED = "opened_on"
PLANTED: dict[str, tuple[float, str, str]] = {
    "Q1": (0.82, _OPENED, "safety asked on the first day"),
    "Q2": (0.62, "first_treatment_on", "reassessed on day 42–56"),
    "Q3": (0.74, "no_effect_on", "own GP has the assessment of need within 7 days"),
    "Q4": (0.70, _OPENED, "all information of the group given"),
    "Q5": (0.10, _OPENED, "imaging within 28 days"),
    "Q6": (0.28, "imaging_on", "imaging before physiotherapy or chiropractic"),
    "Q7": (0.12, "imaging_on", "a second imaging of the same region"),
    "Q8": (0.46, _OPENED, "improved on pain and on function"),
    "Q9": (0.91, _OPENED, "still in work or education"),
    "Q10": (0.58, "ended_on", "own GP told of start, plan and end"),
    "Q11": (0.18, _OPENED, "more than one possible group after 14 days"),
    "Q12": (0.64, "ended_on", "ended as managing alone, and no contact for 90 days"),
    "Q13": (0.14, _OPENED, "opioids for over 12 weeks"),
    "Q14": (0.66, "sent_on", "at least 5 visits before the referral"),
    "Q15": (0.79, "sent_on", "answered, or refused with a reason, within the limit"),
}
# Municipalities where another rate is planted, so that a funnel plot has something to show.
ELSEWHERE: dict[tuple[str, str], float] = {
    ("Q2", "0360"): 0.48,
    ("Q2", "0269"): 0.74,
    ("Q3", "0326"): 0.60,
    ("Q5", "0253"): 0.15,
    ("Q8", "0376"): 0.40,
    ("Q15", "0370"): 0.70,
}
OUTSIDE = 0.01
"""The part of the courses with a confirmed exclusion; of primary-care consulters 0.9 % had serious disease."""
ANSWER_WITHIN_DAYS = 28
"""The limit that Q15 is planted for: calendar days from sent to answered, or refused with a reason."""
CONTACT_AGAIN = 0.11
"""The part of those who manage alone who are back within 90 days."""
_CHANGE = re.compile(r"(Q\d{1,2}):(\d{4}|\*):(\d{4})-(\d{2}):([+-]?(?:\d+\.?\d*|\.\d+))")


@dataclass(frozen=True, slots=True)
class Change:
    """From a month on, an indicator's rate is another one in a municipality (None: in all of them)."""

    indicator: str
    municipality: str | None
    month: date
    by: float

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        return f"{self.indicator}:{self.municipality or '*'}:{self.month:%Y-%m}:{self.by:+g}"


def read_change(text: str) -> Change:
    """A change from ``Q2:0259:2026-03:-0.2``; RygradError with what to write when it is none."""
    found = _CHANGE.fullmatch(text)
    if found is None or not 1 <= int(found[4]) <= 12 or int(found[3]) < 1:
        raise _no_change(text, "skriv INDIKATOR:KOMMUNE:MÅNED:ÆNDRING", "write INDICATOR:MUNICIPALITY:MONTH:CHANGE")
    if found[1] not in PLANTED:
        raise _no_change(text, "indikatoren er Q1–Q15", "the indicator is Q1–Q15")
    if found[2] not in ("*", *CODES):
        names = ", ".join(f"{code} {town}" for town, code in sorted(MUNICIPALITIES))
        raise _no_change(text, f"kommunen er * eller en af {names}", f"the municipality is * or one of {names}")
    if not abs(float(found[5])) < 1:
        raise _no_change(text, "ændringen ligger mellem −1 og 1", "the change lies between −1 and 1")
    where = None if found[2] == "*" else found[2]
    return Change(found[1], where, date(int(found[3]), int(found[4]), 1), float(found[5]))


def _no_change(text: str, da: str, en: str) -> RygradError:
    return RygradError(
        "no_change",
        {"da": f"{text!r} er ingen ændring: {da}.", "en": f"{text!r} is no change: {en}."},
        {"da": "Fx --change Q2:0259:2026-03:-0.2", "en": "As in --change Q2:0259:2026-03:-0.2"},
    )


@dataclass(frozen=True)
class Rates:
    """Every planted rate, by municipality and month."""

    changes: tuple[Change, ...] = ()
    _plain: dict[str, Numbers] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        plain = {
            name: np.array([ELSEWHERE.get((name, code), planted) for code in CODES])
            for name, (planted, *_) in PLANTED.items()
        }
        object.__setattr__(self, "_plain", plain)

    def of(self, indicator: str, municipality: Codes, day: Days) -> Numbers:
        """The rate for each row: its municipality (position in CODES), and the day that decides its month."""
        rate = self._plain[indicator][municipality]
        for change in self.changes:
            if change.indicator == indicator:
                begun = month_number(day) >= (change.month.year - 1970) * 12 + change.month.month - 1
                here = (
                    begun if change.municipality is None else begun & (municipality == CODES.index(change.municipality))
                )
                rate = rate + np.where(here, change.by, 0.0)
        return np.clip(rate, 0.01, 0.99)

    def truth(self, dirt: Dirt) -> dict[str, Any]:
        """Every indicator's planted rate as data: before the dirt, and as an honest count of the tables will find it.

        Of missing values nothing is lost, for they are missing at random and counted as unknown. A lost letter is
        seen as a return that was not kept.
        """
        return {name: self._truth_of(name, dirt) for name in PLANTED}

    def _truth_of(self, name: str, dirt: Dirt) -> dict[str, Any]:
        planted, month_of, says = PLANTED[name]
        seen = 1 - dirt.lost_letters if name == "Q3" else 1.0
        here = self._plain[name]
        return {
            "says": says,
            "planted": planted,
            "expected": round(planted * seen, 6),
            "expected_in_the_region": round(float((here * SHARES).sum()) * seen, 6),
            "elsewhere": {
                code: {"planted": rate, "expected": round(rate * seen, 6)}
                for (indicator, code), rate in ELSEWHERE.items()
                if indicator == name
            },
            "month_of": month_of,
            "changes": [
                {"municipality": c.municipality, "from": f"{c.month:%Y-%m}", "by": c.by, "expected_by": c.by * seen}
                for c in self.changes
                if c.indicator == name
            ],
        }
