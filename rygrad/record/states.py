"""The course and the referral, each as one table of states and steps. Read it across: what may be recorded when.

``x`` legal · ``.`` refused · ``!`` legal under a condition that ``steps`` states.
The state of a course is never stored as truth: ``course_state`` derives it from the file and the decision.
"""

from dataclasses import dataclass

from rygrad.decision.decision import Decision
from rygrad.pathway.words import Phrase
from rygrad.record.coursefile import CourseFile

_COURSE = """
                    none opened asked grouped planned in_treatment without_effect returned decided held outside ended
course_opened       x    .      .     .       .       .            .              .        .       .    .       .
facts_recorded      .    x      x     x       x       x            x              x        x       x    x       .
alarm_raised        .    x      x     x       x       x            x              x        x       x    x       .
alarm_clarified     .    x      x     x       x       x            x              x        x       x    x       .
scores_recorded     .    x      x     x       x       x            x              x        x       x    x       .
history_received    .    !      !     .       .       .            .              .        .       !    !       .
information_given   .    x      x     x       x       x            x              x        x       x    x       .
information_read    .    x      x     x       x       x            x              x        x       x    x       .
group_confirmed     .    .      !     !       !       !            !              !        !       .    .       .
group_declined      .    x      x     x       x       x            x              x        x       x    .       .
plan_confirmed      .    .      .     x       x       x            .              x        x       .    .       .
treatment_started   .    !      !     !       !       !            !              !        !       !    !       .
visit               .    !      !     !       !       !            !              !        !       !    !       .
treatment_ended     .    !      !     !       !       !            !              !        !       !    !       .
effect_judged       .    x      x     x       x       x            x              x        x       x    x       .
effect_felt         .    x      x     x       x       x            x              x        x       x    x       .
reassessed          .    x      x     x       x       x            x              x        x       x    x       .
returned_to_gp      .    .      .     .       .       .            !              .        .       .    .       .
gp_decided          .    .      .     !       !       !            .              !        !       .    .       .
referral_sent       .    .      .     !       !       !            .              !        !       .    .       .
referral_received   .    !      !     !       !       !            !              !        !       !    !       .
referral_accepted   .    !      !     !       !       !            !              !        !       !    !       .
referral_refused    .    !      !     !       !       !            !              !        !       !    !       .
referral_booked     .    !      !     !       !       !            !              !        !       !    !       .
referral_done       .    !      !     !       !       !            !              !        !       !    !       .
referral_answered   .    !      !     !       !       !            !              !        !       !    !       .
referral_settled    .    !      !     !       !       !            !              !        !       !    !       .
message_to_gp       .    x      x     x       x       x            x              x        x       x    x       .
holder_changed      .    x      x     x       x       x            .              .        x       x    x       .
course_ended        .    x      x     x       x       x            !              x        x       !    !       .
access_granted      .    x      x     x       x       x            x              x        x       x    x       .
access_revoked      .    !      !     !       !       !            !              !        !       !    !       !
part_blocked        .    !      !     !       !       !            !              !        !       !    !       !
part_unblocked      .    !      !     !       !       !            !              !        !       !    !       !
correction          .    !      !     !       !       !            !              !        !       !    !       !
"""

_REFERRAL = """
                    none sent received accepted booked done refused answered
referral_sent       x    .    .        .        .      .    .       .
referral_received   .    x    .        .        .      .    .       .
referral_accepted   .    x    x        .        .      .    .       .
referral_refused    .    x    x        x        x      .    .       .
referral_booked     .    .    .        x        x      .    .       .
referral_done       .    .    .        x        x      .    .       .
referral_answered   .    .    .        x        x      x    .       .
referral_settled    .    .    .        .        .      .    x       x
"""


@dataclass(frozen=True, slots=True)
class State:
    """One state: what it is called, what must come first, and the clock that runs while it lasts (None: ended)."""

    id: str
    words: Phrase
    first: Phrase
    clock: str | None


