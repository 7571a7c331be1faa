"""One citizen's course, and everybody around it at once: each way somebody can stand to a course, on one day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rygrad.record import acts, clocks, journal, people
from rygrad.record.act import PARTS, Part
from rygrad.record.actor import Actor
from rygrad.record.door import take_emergency_access
from rygrad.record.models import Membership, Offer
from tests.record.cast import GROUP_2, NEEDS, Cast, cast

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
TODAY = clocks.local_day(NOW)
STAGES = ("opened", "treated", "without_effect", "returned", "ended")
NUMBER = "demo-1"
_PLACES = {
    "general_practitioner": "gp_practice",
    "physiotherapist": "physiotherapy_clinic",
    "chiropractor": "chiropractic_clinic",
    "specialist": "specialist_practice",
    "hospital_clinician": "hospital_unit",
    "municipal_worker": "municipality",
    "administrator": "region",
    "programme_manager": "region",
}
# Who works where: at a place of their own, or at the same place as another.
_WORKERS = """
agnes general_practitioner anna    · greta general_practitioner     · tom general_practitioner
bente physiotherapist bo           · karl physiotherapist           · pia physiotherapist
kirsten chiropractor               · kim chiropractor
ib specialist                      · ole specialist
rasmus hospital_clinician          · ea hospital_clinician          · hans hospital_clinician
mia municipal_worker               · mads municipal_worker          · mona municipal_worker
morten municipal_worker            · malene municipal_worker        · maja municipal_worker
gudrun administrator               · mette programme_manager
"""
# What each relative is given, and until how many days from today.
_SHARED: dict[str, tuple[tuple[Part, ...], int]] = {
    "erik": (("plan",), 60),
    "rel-work": (("plan", "work"), 60),
    "rel-clinical": (("plan", "clinical"), 60),
    "rel-scores": (("plan", "scores"), 60),
    "rel-all": (PARTS, 60),
    "rel-last": (PARTS, 0),
    "rel-after": (PARTS, -1),
    "rel-stopped": (PARTS, 60),
}
_CONSENTS: dict[str, tuple[Part, ...]] = {
    "mia": ("plan",),
    "mads": ("work",),
    "mona": ("plan", "clinical"),
    "morten": ("plan", "work", "scores"),
    "malene": PARTS,
    "pia": ("plan",),
}
SECRET = {"note": "Noten om Dina", "message": "Beskeden om Dina", "question": "Spørgsmålet om Dina"}


@dataclass
class World:
    """The record made: who everybody is, and what the course holds that an address can name."""

    c: Cast
    who: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def place(self, user: str) -> str:
        """Where somebody works."""
        return self.who[user].organisation or ""


def made(stage: str) -> World:
    """The world in the database at hand, with the clock at NOW."""
    w = _everybody()
    _before(w, stage)
    if stage != "opened":
        _around(w)
    if stage in ("without_effect", "returned"):
        w.c.write(w.who["bo"], acts.EffectJudged("physiotherapist", "no_effect"), at=NOW)
    if stage == "returned":
        w.c.write(w.who["bo"], acts.ReturnedToGp(NEEDS, letter="Brevet om Dina"), at=NOW)
    if stage == "ended":
        w.c.write(w.who["bo"], acts.CourseEnded("managing_alone"), at=NOW)
    _name_ids(w)
    return w


def _everybody() -> World:
    c = cast()
    w = World(c, {name: getattr(c, name) for name in ("anna", "bo", "carla", "freja", "hanne", "dina", "erik")})
    for cell in _WORKERS.replace("\n", "·").split("·"):
        if cell.strip():
            user, role, *at = cell.split()
            where = w.place(at[0]) if at else people.register_organisation(_PLACES[role], f"Stedet {user}")
            people.register_professional(user, f"{user.title()} Demo", role, where)
            w.who[user] = people.professional_actor(user, TODAY)
    for number, name in enumerate((*_SHARED, "rel-never"), start=100):
        if name != "erik":
            person = people.register_person(f"Pårørende {name}", {"demo": f"demo-{number}"}, is_invented=True)
            w.who[name] = people.relative_actor(person)
    lone = people.register_person("Lone Demosen", {"demo": "demo-9"}, is_invented=True)
    w.who["lone"] = people.citizen_actor(lone)
    c.open(by=w.who["carla"], person=lone)
    return w


def _before(w: World, stage: str) -> None:
    """Opened by Greta, a GP who is not own GP; then at Kirsten's; then, treated, at Bo's."""
    c, opener = w.c, w.who["greta"]
    c.at = NOW - timedelta(days=99 if stage == "ended" else 60)
    told = () if stage == "opened" else (acts.FactsRecorded({**GROUP_2, "onset_on": str(c.at.date())}, "professional"),)
    c.open(*told, by=opener)
    c.write(opener, acts.HolderChanged(w.place("kirsten"), "behandling"))
    c.write(w.who["kirsten"], acts.HolderChanged(w.place("bo"), "behandling"))
    if stage == "opened":
        return
    c.write(w.who["anna"], acts.GroupConfirmed("recurrent"), acts.PlanConfirmed(("physiotherapy_and_chiropractic",)))
    c.write(
        w.who["bo"],
        acts.TreatmentStarted("physiotherapist"),
        acts.Visit("physiotherapist", SECRET["note"]),
        acts.ScoresRecorded("nrs_pain", 7, "citizen"),
        acts.FactsRecorded({"work": "sick_listed"}, "citizen"),
        acts.MessageToGp("start", SECRET["message"]),
    )
    c.write(w.who["dina"], acts.FactsRecorded({"comorbidity": "yes"}, "citizen"))


def _around(w: World) -> None:
    """Referrals, consents, shares, blocks and emergency access."""
    c = w.c
    for number, to, effort in (
        ("r-1", "hanne", "surgical_assessment"),
        ("r-2", "rasmus", "back_unit"),
        ("r-3", "ib", "surgical_assessment"),
        ("r-4", "freja", "municipal_prevention"),
    ):
        sent = acts.ReferralSent(
            number,
            effort,
            w.place(to),
            SECRET["question"],
            outside_programme="Tidligt",
            letter=f"Brevet om Dina {number}",
        )
        c.write(w.who["anna"], sent)
    c.write(w.who["rasmus"], acts.ReferralAccepted("r-2"))
    c.write(w.who["ib"], acts.ReferralRefused("r-3", "Ingen indikation", "Fortsæt"))
    for user, parts in _CONSENTS.items():
        c.write(w.who["dina"], acts.AccessGranted(w.place(user), "consent", parts))
    for name, (parts, days) in _SHARED.items():
        until = max(TODAY + timedelta(days=days), c.today)
        c.write(w.who["dina"], acts.AccessGranted(w.who[name].id, "sharing", parts, until))
    c.write(w.who["dina"], acts.AccessRevoked(w.who["rel-stopped"].id))
    c.write(w.who["dina"], acts.PartBlocked("clinical", "hospital"))
    for user, days in (("karl", 5), ("ea", 0)):
        at = max(NOW - timedelta(days=days), c.at)
        receipt = take_emergency_access(w.who[user], "demo", NUMBER, f"Akut {user}", key=f"e-{user}", at=at)
        c.version, c.at = receipt.version, max(c.at, at)


def _name_ids(w: World) -> None:
    entries = journal.entries_of(w.c.course)
    sent = {e.act.referral: e.id for e in entries if isinstance(e.act, acts.ReferralSent)}
    w.ids = {
        "course": w.c.course,
        "own": w.c.course,
        "to": w.who["rel-all"].id,
        "step": "smerte",
        "referral": "r-1",
        "entry": sent.get("r-1", entries[0].id),
        "effort": "surgical_assessment",
        "version": str(entries[-1].version),
        "visit": next((e.id for e in entries if e.type == "visit"), entries[-1].id),
    }
    offer = Offer.objects.create(
        offer="of-1", effort="surgical_assessment", name="Rygkirurgi", owner_id=w.place("hanne"),
        delivered_by_id=w.place("hanne"), valid_from=date(2020, 1, 1), takes="Rodpåvirkning", phone="00 00 00 00",
    )  # fmt: skip
    w.ids |= {"offer": offer.offer, "organisation": w.place("bo"), "membership": Membership.objects.earliest("pk").pk}


def frozen(monkeypatch: Any, at: datetime = NOW) -> Callable[[datetime], None]:
    """The record's clock stands still; what is signed keeps the real time. What is given back moves it."""
    from types import SimpleNamespace

    real, held = clocks.now, [at]
    for signing in ("rygrad.fhir.signed.clocks", "rygrad.fhir.api.keys.clocks"):
        monkeypatch.setattr(signing, SimpleNamespace(now=real))
    monkeypatch.setattr(clocks, "now", lambda: held[0])

    def move(to: datetime) -> None:
        held[0] = to

    return move
