"""Coverage, proved letter by letter: what in the content carries each line of the source."""

from dataclasses import dataclass

from rygrad.pathway.pathway import Pathway
from rygrad.pathway.source import letters


@dataclass(frozen=True, slots=True)
class CoveredLine:
    """One line of the source: ids of what carries it, and the letters that nobody carries."""

    number: int
    text: str
    carriers: tuple[str, ...]
    missing: str

    @property
    def is_blank(self) -> bool:
        """No letter or digit stands on the line."""
        return not letters(self.text)


def coverage(pathway: Pathway) -> list[CoveredLine]:
    """Every line of the source with what carries it, in order."""
    source = pathway.source
    carried: list[dict[str, None]] = [{} for _ in source.lines]
    covered = bytearray(len(source.stream))
    for carrier, citation in pathway.citations():
        span = source.span(citation.quote, citation.lines) if citation.quote and citation.lines else None
        if span:
            covered[span[0] : span[1]] = b"\1" * (span[1] - span[0])
            for line in range(source.line_of(span[0]), source.line_of(span[1] - 1) + 1):
                name = f"{citation.statement} {carrier}" if citation.statement else carrier
                carried[line - 1][name] = None
    return [
        CoveredLine(number, text, tuple(carried[number - 1]), _missing(pathway, covered, number))
        for number, text in enumerate(source.lines, start=1)
    ]


def _missing(pathway: Pathway, covered: bytearray, number: int) -> str:
    start, end = pathway.source.starts[number - 1], pathway.source.starts[number]
    return "".join(pathway.source.stream[i] for i in range(start, end) if not covered[i])


def missing_statements(pathway: Pathway) -> list[str]:
    """The programme's numbered statements that neither the content nor the coverage file carries."""
    carried = {citation.statement for _, citation in pathway.citations()}
    return [statement for statement in pathway.statements if statement not in carried]


def carrier_text(pathway: Pathway, carrier: str, language: str) -> str:
    """A carrier's id, with the reason where nothing can be computed."""
    why = pathway.because.get(carrier.rpartition(" ")[2])
    return f"{carrier} ({why.text(language)})" if why else carrier
