"""What an indicator is: frozen definitions, with the settings and columns that their rules name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rygrad.decision.coursetable import LATEST_SUFFIX, Column
from rygrad.pathway.errors import RygradError
from rygrad.pathway.facts import Improvement
from rygrad.pathway.source import Citation
from rygrad.pathway.words import Phrase
from rygrad.quality.terms import Leaf, Limit, Term, columns_of, leaves, limits_of

LEVELS = ("region", "municipality", "clinic", "profession")
DIRECTIONS = ("higher", "lower", "none")
UNITS = ("days", "visits", "groups")


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that a rule names. ``is_local``: not the programme's own, and a region may choose another."""

    id: str
    number: int
    unit: str
    words: Phrase
    is_local: bool


@dataclass(frozen=True, slots=True)
class Population:
    """Who is counted: in words, and as a rule."""

    says: Phrase
    rule: Term


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. No ``citations``: it is local. ``direction``: ``higher`` or ``lower`` is better, or ``none``."""

    id: str
    words: Phrase
    definition: Phrase
    table: str
    numerator: Population
    denominator: Population
    excluded: Population | None
    month_of: str
    levels: tuple[str, ...]
    direction: str
    citations: tuple[Citation, ...]

    @property
    def is_local(self) -> bool:
        """Whether no sentence of the programme asks for it."""
        return not self.citations

    def populations(self) -> dict[str, Population]:
        """Numerator, denominator and, where there is one, excluded."""
        found = {"numerator": self.numerator, "denominator": self.denominator}
        return found | ({"excluded": self.excluded} if self.excluded else {})

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf of its rules."""
        for population in self.populations().values():
            yield from leaves(population.rule)

    def columns(self) -> set[str]:
        """The columns that it reads, its units and its month among them."""
        return {self.month_of, *self.levels, *(name for leaf in self.leaves() for name in columns_of(leaf))}

    def texts(self) -> tuple[Phrase, ...]:
        """The texts that may name a setting."""
        return (self.definition, *(population.says for population in self.populations().values()))

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings it reads, each once."""
        named = (limit for leaf in self.leaves() for limit in limits_of(leaf) if isinstance(limit, str))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Indicators:
    """All indicators of a programme, their settings, the columns they may read, and how much a score must change."""

    all: dict[str, Indicator]
    settings: dict[str, Setting]
    columns: dict[str, dict[str, Column]]
    scores: dict[str, Improvement]
    pathway_sha256: str
    sha256: str = field(default="")

    def number(self, limit: Limit) -> int:
        """The number behind a limit: a setting's name, or 0."""
        return self.settings[limit].number if isinstance(limit, str) else limit

    def of(self, table: str) -> list[Indicator]:
        """The indicators over one table: ``courses`` or ``referrals``."""
        return [one for one in self.all.values() if one.table == table]

    def said(self, phrase: Phrase) -> Phrase:
        """A text with the numbers of the settings it names. KeyError for a name that is no setting."""
        numbers = {name: setting.number for name, setting in self.settings.items()}
        return Phrase(phrase.da.format_map(numbers), phrase.en.format_map(numbers))

    def with_numbers(self, chosen: Mapping[str, int]) -> "Indicators":
        """The same with other local numbers. RygradError for a name that is not a local setting, or a negative one."""
        local = [name for name, setting in self.settings.items() if setting.is_local]
        for name, number in chosen.items():
            if name not in local or number < 0:
                names = ", ".join(local)
                raise RygradError(
                    "no_setting",
                    {"da": "er ikke en lokal grænse, eller tallet er negativt.",
                     "en": "is not a local limit, or the number is negative."},
                    {"da": f"De lokale grænser er: {names}.", "en": f"The local limits are: {names}."},
                    source=f"{name}={number}",
                )  # fmt: skip
        changed = {name: replace(self.settings[name], number=number) for name, number in chosen.items()}
        return replace(self, settings=self.settings | changed)


def is_span(columns: Mapping[str, Column], column: str) -> bool:
    """Whether a date may be a span, with its latest day in a column of its own."""
    return column + LATEST_SUFFIX in columns
