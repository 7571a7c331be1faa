"""The page of the indicators: each with its rules and places; how they are counted, hidden and drawn."""

import json

from rygrad.pathway.pathway import Pathway
from rygrad.quality.definitions import Indicator, Indicators
from rygrad.quality.indicators import COLUMNS
from rygrad.quality.limits import FEWEST, RUN, SIGMAS
from rygrad.quality.read import load_indicators
from rygrad.quality.terms import as_data

_LEAD = """# The indicators

`rygrad indicators IN OUT` counts them from [the region's tables](region-tables.md), by region, municipality, clinic, profession and month.
They are content (`pathways/rygsmerter/indicators.yaml`): `rygrad content check` refuses an unknown column, a quote that does not stand in
its place, a limit that is no named setting, and a denominator that is true when nothing is known. `rygrad export fhir` gives each as a
Measure. No clinician has signed them.

## How they are counted

A row is in the **denominator** only when its rule is known to hold, and the day that places it in a month is known. Of those it is
**left out** when that rule is known to hold. What is not known of the **numerator** is counted as **unknown**, never as no.

| | |
|---|---|
| `denominator` | in the denominator and not left out, the unknown among them |
| `known` | the denominator without the unknown |
| `rate` | `numerator` / `known` |
| completeness | `known` / `denominator` |

A day that is not recorded has not happened by the day the table tells of: a reassessment nobody wrote down was not made. Where a limit of
days counts (Q2, Q3, Q5, Q12, Q15), a row enters the denominator once the limit has passed, whichever the answer: else the newest months
would hold only those that answered early. A date given as a span leaves unknown what it leaves open.

The days of `contact_180_before` (180) and of the columns named `day_14` are settled when the tables are written, and are not set here.

## What is not shown

Counts of 1 to 4 (`--small`, `RYGRAD_SMALL`), and what would give one away: the complement, the total without its siblings, the
month without the other months, a unit from both sides. Nothing and all of them are shown. Three families are hidden each for itself:

| hidden | when | then also not there |
|---|---|---|
| `numerator`, `known`, `rate` (`is_suppressed`) | the numerator, or those known not to be in it, are few | `denominator`, limits |
| `unknown` | few are unknown | `denominator` |
| `excluded` | few are left out | |

Counts that add up form a network; a hidden count can be worked out exactly when it lies on no circle of hidden ones. For each small count
that lies on none, the cheapest circle is hidden too (L. H. Cox, Network models for complementary cell suppression, JASA 90, 1995). So for
every small count there is another table, of whole numbers, with all the same shown numbers in which it differs: a test looks for that
table, and another attacks with linear arithmetic. Two runs over other periods or limits can be compared: publish one.

`flow.parquet` holds moves between groups and between kinds of units, by month, municipality and in all. Who stays, is new or has ended
is not in it: with them, a hidden move could be worked out from the next month.

## Limits and signals
"""


def indicators(pathway: Pathway) -> str:
    """The whole page."""
    definitions = load_indicators(pathway=pathway)
    return "\n".join(
        (
            "<!-- Written by `make docs`; do not edit. -->\n",
            _LEAD,
            _limits(),
            "## The table\n\n" + ", ".join(f"`{name}` {kind.rstrip('_')}" for name, kind in COLUMNS)
            + ". `month` null is the whole period; `unit` is an id of `units`, a code, or a profession.\n",
            _settings(definitions),
            *(_one(definitions, one) for one in definitions.all.values()),
        )
    )  # fmt: skip


def _limits() -> str:
    return f"""p-chart: centre ± {SIGMAS} √(centre (1 − centre) / n), with n the month's own, never below 0 or above 1 (D. C. Montgomery, *Introduction to
Statistical Quality Control*; its orange juice example is a test). The centre is the unit's own over the months shown. The funnel is the same
formula over the units of a level in the whole period (D. J. Spiegelhalter, *Statistics in Medicine* 24, 2005: the normal approximation).
Both are drawn from shown numbers alone. A signal: a month beyond a limit, or {RUN} in a row on one side of the centre (Western Electric); said with
{FEWEST} months or more. Units stand in alphabetical order and are never ranked.
"""


def _settings(definitions: Indicators) -> str:
    rows = [
        f"| `{s.id}` | {s.number} {s.unit} | {'local' if s.is_local else 'the programme'} | {s.words.da} | {s.words.en} |"
        for s in definitions.settings.values()
    ]
    head = "| name | number | whose | da | en |\n|---|---|---|---|---|\n"
    lead = "A region may choose another local number: `rygrad indicators --limit return_days=10`.\n\n"
    return f"## Settings\n\n{lead}{head}" + "\n".join(rows) + "\n"


def _one(definitions: Indicators, one: Indicator) -> str:
    places = "<br>".join(f"»{c.quote}« ({c.statement}, {c.place})" for c in one.citations) or "local"
    said = {"definition": one.definition} | {name: p.says for name, p in one.populations().items()}
    told_both = {name: definitions.said(phrase) for name, phrase in said.items()}
    rows = [f"| {name} | {phrase.da} | {phrase.en} |" for name, phrase in told_both.items()]
    rules = "\n".join(
        f"{name}: {json.dumps(as_data(p.rule), ensure_ascii=False)}" for name, p in one.populations().items()
    )
    told = f"Table `{one.table}`, month of `{one.month_of}`, better when {one.direction}. From: {places}"
    title = f"## {one.id} · {one.words.da} · {one.words.en}"
    return f"{title}\n\n{told}\n\n| | da | en |\n|---|---|---|\n" + "\n".join(rows) + f"\n\n```\n{rules}\n```\n"
