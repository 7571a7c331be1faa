"""Nobody can work out a count of one to four: an attacker with pencil and paper, and one with all the equations, try."""

import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rygrad.quality.counting import Count, count
from rygrad.quality.definitions import Indicators
from rygrad.quality.disclosure import Cell, Merged, hidden
from rygrad.quality.indicators import Row, published
from tests.quality.attacker import Name, equations, witness, worked_out
from tests.quality.invented import PROFESSION_OF, write_region

KINDS = ("yes", "no", "unknown", "excluded")
MONTHS = [date(2026, month, 1) for month in range(1, 13)]
CLINICS = [*PROFESSION_OF.items(), ("clinic-6", "chiropractor"), (None, "chiropractor"), (None, None)]
TOWNS = [("0259", "DK-85"), ("0265", "DK-85"), ("0101", "DK-84"), (None, "DK-85"), (None, None)]


def region_at_random(seed: int, courses: int, months: int = 3) -> list[Count]:
    """Counts of courses spread over clinics, towns and months, each in one of the four kinds."""
    dice = random.Random(seed)
    made: dict[tuple[str, str | None, str | None, date | None], list[int]] = {}
    for _ in range(courses):
        clinic, profession = dice.choice(CLINICS)
        town, region = dice.choice(TOWNS)
        month, kind = dice.choice(MONTHS[:months]), dice.choices(range(4), (6, 6, 1, 1))[0]
        for when in (month, None):
            for key in (
                ("clinic", profession, clinic, when),
                ("profession", None, profession, when),
                ("municipality", region, town, when),
                ("region", None, region, when),
            ):
                made.setdefault(key, [0, 0, 0, 0])[kind] += 1
    return [Count("Q1", *key, *numbers) for key, numbers in made.items()]


def shown(definitions: Indicators, counts: Iterable[Count], small: int = 5) -> dict[Name, Row]:
    listed = list(counts)
    rows = published(definitions.all[listed[0].indicator], listed, small)
    return {(row.level, row.unit, row.month): row for row in rows}


def hidden_of(kind: str, cells: dict[Name, Count], rows: dict[Name, Row]) -> set[Name]:
    """The counts of a kind that the reader is not shown, among them all whose unit is unknown."""

    def is_shown(name: Name) -> bool:
        row = rows.get(name)
        if row is None:
            return False
        return {"unknown": row.unknown, "excluded": row.excluded}.get(kind, row.numerator) is not None

    return {name for name in cells if not is_shown(name)}


def check(definitions: Indicators, counts: Sequence[Count], small: int = 5, *, every: bool = True) -> int:
    """Both attackers against every hidden count that is small; how many there were."""
    rows = shown(definitions, counts, small)
    cells, system = equations(counts)
    tried = 0
    for kind in KINDS:
        values = {name: getattr(one, kind) for name, one in cells.items()}
        concealed = hidden_of(kind, cells, rows)
        small_ones = {name for name, value in values.items() if 0 < value < small}
        assert small_ones <= concealed
        assert not worked_out(system, concealed) & small_ones
        for name in small_ones if every else ():
            tried += 1
            assert witness(system, values, concealed, name), (kind, name, values[name])
    return tried


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 260), st.integers(1, 4))
def test_every_small_count_stays_ambiguous(definitions: Indicators, seed: int, courses: int, months: int) -> None:
    check(definitions, region_at_random(seed, courses, months))


@pytest.mark.parametrize("seed", range(4))
def test_a_year_of_a_region_gives_nothing_away(definitions: Indicators, seed: int) -> None:
    counts = region_at_random(seed, 1200, months=12)
    rows = shown(definitions, counts)
    assert check(definitions, counts, every=False) == 0
    share = sum(row.is_suppressed for row in rows.values()) / len(rows)
    assert 0 < share < 0.7, "it hides, and does not hide everything"


@pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")
def test_no_indicator_of_a_region_gives_anything_away(definitions: Indicators, tmp_path: Path) -> None:
    write_region(definitions, tmp_path, 700)
    by_indicator: dict[str, list[Count]] = {}
    for one in count(definitions, tmp_path):
        by_indicator.setdefault(one.indicator, []).append(one)
    assert len(by_indicator) == 15
    for counts in by_indicator.values():
        check(definitions, counts, every=False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_attacker_wins_when_only_the_small_counts_are_hidden(kind: str) -> None:
    """Otherwise the attacker's defeat would prove nothing."""
    won = 0
    for seed in range(20):
        cells, system = equations(region_at_random(seed, 260 if kind in KINDS[:2] else 1500, months=2))
        small = {name for name, one in cells.items() if 0 < getattr(one, kind) < 5 and one.unit}
        unseen = {name for name, one in cells.items() if one.unit is None}
        won += bool(worked_out(system, small | unseen) & small)
    assert won > 2


def test_a_complement_a_total_and_a_sibling_are_hidden_with_it(definitions: Indicators) -> None:
    def pair(yes: int, no: int, unit: str) -> list[Count]:
        return [Count("Q1", "clinic", "physiotherapist", unit, month, yes, no, 0, 0) for month in (MONTHS[0], None)]

    counts = [*pair(20, 3, "a"), *pair(30, 30, "b"), *pair(90, 90, "c")]
    for level, parent, unit in (
        ("profession", None, "physiotherapist"),
        ("municipality", "DK-85", "0259"),
        ("region", None, "DK-85"),
    ):
        counts += [Count("Q1", level, parent, unit, month, 140, 123, 0, 0) for month in (MONTHS[0], None)]
    rows = shown(definitions, counts)
    small = rows[("clinic", "a", MONTHS[0])]
    assert small.is_suppressed, "3 were not, which is as telling as 3 were"
    assert (small.numerator, small.denominator, small.known, small.rate) == (None,) * 4
    assert rows[("clinic", "b", MONTHS[0])].is_suppressed, "else 140 - 30 - 90 = 20"
    assert rows[("clinic", "a", None)].is_suppressed, "else the whole period is its only month"
    assert not rows[("clinic", "c", None)].is_suppressed
    assert rows[("region", "DK-85", None)].rate == 140 / 263


def everywhere(month: date | None, *numbers: int) -> list[Count]:
    """One clinic in one town: the same counts at every level."""
    places = (
        ("clinic", "physiotherapist", "a"),
        ("profession", None, "physiotherapist"),
        ("municipality", "DK-85", "0259"),
        ("region", None, "DK-85"),
    )
    return [Count("Q1", *place, month, *numbers) for place in places]


def test_unknown_and_excluded_are_hidden_by_themselves_with_the_denominator(definitions: Indicators) -> None:
    counts = [*everywhere(MONTHS[0], 40, 60, 2, 3), *everywhere(None, 40, 60, 2, 3)]
    row = shown(definitions, counts)[("region", "DK-85", MONTHS[0])]
    assert (row.numerator, row.known, row.rate) == (40, 100, 0.4)
    assert row.unknown is row.denominator is row.excluded is None
    assert not row.is_suppressed


def test_the_threshold_is_a_setting(definitions: Indicators) -> None:
    counts = region_at_random(7, 400)
    assert not any(row.is_suppressed for row in shown(definitions, counts, small=1).values())
    some, more = (sum(row.is_suppressed for row in shown(definitions, counts, small=n).values()) for n in (5, 10))
    assert 0 < some < more
    check(definitions, counts, small=10, every=False)


def test_none_and_five_are_shown_and_one_to_four_are_not() -> None:
    cells = [Cell((("a", n), ("b", n)), (count, 50)) for n, count in enumerate(range(7))]
    # Each stands alone between two sums of its own, with another way round that is hidden already.
    cells += [Cell((("a", n), ("b", n)), (99, 99), is_published=False) for n in range(7)]
    assert hidden(cells) == {1, 2, 3, 4}


def test_hiding_is_the_same_whatever_the_order(definitions: Indicators) -> None:
    """Two runs that hid differently could be laid beside each other."""
    counts = region_at_random(11, 500)
    first = shown(definitions, counts)
    for seed in range(5):
        random.Random(seed).shuffle(counts)
        assert shown(definitions, counts) == first


def test_units_above_that_share_a_unit_below_are_one_sum(definitions: Indicators) -> None:
    """A clinic with two professions in dirty data: each profession alone is not the sum of its clinics."""
    merged = Merged([("a", 1), ("b", 1), ("b", 2), ("c", 3)])
    assert merged.of("a") == merged.of("b") != merged.of("c")
    counts = [
        Count("Q1", "clinic", profession, "one", when, 9, 9, 0, 0)
        for profession in ("p", "q")
        for when in (MONTHS[0], None)
    ]
    counts += [
        Count("Q1", "profession", None, profession, when, 9, 9, 0, 0)
        for profession in ("p", "q")
        for when in (MONTHS[0], None)
    ]
    rows = shown(definitions, counts)
    assert rows[("clinic", "one", None)].numerator == 18
