"""Invented citizens, and the case mix: published primary-care consulters with back pain (not Danish figures)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from rygrad.pathway.pathway import Pathway
from rygrad.simulation.shapes import Citizen

Kind = Literal["any", "listed", "short", "long"]
"""Which citizens a story suits: ``listed`` the groups with a reassessment and a return (2–4)."""

_WOMEN = [
    "Rita",
    "Lone",
    "Hanne",
    "Bente",
    "Kirsten",
    "Grethe",
    "Birgit",
    "Mette",
    "Pia",
    "Tove",
    "Inge",
    "Karen",
    "Lis",
    "Susanne",
    "Vibeke",
    "Jytte",
    "Ulla",
    "Dorte",
    "Anette",
    "Gitte",
    "Helle",
    "Camilla",
    "Louise",
    "Signe",
    "Marie",
    "Sofie",
    "Nanna",
    "Astrid",
    "Fatima",
    "Aisha",
    "Olga",
    "Mille",
]
_MEN = [
    "Lars",
    "Hans",
    "Bjarne",
    "Niels",
    "Poul",
    "Erik",
    "Jørgen",
    "Ole",
    "Torben",
    "Kurt",
    "Henning",
    "Preben",
    "Flemming",
    "Svend",
    "Carsten",
    "Morten",
    "Søren",
    "Jesper",
    "Rasmus",
    "Mikkel",
    "Anton",
    "Viktor",
    "Ahmed",
    "Yusuf",
    "Piotr",
    "Kasper",
    "Holger",
    "Egon",
    "Villy",
    "Aksel",
    "Tage",
    "Benny",
]
_SURNAMES = [
    "Rygdemo",
    "Lænd-Demo",
    "Nakkedemo",
    "Hvirveldemo",
    "Iskiasdemo",
    "Diskusdemo",
    "Bækkendemo",
    "Demorygsen",
    "Demolænd",
    "Stivdemo",
    "Skævdemo",
    "Rankdemo",
    "Holddemo",
    "Hekseskud-Demo",
    "Brystryg-Demo",
    "Bagdemo",
    "Halebensdemo",
    "Demostrup",
    "Demogaard",
    "Prøvedemo",
]
# Pain has lasted: days from and to, and how many of a hundred.
_DURATIONS = ((3, 29, 19), (30, 88, 18), (95, 180, 20), (181, 1095, 23), (1096, 5500, 20))


@dataclass
class Case:
    """What is the matter with a citizen: what they would answer, and what would be measured."""

    lasted: int
    age: int
    facts: dict[str, Any]
    weak_signs: dict[str, Any]
    scores: dict[str, float]
    rng: Random = field(repr=False)

    @property
    def is_complex(self) -> bool:
        """Complex surroundings, whether or not anybody has asked."""
        return bool(self.facts["complex_surroundings"] == "yes")

    def safety(self, pathway: Pathway) -> dict[str, Any]:
        """Exclusions and alarm signs, asked and absent; a weak sign may be there, or not have been asked."""
        asked = {name: pathway.facts[name].absent for name in (*pathway.exclusions, *pathway.alarm_facts)}
        asked |= self.weak_signs
        needed = (*pathway.exclusions, *pathway.must_be_asked)
        forgotten = [name for name in asked if name not in needed and self.rng.random() < 0.06]
        return {"back_triggered_pain": "yes", **{n: v for n, v in asked.items() if n not in forgotten}}

    def grouping(self, today: date) -> dict[str, Any]:
        """The answers the group rests on; what cannot matter to it is now and then not asked."""
        long = self.lasted > 92
        told = {"onset_on": (today - timedelta(days=self.lasted)).isoformat()}
        for name in ("recurring_back_problems", "worried_about_diagnosis", "complex_surroundings"):
            matters = (name == "complex_surroundings") == long
            if matters or self.rng.random() < 0.5:
                told[name] = self.facts[name]
        return told

    def background(self) -> dict[str, Any]:
        """The rest, with holes in it as real answers have."""
        names = [
            n
            for n in self.facts
            if n not in ("recurring_back_problems", "worried_about_diagnosis", "complex_surroundings")
        ]
        told = {name: self.facts[name] for name in names if self.rng.random() > 0.15}
        return {**told, "age_years": self.age}


def citizen(number: int, as_of: date, rng: Random) -> Citizen:
    """One invented citizen. Age 53 (SD 15), 57 % women."""
    first = rng.choice(_WOMEN if rng.random() < 0.57 else _MEN)
    age = min(94, max(19, round(rng.gauss(53, 15))))
    born = date(as_of.year - age, 1, 1) - timedelta(days=rng.randrange(365))
    return Citizen(f"p-demo-{number:04}", f"{first} {rng.choice(_SURNAMES)}", f"demo-{number}", born)


def case(who: Citizen, kind: Kind, opened: date, rng: Random) -> Case:
    """What is the matter with them when the course is opened."""
    spans = {"short": _DURATIONS[:2], "long": _DURATIONS[2:]}.get(kind, _DURATIONS)
    low, high, _ = rng.choices(spans, [share for *_, share in spans])[0]
    lasted, age = rng.randint(low, high), (opened - who.born_on).days // 365
    is_long = lasted > 92
    recurring = rng.random() < (0.6 if is_long else 0.35) or (kind == "listed" and not is_long)
    is_complex = rng.random() < (0.4 if is_long else 0.06)
    facts = {
        "recurring_back_problems": _yes(recurring),
        "worried_about_diagnosis": _yes(rng.random() < 0.25),
        "complex_surroundings": _yes(is_complex),
        "back_healthy_before": _yes(not recurring and rng.random() < 0.8),
        **_everyday_life(age, is_long, is_complex, rng),
    }
    return Case(lasted, age, facts, _weak_signs(rng), _scores(is_complex, rng), rng)


def _everyday_life(age: int, is_long: bool, is_complex: bool, rng: Random) -> dict[str, Any]:
    functions = ("as_expected_for_age", "slightly_reduced", "clearly_reduced")
    weights = (1, 4, 5) if is_complex else (4, 5, 1)
    work = (
        "retired"
        if age > 66
        else rng.choices(("employed", "education", "unemployed", "sick_listed", "other"), (70, 4, 7, 11, 8))[0]
    )
    sick = work == "sick_listed" or (work == "employed" and rng.random() < (0.3 if is_complex else 0.1))
    return {
        "function": rng.choices(functions, weights)[0],
        "socially_well_functioning": _yes(rng.random() < (0.5 if is_complex else 0.93)),
        "comorbidity": _yes(rng.random() < (0.75 if is_complex else 0.2 + age / 400)),
        "sick_leave": _yes(sick),
        "opioids_over_12_weeks": _yes(is_long and rng.random() < (0.3 if is_complex else 0.06)),
        "pain_sites": rng.choices((["lumbar"], ["neck"], ["lumbar", "neck"], ["thoracic"]), (70, 15, 10, 5))[0],
        "work": work,
    }


def _weak_signs(rng: Random) -> dict[str, Any]:
    """Radiation (leg 75 %), and now and then one weak sign: alone it holds nothing back."""
    found: dict[str, Any] = {"radiation": rng.choices(("leg", "arm", "none"), (75, 7, 18))[0]}
    weak = rng.random()
    if weak < 0.08:
        found["constant_or_night_pain"] = "yes"
    elif weak < 0.12:
        found["osteoporosis_or_long_term_steroids"] = "yes"
    elif weak < 0.14:
        found["paresis_grade"] = 4
    return found


def _scores(is_complex: bool, rng: Random) -> dict[str, float]:
    """Pain 5.2, RMDQ 8.5 (SD 5.8); worse in complex surroundings."""
    worse = 1.5 if is_complex else -0.5
    return {
        "nrs_pain": float(min(10, max(1, round(rng.gauss(5.2 + worse / 2, 2))))),
        "rmdq": float(min(23, max(1, round(rng.gauss(8.5 + 2 * worse, 5.8))))),
        "psfs": float(min(9, max(0, round(rng.gauss(4.2 - worse / 2, 1.8), 1)))),
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"
