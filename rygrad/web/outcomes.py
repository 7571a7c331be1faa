"""What one choice on a row of the worklist records: which outcomes there are for a row, and what each writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rygrad.pathway.words import Phrase
from rygrad.record import acts
from rygrad.record.act import Effect
from rygrad.record.actor import CLINICIANS, Actor
from rygrad.record.glance import Glance
from rygrad.record.worklist import Row
from rygrad.web.language import say

TREATS = ("physiotherapist", "chiropractor")
_WORKERS = (*CLINICIANS, "municipal_worker")
Build = Callable[[Actor, Row, Glance], Sequence[acts.Act]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One choice: for which reasons on the list and which roles, and the entries it makes."""

    id: str
    words: Phrase
    whys: frozenset[str]
    roles: tuple[str, ...]
    build: Build


def _visit(actor: Actor, row: Row, glance: Glance) -> Sequence[acts.Act]:
    """One visit more; the first one is recorded on the course's page, where own GP's message is seen before it goes."""
    return (acts.Visit(actor.role),)  # type: ignore[arg-type]


def _judged(effect: Effect) -> Build:
    def build(actor: Actor, row: Row, glance: Glance) -> Sequence[acts.Act]:
        return (acts.Reassessed(), acts.EffectJudged(actor.role, effect))  # type: ignore[arg-type]

    return build


def _referral(kind: type[acts.Act]) -> Build:
    return lambda actor, row, glance: (kind(referral=row.subject),)


def _read(actor: Actor, row: Row, glance: Glance) -> Sequence[acts.Act]:
    return (acts.ReferralSettled(row.subject),)


def _given_up(actor: Actor, row: Row, glance: Glance) -> Sequence[acts.Act]:
    """Own GP decides against an effort whose receiver refused."""
    refused = acts.EffortDecision("declined", say("Afvist af modtageren", "Refused by the receiver"))
    return (acts.GpDecided({glance.referrals[row.subject].effort: refused}),)


_TREATED = frozenset({"due", "overdue", "no_news", "new_to_me"})
OUTCOMES = {
    outcome.id: outcome
    for outcome in (
        Outcome("visit", Phrase("Besøg i dag", "Visit today"), _TREATED, TREATS, _visit),
        Outcome(
            "effect",
            Phrase("Revurderet: effekt", "Reassessed: effect"),
            frozenset({"due", "overdue"}),
            TREATS,
            _judged("effect"),
        ),
        Outcome(
            "no_effect",
            Phrase("Revurderet: manglende effekt", "Reassessed: no effect"),
            frozenset({"due", "overdue"}),
            TREATS,
            _judged("no_effect"),
        ),
        Outcome(
            "reassessed",
            Phrase("Revurderet i dag, planen fortsætter", "Reassessed today, the plan goes on"),
            frozenset({"due", "overdue", "no_news"}),
            CLINICIANS,
            lambda actor, row, glance: (acts.Reassessed(note="Planen fortsætter."),),
        ),
        Outcome(
            "accept",
            Phrase("Accepteret", "Accepted"),
            frozenset({"referral_to_triage"}),
            _WORKERS,
            _referral(acts.ReferralAccepted),
        ),
        Outcome(
            "carried_out",
            Phrase("Udført, svar følger", "Carried out, answer to come"),
            frozenset({"referral_to_finish"}),
            _WORKERS,
            _referral(acts.ReferralDone),
        ),
        Outcome(
            "read",
            Phrase("Svar læst, planen fortsætter", "Answer read, the plan goes on"),
            frozenset({"referral_answered"}),
            CLINICIANS,
            _read,
        ),
        Outcome(
            "given_up",
            Phrase("Afvisning læst, ikke videre med indsatsen", "Refusal read, no further with the effort"),
            frozenset({"referral_refused"}),
            ("general_practitioner",),
            _given_up,
        ),
    )
}


def outcomes_of(actor: Actor, row: Row, glance: Glance) -> list[Outcome]:
    """The outcomes that may be chosen on this row."""
    return [
        o for o in OUTCOMES.values() if row.why in o.whys and actor.role in o.roles and _fits(o, actor, row, glance)
    ]


def _fits(outcome: Outcome, actor: Actor, row: Row, glance: Glance) -> bool:
    if outcome.id == "carried_out":
        return row.subject in glance.referrals and glance.referrals[row.subject].state == "booked"
    if outcome.id == "given_up":
        return glance.file is not None and glance.file.own_gp == actor.organisation
    if outcome.id == "read":
        return glance.file is not None and actor.organisation in (glance.file.holder, glance.file.own_gp)
    if outcome.id == "visit":
        return glance.file is not None and actor.role in glance.file.treatments
    if outcome.id == "reassessed":
        return glance.file is not None and not glance.file.is_without_effect
    return True


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a row's button says, and which page it opens."""

    words: Phrase
    route: str
    anchor: str = ""


_OPEN = NextStep(Phrase("Åbn", "Open"), "course")
NEXT_STEP = {
    "alarm_open": NextStep(Phrase("Se alarmen", "See the alarm"), "course"),
    "referral_to_triage": NextStep(Phrase("Visitér", "Triage"), "referral"),
    "return_received": NextStep(Phrase("Tag stilling", "Decide"), "course"),
    "no_effect_return": NextStep(Phrase("Send til egen læge", "Return to own GP"), "return"),
    "overdue": NextStep(Phrase("Revurdér", "Reassess"), "course"),
    "due": NextStep(Phrase("Revurdér", "Reassess"), "course"),
    "referral_refused": NextStep(Phrase("Se alternativet", "See the alternative"), "referral"),
    "referral_answered": NextStep(Phrase("Læs svaret", "Read the answer"), "referral"),
    "referral_silent": NextStep(Phrase("Følg op", "Follow up"), "referral"),
    "passes_3_months": NextStep(Phrase("Se grupperingen", "See the grouping"), "course"),
    "group_changed": NextStep(Phrase("Se grupperingen", "See the grouping"), "course"),
    "plan_changed": NextStep(Phrase("Se ændringen", "See the change"), "course"),
    "outside": NextStep(Phrase("Overdrag eller afslut", "Hand over or end"), "course", "afslut"),
    "referral_to_book": NextStep(Phrase("Aftal tid", "Book a time"), "referral"),
    "referral_to_finish": NextStep(Phrase("Svar", "Answer"), "referral"),
    "answer_missing": NextStep(Phrase("Spørg", "Ask"), "start"),
    "to_confirm": NextStep(Phrase("Bekræft", "Confirm"), "start"),
    "treatment_not_started": NextStep(Phrase("Åbn", "Open"), "course"),
    "no_news": NextStep(Phrase("Se forløbet", "See the course"), "course"),
}


def next_step(row: Row) -> NextStep:
    """The next step a row's button names."""
    return NEXT_STEP.get(row.why, _OPEN)
