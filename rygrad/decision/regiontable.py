"""The region's tables: one row per course, referral, course and month, and unit; every column described once.

With the course table's own columns (``coursetable``) the one place where record, quality and simulation meet. Pure
description; needs no engine. Null is unknown. Courses and citizens are named by replaced ids.
"""

from rygrad.decision.coursetable import Column, input_columns
from rygrad.pathway.pathway import Pathway

KEYS = (
    Column("course", "string", "the course, by a replaced id"),
    Column("citizen", "string", "the citizen, by a replaced id"),
    Column("region", "string", "the region, as DK-81 to DK-85"),
    Column("municipality", "string", "the citizen's municipality, four digits"),
    Column("clinic", "string", "the unit that treats; the holder's where nobody does"),
    Column("profession", "string", "the profession of that unit"),
    Column("own_gp", "string", "the unit of own GP"),
    Column("opened_on", "date", "the day of the first contact"),
    Column("ended_on", "date", "the day it ended; null while it is open"),
    Column("outcome", "string", "how it ended"),
    Column("group", "string", "the group a person has confirmed"),
    Column("known_until", "date", "the day the table tells of"),
)
INDICATOR_COLUMNS = (
    Column("safety_asked_first", "boolean", "every exclusion and acute sign answered on the day of the first contact"),
    Column("held_on", "date", "the first day an alarm or a suspicion held the plan back"),
    Column("alarm", "boolean", "an exclusion, or an acute, same-day or urgent alarm, was ever there"),
    Column("no_effect_on", "date", "the first verdict of no effect"),
    Column("need_received_on", "date", "own GP got the assessment of need"),
    Column("information_complete", "boolean", "every item of the confirmed group was given; null without a group"),
    Column("contact_180_before", "boolean", "contact for the back within 180 days before"),
    Column("imaging_on", "date", "the first imaging in the course"),
    Column("imaging_before_treatment", "boolean", "imaging before any physiotherapy or chiropractic"),
    Column("second_imaging_on", "date", "a second imaging of the same region"),
    Column("pain_first", "float64", "pain at the start (NRS 0–10)"),
    Column("pain_last", "float64", "pain at the last follow-up (NRS 0–10)"),
    Column("function_first", "float64", "function at the start (RMDQ)"),
    Column("function_last", "float64", "function at the last follow-up (RMDQ)"),
    Column("in_work_first", "boolean", "in work or education at the start"),
    Column("in_work_last", "boolean", "in work or education at the last follow-up"),
    Column("retired", "boolean", "retired"),
    Column("told_start", "boolean", "own GP was told of the start; null where own GP treats"),
    Column("told_plan", "boolean", "own GP was told of the plan; null where own GP treats"),
    Column("told_end", "boolean", "own GP was told of the end; null where own GP treats"),
    Column("possible_groups_day_14", "int8", "how many groups were possible after 14 days; null before that"),
    Column("active_day_14", "boolean", "open after 14 days"),
    Column("held_day_14", "boolean", "held after 14 days"),
    Column("last_contact_on", "date", "the last entry by a professional"),
    Column("opioids_over_12_weeks", "boolean", "opioids for over 12 weeks"),
    Column("other_opioid_indication", "boolean", "opioids for something else than the back"),
)
REFERRALS = (
    *(column for column in KEYS if column.name in ("course", "region", "municipality", "clinic", "profession")),
    Column("effort", "string", "which effort was asked for"),
    Column("receiver", "string", "the unit that received it"),
    Column("sent_on", "date", "the day it was sent"),
    Column("answered_on", "date", "the day the answer came"),
    Column("refused_on", "date", "the day it was refused"),
    Column("refused_with_reason", "boolean", "refused with a reason; null when not refused"),
    Column("visits_before", "int16", "visits to physiotherapist or chiropractor before it was sent"),
    Column("alarm", "boolean", "an exclusion, or an acute, same-day or urgent alarm, was there"),
    KEYS[-1],
)
MONTHS = (
    *(column for column in KEYS if column.name in ("course", "region", "municipality", "clinic")),
    Column("month", "date", "the first day of the month"),
    Column("state", "string", "the course's state at the end of the month"),
    Column("group", "string", "the group confirmed by the end of the month"),
    Column("holder_kind", "string", "the kind of unit that held it at the end of the month"),
)
UNITS = (
    Column("unit", "string", "a unit's id"),
    Column("kind", "string", "what kind of unit"),
    Column("name", "string", "its name on the day the table tells of"),
    Column("municipality", "string", "where it lies, four digits"),
    Column("region", "string", "the region"),
)


def course_columns(pathway: Pathway) -> tuple[Column, ...]:
    """The columns of ``courses``: the keys, what the indicators read, and what a decision reads."""
    inputs = (column for column in input_columns(pathway) if column.name != "as_of")
    return (*KEYS, *INDICATOR_COLUMNS, *inputs)
