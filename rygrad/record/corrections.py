"""A correction: who may make it, of what, and that the course still holds together afterwards."""

from collections.abc import Sequence
from dataclasses import replace

from rygrad.record import acts
from rygrad.record.coursefile import Recorded
from rygrad.record.fold import fold
from rygrad.record.identity import same_person
from rygrad.record.models import Course
from rygrad.record.refusals import NotFound, Refused
from rygrad.record.steps import NotAllowed, Step
from rygrad.record.wording import check_words

_NOT_TO_BE_STRUCK = ("course_opened",)


def check_correction(step: Step, act: acts.Correction, entries: Sequence[Recorded], person: str) -> None:
    """Refused unless the entry is there, one's own unit's (or the holder's to correct), and the rest still stands."""
    target = next((entry for entry in entries if entry.id == act.corrects), None)
    if target is None or isinstance(target.act, acts.Correction):
        raise NotFound
    own = step.actor.id == target.actor or step.actor.organisation in {target.organisation, step.file.holder} - {None}
    if not own:
        raise NotAllowed
    if act.body is None and target.type in _NOT_TO_BE_STRUCK:
        raise Refused("not_to_be_struck", "åbningen kan ikke slettes.", "the opening cannot be struck.")
    if act.body is not None:
        check_words(step.programme.pathway, acts.read(target.type, act.body), target.valid_on)
    _still_holds(act, entries)
    if step.file.outcome and target.type == "course_ended" and act.body is None:
        others = Course.objects.filter(person_id__in=same_person(person), ended_on=None)
        if others.exists():
            raise Refused("course_open", "borgeren har et nyt åbent forløb.", "the citizen has a new open course.")


def _still_holds(act: acts.Correction, entries: Sequence[Recorded]) -> None:
    last = entries[-1]
    correction = replace(last, id="", version=last.version + 1, type="correction", act=act)
    try:
        fold([*entries, correction])
    except KeyError:
        raise Refused(
            "others_build_on_it",
            "andre indførsler bygger på den; ret dem først.",
            "other entries build on it; correct them first.",
        ) from None
