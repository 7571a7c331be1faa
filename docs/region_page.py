"""The page of the region's tables: every column once, how each is read in the record, and what the tables give away."""

from collections.abc import Iterable

from rygrad.decision.coursetable import Column
from rygrad.decision.regiontable import MONTHS, REFERRALS, UNITS, course_columns
from rygrad.pathway.pathway import Pathway

_LEAD = """# The region's tables

`rygrad record export-columns OUT` writes four Parquet files for whoever counts: indicators, runs over a population, pictures. Nobody
counts on the record's own tables. Null is unknown, never "no". Each column's description stands in the file too (field metadata `says`);
the file's metadata names the day (`until`), the content (`content`, its sha256) and the engine that decided. `rygrad synth` writes the
same tables for an invented region. Each may also be a folder of parts (`courses/part-0001.parquet`, …).

## What they give away

No name, number, address or free text of anybody. Courses and citizens have **replaced ids**: a keyed hash whose key is made for one
export and kept nowhere. Within an export a citizen with two courses is one citizen (linked numbers too); the next export has other
ids, and its rows (of each thousand) lie in another order. Units keep their ids. The tables are still **pseudonymous, not anonymous**: a few dates, a
municipality and a clinic may be enough to recognise a person. They are personal data, for those who may have the record: the folder is
its owner's alone (0700). What is shown to others is counted and suppressed first. What a citizen has blocked from a sector is counted
too: no sector is shown it.

An export is **one line in the log of changes** (day, content, how many courses), in place before the files can be read. It is not
written in each citizen's access log: that log says who looked at *me*, and here nobody is looked up, shown or named. A line for every
citizen at every export would bury the looks that the citizen should notice.

## As of a day

`--until DATE` gives the tables as they are true of that day: entries that are true of a later day are not there, and corrections stand in
the place of what they correct, whenever they were written. Every day decided on, back to the first, is decided by the content in force
now."""

_HOW = """## How the columns are read

| column | read as |
|---|---|
| `region` | that of the municipality. The codes of Region Sjælland and Region Hovedstaden stay after 2026: Region Østdanmark has none yet |
| `municipality` | where the citizen lives now (the record keeps no history of it) |
| `clinic`, `profession` | the unit of the last first-treatment, visit or end of treatment; its profession follows from what kind of unit it is |
| `safety_asked_first` | the four exclusions and each sign an acute alarm reads, answered by the end of the day the course was opened. "Does not know" is no answer |
| `held_on`, `alarm` | by the decision at the end of each day. An exclusion that is suspected, or an alarm since clarified, was there. `alarm` is false only when every exclusion and sign of such an alarm has been asked and ruled out |
| `no_effect_on`, `need_received_on` | the first verdict, and the first return to own GP since: own GP holds the course from then. A verdict told by another system has no day |
| `information_complete` | the items of the group; those of the box "Patientinformation ved rygsmerter" only in the group where it is expected (R13) |
| `contact_180_before` | true: an earlier course of the citizen (by any of their numbers) ended at most 180 days before. False: the last one ended earlier, or recurring back problems are known not to be. Else null |
| `imaging_on`, `second_imaging_on` | referrals for imaging that were done. When imaging was told of before the first that was done, the first has no known day, and both are null. The record keeps no region of an imaging: two in one course are of the same region, as the programme's "hvis ikke tidligere udført" is read (R10) |
| `imaging_before_treatment` | by day; null when both fall on one day, or when only told of after treatment had begun |
| `pain_…`, `function_…` | the first measurement, and the last of a later day. RMDQ as of 24 items: a form of 23 is scaled |
| `in_work_…`, `retired` | the answer about work: `employed` and `education` are in work, the others are not. First and last as above; retired by the latest |
| `told_…` | a message to own GP from `clinic`; null also where the course came from another system and may have been told of there |
| `…_day_14` | at the end of the 14th day after the opening |
| `last_contact_on` | the last entry by a clinician or municipal worker in this course that still stands; a correction is no contact |
| `other_opioid_indication` | always null: the content has no such question |
| `…_latest` | only of an onset that is told as a span; the record's own days are exact |
| `visits_before` | visits, or what an ended treatment says there were, when that is more; null when the course came from another system |
| `alarm` of a referral | as `alarm`, until the day it was sent |
| `months` | each month from the opening to the end (or to `known_until`), seen on its last day, the last one on `known_until`. Nobody holds a course that has ended |"""


def region_tables(pathway: Pathway) -> str:
    """One page with every column of the four tables."""
    tables = {
        "courses: one row per course": course_columns(pathway),
        "referrals: one row per referral": REFERRALS,
        "months: one row per course and month": MONTHS,
        "units: one row per unit": UNITS,
    }
    parts = [_LEAD, *(f"## {title}\n\n{_table(columns)}" for title, columns in tables.items()), _HOW]
    return "<!-- Written by `make docs`; do not edit. -->\n\n" + "\n\n".join(parts) + "\n"


def _table(columns: Iterable[Column]) -> str:
    rows = "\n".join(f"| `{c.name}` | {c.type} | {c.says} |" for c in columns)
    return f"| column | type | what it says |\n|---|---|---|\n{rows}"
