"""The table of scenarios: which stories there are, how many of each, and which citizens they suit."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from rygrad.simulation import beginnings, care, referrals, texts, treatments
from rygrad.simulation.citizens import Kind
from rygrad.simulation.shapes import act
from rygrad.simulation.story import Story


def _reaching(reach: str, sent: tuple[int, int]) -> Callable[[Story], None]:
    """A referral sent so many days ago that has come as far as this."""

    def tell(s: Story) -> None:
        care.until_decided(s, s.rng.randint(*sent))
        referral, to = referrals.send(s, s.team.gp, s.wanted)
        referrals.follow(s, referral, to, reach)

    return tell


def at_the_municipality(s: Story) -> None:
    """Referred to the municipality's prevention offer (SOFT): new, taken, booked, running, or never answered."""
    s.wish = "municipal_prevention"
    reach, sent = s.rng.choice(
        (("sent", (0, 20)), ("received", (4, 9)), ("accepted", (7, 13)), ("booked", (9, 30)), ("done", (27, 40)))
    )
    _reaching(reach, sent)(s)


def answered_and_ended(s: Story) -> None:
    """The answer came, treatment went on, and the citizen manages alone."""
    care.until_decided(s, s.rng.randint(90, 200))
    referral, to = referrals.send(s, s.team.gp, s.wanted)
    referrals.follow(s, referral, to, "answered")
    s.wait(2, 6)
    s.write(s.team.gp, act("referral_settled", referral=referral))
    care.hand_over(s, s.team.gp, s.treater, texts.BACK_TO_TREATMENT)
    care.visits(s, s.treater, max(0, s.age - s.rng.randint(15, 35)))
    care.judge(s, s.treater, s.age, "effect", reassessed=False)
    s.wait(3, 20)
    care.end(s, s.treater)


def refused(s: Story) -> None:
    """Refused with an alternative; half are decided anew and sent elsewhere."""
    care.until_decided(s, s.rng.randint(7, 40))
    first = s.wanted
    referral, to = referrals.send(s, s.team.gp, first)
    referrals.refuse(s, referral, to)
    if s.chance(0.5):
        return
    s.wait(1, 5)
    care.look_at_group(s, s.team.gp)
    open_ones = [e for e, state in s.decision().efforts.items() if state == "open" and e != first]
    instead = "back_unit" if "back_unit" in open_ones else s.rng.choice(open_ones)
    reason = "Afvist; alternativet er valgt."
    decided = {first: {"decision": "declined", "reason": reason}, instead: {"decision": "accepted"}}
    s.write(s.team.gp, act("gp_decided", efforts=decided))
    referrals.send(s, s.team.gp, instead)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of story; ``share`` is its part of all of them (divided by their sum)."""

    name: str
    share: float
    suits: Kind
    tell: Callable[[Story], None]


SCENARIOS = (
    Scenario("just_opened", 2, "any", beginnings.just_opened),
    Scenario("answered_at_home", 3, "any", beginnings.answered_at_home),
    Scenario("undetermined", 4, "any", beginnings.undetermined),
    Scenario("excluded", 2.5, "any", beginnings.excluded),
    Scenario("held", 3.5, "any", beginnings.held),
    Scenario("clarified", 3, "any", beginnings.clarified),
    Scenario("to_confirm", 2, "any", beginnings.to_confirm),
    Scenario("plan_missing", 1.5, "any", beginnings.plan_missing),
    Scenario("new_at_treatment", 3, "any", beginnings.new_at_treatment),
    Scenario("not_started", 2, "any", beginnings.not_started),
    Scenario("in_treatment", 9, "any", treatments.in_treatment),
    Scenario("due", 6, "listed", treatments.due),
    Scenario("overdue", 4, "listed", treatments.overdue),
    Scenario("passing_3_months", 3.5, "short", treatments.passing_3_months),
    Scenario("group_changed", 1.5, "long", treatments.group_changed),
    Scenario("quiet", 3, "any", treatments.quiet),
    Scenario("managing_alone", 13, "any", treatments.managing_alone),
    Scenario("early_imaging", 2.5, "any", treatments.early_imaging),
    Scenario("opened_in_practice", 4, "any", treatments.opened_in_practice),
    Scenario("late_entries", 2, "any", treatments.late_entries),
    Scenario("several_actors", 3, "long", treatments.several_actors),
    Scenario("no_effect", 3.5, "listed", treatments.no_effect),
    Scenario("returned", 4, "listed", treatments.returned),
    Scenario("gp_decided", 2.5, "listed", treatments.gp_decided),
    Scenario("referral_sent", 2, "listed", _reaching("sent", (0, 4))),
    Scenario("referral_silent", 2, "listed", _reaching("sent", (10, 40))),
    Scenario("referral_received", 1.5, "listed", _reaching("received", (3, 6))),
    Scenario("referral_accepted", 2, "listed", _reaching("accepted", (7, 13))),
    Scenario("referral_booked", 2, "listed", _reaching("booked", (9, 40))),
    Scenario("referral_done", 1.5, "listed", _reaching("done", (26, 35))),
    Scenario("referral_answered", 3, "listed", _reaching("answered", (34, 60))),
    Scenario("at_the_municipality", 5, "long", at_the_municipality),
    Scenario("referral_refused", 2.5, "listed", refused),
    Scenario("answered_and_ended", 3, "listed", answered_and_ended),
    Scenario("other_ending", 2, "any", treatments.other_ending),
    Scenario("earlier_episode", 2.5, "any", treatments.earlier_episode),
    Scenario("came_back", 2.5, "any", treatments.came_back),
)


def allotted(courses: int, rng: Random) -> list[Scenario]:
    """A scenario for each course: by their shares, in shuffled order. Each is there from about 100 courses on."""
    total, found = sum(s.share for s in SCENARIOS), []
    for number in range(courses):
        left = (number + 0.5) / courses * total
        for scenario in SCENARIOS:
            left -= scenario.share
            if left < 0:
                break
        found.append(scenario)
    rng.shuffle(found)
    return found
