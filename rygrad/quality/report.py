"""The report of a region, municipality or clinic: one page of HTML that loads nothing, and the same as PDF."""

from collections.abc import Iterable, Sequence
from html import escape

from rygrad.pathway.errors import RygradError
from rygrad.pathway.words import Phrase
from rygrad.quality.changed import changed
from rygrad.quality.indicators import Row
from rygrad.quality.limits import signals, state_words
from rygrad.quality.pictures import control_chart, funnel, is_beyond
from rygrad.quality.spoken import NONE, month_words, percent, whole
from rygrad.quality.table import Defined, IndicatorTable, Unit

_BELOW = {"region": "municipality", "municipality": "clinic"}
_STYLE = """
@page { size: A4; margin: 16mm 14mm; }
body { font: 11pt/1.45 "IBM Plex Sans", "Helvetica Neue", Arial, sans-serif; color: #1a1a1a; }
body { margin: 0 auto; max-width: 46rem; }
h1 { font-size: 20pt; margin: 0 0 4pt; } h2 { font-size: 14pt; margin: 18pt 0 2pt; break-after: avoid; }
p, dl { margin: 4pt 0; } dt { font-weight: 600; } dd { margin: 0 0 3pt; } .note { color: #555; font-size: 9.5pt; }
.number { font-size: 15pt; font-weight: 600; }
section { break-inside: auto; } figure { margin: 6pt 0; break-inside: avoid; }
svg { width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
caption { text-align: left; font-weight: 600; padding: 4pt 0 2pt; }
th, td { text-align: right; padding: 1.5pt 4pt; border-bottom: 0.5pt solid #ccc; }
th:first-child { text-align: left; font-weight: 400; }
thead th { font-weight: 600; } thead { display: table-header-group; } tr { break-inside: avoid; }
main { padding: 0 12px; overflow-wrap: anywhere; }
@media screen and (max-width: 46em) {
  table, tbody, tr, tbody th, td { display: block; text-align: left; border: 0; }
  thead { position: absolute; left: -9999px; }
  tr { border-bottom: 1px solid #ccc; padding: 4px 0; } tbody th:first-child { font-weight: 600; }
  td::before { content: attr(data-title) ": "; color: #555; }
}
@media print { main { padding: 0; } }
"""
_SAYS = {
    "title": Phrase("Rygforløb: indikatorer", "Back-pain care: indicators"),
    "known": Phrase("Kendt til og med", "Known until"),
    "made": Phrase("Opgjort", "Computed"),
    "content": Phrase("Indhold", "Content"),
    "changed": Phrase("Hvad er ændret siden sidste måned", "What changed since last month"),
    "numerator": Phrase("Tæller", "Numerator"),
    "denominator": Phrase("Nævner", "Denominator"),
    "excluded": Phrase("Udeladt", "Left out"),
    "unknown": Phrase("Ukendt", "Unknown"),
    "rate": Phrase("Andel", "Rate"),
    "limits": Phrase("Grænser", "Limits"),
    "month": Phrase("Måned", "Month"),
    "unit": Phrase("Enhed", "Unit"),
    "complete": Phrase("Kendt for", "Known for"),
    "source": Phrase("Programmets sted", "Place in the programme"),
    "local": Phrase("Lokalt valg; programmet beder ikke om det", "Local choice; the programme does not ask for it"),
    "number": Phrase("Lokale grænser", "Local limits"),
    "signal": Phrase("uden for grænserne", "beyond the limits"),
    "small": Phrase("Antal under {small} vises ikke, og heller ikke det, der ville røbe dem.",
                    "Counts below {small} are not shown, nor what would give them away."),
    "read": Phrase("Andelen er af dem, hvor svaret er kendt. Grænserne er tre standardfejl (p-kort); inden for dem er "
                   "udsving tilfældighed. Enheder står i alfabetisk orden og er ikke rangordnet.",
                   "The rate is of those where the answer is known. The limits are three standard errors (p-chart); "
                   "within them, movement is chance. Units stand in alphabetical order and are not ranked."),
    "standing": Phrase("Ikke CE-mærket; indholdet er ikke underskrevet af en kliniker.",
                       "Not CE-marked; the content is not signed by a clinician."),
}  # fmt: skip


def html(table: IndicatorTable, language: str = "da", level: str = "region", unit: str | None = None) -> str:
    """The whole report of one unit, or the first of its level. RygradError for a unit that is not in the table."""
    place = _place(table, level, unit)
    title = f"{_said('title', language)} · {place.name}"
    sections = "".join(_section(table, table.definitions[name], place, level, language) for name in table.indicators)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        '<link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f"{_head(table, language)}{_news(table, level, place, language)}{sections}</main></body></html>\n"
    )


