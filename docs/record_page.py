"""The record's reference page: entries, states, reasons on the worklist, access, limits; all from the code itself."""

from dataclasses import fields

from rygrad.pathway.pathway import Pathway
from rygrad.site.start import start

start(migrate=False)
from rygrad.record import access, acts, changes, clocks, states, tasks, words  # noqa: E402  (models need Django ready)
from rygrad.record.act import PARTS  # noqa: E402


def record(pathway: Pathway) -> str:
    """One page with every table."""
    parts = (
        "# The record",
        "Every clinical act is one appended entry. What lists and pages show follows from them.",
        "## Entries",
        "Each has a sequence number, course, version in the course, idempotency key, day it is true of, instant it was "
        "recorded, actor, role, organisation, purpose, content hash, engine version, body, and the hash of all that "
        "chained to the one before.",
        _entries(),
        "## The course: states and steps",
        "x legal · . refused · ! legal under a condition. The state is derived, never stored as truth: the first that fits.",
        _steps(states.COURSE_STEPS),
        _states(states.COURSE_STATES),
        "## The referral: states and steps",
        _steps(states.REFERRAL_STEPS),
        _states(states.REFERRAL_STATES),
        "## Why a row is on the worklist",
        "Most pressing first.",
        _table(("why", "da", "en"), [(f"`{why}`", w.da, w.en) for why, w in tasks.WHY.items()]),
        "## Access",
        "`care` a care relationship in force · `holder`, `own_gp` being that for this course · `receiver` the referral's "
        "receiver · `self` the citizen · `shared` a relative, until a date · `any` the role alone · . never. What is seen "
        "is cut down to the parts of the relationship: " + ", ".join(f"`{part}`" for part in PARTS) + ".",
        _access(),
        "## What is written of administration",
        "One line each, only added to: who, when, what, about which organisation, user or offer, with the detail.",
        _table(("what", "da", "en"), [(f"`{what}`", w.da, w.en) for what, w in changes.CHANGE_WORDS.items()]),
        "## Local limits",
        "Days the programme does not give. Ours, marked local.",
        _table(
            ("limit", "value"), [(f"`{f.name}`", str(getattr(clocks.LIMITS, f.name))) for f in fields(clocks.LIMITS)]
        ),
    )
    return "<!-- Written by `make docs`; do not edit. -->\n\n" + "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _entries() -> str:
    rows = []
    for name, act in acts.ACTS.items():
        says = (act.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
        body = ", ".join(f"`{field}`" for field in act.__struct_fields__)
        rows.append((f"`{name}`", words.ENTRY_WORDS[name].da, f"{act.SCHEMA}", act.PART, body, " ".join(says.split())))
    return _table(("type", "da", "schema", "part", "body", "says"), rows)


def _steps(table: dict[str, dict[str, str]]) -> str:
    head = ("step", *next(iter(table.values())))
    return _table(head, [(f"`{step}`", *cells.values()) for step, cells in table.items()])


def _states(table: dict[str, states.State]) -> str:
    rows = [(f"`{s.id}`", s.words.da, s.words.en, f"`{s.clock}`" if s.clock else "–") for s in table.values()]
    return _table(("state", "da", "en", "clock"), rows)


def _access() -> str:
    roles = list(next(iter(access.TABLE.values())))
    rows = [(f"`{act}`", *(", ".join(sorted(cells[r])) or "." for r in roles)) for act, cells in access.TABLE.items()]
    return _table(("action", *roles), rows)
