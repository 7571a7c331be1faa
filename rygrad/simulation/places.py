"""The places of the region, who works there, what they offer, and the team around one citizen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from rygrad.simulation import offers
from rygrad.simulation.offers import Says
from rygrad.simulation.shapes import LocalOffer, Place, Worker

MUNICIPALITIES = (
    ("Køge", "0259"),
    ("Næstved", "0370"),
    ("Holbæk", "0316"),
    ("Roskilde", "0265"),
    ("Slagelse", "0330"),
    ("Faxe", "0320"),
    ("Greve", "0253"),
    ("Guldborgsund", "0376"),
    ("Kalundborg", "0326"),
    ("Lejre", "0350"),
    ("Lolland", "0360"),
    ("Odsherred", "0306"),
    ("Ringsted", "0329"),
    ("Solrød", "0269"),
    ("Sorø", "0340"),
    ("Stevns", "0336"),
    ("Vordingborg", "0390"),
)
_CODES = dict(MUNICIPALITIES)
_AS_NAMED = "(som kilden nævner den)"
# id, kind, name, municipality, role of the one who works there, the efforts received there
_REGIONAL = (
    ("billeder", "hospital_unit", "Demo Billeddiagnostik Køge", "Køge", "hospital_clinician", ("imaging",)),
    ("rygenhed", "hospital_unit", f"Rygenheden i Køge {_AS_NAMED}", "Køge", "hospital_clinician", ("back_unit",)),
    ("smerte-holbaek", "hospital_unit", f"Smerteklinik på Holbæk Sygehus {_AS_NAMED}", "Holbæk", "hospital_clinician",
     ("pain_clinic",)),
    ("smerte-naestved", "hospital_unit", f"Smerteklinik på Næstved Sygehus {_AS_NAMED}", "Næstved",
     "hospital_clinician", ("pain_clinic",)),
    ("smerte-koege", "hospital_unit", f"Smerteklinik på Køge Sygehus {_AS_NAMED}", "Køge", "hospital_clinician",
     ("pain_clinic",)),
    ("arbejdsmedicin", "hospital_unit", "Demo Arbejdsmedicinsk Klinik", "Holbæk", "hospital_clinician",
     ("occupational_medicine",)),
    ("kirurgi", "specialist_practice", "Demo Rygkirurgi, speciallægepraksis", "Roskilde", "specialist",
     ("surgical_assessment",)),
)  # fmt: skip
QUALITY = Place("o-demo-kvalitet", "region", "Region Sjælland, kvalitet (demo)", None)
OWNER_FROM_2027 = Place("o-demo-oestdanmark", "region", "Region Østdanmark (demo)", None)
_FIRST_NAMES = ("Asta", "Birk", "Ditte", "Emil", "Gry", "Hjalte", "Ida", "Jens", "Karla", "Loke", "Mynte", "Noah")
_KNOWN_USERS = {
    "laege-01": ("anna", "Anna"),
    "fys-01": ("bo", "Bo"),
    "kiro-01": ("kirsten", "Kirsten"),
    "kirurgi": ("hanne", "Hanne"),
    "rygenhed": ("rasmus", "Rasmus"),
    "kommune-01": ("freja", "Freja"),
    "oestdanmark": ("gustav", "Gustav"),
    "kvalitet": ("mette", "Mette"),
}


@dataclass(frozen=True, slots=True)
class Team:
    """The actors around one citizen, and the municipality they live in."""

    gp: Worker
    physiotherapist: Worker
    chiropractor: Worker
    municipal_worker: Worker
    job_worker: Worker
    municipality_code: str | None

    def treating(self, role: str) -> Worker:
        """The physiotherapist or the chiropractor."""
        return self.physiotherapist if role == "physiotherapist" else self.chiropractor


@dataclass
class Cast:
    """All places and workers, and who receives what."""

    places: list[Place] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    offers: list[LocalOffer] = field(default_factory=list)
    receivers: dict[str, list[Worker]] = field(default_factory=dict)

    def add(self, place: Place, role: str, surname: str) -> Worker:
        """A place with one who works there; those known by name, one for each role, where they belong."""
        stem = place.id.removeprefix("o-demo-")
        user, first = _KNOWN_USERS.get(stem, (stem, _FIRST_NAMES[len(self.workers) % len(_FIRST_NAMES)]))
        worker = Worker(f"u-demo-{user}", user, f"{first} {surname}", role, place.id)
        self.places.append(place)
        self.workers.append(worker)
        return worker

    def offer(self, offer: LocalOffer, says: Says, as_of: date) -> None:
        """One more offer, or the next row of the last one."""
        is_next = bool(self.offers) and self.offers[-1].offer == offer.offer
        number = len({known.offer for known in self.offers}) + (not is_next)
        self.offers.append(offers.described(offer, says, number, as_of))

    def given(self, effort: str, place: str, day: date, number: int) -> str:
        """Which of the place's offers this citizen is given, by their number; empty when there was none that day."""
        theirs = [
            offer.offer
            for offer in self.offers
            if (offer.effort, offer.delivered_by) == (effort, place)
            and offer.valid_from <= day
            and (offer.valid_until is None or day <= offer.valid_until)
        ]
        return theirs[number % len(theirs)] if theirs else ""

    def at(self, kind: str) -> list[tuple[Worker, Place]]:
        """Those who work in places of this kind."""
        return [(w, p) for w, p in zip(self.workers, self.places, strict=True) if p.kind == kind]

    def team(self, rng: Random) -> Team:
        """A citizen's own GP, and who is near: treatment and municipality."""
        gp, practice = rng.choices(*_weighted(self.at("gp_practice"), None))[0]
        near = practice.municipality_code
        treating = {role: _weighted(self.at(f"{role}_clinic"), near) for role in ("physiotherapy", "chiropractic")}
        local = {
            kind: next(worker for worker, place in self.at(kind) if place.municipality_code == near)
            for kind in ("municipality", "employment_service")
        }
        return Team(
            gp,
            physiotherapist=rng.choices(*treating["physiotherapy"])[0][0],
            chiropractor=rng.choices(*treating["chiropractic"])[0][0],
            municipal_worker=local["municipality"],
            job_worker=local["employment_service"],
            municipality_code=near,
        )

    def receiver(self, effort: str, team: Team, rng: Random) -> Worker:
        """Who receives a referral to this effort."""
        if effort == "municipal_prevention":
            return team.municipal_worker
        if effort in ("employment", "labour_market_and_income"):
            return team.job_worker
        return rng.choice(self.receivers[effort])