def pdf(page: str) -> bytes:
    """The report as tagged PDF (PDF/UA-1). RygradError where WeasyPrint, or its library, is not here."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise RygradError(
            "cannot_print",
            {"da": "PDF kræver WeasyPrint, som ikke er her.", "en": "PDF needs WeasyPrint, which is not here."},
            {"da": "Installér: pip install 'rygrad[print]'. Eller vælg html, og udskriv fra browseren.",
             "en": "Install: pip install 'rygrad[print]'. Or choose html, and print from the browser."},
        ) from error  # fmt: skip
    return bytes(HTML(string=page, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1"))


def _nothing(url: str, **_: object) -> object:
    """The report loads nothing."""
    raise ValueError(f"not loaded: {url}")


def _place(table: IndicatorTable, level: str, unit: str | None) -> Unit:
    found = [one for one in table.units(level) if unit in (None, one.id)]
    if not found:
        raise RygradError(
            "no_unit",
            {"da": "enheden har ingen tal i tabellen.", "en": "the unit has no numbers in the table."},
            source=f"{level} {unit or ''}".strip(),
        )
    return found[0]


def _said(key: str, language: str) -> str:
    return _SAYS[key].text(language)


def _head(table: IndicatorTable, language: str) -> str:
    about = table.about
    first, last = (table.months[0], table.months[-1]) if table.months else (None, None)
    lines = [
        f"{month_words(first, language)} – {month_words(last, language)}. "
        f"{_said('known', language)} {about.known_until}. "
        f"{_said('made', language)} {about.generated_at:%Y-%m-%d %H:%M}. "
        f"{_said('content', language)} {about.content_sha256[:12]}.",
        f"{_said('small', language).format(small=about.small)} {_said('read', language)}",
        _said("standing", language),
    ]
    return "".join(f'<p class="note">{escape(line)}</p>' for line in lines)


def _news(table: IndicatorTable, level: str, place: Unit, language: str) -> str:
    sentences = "".join(f"<li>{escape(one.text(language))}</li>" for one in changed(table, level, place.id))
    return f"<section><h2>{_said('changed', language)}</h2><ul>{sentences}</ul></section>"


def _section(table: IndicatorTable, defined: Defined, place: Unit, level: str, language: str) -> str:
    whole_period = table.whole(defined.id, level, place.id)
    series = table.series(defined.id, level, place.id)
    name = f"{defined.id} · {defined.words.text(language)}"
    state = state_words(signals(series), defined.direction).text(language)
    parts = [f"<h2>{escape(name)}</h2><p>{escape(defined.definition.text(language))}</p>"]
    parts.append(_tile(whole_period, state, language))
    if series:
        parts.append(f"<figure>{control_chart(name, series, language)}</figure>")
        named = [(month_words(row.month, language), row) for row in series]
        parts.append(_table(f"{name}: {_said('month', language)}", _said("month", language), named, language))
    if below := _BELOW.get(level):
        parts.append(_units(table, defined, table.children(level, place.id), below, language))
    parts.append(_defined(defined, language))
    return f"<section>{''.join(parts)}</section>"


def _tile(row: Row | None, state: str, language: str) -> str:
    if row is None:
        return f"<p>{NONE.text(language)}</p>"
    counted = f"{whole(row.numerator, language)} / {whole(row.known, language)}"
    of = "af" if language == "da" else "of"
    complete = percent(row.known / row.denominator, language) if row.known and row.denominator else "–"
    rest = (
        f"{_said('complete', language)} {complete} {of} {whole(row.denominator, language)} · "
        f"{_said('unknown', language)} {whole(row.unknown, language)} · "
        f"{_said('excluded', language)} {whole(row.excluded, language)}"
    )
    return (
        f'<p><span class="number">{escape(_rate(row, language))}</span> ({escape(counted)}) · {escape(state)}</p>'
        f'<p class="note">{escape(rest)}</p>'
    )


def _rate(row: Row, language: str) -> str:
    return NONE.text(language) if row.known == 0 else percent(row.rate, language)


def _units(table: IndicatorTable, defined: Defined, units: Sequence[Unit], level: str, language: str) -> str:
    names = {one.id: one.name for one in units}
    rows = [row for one in units for row in table.rows(defined.id, level, one.id)]
    if not rows:
        return ""
    name = f"{defined.id} · {defined.words.text(language)}"
    caption = f"{name}: {_said('unit', language)}"
    picture = funnel(caption, rows, names, language)
    listed = _table(caption, _said("unit", language), [(names[row.unit], row) for row in rows], language)
    return f"<figure>{picture}</figure>{listed}"


def _table(caption: str, first: str, rows: Iterable[tuple[str, Row]], language: str) -> str:
    keys = ("rate", "numerator", "denominator", "unknown", "excluded", "limits")
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in (first, *(_said(key, language) for key in keys)))
    lines = []
    for name, row in rows:
        limits = "–" if row.lower is None else f"{percent(row.lower, language)} – {percent(row.upper, language)}"
        mark = f" ({_said('signal', language)})" if is_beyond(row) else ""
        counts = (whole(getattr(row, key), language) for key in ("numerator", "denominator", "unknown", "excluded"))
        told = zip(keys, (_rate(row, language) + mark, *counts, limits), strict=True)
        cells = "".join(f'<td data-title="{escape(_said(key, language))}">{escape(one)}</td>' for key, one in told)
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    top = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{top}<tbody>{''.join(lines)}</tbody></table>"


def _defined(defined: Defined, language: str) -> str:
    told = [("numerator", defined.numerator), ("denominator", defined.denominator), ("excluded", defined.excluded)]
    lines = [(_said(key, language), phrase.text(language)) for key, phrase in told if phrase]
    lines.append((_said("source", language), "; ".join(defined.places) or _said("local", language)))
    local = [f"{one.words.text(language)}: {one.number}" for one in defined.settings if one.is_local]
    lines += [(_said("number", language), "; ".join(local))] if local else []
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(text)}</dd>' for name, text in lines)}</dl>"
