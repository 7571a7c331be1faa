"""Courses in the states the tests need, told as the demo region tells its own: plain writes, loaded by the same code.

Each citizen has a name that says the state; a test finds them by it. Days are counted back from today, so the lists of
today are the same whenever the tests run.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from rygrad.simulation.region import Region
from rygrad.simulation.shapes import Act, Citizen, Place, Worker, Write, act
from tests.people import COVERED, NO_ALARM_SIGNS

ANNA, BO, KIRSTEN, HANNE, RASMUS, FREJA = (
    f"u-demo-{user}" for user in ("anna", "bo", "kirsten", "hanne", "rasmus", "freja")
)
PAIN_USER = "smerte-koege"
PRACTICE, CLINIC, CHIROPRACTOR = "o-demo-laege-01", "o-demo-fys-01", "o-demo-kiro-01"
SURGEON, BACK_UNIT, PAIN_CLINIC, MUNICIPALITY = (
    "o-demo-kirurgi",
    "o-demo-rygenhed",
    "o-demo-smerte-koege",
    "o-demo-kommune-01",
)
KOEGE = "0259"
# Somebody whose list is empty.
IDLE = Place("o-test-ingen", "gp_practice", "Lægerne uden patienter (demo)", "0259")
IDLE_WORKER = Worker("u-test-tom", "tom", "Tom Demotom", "general_practitioner", IDLE.id)
UNKNOWN_SO_FAR = "demo-990001"
ASKED = {**COVERED, **NO_ALARM_SIGNS}
PLAN = ("physiotherapy_and_chiropractic",)
# What the programme lists for group 3, in its order.
EFFORTS = (
    "imaging",
    "back_unit",
    "surgical_assessment",
    "labour_market_and_income",
    "pain_clinic",
    "occupational_medicine",
    "municipal_prevention",
    "employment",
)
_NEEDED = {"need": "needed", "why": ""}
_NOT_NEEDED = {"need": "not_needed", "why": "Ikke relevant for borgerens situation"}
SCORES = ((44, 7.0), (20, 5.0), (4, 4.0))

# The citizen and the relative who log in.
DINA, ERIK = "Kommunal Igang", "p-test-erik"


@dataclass
class Tale:
    """One citizen's course as it is written: who wrote what how many days ago."""

    name: str
    number: int
    today: date
    writes: list[Write] = field(default_factory=list)

    @property
    def course(self) -> str:
        """The course's id."""
        return f"c-test-{self.number}"

    @property
    def citizen(self) -> Citizen:
        """Whose it is."""
        return Citizen(f"p-test-{self.number}", self.name, f"demo-{990_000 + self.number}", date(1980, 5, 5), KOEGE)

    def day(self, ago: int) -> date:
        """The day that many days ago."""
        return self.today - timedelta(days=ago)

    def on(self, ago: int, by: str, *acts: Act) -> "Tale":
        """These acts, recorded together that many days ago, which must not be today: today may have only begun."""
        at = datetime.combine(self.day(max(ago, 1)), time(8, 0), UTC) + timedelta(seconds=len(self.writes))
        self.writes.append(Write(self.course, self.citizen.id, by, at, None, acts))
        return self

    def opened(self, ago: int, facts: dict[str, Any] | None = None) -> "Tale":
        """By Anna, own GP, with what was asked."""
        self.on(ago, ANNA, act("course_opened", holder=PRACTICE, own_gp=PRACTICE))
        return self.said(ago, ANNA, facts) if facts else self

    def said(self, ago: int, by: str, facts: dict[str, Any]) -> "Tale":
        """Answers, by the citizen or by a professional."""
        speaker = "professional" if by.startswith("u-") else "citizen"
        return self.on(ago, by, act("facts_recorded", facts=facts, said_by=speaker))

    def treated(self, ago: int, by: str = BO, group: str = "recurrent") -> "Tale":
        """Group and plan confirmed by Anna, handed over to who treats, who began the day after."""
        at, profession = (CLINIC, "physiotherapist") if by == BO else (CHIROPRACTOR, "chiropractor")
        self.on(ago + 1, ANNA, *_confirmed(group), act("holder_changed", to=at, reason="Til behandling"))
        return self.on(ago, by, act("treatment_started", profession=profession), act("visit", profession=profession))

    def without_effect(self, ago: int) -> "Tale":
        """Bo has reassessed, and seen no effect."""
        judged = act("effect_judged", profession="physiotherapist", effect="no_effect")
        return self.on(ago, BO, act("reassessed", note=""), judged)

    def returned(self, ago: int, *needed: str) -> "Tale":
        """Bo has sent the citizen back to Anna: these efforts are needed."""
        needs = {name: _NEEDED if name in needed else _NOT_NEEDED for name in EFFORTS}
        return self.on(ago, BO, act("returned_to_gp", needs=needs, note="", letter="Brev fra Demo Fysioterapi."))

    def referred(self, ago: int, effort: str, to: str) -> "Tale":
        """Anna has decided on an effort and referred to its receiver."""
        sent = act(
            "referral_sent",
            referral=f"{self.course}-r",
            effort=effort,
            to=to,
            question="Vurdering og videre plan?",
            letter=f"Henvisning af {self.name}.\nVurdering og videre plan?",
        )
        return self.on(ago, ANNA, act("gp_decided", efforts={effort: {"decision": "accepted", "reason": ""}}), sent)

    def leg(self, ago: int, by: str, step: str, **body: Any) -> "Tale":
        """One step of the receiver."""
        return self.on(ago, by, act(f"referral_{step}", referral=f"{self.course}-r", **body))