COURSE_STATES = {
    state.id: state
    for state in (
        State(
            "opened",
            Phrase("Alarmtegn ikke afklaret", "Alarm signs not all asked"),
            Phrase("Spørg til udelukkelser og alarmtegn først.", "Ask about exclusions and alarm signs first."),
            "answer_missing",
        ),
        State(
            "asked",
            Phrase("Gruppe ikke bekræftet", "Group not confirmed"),
            Phrase("Bekræft gruppen først.", "Confirm the group first."),
            "to_confirm",
        ),
        State(
            "grouped",
            Phrase("Plan ikke bekræftet", "Plan not confirmed"),
            Phrase("Bekræft planen først.", "Confirm the plan first."),
            "to_confirm",
        ),
        State(
            "planned",
            Phrase("Behandling ikke begyndt", "Treatment not started"),
            Phrase("Registrér første behandling.", "Record the first treatment."),
            "treatment_not_started",
        ),
        State(
            "in_treatment",
            Phrase("I behandling", "In treatment"),
            Phrase("Vurdér effekten først.", "Judge the effect first."),
            "no_news",
        ),
        State(
            "without_effect",
            Phrase("Manglende effekt", "No effect"),
            Phrase(
                "Send tilbage til egen læge med vurdering af behovet først.",
                "Return to own GP with the assessment of need first.",
            ),
            "no_effect_return",
        ),
        State(
            "returned",
            Phrase("Sendt tilbage til egen læge", "Returned to own GP"),
            Phrase("Egen læge beslutter pr. indsats først.", "Own GP decides per effort first."),
            "return_received",
        ),
        State(
            "decided",
            Phrase("Egen læge har besluttet", "Own GP has decided"),
            Phrase("Gå videre med det besluttede.", "Go on with what was decided."),
            "no_news",
        ),
        State(
            "held",
            Phrase("Afventer afklaring af alarm", "On hold until an alarm is clarified"),
            Phrase("Afklar alarmen først.", "Clarify the alarm first."),
            "alarm_open",
        ),
        State(
            "outside",
            Phrase("Ikke omfattet af programmet", "Not covered by the programme"),
            Phrase("Overdrag eller afslut forløbet.", "Hand over or end the course."),
            "outside",
        ),
        State(
            "ended",
            Phrase("Afsluttet", "Ended"),
            Phrase("Åbn et nyt forløb.", "Open a new course."),
            None,
        ),
    )
}

REFERRAL_STATES = {
    state.id: state
    for state in (
        State("sent", Phrase("Sendt", "Sent"), Phrase("Modtag den.", "Receive it."), "triage"),
        State("received", Phrase("Modtaget", "Received"), Phrase("Visitér den.", "Triage it."), "triage"),
        State("accepted", Phrase("Accepteret", "Accepted"), Phrase("Aftal en tid.", "Book a time."), "booking"),
        State("booked", Phrase("Tid aftalt", "Booked"), Phrase("Udfør den.", "Carry it out."), "answer"),
        State("done", Phrase("Udført", "Done"), Phrase("Svar på den.", "Answer it."), "answer"),
        State("refused", Phrase("Afvist", "Refused"), Phrase("Send en ny.", "Send a new one."), None),
        State("answered", Phrase("Besvaret", "Answered"), Phrase("Send en ny.", "Send a new one."), None),
    )
}


def _table(text: str) -> dict[str, dict[str, str]]:
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}


COURSE_STEPS = _table(_COURSE)
REFERRAL_STEPS = _table(_REFERRAL)


def legal_course_steps(state: str) -> tuple[str, ...]:
    """The steps that may be recorded in this state; ``none`` before the course is opened."""
    return tuple(step for step, cells in COURSE_STEPS.items() if cells[state] != ".")


def legal_referral_steps(state: str) -> tuple[str, ...]:
    """The steps that may be recorded on a referral in this state; ``none`` before it is sent."""
    return tuple(step for step, cells in REFERRAL_STEPS.items() if cells[state] != ".")


def signs_were_put(decision: Decision, file: CourseFile, exclusions: tuple[str, ...]) -> bool:
    """All exclusions and all acute and same-day alarm signs have an answer."""
    return not decision.alarm_signs_not_asked and all(name in file.facts_said for name in exclusions)


def needs_return(file: CourseFile, decision: Decision) -> bool:
    """No effect, and the return with an assessment of need is due, or may be once the group is settled."""
    return file.is_without_effect and decision.return_to_gp in ("due", "ask")


def course_state(file: CourseFile, decision: Decision, exclusions: tuple[str, ...]) -> str:
    """The one state of a course: the first of these that fits."""
    fits = (
        ("none", file.version == 0),
        ("ended", file.outcome is not None),
        ("outside", decision.scope == "outside"),
        ("held", decision.scope == "hold"),
        ("returned", file.is_returned),
        ("without_effect", needs_return(file, decision)),
        ("opened", not signs_were_put(decision, file, exclusions)),
        ("asked", file.group is None),
        ("grouped", file.plan is None),
        ("decided", file.gp_decision_is_news),
        ("planned", not file.treatments and file.treated_since is None),
    )
    return next((state for state, fit in fits if fit), "in_treatment")
