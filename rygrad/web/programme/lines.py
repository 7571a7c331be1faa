"""Every line of the programme as a page shows it: words, quote, place, the source beside it, readings, an address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from rygrad.pathway.pathway import Effort, Group, Item, Pathway
from rygrad.pathway.source import Citation
from rygrad.web.language import say, words


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``id`` is its anchor; ``beside`` the source's own lines; ``source`` where they are highlighted."""

    id: str
    words: str
    quote: str
    place: str
    beside: tuple[tuple[int, str], ...]
    source: str
    readings: tuple[str, ...]
    statement: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    id: str
    title: str
    lines: tuple[Line, ...]


def line(pathway: Pathway, anchor: str, said: str, citation: Citation, note: str = "") -> Line:
    """A line with its place in the source."""
    first, last = citation.lines or (0, -1)
    beside = tuple((n, pathway.source.lines[n - 1]) for n in range(first, last + 1))
    address = f"{reverse('source')}?linjer={first}-{last}#linje-{first}" if citation.lines else ""
    return Line(
        anchor, said, citation.quote or "", citation.place or "", beside, address, citation.readings,
        citation.statement or "", note,
    )  # fmt: skip


def general(pathway: Pathway) -> list[Section]:
    """Who is covered and who is not, goals, guidelines, the aim."""
    covers = [line(pathway, "omfattet", words(pathway.covers_words.clinician), pathway.covers.citation)]
    excluded = [
        line(pathway, f"ikke-{name}", words(one.words.clinician), one.outside.citation, words(one.instead))
        for name, one in pathway.exclusions.items()
    ]
    named = (
        ("maal", "goals", say("Mål og valg af behandling", "Goals and choice of treatment")),
        ("nkr", "guidelines", say("Følger den nationale retningslinje", "Follows the national guideline")),
        ("klare-sig-selv", "endings", say("Flere klarer sig selv", "More manage on their own")),
    )
    rest = [line(pathway, anchor, said, pathway.shown[name]) for anchor, name, said in named]
    return [
        Section("hvem", say("Hvem er omfattet?", "Who is covered?"), tuple(covers)),
        Section("ikke", say("Ikke omfattet", "Not covered"), tuple(excluded)),
        Section("grundlag", say("Grundlag", "Basis"), tuple(rest)),
    ]


def of_group(pathway: Pathway, group: Group) -> list[Section]:
    """A group as the pocket edition shows it, heading by heading."""
    title = line(pathway, f"{group.id}.titel", words(group.words.clinician), group.rule.citation)
    named = (
        ("titel", say("Gruppen", "The group"), [title]),
        ("symptomer", say("Symptomer", "Symptoms"), _symptoms(pathway, group)),
        ("aktoerer", say("Aktører", "Who acts"), _items(pathway, group, "actors")),
        ("interventioner", say("Interventioner", "Interventions"), _items(pathway, group, "interventions")),
        ("information", say("Patientinformation", "Patient information"), _items(pathway, group, "information")),
        ("6-8-uger", say("Efter 6–8 uger", "After 6–8 weeks"), _after(pathway, group)),
        ("andre", say("Andre indsatser", "Other efforts"), _efforts(pathway, group)),
    )
    found = [Section(anchor, heading, tuple(those)) for anchor, heading, those in named]
    return [section for section in found if section.lines]


def _symptoms(pathway: Pathway, group: Group) -> Iterator[Line]:
    for item in group.symptoms:
        assert item.words is not None  # noqa: S101  (a symptom is read with its words)
        yield line(pathway, f"{group.id}.{item.id}", words(item.words.clinician), item.citation)


def _items(pathway: Pathway, group: Group, kind: str) -> Iterator[Line]:
    listed: Sequence[Item] = getattr(group, kind)
    for item in listed:
        said = words(pathway.words[kind][item.id].clinician)
        yield line(pathway, f"{group.id}.{kind}.{item.id}", said, item.citation)


def _after(pathway: Pathway, group: Group) -> Iterator[Line]:
    if group.reassessment:
        said = say(
            "Interventioner og mål tages op igen efter 6–8 uger",
            "Interventions and goals are taken up again after 6–8 weeks",
        )
        yield line(pathway, f"{group.id}.reassessment", said, group.reassessment)
    if group.return_to_gp:
        said = say(
            "Ved manglende effekt: tilbage til egen læge med vurdering af behov for andre indsatser",
            "No effect: back to own GP with an assessment of the need for other efforts",
        )
        yield line(pathway, f"{group.id}.return_to_gp", said, group.return_to_gp)


def _efforts(pathway: Pathway, group: Group) -> Iterator[Line]:
    for effort in group.efforts.values():
        said = words(pathway.words["efforts"][effort.id].clinician)
        yield line(pathway, f"{group.id}.efforts.{effort.id}", said, effort.citation, condition(effort))


def condition(effort: Effort) -> str:
    """What the group says of the effort beside naming it: optional, or only if not already done."""
    if effort.already_done:
        return say("hvis ikke tidligere udført", "if not already done")
    return say("evt.", "possibly") if effort.optional else ""


def find(pathway: Pathway, anchor: str) -> Line | None:
    """The line of this address; None when there is none."""
    sections = [*general(pathway), *(s for g in pathway.groups.values() for s in of_group(pathway, g))]
    return next((one for section in sections for one in section.lines if one.id == anchor), None)
