"""Small pictures as SVG text: a control chart and a funnel, each with a title and a description; classes, no styles."""

from collections.abc import Sequence
from html import escape
from math import ceil

from rygrad.pathway.words import Phrase
from rygrad.quality.indicators import Row
from rygrad.quality.limits import limits
from rygrad.quality.spoken import HIDDEN, month_words, percent, whole

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 10, 28
_STEPS = 60
# Attributes, not a style sheet: the press does not read the page's styles inside a picture.
_LINE = 'fill="none" stroke-width="1.5"'
_LOOKS = {
    "rate": f'{_LINE} stroke="#0059b3"',
    "centre": f'{_LINE} stroke="#555"',
    "lower": f'{_LINE} stroke="#555" stroke-dasharray="5 3"',
    "upper": f'{_LINE} stroke="#555" stroke-dasharray="5 3"',
    "grid": 'stroke="#ddd"',
    "axis": 'font-size="11" fill="#555"',
    "point": 'fill="#0059b3"',
    "beyond": 'fill="#fff" stroke="#b30000" stroke-width="2.5"',
}


def control_chart(title: str, rows: Sequence[Row], language: str) -> str:
    """A unit's months, oldest first: rates, their centre and limits. A month that is not shown is a gap."""
    shown = [row for row in rows if row.rate is not None]
    top = _top(rows)

    def x(position: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (position + 0.5) / max(1, len(rows))

    parts = _frame(top, language)
    for name in ("lower", "upper", "centre"):
        for run in _runs(rows, name):
            parts.append(_line(name, [(x(n + half), _y(value, top)) for n, value in run for half in (-0.5, 0.5)]))
    for run in _runs(rows, "rate"):
        parts.append(_line("rate", [(x(n), _y(value, top)) for n, value in run]))
    for n, row in enumerate(rows):
        if row.rate is not None:
            said = f"{month_words(row.month, language)}: {percent(row.rate, language)}"
            parts.append(_point(x(n), _y(row.rate, top), is_beyond(row), said))
    every = max(1, round(len(rows) / 6))
    parts += [_month(x(n), row) for n, row in enumerate(rows) if n % every == 0]
    return _svg(title, _described(rows, shown, language), parts)


def funnel(title: str, rows: Sequence[Row], names: dict[str, str], language: str) -> str:
    """Units of one level in one period by their number, in the funnel of their level's limits."""
    shown = [row for row in rows if row.rate is not None and row.known]
    top, most = _top(rows), max((row.known or 0 for row in shown), default=1)

    def x(known: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * known / (most * 1.05)

    parts = _frame(top, language)
    if shown and (centre := shown[0].centre) is not None:
        parts.append(_line("centre", [(x(0), _y(centre, top)), (x(most * 1.05), _y(centre, top))]))
        sizes = [max(1, ceil(most * 1.05 * step / _STEPS)) for step in range(1, _STEPS + 1)]
        for side, name in enumerate(("lower", "upper")):
            parts.append(_line(name, [(x(n), _y(min(top, limits(centre, n)[side]), top)) for n in sizes]))
    for row in shown:
        said = f"{names.get(row.unit, row.unit)}: {percent(row.rate, language)} ({whole(row.known, language)})"
        parts.append(_point(x(row.known or 0), _y(row.rate or 0, top), is_beyond(row), said))
    parts.append(
        f'<text class="axis" {_LOOKS["axis"]} x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">n = {most}</text>'
    )
    return _svg(title, _spread(rows, shown, names, language), parts)


def is_beyond(row: Row) -> bool:
    """Whether a rate lies beyond its limits."""
    if row.rate is None or row.lower is None or row.upper is None:
        return False
    return not row.lower <= row.rate <= row.upper


def _top(rows: Sequence[Row]) -> float:
    """The highest value of the scale: 1, or less where all is low."""
    highest = max((max(row.rate or 0, row.upper or 0) for row in rows), default=1)
    return next((step for step in (0.05, 0.1, 0.2, 0.3, 0.5) if highest <= step), 1.0)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _frame(top: float, language: str) -> list[str]:
    parts = []
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        parts.append(
            f'<line class="grid" {_LOOKS["grid"]} x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        )
        digits = 1 if top < 0.1 else 0
        said = percent(value, language, digits=digits)
        parts.append(
            f'<text class="axis" {_LOOKS["axis"]} x="{LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
        )
    return parts


def _runs(rows: Sequence[Row], name: str) -> list[list[tuple[int, float]]]:
    """Neighbouring months that are shown; a hidden month breaks the line."""
    runs: list[list[tuple[int, float]]] = [[]]
    for n, row in enumerate(rows):
        value = getattr(row, name)
        if value is not None:
            runs[-1].append((n, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _point(x: float, y: float, beyond: bool, said: str) -> str:
    shape = (
        f'<rect class="beyond" {_LOOKS["beyond"]} x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8">'
        if beyond
        else f'<circle class="point" {_LOOKS["point"]} cx="{x:.1f}" cy="{y:.1f}" r="3">'
    )
    return f"{shape}<title>{escape(said)}</title></{'rect' if beyond else 'circle'}>"


def _line(name: str, points: Sequence[tuple[float, float]]) -> str:
    placed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{name}" {_LOOKS[name]} points="{placed}"/>'


def _month(x: float, row: Row) -> str:
    place = f'x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle"'
    return f'<text class="axis" {_LOOKS["axis"]} {place}>{row.month:%m/%y}</text>'


def _described(rows: Sequence[Row], shown: Sequence[Row], language: str) -> str:
    if not shown:
        return HIDDEN.text(language)
    first, last = (
        f"{month_words(row.month, language)}: {percent(row.rate, language)}" for row in (shown[0], shown[-1])
    )
    hidden = len(rows) - len(shown)
    said = Phrase(f"{first}. {last}. {hidden} måneder vises ikke.", f"{first}. {last}. {hidden} months not shown.")
    return said.text(language)


def _spread(rows: Sequence[Row], shown: Sequence[Row], names: dict[str, str], language: str) -> str:
    beyond = ", ".join(names.get(row.unit, row.unit) for row in shown if is_beyond(row)) or "–"
    said = Phrase(
        f"{len(shown)} enheder. Uden for grænserne: {beyond}. {len(rows) - len(shown)} vises ikke.",
        f"{len(shown)} units. Beyond the limits: {beyond}. {len(rows) - len(shown)} not shown.",
    )
    return said.text(language)


def _svg(title: str, described: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(title)}</title><desc>{escape(described)}</desc>{''.join(parts)}</svg>"
    )
