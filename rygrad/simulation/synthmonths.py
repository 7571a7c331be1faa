"""One row for each course and month in which it was open: state, group and holder at the month's end."""

from typing import Any

import numpy as np

from rygrad.decision.regiontable import MONTHS
from rygrad.simulation import synthcells as cells
from rygrad.simulation.synthcourse import GP, GROUPS, NO_GROUP, Story
from rygrad.simulation.synthdice import NEVER, Codes, Days, month_number, month_start
from rygrad.simulation.synthplaces import REGION

STATES = (
    "ended", "outside", "held", "returned", "without_effect", "opened", "asked", "grouped", "decided", "planned",
    "in_treatment",
)  # fmt: skip
"""The record's states of a course, in the order in which the first that fits is the state."""
_HOLDERS = ("physiotherapy_clinic", "chiropractic_clinic", "gp_practice", "specialist_practice", "hospital_unit")
_HANDED_BACK = 14
"""Days after own GP has decided until treatment goes on with whoever treats."""


def months(story: Story, treater: Codes, keys: dict[str, Any]) -> Any:
    """The table of months as Arrow; ``keys`` are columns of the courses, repeated for every month."""
    last = np.minimum(story.seen, story.ended)
    first_month = month_number(story.opened)
    count = month_number(story.opened + last) - first_month + 1
    row = np.repeat(np.arange(len(count)), count)
    starts = np.cumsum(count) - count
    month = first_month[row] + np.arange(len(row)) - starts[row]
    end = np.minimum(month_start(month + 1) - 1 - story.opened[row], story.seen[row]).astype(np.int32)
    group = np.where(story.group.again[row] <= end, story.group.at_last[row], story.group.at_first[row])
    group = np.where(story.group.confirmed[row] <= end, group, NO_GROUP)
    state = _state(story, row, end, group)
    columns = {
        **{name: cells.of_rows(column, row) for name, column in keys.items()},
        "region": cells.constant(REGION, len(row), "string"),
        "month": cells.days(month_start(month)),
        "state": cells.words(state, STATES),
        "group": cells.words(group - 1, GROUPS, group != NO_GROUP),
        "holder_kind": cells.words(_holder(story, row, end, state, treater), _HOLDERS),
    }
    return cells.table(columns, MONTHS)


def _state(story: Story, row: Codes, end: Days, group: Codes) -> Codes:
    def come(day: Days) -> Any:
        return day[row] <= end

    safety = story.safety
    goes_on = np.where(story.decided < NEVER, story.decided + _HANDED_BACK, NEVER)
    waits = come(story.received) & ~come(story.decided)
    fits = (
        come(story.ended),
        safety.excluded[row] & come(safety.asked),
        come(safety.held) & ~come(safety.clarified),
        waits,
        come(story.no_effect) & ~come(story.received) & (group > 1),
        ~come(safety.asked),
        group == NO_GROUP,
        ~come(story.plan),
        come(story.decided) & ~come(goes_on),
        ~come(story.treated),
    )
    return np.asarray(np.select(fits, range(len(fits)), len(fits)))


def _holder(story: Story, row: Codes, end: Days, state: Codes, treater: Codes) -> Codes:
    """Own GP, until treatment begins and from the return until it goes on; else whoever treats."""
    begins = np.where(story.treated < NEVER, story.treated, story.plan)[row]
    by_gp = np.isin(state, [STATES.index(name) for name in ("outside", "held", "returned", "decided")])
    return np.where(by_gp | (begins > end), GP, treater[row])
