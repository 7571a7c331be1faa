"""A referral from sent to answered, by the one who sends it and the one who receives it."""

from rygrad.simulation import texts
from rygrad.simulation.shapes import Worker, act
from rygrad.simulation.story import Story

REACHES = ("sent", "received", "accepted", "booked", "done", "answered")
_WORK = ("labour_market_and_income", "employment", "municipal_prevention")
_TIME_AFTER = 14


def send(s: Story, by: Worker, effort: str, outside: str = "", question: str = "") -> tuple[str, Worker]:
    """A referral to the effort's receiver; its id, and who receives it."""
    s.referrals += 1
    referral = f"{s.course}-r{s.referrals}"
    to = s.cast.receiver(effort, s.team, s.rng)
    if not outside and s.decision().efforts[effort] != "open":
        outside = texts.OUTSIDE
    urgency = "soon" if s.chance(0.15) else "routine"
    sent = act(
        "referral_sent",
        referral=referral,
        effort=effort,
        to=to.organisation,
        question=question or texts.QUESTIONS[effort],
        urgency=urgency,
        outside_programme=outside,
    )
    s.write(by, sent)
    return referral, to


def follow(s: Story, referral: str, to: Worker, reach: str, days: tuple[int, int] = (1, 3)) -> None:
    """The receiver takes it as far as this, step by step; the time given is two weeks later."""
    effort = s.known.efforts[referral]
    for step in REACHES[1 : REACHES.index(reach) + 1]:
        if step == "booked":
            s.wait(1, 2)
            booked = s.as_of.fromordinal(s.day.toordinal() + _TIME_AFTER)
            s.write(to, act("referral_booked", referral=referral, booked_on=booked.isoformat()))
            continue
        s.wait(*((_TIME_AFTER, _TIME_AFTER) if step == "done" else days))
        body = {"answer": texts.ANSWERS[effort]} if step == "answered" else {}
        given = s.cast.given(effort, to.organisation, s.day, s.number) if step == "accepted" else ""
        body |= {"offer": given} if given else {}
        s.write(to, act(f"referral_{step}", referral=referral, **body))
        if step == "accepted" and effort in _WORK and s.chance(0.6):
            told = {name: s.case.facts[name] for name in ("work", "sick_leave")}
            s.write(to, act("facts_recorded", facts=told, said_by="citizen"))


def refuse(s: Story, referral: str, to: Worker) -> None:
    """The receiver refuses, with a reason and an alternative."""
    s.wait(1, 3)
    s.write(to, act("referral_received", referral=referral))
    reason, alternative = texts.REFUSALS[s.known.efforts[referral]]
    s.wait(1, 2)
    s.write(to, act("referral_refused", referral=referral, reason=reason, alternative=alternative))
