"""The letters of the demo region: what its people would have sent, composed as the pages compose it."""

from collections.abc import Mapping, Sequence

import msgspec

from rygrad.decision.decide import decide
from rygrad.record import acts, journal
from rygrad.record.actor import Actor
from rygrad.record.clocks import local_day
from rygrad.record.contents import active
from rygrad.record.coursefile import CourseFile
from rygrad.record.fold import fold
from rygrad.record.journal import parts_of_receiver
from rygrad.record.letters import referral_letter, return_letter
from rygrad.record.matter import Matter, Who
from rygrad.record.models import Organisation
from rygrad.record.people import organisation_name
from rygrad.simulation.region import Citizen, Write

_LETTERS = (acts.ReferralSent, acts.ReturnedToGp)


def with_letters(
    new: Sequence[acts.Act], write: Write, actor: Actor, citizens: Mapping[str, Citizen]
) -> Sequence[acts.Act]:
    """The same acts; each referral and each return with the letter that stood on the page when it was sent."""
    if not any(isinstance(act, _LETTERS) for act in new):
        return new
    programme = active()
    file = fold(journal.entries_of(write.course), programme.signs)
    return [_with_letter(act, write, actor, citizens[write.citizen], file) for act in new]


def _with_letter(act: acts.Act, write: Write, actor: Actor, citizen: Citizen, file: CourseFile) -> acts.Act:
    match act:
        case acts.ReturnedToGp():
            letter = return_letter(_matter(write, actor, citizen, file, file.own_gp), act.needs, wish=act.note)
        case acts.ReferralSent():
            kind = Organisation.objects.values_list("kind", flat=True).get(id=act.to)
            matter = _matter(write, actor, citizen, file, act.to)
            parts = parts_of_receiver(kind)
            letter = referral_letter(matter, act.effort, act.question, urgency=act.urgency, parts=parts)
        case _:
            return act
    return msgspec.structs.replace(act, letter=letter.text())


def _matter(write: Write, actor: Actor, citizen: Citizen, file: CourseFile, receiver: str) -> Matter:
    day, pathway = local_day(write.at), active().pathway
    who = Who(
        today=day,
        sender=f"{actor.name}, {organisation_name(actor.organisation or '', day)}",
        receiver=organisation_name(receiver, day),
        citizen=citizen.name,
        identifier=citizen.demo_number,
        age=(day - citizen.born_on).days * 4 // 1461,
        places={receiver: organisation_name(receiver, day)},
    )
    return Matter(pathway=pathway, who=who, file=file, decision=decide(pathway, file.facts(), day))
