"""Which counts of a difference between two contents may be shown: none of 1–4, and none that would reveal one.

For each conclusion the counts form a table: moves down, places across, the courses that do not move as a row that is
never shown, and sums on both sides. ``disclosure`` decides, here as for the indicators.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping

from rygrad.quality.disclosure import Cell, hidden

ALL, COURSES, _REST, _ROWS, _PLACES = "(all)", "(courses)", "(rest)", "(rows)", "(places)"
Label = tuple[Hashable, str | None]
Table = Mapping[Hashable, Mapping[str | None, int]]


def hidden_counts(tables: Iterable[Table], courses: Mapping[str | None, int], *, by_place: bool) -> set[Label]:
    """The counts that are not shown, as (row, place): the place ALL is a row's sum, the row COURSES a place's courses.

    ``tables``: for each conclusion the rows, each its counts by place; a course is in one row at most. ``by_place``
    False: only sums are shown.
    """
    kept, found = list(tables), set[Label]()
    grows = True
    while grows:  # a place's courses are a sum in every table: what one of them hides is hidden in all
        before = len(found)
        for rows in kept:
            labels, cells = zip(*_cells(rows, courses, found, by_place), strict=True)
            found |= {labels[n] for n in hidden(cells)}
        grows = len(kept) > 1 and len(found) > before
    return found


def _cells(
    rows: Table, courses: Mapping[str | None, int], known: set[Label], by_place: bool
) -> Iterator[tuple[Label, Cell]]:
    def cell(row: Hashable, place: str | None, ends: tuple[Hashable, Hashable], count: int) -> tuple[Label, Cell]:
        is_shown = row != _REST and (by_place or place == ALL) and (row, place) not in known
        return (row, place), Cell(ends, (count,), is_shown)

    rest = {place: count - sum(counts.get(place, 0) for counts in rows.values()) for place, count in courses.items()}
    for row, counts in {**rows, _REST: rest}.items():
        for place, count in counts.items():
            yield cell(row, place, (("row", row), ("place", place)), count)
        yield cell(row, ALL, (("row", row), _ROWS), sum(counts.values()))
    for place, count in courses.items():
        yield cell(COURSES, place, (("place", place), _PLACES), count)
    yield cell(COURSES, ALL, (_ROWS, _PLACES), sum(courses.values()))