def _confirmed(group: str) -> tuple[Act, Act]:
    return act("group_confirmed", group=group), act("plan_confirmed", interventions=list(PLAN))


@dataclass(frozen=True)
class Situations:
    """Every tale by its citizen's name."""

    tales: dict[str, Tale]

    def course(self, name: str) -> str:
        """The course of this citizen."""
        return self.tales[name].course

    def referral(self, name: str) -> str:
        """The referral of this citizen."""
        return f"{self.tales[name].course}-r"


def added(region: Region, today: date) -> tuple[Region, Situations]:
    """The region with the tests' citizens in it."""
    numbers = count(2)
    tales = {name: Tale(name, next(numbers), today) for name in _TOLD}
    for name, tell in _TOLD.items():
        tell(tales[name])
    unknown = Citizen("p-test-1", "Nadja Nyhenvendt", UNKNOWN_SO_FAR, date(1984, 3, 3), KOEGE)
    citizens = [unknown, *(tale.citizen for tale in tales.values())]
    writes = [write for tale in tales.values() for write in tale.writes]
    made = replace(
        region,
        places=(*region.places, IDLE),
        workers=(*region.workers, IDLE_WORKER),
        citizens=(*region.citizens, *citizens),
        writes=tuple(sorted([*region.writes, *writes], key=lambda write: write.at)),
    )
    return made, Situations(tales)


def _group_2(tale: Tale, ago: int) -> Tale:
    """A recurrent case whose pain began three weeks before."""
    began = {"onset_on": tale.day(ago + 21).isoformat(), "recurring_back_problems": "yes"}
    return tale.opened(ago, {**ASKED, **began, "worried_about_diagnosis": "no"})


def _group_3(tale: Tale, ago: int, **more: str) -> Tale:
    """Pain for over three months, with nothing complex around it."""
    began = {"onset_on": tale.day(ago + 120).isoformat(), "recurring_back_problems": "yes"}
    return tale.opened(ago, {**ASKED, **began, "worried_about_diagnosis": "no", "complex_surroundings": "no", **more})


def _back_at_anna(tale: Tale, *needed: str, **more: str) -> Tale:
    """Six weeks' treatment without effect, and back at Anna's since four days."""
    told = _group_3(tale, 62, **more).treated(54, group="long_lasting").without_effect(6)
    return told.returned(4, *needed)


def _sent(tale: Tale, effort: str, to: str) -> Tale:
    never = {"imaging_done": "no", "surgical_assessment_done": "no"}
    return _back_at_anna(tale, effort, **never).referred(3, effort, to)


def _answered_at_home(tale: Tale) -> Tale:
    home = {"onset_on": tale.day(24).isoformat(), "recurring_back_problems": "no", "worried_about_diagnosis": "no"}
    return tale.opened(3).said(2, tale.citizen.id, home)


def _held(tale: Tale) -> Tale:
    raised = act("alarm_raised", facts={"saddle_numbness": "yes"}, said_by="professional", note="")
    return tale.opened(2).on(1, ANNA, raised)


