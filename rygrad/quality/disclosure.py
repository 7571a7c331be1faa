"""Which counts are not shown: those of 1 to 4 courses, and what would give one of them away.

Counts that add up (units to the unit above, months to the period, both from several sides) form a network: each sum is
a node, and each count an edge between the two sums it stands in. A hidden count can be worked out exactly when it lies
on no circle of hidden counts; along a circle one course can be moved without changing any number that is shown. So for
every small count that lies on none, the cheapest circle is hidden too. (L. H. Cox, Network models for complementary
cell suppression, Journal of the American Statistical Association 90, 1995.) Only counts of at least one take part in a
circle, since nothing can be moved out of none.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

SMALL = 5
"""The smallest count that is shown, where nothing else is chosen."""


class Cell(NamedTuple):
    """Counts that are shown or hidden together (as numerator and its complement), between the two sums they stand in.

    ``is_published`` False: nobody is shown it in any case, such as those whose unit is not known.
    """

    ends: tuple[Hashable, Hashable]
    counts: tuple[int, ...]
    is_published: bool = True


def is_small(count: int, small: int = SMALL) -> bool:
    """Whether a count is too small to show; none at all is shown."""
    return 0 < count < small


def hidden(cells: Sequence[Cell], small: int = SMALL) -> set[int]:
    """The places of the published cells that are not shown.

    For every count of 1 to ``small`` − 1 there is then another table with the same shown numbers in which it differs.
    """
    unknown = {n for n, cell in enumerate(cells) if not cell.is_published}
    first = {n for n, cell in enumerate(cells) if any(is_small(count, small) for count in cell.counts)}
    kinds = len(cells[0].counts) if cells else 0
    networks = [_Network(cells, kind, small) for kind in range(kinds)]
    unknown |= first
    grows = bool(first)
    while grows:
        before = len(unknown)
        for network in networks:
            network.protect(unknown)
        grows = kinds > 1 and len(unknown) > before
    return {n for n in unknown if cells[n].is_published}


class _Network:
    """One kind of count: its sums as nodes, its counts of at least one as edges."""

    def __init__(self, cells: Sequence[Cell], kind: int, small: int) -> None:
        names: dict[Hashable, int] = defaultdict(lambda: len(names))
        self.ends: dict[int, tuple[int, int]] = {}
        self.cost: dict[int, int] = {}
        self.small: set[int] = set()
        self.edges: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for n, cell in enumerate(cells):
            if count := cell.counts[kind]:
                tail, head = names[cell.ends[0]], names[cell.ends[1]]
                self.ends[n], self.cost[n] = (tail, head), sum(cell.counts)
                self.edges[tail].append((n, head))
                self.edges[head].append((n, tail))
                if is_small(count, small):
                    self.small.add(n)

    def protect(self, unknown: set[int]) -> None:
        """Adds to ``unknown`` until every small count lies on a circle of unknown ones."""
        while open_ones := self.small & self._bridges(unknown):
            for n in sorted(open_ones, key=lambda n: (self.cost[n], n)):
                unknown.update(self._way_round(n, unknown))

    def _way_round(self, avoided: int, unknown: set[int]) -> list[int]:
        """The cheapest edges from one end to the other without the edge itself; unknown ones cost nothing.

        There always is a way: what flows into a sum flows out of it.
        """
        start, goal = self.ends[avoided]
        best, came = {start: 0}, {start: (-1, -1)}
        waiting = [(0, start)]
        while waiting:
            spent, node = heapq.heappop(waiting)
            if node == goal:
                break
            if spent > best[node]:
                continue
            for n, other in self.edges[node]:
                if n != avoided:
                    total = spent + (0 if n in unknown else self.cost[n])
                    if total < best.get(other, total + 1):
                        best[other], came[other] = total, (n, node)
                        heapq.heappush(waiting, (total, other))
        way, node = [], goal
        while node != start:
            n, node = came[node]
            way.append(n)
        return way

    def _bridges(self, unknown: set[int]) -> set[int]:
        """The unknown edges that lie on no circle of unknown edges (Tarjan, without recursion)."""
        near: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for n in unknown & self.ends.keys():
            tail, head = self.ends[n]
            near[tail].append((n, head))
            near[head].append((n, tail))
        order: dict[int, int] = {}
        lowest: dict[int, int] = {}
        found: set[int] = set()
        for root in near:
            if root not in order:
                self._walk(root, near, order, lowest, found)
        return found

    def _walk(
        self,
        root: int,
        near: dict[int, list[tuple[int, int]]],
        order: dict[int, int],
        lowest: dict[int, int],
        found: set[int],
    ) -> None:
        order[root] = lowest[root] = len(order)
        path = [(root, -1, iter(near[root]))]
        while path:
            node, came_by, rest = path[-1]
            for n, other in rest:
                if n == came_by:
                    continue
                if other in order:
                    lowest[node] = min(lowest[node], order[other])
                    continue
                order[other] = lowest[other] = len(order)
                path.append((other, n, iter(near[other])))
                break
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                    if lowest[node] > order[above]:
                        found.add(came_by)


class Merged:
    """Names that belong together: units above that share a unit below are one sum."""

    def __init__(self, pairs: Iterable[tuple[Hashable, Hashable]]) -> None:
        self._above: dict[Hashable, Hashable] = {}
        first: dict[Hashable, Hashable] = {}
        for parent, child in pairs:
            self._above.setdefault(parent, parent)
            if child in first:
                self._above[self.of(parent)] = self.of(first[child])
            first.setdefault(child, parent)

    def of(self, name: Hashable) -> Hashable:
        """The one name for all that belong together with this."""
        while self._above[name] != name:
            name = self._above[name]
        return name
