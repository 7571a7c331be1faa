"""Limits as a textbook gives them, and what a series says."""

from datetime import date

import pytest

from rygrad.quality.indicators import Row
from rygrad.quality.limits import centre_of, limits, signals, state_words, with_limits

# D. C. Montgomery, Introduction to Statistical Quality Control: frozen orange juice concentrate, 30 samples of 50 cans.
JUICE = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)


def month(n: int) -> date:
    return date(2023 + n // 12, n % 12 + 1, 1)


def row(n: int, numerator: int | None, known: int, unit: str = "DK-85", *, is_whole: bool = False) -> Row:
    shown = numerator is not None
    return Row("Q1", "region", unit, None if is_whole else month(n), numerator, known if shown else None, 0, 0, known if shown else None, numerator / known if numerator is not None else None, not shown)  # fmt: skip


def series(*numerators: int | None, known: int = 50) -> list[Row]:
    return with_limits([row(n, numerator, known) for n, numerator in enumerate(numerators)])


def test_the_published_example_gives_the_published_limits() -> None:
    found = series(*JUICE)
    assert centre_of(found) == pytest.approx(0.2313, abs=5e-5)
    assert [(r.lower, r.upper) for r in found] == [
        (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.4102, abs=5e-5))
    ] * 30
    beyond = [n + 1 for n, r in enumerate(found) if r.upper and r.rate and r.rate > r.upper]
    assert beyond == [15, 23], "the two samples the book finds"
    assert signals(found).state == "beyond_above"
    assert signals(found).month == month(22)


def test_the_books_revised_limits_without_the_two_samples() -> None:
    kept = [count for n, count in enumerate(JUICE) if n + 1 not in (15, 23)]
    found = series(*kept)
    assert found[0].centre == pytest.approx(0.2150, abs=5e-5)
    assert (found[0].lower, found[0].upper) == (pytest.approx(0.0407, abs=5e-5), pytest.approx(0.3893, abs=5e-5))


def test_each_month_has_limits_of_its_own_number() -> None:
    few, many = with_limits([row(0, 10, 40), row(1, 100, 400)])
    assert few.upper and many.upper and few.upper > many.upper
    assert limits(0.25, 400) == (
        pytest.approx(0.25 - 3 * 0.021651, abs=1e-5),
        pytest.approx(0.25 + 3 * 0.021651, abs=1e-5),
    )


def test_limits_stay_between_nothing_and_all() -> None:
    assert limits(0.02, 10)[0] == 0.0
    assert limits(0.98, 10)[1] == 1.0


def test_the_funnel_is_drawn_around_the_level_and_not_the_unit() -> None:
    found = with_limits([row(0, 90, 100, "a", is_whole=True), row(0, 10, 100, "b", is_whole=True)])
    assert [r.centre for r in found] == [0.5, 0.5]
    assert found[0].upper and found[0].rate and found[0].rate > found[0].upper


def test_a_hidden_month_has_no_limit_and_moves_no_centre() -> None:
    found = series(10, None, 10)
    assert (found[1].centre, found[1].lower, found[1].upper) == (None, None, None)
    assert found[0].centre == 0.2


@pytest.mark.parametrize(
    ("numerators", "state"),
    [
        ([25] * 11, "too_few"),
        ([25, 26] * 8, "steady"),
        ([25, 26] * 8 + [2], "beyond_below"),
        ([20] * 10 + [30] * 8, "run_above"),
        ([30] * 10 + [20] * 8, "run_below"),
        ([20] * 10 + [30] * 7, "run_below"),
    ],
)
def test_a_series_says_what_it_says(numerators: list[int], state: str) -> None:
    assert signals(series(*numerators)).state == state


def test_the_newest_signal_is_the_one_that_is_told() -> None:
    found = signals(series(*([25] * 4 + [2] + [25] * 12)))
    assert (found.state, found.month) != ("steady", None)


def test_the_state_is_said_in_words_with_the_way_and_never_a_rank() -> None:
    found = signals(series(*([20] * 10 + [30] * 8)))
    assert state_words(found, "higher").da == "Signal: 8 måneder i træk over midten (den ønskede vej)"
    assert state_words(found, "lower").en == "Signal: 8 months in a row above the centre (the undesired way)"
    assert "vej" not in state_words(found, "none").da