def _measured(tale: Tale) -> Tale:
    _group_2(tale, 50).treated(45)
    for ago, value in SCORES:
        tale.on(ago, BO, act("scores_recorded", instrument="nrs_pain", value=value, said_by="citizen", items=None))
    return tale


def _shared(tale: Tale) -> Tale:
    until = (tale.today + timedelta(days=90)).isoformat()
    granted = act("access_granted", to="p-test-1", basis="sharing", parts=["plan"], until=until, reason="")
    return _group_2(tale, 9).on(1, tale.citizen.id, granted)


def _half_answered(tale: Tale) -> Tale:
    return tale.opened(4, {**ASKED, "onset_on": tale.day(25).isoformat()})


def _booked(tale: Tale, by: str) -> Tale:
    return tale.leg(2, by, "accepted").leg(2, by, "booked", booked_on=tale.day(1).isoformat())


def _back_at_anna_long_ago(tale: Tale) -> Tale:
    never = {"imaging_done": "no", "surgical_assessment_done": "no"}
    told = _group_3(tale, 92, **never).treated(84, group="long_lasting").without_effect(36)
    return told.returned(34, "back_unit").referred(33, "back_unit", BACK_UNIT)


_TOLD = {
    "Signe Spørgalarm": lambda t: t.opened(5),
    "Halvor Halvspurgt": _half_answered,
    "Bente Bekræftes": lambda t: _group_2(t, 6),
    "Hjemme Harsvaret": _answered_at_home,
    "Akut Alarmsen": _held,
    "Ude Udenfor": lambda t: t.opened(2, {"spinal_fracture": "confirmed"}),
    "Plan Planlagt": lambda t: _group_2(t, 3).on(
        2, ANNA, *_confirmed("recurrent"), act("holder_changed", to=CLINIC, reason="Til behandling")
    ),
    "Effie Effekt": lambda t: _group_2(t, 60).treated(54),
    "Ulf Udeneffekt": lambda t: _group_3(t, 60).treated(55, group="long_lasting"),
    "Kim Kiropraktik": lambda t: _group_2(t, 60).treated(56, KIRSTEN),
    "Maja Målt": _measured,
    "Rita Returneres": lambda t: _group_3(t, 60).treated(53, group="long_lasting").without_effect(5),
    "Tilde Tilbage": lambda t: _back_at_anna(t, "imaging", "back_unit", surgical_assessment_done="no"),
    "Henny Henvises": lambda t: _back_at_anna(t, "back_unit", imaging_done="no", surgical_assessment_done="no"),
    "Sonja Sendtkirurg": lambda t: _sent(t, "surgical_assessment", SURGEON),
    "Rasmine Sendtryg": lambda t: _sent(t, "back_unit", BACK_UNIT),
    "Smilla Sendtsmerte": lambda t: _sent(t, "pain_clinic", PAIN_CLINIC),
    "Karla Sendtkommune": lambda t: _sent(t, "municipal_prevention", MUNICIPALITY),
    "Modtaget Demosen": lambda t: _sent(t, "surgical_assessment", SURGEON).leg(2, HANNE, "received"),
    "Accepteret Demosen": lambda t: _sent(t, "surgical_assessment", SURGEON).leg(1, HANNE, "accepted"),
    "Booket Demosen": lambda t: _booked(_sent(t, "surgical_assessment", SURGEON), HANNE),
    "Udført Demosen": lambda t: _booked(_sent(t, "surgical_assessment", SURGEON), HANNE).leg(1, HANNE, "done"),
    "Besvaret Demosen": lambda t: (
        _booked(_sent(t, "surgical_assessment", SURGEON), HANNE)
        .leg(1, HANNE, "done")
        .leg(1, HANNE, "answered", answer="Ingen operation. Fortsæt træningen.")
    ),
    "Afvist Demosen": lambda t: _sent(t, "surgical_assessment", SURGEON).leg(
        1, HANNE, "refused", reason="Ingen indikation", alternative="Fortsæt træningen"
    ),
    "Tavs Demosen": _back_at_anna_long_ago,
    "Kommunal Igang": lambda t: _booked(_sent(t, "municipal_prevention", MUNICIPALITY), FREJA),
    "Afsluttet Demosen": lambda t: _group_2(t, 40).on(2, ANNA, act("course_ended", outcome="managing_alone")),
    "Delt Demosen": _shared,
}
