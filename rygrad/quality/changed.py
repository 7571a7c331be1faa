"""What changed since the month before, in sentences, from the indicator table alone."""

from collections.abc import Sequence
from datetime import date

from rygrad.pathway.words import Phrase
from rygrad.quality.indicators import Row
from rygrad.quality.limits import signals, state_words
from rygrad.quality.spoken import month_words, percent
from rygrad.quality.table import IndicatorTable


def changed(table: IndicatorTable, level: str, unit: str, month: date | None = None) -> list[Phrase]:
    """One sentence for each indicator whose newest month says something, and one for those that do not.

    A signal of the control chart in that month is news; a difference within the limits is said to be chance. ``month``
    is the newest month that is looked at; None is each indicator's own newest.
    """
    news, steady, unsaid = [], [], []
    for name in table.indicators:
        series = [row for row in table.series(name, level, unit) if not month or (row.month and row.month <= month)]
        sentence = _news(table, name, series)
        if sentence:
            news.append(sentence)
        elif len([row for row in series if row.rate is not None]) > 1:
            steady.append(name)
        else:
            unsaid.append(name)
    return [*news, *_rest(table, steady, unsaid)]


def _news(table: IndicatorTable, name: str, series: Sequence[Row]) -> Phrase | None:
    found = signals(series)
    newest = series[-1] if series else None
    if found.month is None or newest is None or found.month != newest.month:
        return None
    defined = table.definitions[name]
    before = series[-2] if len(series) > 1 else None
    state = state_words(found, defined.direction)
    return Phrase(*(_sentence(defined.words, state, newest, before, language) for language in ("da", "en")))


def _sentence(words: Phrase, state: Phrase, newest: Row, before: Row | None, language: str) -> str:
    now, month = percent(newest.rate, language), month_words(newest.month, language)
    said = (
        f"{words.text(language)}: {now} i {month}" if language == "da" else f"{words.text(language)}: {now} in {month}"
    )
    if before is not None and before.rate is not None:
        then, earlier = percent(before.rate, language), month_words(before.month, language)
        said += f", mod {then} i {earlier}" if language == "da" else f", against {then} in {earlier}"
    return f"{said}. {state.text(language)}."


def _rest(table: IndicatorTable, steady: Sequence[str], unsaid: Sequence[str]) -> list[Phrase]:
    rest = []
    if steady:
        da, en = _named(table, steady)
        rest.append(Phrase(f"Intet nyt signal i den nyeste måned: {da}.", f"No new signal in the newest month: {en}."))
    if unsaid:
        da, en = _named(table, unsaid)
        rest.append(Phrase(f"For få tal, der kan vises: {da}.", f"Too few numbers that can be shown: {en}."))
    return rest


def _named(table: IndicatorTable, names: Sequence[str]) -> tuple[str, str]:
    words = [table.definitions[name].words for name in names]
    return "; ".join(one.da for one in words), "; ".join(one.en for one in words)
