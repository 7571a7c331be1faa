"""The shared cast: success and denial share their set-up."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from rygrad.record import acts, journal, people
from rygrad.record.actor import Actor
from rygrad.record.acts import Act
from rygrad.record.journal import Receipt
from tests.people import COVERED, NO_ALARM_SIGNS

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
GROUP_2 = {
    **COVERED,
    **NO_ALARM_SIGNS,
    "onset_on": "2026-02-10",
    "recurring_back_problems": "yes",
    "worried_about_diagnosis": "no",
}


@dataclass
class Cast:
    """Anna (GP), Bo (physiotherapist), Carla (physiotherapist elsewhere), Dina (citizen), Erik (relative),

    Freja (municipality), Gustav (administrator), Hanne (specialist). ``at`` is the clock; ``write`` moves it on.
    """

    anna: Actor
    bo: Actor
    carla: Actor
    dina: Actor
    erik: Actor
    freja: Actor
    gustav: Actor
    hanne: Actor
    at: datetime = MONDAY
    course: str = ""
    version: int = 0
    keys: Any = field(default_factory=count)

    def open(self, *more: Act, by: Actor | None = None, person: str | None = None, **options: Any) -> Receipt:
        """A course for Dina (or a person), held by the opener's organisation, own GP Anna's practice."""
        who = by or self.anna
        opened = acts.CourseOpened(holder=who.organisation or "", own_gp=self.anna.organisation or "")
        receipt = journal.open_course(
            who, person or self.dina.id, opened, more, key=f"k{next(self.keys)}", at=self._tick(), **options
        )
        self.course, self.version = receipt.course, receipt.version
        return receipt

    def write(self, by: Actor, *new: Act, days: int = 0, **options: Any) -> Receipt:
        """Some days later, this actor records these acts on the course at hand, having read it just now."""
        self.at += timedelta(days=days)
        options = {"expected_version": self.version, "key": f"k{next(self.keys)}", "at": self._tick(), **options}
        receipt = journal.append(by, self.course, new, **options)
        self.version = receipt.version
        return receipt

    def grouped(self) -> None:
        """A course in group 2, with the plan confirmed, at Bo's."""
        self.open(acts.FactsRecorded(GROUP_2, "professional"))
        self.write(
            self.anna,
            acts.GroupConfirmed("recurrent"),
            acts.PlanConfirmed(("physiotherapy_and_chiropractic",)),
            acts.HolderChanged(self.bo.organisation or "", "behandling"),
        )

    def without_effect(self) -> None:
        """The same, treated since the next day, and without effect six weeks later."""
        self.grouped()
        self.write(self.bo, acts.TreatmentStarted("physiotherapist"), days=1)
        self.write(self.bo, acts.EffectJudged("physiotherapist", "no_effect"), days=42)

    def returned(self) -> None:
        """The same, back at Anna's with the assessment of need."""
        self.without_effect()
        self.write(self.bo, acts.ReturnedToGp(NEEDS), days=1)

    def referred(self, to: Actor | None = None, effort: str = "surgical_assessment") -> str:
        """The same, and Anna has referred; the referral's id."""
        self.returned()
        decided = acts.GpDecided({effort: acts.EffortDecision("accepted")})
        sent = acts.ReferralSent("r1", effort, (to or self.hanne).organisation or "", "Vurdering ønskes")
        self.write(self.anna, decided, sent, days=1)
        return "r1"

    @property
    def today(self) -> date:
        """The clock's local day."""
        return self.at.date()

    def _tick(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


EFFORTS_OF_GROUP_2 = (
    "imaging",
    "back_unit",
    "surgical_assessment",
    "labour_market_and_income",
)
NEEDS = {effort: acts.Need("needed") for effort in EFFORTS_OF_GROUP_2}


def cast() -> Cast:
    """The cast, registered in the database at hand."""
    day = MONDAY.date()
    places = {
        "anna": ("general_practitioner", "gp_practice", "Lægerne på Demovej"),
        "bo": ("physiotherapist", "physiotherapy_clinic", "Demo Fysioterapi"),
        "carla": ("physiotherapist", "physiotherapy_clinic", "Anden Demo Fysioterapi"),
        "freja": ("municipal_worker", "municipality", "Demo Kommune"),
        "hanne": ("specialist", "specialist_practice", "Demo Rygkirurgi"),
    }
    actors = {}
    for user, (role, kind, place) in places.items():
        organisation = people.register_organisation(kind, place)
        people.register_professional(user, f"{user.title()} Demo", role, organisation)
        actors[user] = people.professional_actor(user, day)
    dina = people.register_person("Dina Demosen", {"demo": "demo-1"}, is_invented=True)
    erik = people.register_person("Erik Demosen", {"demo": "demo-2"}, is_invented=True)
    return Cast(
        **actors,
        dina=people.citizen_actor(dina),
        erik=people.relative_actor(erik),
        gustav=Actor("u-gustav", "Gustav Demo", "administrator"),
    )
