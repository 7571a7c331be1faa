"""The region's tables are described once: every column is on the page, and nothing else is."""

import re
from pathlib import Path

from rygrad.decision.coursetable import Column, input_columns, output_columns
from rygrad.decision.regiontable import MONTHS, REFERRALS, UNITS, course_columns
from rygrad.pathway.pathway import Pathway

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/region-tables.md"


def _tables(pathway: Pathway) -> dict[str, tuple[Column, ...]]:
    return {"courses": course_columns(pathway), "referrals": REFERRALS, "months": MONTHS, "units": UNITS}


def test_the_page_describes_every_column_of_the_regions_tables_and_no_other(pathway: Pathway) -> None:
    sections = dict(re.findall(r"(?ms)^## (\w+):[^\n]*\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8")))
    assert list(sections) == list(_tables(pathway))
    for name, columns in _tables(pathway).items():
        rows = re.findall(r"(?m)^\| `(\w+)` \| (\S+) \| (.*) \|$", sections[name])
        assert rows == [(column.name, column.type, column.says) for column in columns]


def test_a_table_names_each_column_once_and_says_what_it_is(pathway: Pathway) -> None:
    for name, columns in _tables(pathway).items():
        names = [column.name for column in columns]
        assert len(set(names)) == len(names), name
        assert all(column.says for column in columns)


def test_a_course_has_every_column_that_its_decision_reads(pathway: Pathway) -> None:
    names = {column.name for column in course_columns(pathway)}
    assert {column.name for column in input_columns(pathway)} - names == {"as_of"}


def test_of_what_a_decision_writes_a_course_has_only_the_group_under_the_same_name(pathway: Pathway) -> None:
    """The one a person confirmed. Whoever evaluates the table sets it aside first (``evaluate`` refuses taken names)."""
    names = {column.name for column in course_columns(pathway)}
    assert {column.name for column in output_columns(pathway)} & names <= {"group"}


def test_the_same_name_is_the_same_kind_of_value_in_every_table(pathway: Pathway) -> None:
    types: dict[str, set[str]] = {}
    for columns in _tables(pathway).values():
        for column in columns:
            types.setdefault(column.name, set()).add(column.type)
    assert {name for name, kinds in types.items() if len(kinds) > 1} == set()
