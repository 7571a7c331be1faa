"""The referrals that own GP sends once the citizen is back without effect: to what the group lists."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rygrad.decision.regiontable import REFERRALS
from rygrad.simulation import synthcells as cells
from rygrad.simulation.synthcourse import COMPLEX_CHRONIC, LONG_LASTING, RECURRENT, Story
from rygrad.simulation.synthdice import NEVER, Codes, Days, Flags
from rygrad.simulation.synthplaces import MUNICIPAL, REGION, UNITS, local, receivers
from rygrad.simulation.synthrates import ANSWER_WITHIN_DAYS, Rates

EFFORTS = (
    "imaging", "back_unit", "surgical_assessment", "labour_market_and_income", "pain_clinic", "occupational_medicine",
    "municipal_prevention", "employment",
)  # fmt: skip
# How many of a hundred referrals of each group go where (in the order of EFFORTS); only what the group lists.
_WHERE = {
    RECURRENT: (0, 50, 25, 25, 0, 0, 0, 0),
    LONG_LASTING: (0, 25, 15, 10, 20, 10, 15, 5),
    COMPLEX_CHRONIC: (0, 0, 0, 0, 35, 15, 30, 20),
}
_IMAGING, _SURGERY = 0, 2
ADEQUATE_VISITS = 5


@dataclass
class Referrals:
    """One referral of each course; ``sent`` is NEVER where there is none. Days are those of the course."""

    effort: Codes
    receiver: Codes
    sent: Days
    answered: Days
    refused: Days
    reasoned: Flags
    visits: Codes


def referrals(story: Story, rates: Rates) -> tuple[Referrals, Referrals]:
    """The first and the second referral of each course."""
    dice = story.dice
    group = story.group.by(story.decided)
    lists = np.isin(group, list(_WHERE)) & (story.decided < NEVER)
    imaged = lists & (group != COMPLEX_CHRONIC) & (story.imaging < NEVER) & (story.imaging >= story.decided)
    sends = imaged | (lists & dice.chance("refers", 0.8))
    sent = np.where(imaged, np.maximum(story.decided, story.imaging - 7), story.decided + dice.day("sent", 0, 3))
    first = _one("first", story, rates, group, np.where(sends, sent, NEVER), imaged)
    again = sends & dice.chance("refers again", 0.3)
    sent = np.where(again, sent + dice.day("sent again", 10, 55), NEVER)
    second = _one("second", story, rates, group, sent, np.zeros_like(imaged))
    return first, second


def _one(which: str, story: Story, rates: Rates, group: Codes, sent: Days, imaged: Flags) -> Referrals:
    dice = story.dice
    effort = np.select([group == g for g in _WHERE], [dice.pick(f"{which} to {g}", w) for g, w in _WHERE.items()], 1)
    effort = np.where(imaged, _IMAGING, effort)
    sent = np.where(sent <= np.minimum(story.seen, story.ended), sent, NEVER).astype(np.int32)
    day = np.where(sent < NEVER, story.opened + sent, story.opened)
    municipality = story.who.municipality
    closes = dice.chance(f"{which} closes", rates.of("Q15", municipality, day))
    refused = ~imaged & dice.chance(f"{which} refused", 0.12)
    otherwise = dice.pick(f"{which} open", (10, 50, 40))
    soon = dice.day(f"{which} soon", 8, ANSWER_WITHIN_DAYS)
    late = dice.day(f"{which} late", ANSWER_WITHIN_DAYS + 1, ANSWER_WITHIN_DAYS + 60)
    unreasoned = ~closes & (otherwise == 0) & ~imaged
    answer_in = np.where(closes, np.where(refused, NEVER, soon), np.where(otherwise == 1, late, NEVER))
    refusal_in = np.where((closes & refused) | unreasoned, soon, NEVER)
    enough = dice.chance(f"{which} enough", rates.of("Q14", municipality, day))
    visits = np.where(enough, dice.day(f"{which} many", ADEQUATE_VISITS, 14), dice.day(f"{which} few", 0, 4))
    return Referrals(
        effort, _receiver(which, effort, story), sent, _after(sent, answer_in), _after(sent, refusal_in),
        closes & refused, visits.astype(np.int64),
    )  # fmt: skip


def _after(sent: Days, days: Any) -> Days:
    return np.where((sent < NEVER) & (days < NEVER), sent + days, NEVER).astype(np.int32)


def _receiver(which: str, effort: Codes, story: Story) -> Codes:
    found = np.zeros(len(effort), dtype=np.int64)
    for n, name in enumerate(EFFORTS):
        if name in MUNICIPAL:
            theirs = local(MUNICIPAL[name], story.who.municipality, story.dice)
        else:
            places = np.array(receivers(name))
            theirs = places[story.dice.pick(f"{which} receiver", [1] * len(places))]
        found = np.where(effort == n, theirs, found)
    return found


def had_surgical_assessment(story: Story, sent: tuple[Referrals, Referrals]) -> Flags:
    """A surgical assessment was answered by the table's day."""
    first, second = ((r.effort == _SURGERY) & (r.answered <= story.seen) for r in sent)
    return np.asarray(first | second)


def table(story: Story, sent: Referrals, keys: dict[str, Any]) -> Any:
    """The table of referrals as Arrow; ``keys`` are columns of the courses."""
    there = np.flatnonzero(sent.sent <= story.seen)
    opened, seen = story.opened[there], story.seen[there]

    def day(days: Days) -> Any:
        known = days[there] <= seen
        return cells.days(opened + np.where(known, days[there], 0), known)

    refused = sent.refused[there] <= seen
    everybody = np.ones(len(there), dtype=np.bool_)
    columns = {
        **{name: cells.of_rows(column, there) for name, column in keys.items()},
        "region": cells.constant(REGION, len(there), "string"),
        "clinic": cells.words(story.who.own_gp[there], [unit.id for unit in UNITS]),
        "profession": cells.constant("general_practitioner", len(there), "string"),
        "effort": cells.words(sent.effort[there], EFFORTS),
        "receiver": cells.words(sent.receiver[there], [unit.id for unit in UNITS]),
        "sent_on": day(sent.sent),
        "answered_on": day(sent.answered),
        "refused_on": day(sent.refused),
        "refused_with_reason": cells.flags(sent.reasoned[there], refused),
        "visits_before": cells.numbers(sent.visits[there], everybody, "int16"),
        "alarm": cells.flags(story.safety.alarm[there], story.safety.asked[there] <= seen),
    }
    return cells.table(columns, REFERRALS)