def _weighted(found: list[tuple[Worker, Place]], near: str | None) -> tuple[list[tuple[Worker, Place]], list[int]]:
    """The first (Anna's, Bo's) get more work than the others, and near places more than far ones."""
    weights = [
        (3 if n == 0 else 1) * (3 if place.municipality_code == near else 1) for n, (_, place) in enumerate(found)
    ]
    return found, weights


def cast(courses: int, as_of: date) -> Cast:
    """The places for this many courses, always the same but for the days on which waiting times were checked."""
    made = Cast()
    municipalities = MUNICIPALITIES[: min(len(MUNICIPALITIES), max(3, courses // 60))]
    _primary_care(made, courses, municipalities)
    _municipal(made, municipalities, as_of)
    for stem, kind, name, where, role, efforts in _REGIONAL:
        worker = made.add(Place(f"o-demo-{stem}", kind, name, _CODES[where]), role, "Demospeciallæge")
        for effort in efforts:
            made.receivers.setdefault(effort, []).append(worker)
            made.offer(_offer(stem, effort, name, worker.organisation), offers.SAYS[effort], as_of)
    made.add(OWNER_FROM_2027, "administrator", "Demoadministrator")
    made.add(QUALITY, "programme_manager", "Demoprogram")
    return made


def _primary_care(made: Cast, courses: int, municipalities: Iterable[tuple[str, str]]) -> None:
    towns = tuple(municipalities)
    for stem, kind, name, role, surname, count in (
        ("laege", "gp_practice", "Lægerne på Demovej", "general_practitioner", "Demolæge", max(2, round(courses / 40))),
        ("fys", "physiotherapy_clinic", "Demo Fysioterapi", "physiotherapist", "Demofys", max(2, round(courses / 80))),
        ("kiro", "chiropractic_clinic", "Demo Kiropraktik", "chiropractor", "Demokiro", max(1, round(courses / 150))),
    ):
        for number in range(count):
            town, code = towns[number % len(towns)]
            place = Place(f"o-demo-{stem}-{number + 1:02}", kind, f"{name} {number + 1}, {town}", code)
            made.add(place, role, surname)


def _municipal(made: Cast, municipalities: Iterable[tuple[str, str]], as_of: date) -> None:
    for number, (town, code) in enumerate(municipalities, start=1):
        municipality = Place(f"o-demo-kommune-{number:02}", "municipality", f"Demo Kommune {town}", code)
        made.add(municipality, "municipal_worker", "Demokommune")
        job_centre = Place(f"o-demo-job-{number:02}", "employment_service", f"Demo Jobcenter {town}", code)
        made.add(job_centre, "municipal_worker", "Demojob")
        for offer, says in offers.prevention(number, town, municipality.id, OWNER_FROM_2027.id):
            made.offer(offer, says, as_of)
        for stem, effort, name in (
            ("job", "employment", "Fasthold job med ondt i ryggen"),
            ("arbejde", "labour_market_and_income", "Samtale om arbejde og forsørgelse"),
        ):
            called = f"{name}, {town} (demo)"
            made.offer(_offer(f"{stem}-{number:02}", effort, called, job_centre.id), offers.SAYS[effort], as_of)


def _offer(stem: str, effort: str, name: str, place: str) -> LocalOffer:
    return LocalOffer(f"offer-demo-{stem}", effort, name, place, place, offers.OFFERED_SINCE, None)
