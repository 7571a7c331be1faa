"""Where a thing comes from, as FHIR related artefacts: the quote with its place, our readings, the safety sources."""

from collections.abc import Iterable, Iterator

from rygrad.fhir.artefacts.wording import Part
from rygrad.pathway.pathway import Pathway
from rygrad.pathway.source import Citation

UNSIGNED = "ikke underskrevet af en kliniker / not signed by a clinician"


def documentation(pathway: Pathway, *citations: Citation) -> list[Part]:
    """Each source of these citations once: quotes first as ``citation``, then readings as ``justification``.

    ``label`` is the statement, reading or source, ``display`` the title and place, ``citation`` the words themselves.
    """
    found = [part for citation in citations for part in _quoted(pathway, citation)]
    found += [part for citation in citations for part in _of_safety(pathway, citation)]
    found += [part for citation in citations for part in _read(pathway, citation)]
    return _each_once(found)


def _quoted(pathway: Pathway, citation: Citation) -> Iterator[Part]:
    if citation.quote:
        label = {"label": citation.statement} if citation.statement else {}
        display = f"{pathway.identity.title.da}, {citation.place}"
        yield {"type": "citation", **label, "display": display, "citation": f"»{citation.quote}«"}


def _of_safety(pathway: Pathway, citation: Citation) -> Iterator[Part]:
    for name in citation.safety_sources:
        source = pathway.safety_sources[name]
        yield {
            "type": "citation",
            "label": name,
            "display": f"Sikkerhedslaget, ikke programmet / the safety layer, not the programme: {source}",
            "citation": f"{source.says.da} / {source.says.en}",
            "url": source.where,
        }


def _read(pathway: Pathway, citation: Citation) -> Iterator[Part]:
    for name in citation.readings:
        reading = pathway.readings[name]
        yield {
            "type": "justification",
            "label": name,
            "display": f"Vores læsning / our reading ({reading.signed_by or UNSIGNED})",
            "citation": f"{reading.question.da} {reading.reading.da}. / {reading.question.en} {reading.reading.en}.",
        }


def _each_once(parts: Iterable[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if part not in found:
            found.append(part)
    return found
