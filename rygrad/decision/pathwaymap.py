"""The programme as a map: its places and the ways between them, from the content alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from rygrad.pathway.pathway import Group, Pathway
from rygrad.pathway.words import Phrase, Words

_DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the map. ``rank`` is how far down it stands; ``group`` is a group's id, or empty."""

    id: str
    words: Words
    rank: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """From one place to another; ``when`` says on what condition, and may be empty."""

    start: str
    end: str
    when: Phrase


@dataclass(frozen=True, slots=True)
class PathwayMap:
    """Places in order, and the ways between them."""

    places: tuple[Place, ...]
    ways: tuple[Way, ...]


_ALWAYS = Phrase("", "")
_NO_EFFECT = Phrase("manglende effekt", "no effect")
_EFFECT = Phrase("effekt", "effect")
_SIGN = Phrase("alarmtegn eller udelukkelse", "alarm sign or exclusion")


def pathway_map(pathway: Pathway) -> PathwayMap:
    """The map of the programme: signs, groups, treatment, the window, managing alone, the return, other efforts."""
    groups = [Place(f"group_{g.id}", Words(_title(g), g.words.citizen), 1, g.id) for g in pathway.groups.values()]
    efforts = [Place(f"effort_{name}", words, 6) for name, words in pathway.words["efforts"].items()]
    alone = Place("managing_alone", pathway.outcomes["managing_alone"], 4)
    named = {name: Place(name, words, rank) for name, words, rank in _NAMED}
    places = (
        named["signs"],
        named["elsewhere"],
        *groups,
        named["treatment"],
        _window(pathway),
        alone,
        named["return"],
        named["efforts"],
        *efforts,
    )
    return PathwayMap(places, tuple(_ways(pathway)))


_NAMED = (
    (
        "signs",
        Words(
            Phrase("Alarmtegn og udelukkelser", "Alarm signs and exclusions"),
            Phrase("De første spørgsmål", "The first questions"),
        ),
        0,
    ),
    (
        "elsewhere",
        Words(
            Phrase("Uden for programmet eller på hold", "Outside the programme, or on hold"),
            Phrase("Noget skal ses på først", "Something must be looked at first"),
        ),
        0,
    ),
    (
        "treatment",
        Words(
            Phrase("Plan, behandling og information", "Plan, treatment and information"),
            Phrase("Plan og behandling", "Plan and treatment"),
        ),
        2,
    ),
    (
        "return",
        Words(
            Phrase("Tilbage til egen læge med vurdering af behov", "Back to own GP with assessment of need"),
            Phrase("Din læge ser på, hvad der ellers kan hjælpe", "Your doctor looks at what else can help"),
        ),
        4,
    ),
    ("efforts", Words(Phrase("Andre indsatser", "Other efforts"), Phrase("Anden hjælp", "Other help")), 5),
)


def _title(group: Group) -> Phrase:
    words = group.words.clinician
    return Phrase(f"{group.number}. {words.da}", f"{group.number}. {words.en}")


def _window(pathway: Pathway) -> Place:
    rule = pathway.reassessment.window
    weeks = f"{rule.first_day // _DAYS_OF_A_WEEK}–{rule.last_day // _DAYS_OF_A_WEEK}"
    said = Words(
        Phrase(f"Revurdering efter {weeks} uger", f"Reassessment after {weeks} weeks"),
        Phrase(f"I ser på, om det hjælper, efter {weeks} uger", f"You look at whether it helps after {weeks} weeks"),
    )
    return Place("window", said, 3)


def _ways(pathway: Pathway) -> list[Way]:
    ways = [Way("signs", "elsewhere", _SIGN)]
    for group in pathway.groups.values():
        ways += [Way("signs", f"group_{group.id}", _ALWAYS), Way(f"group_{group.id}", "treatment", _ALWAYS)]
    again = _numbers(group for group in pathway.groups.values() if group.reassessment)
    ways += [Way("treatment", "window", again), Way("window", "managing_alone", _EFFECT)]
    ways += [Way("window", "return", _NO_EFFECT), Way("return", "efforts", _ALWAYS)]
    return ways + [Way("efforts", f"effort_{name}", _listed(pathway, name)) for name in pathway.words["efforts"]]


def _listed(pathway: Pathway, effort: str) -> Phrase:
    """Which groups list the effort."""
    return _numbers(group for group in pathway.groups.values() if effort in group.efforts)


def _numbers(groups: Iterable[Group]) -> Phrase:
    numbers = ", ".join(str(group.number) for group in groups)
    return Phrase(f"gruppe {numbers}", f"group {numbers}")


def mermaid(pathway: Pathway, language: str) -> str:
    """The map as the text of a Mermaid flow chart, in ``da`` or ``en``."""
    found = pathway_map(pathway)
    lines = ["flowchart TD", f"  %% {pathway.identity.title.text(language)} {pathway.identity.version}"]
    lines += [f'  {place.id}["{_quoted(place.words.clinician.text(language))}"]' for place in found.places]
    for way in found.ways:
        when = way.when.text(language)
        arrow = f'-->|"{_quoted(when)}"|' if when else "-->"
        lines.append(f"  {way.start} {arrow} {way.end}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


# Where a course stands on the map, by its state.
HERE = {
    "opened": "signs",
    "asked": "signs",
    "held": "elsewhere",
    "outside": "elsewhere",
    "grouped": "treatment",
    "planned": "treatment",
    "in_treatment": "treatment",
    "without_effect": "return",
    "returned": "return",
    "decided": "efforts",
    "ended": "managing_alone",
}
