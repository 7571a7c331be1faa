"""Every line of the programme as a page shows it: words, quote, place, the source beside it, readings, an address."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from rygrad.pathway.pathway import Effort, Group, Item, Pathway
from rygrad.pathway.source import Citation
from rygrad.web.language import language, say, words


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


def after_the_window(pathway: Pathway) -> list[tuple[str, list[tuple[Group, str]]]]:
    """What the groups have in common after 6–8 weeks: the words, and each group that says it with its anchor."""
    found: dict[str, list[tuple[Group, str]]] = {}
    for group in pathway.groups.values():
        for one in _after(pathway, group):
            found.setdefault(one.words, []).append((group, one.id))
    return list(found.items())


def _efforts(pathway: Pathway, group: Group) -> Iterator[Line]:
    for effort in group.efforts.values():
        said = words(pathway.words["efforts"][effort.id].clinician)
        yield line(pathway, f"{group.id}.efforts.{effort.id}", said, effort.citation, condition(effort))


def condition(effort: Effort) -> str:
    """What the group says of the effort beside naming it: optional, or only if not already done."""
    if effort.already_done:
        return say("hvis ikke tidligere udført", "if not already done")
    return say("evt.", "possibly") if effort.optional else ""


def of_signs(pathway: Pathway) -> Iterator[Line]:
    """The alarm signs. They are not the programme's words, so their place is their own sources."""
    for alarm in pathway.alarms.values():
        sources = "; ".join(str(pathway.safety_sources[name]) for name in alarm.rule.citation.safety_sources)
        yield replace(line(pathway, alarm.id, words(alarm.words.clinician), alarm.rule.citation), place=sources)


def of_guidelines(pathway: Pathway) -> Iterator[Line]:
    """The national guidelines: our list, below the sentence of the programme that points to them."""
    for one in pathway.guidelines:
        said = " · ".join(
            (one["title"][language()], one["scope"][language()], one["version"], one["status"][language()])
        )
        yield Line(one["id"], said, "", "", (), "", (), "")


def of_readings(pathway: Pathway) -> Iterator[Line]:
    """Our readings, as question and answer."""
    for one in pathway.readings.values():
        yield Line(one.id, f"{words(one.question)} {words(one.reading)}", "", "", (), "", (), "")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the page it stands on: its full address, and the page's name."""

    address: str
    page: str
    line: Line


def placed(pathway: Pathway) -> Iterator[Placed]:
    """Every line of the public programme, with its page."""
    pages: list[tuple[str, str, Iterable[Line]]] = [
        (reverse("programme"), words(pathway.identity.title), _lines(general(pathway))),
        *(
            (
                reverse("programme_group", args=[group.id]),
                f"{group.number}. {words(group.words.clinician)}",
                _lines(of_group(pathway, group)),
            )
            for group in pathway.groups.values()
        ),
        (reverse("programme_signs"), say("Alarmtegn", "Alarm signs"), of_signs(pathway)),
        (reverse("programme_guidelines"), say("Retningslinjer", "Guidelines"), of_guidelines(pathway)),
        (reverse("programme_readings"), say("Læsninger", "Readings"), of_readings(pathway)),
    ]
    for address, name, those in pages:
        yield from (Placed(f"{address}#{one.id}", name, one) for one in those)


def _lines(sections: Iterable[Section]) -> Iterator[Line]:
    return (one for section in sections for one in section.lines)


def find(pathway: Pathway, anchor: str) -> Placed | None:
    """The line of this anchor with its page; None when there is none."""
    return next((one for one in placed(pathway) if one.line.id == anchor), None)


def citing(pathway: Pathway, first: int, last: int) -> list[Placed]:
    """The lines whose sentence lies within these lines of the source."""
    return [one for one in placed(pathway) if any(first <= n <= last for n, _ in one.line.beside)]
