"""What a course's referrals show in the region's tables: a row for each, and the imaging that came of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rygrad.record import acts
from rygrad.record.coursefile import Recorded
from rygrad.record.entrydays import answers_of

_CARRIED = ("course", "region", "municipality", "known_until")
_NEXT = (acts.ReferralDone, acts.ReferralAnswered, acts.ReferralRefused)
Row = dict[str, Any]


def referral_rows(
    standing: Sequence[Recorded],
    keys: Row,
    alarms: Mapping[date, bool | None],
    kinds: Mapping[str, str],
    professions: Mapping[str, str],
) -> list[Row]:
    """One row for each referral, in the order they were sent. ``alarms`` says whether one had been there
    by the day it was sent."""
    carried = {name: keys[name] for name in _CARRIED}
    return [
        {
            **carried,
            "clinic": entry.organisation,
            "profession": professions.get(kinds.get(entry.organisation or "", "")),
            "effort": entry.act.effort,
            "receiver": entry.act.to,
            "sent_on": entry.valid_on,
            **_outcome(standing, entry.act.referral),
            "visits_before": visits_before(standing, entry),
            "alarm": alarms[entry.valid_on],
        }
        for entry in standing
        if isinstance(entry.act, acts.ReferralSent)
    ]


def _outcome(standing: Sequence[Recorded], referral: str) -> Row:
    mine = [e for e in standing if isinstance(e.act, _NEXT) and e.act.referral == referral]
    days = {type(entry.act): entry.valid_on for entry in mine}
    refusals = [entry.act.reason for entry in mine if isinstance(entry.act, acts.ReferralRefused)]
    return {
        "answered_on": days.get(acts.ReferralAnswered),
        "refused_on": days.get(acts.ReferralRefused),
        "refused_with_reason": bool(refusals[-1].strip()) if refusals else None,
    }


def visits_before(standing: Sequence[Recorded], sent: Recorded) -> int | None:
    """Visits to physiotherapist and chiropractor before a referral was sent.

    A treatment that ended says itself how many there were, when that is more. None when the course came from another
    system, which tells of no visits.
    """
    before = [e for e in standing if (e.valid_on, e.seq) < (sent.valid_on, sent.seq)]
    if any(isinstance(entry.act, acts.HistoryReceived) for entry in before):
        return None
    visits = Counter(entry.act.profession for entry in before if isinstance(entry.act, acts.Visit))
    for entry in before:
        if isinstance(entry.act, acts.TreatmentEnded):
            visits[entry.act.profession] = max(visits[entry.act.profession], entry.act.visits)
    return visits.total()


def imaging(standing: Sequence[Recorded], known: Mapping[str, Any]) -> Row:
    """The first and second imaging done on a referral, and whether one came before treatment.

    That imaging was done may also be told, with no day: then the day of the first is not known when it was told of
    earlier, and whether it came before treatment only when it was told of before.
    """
    efforts = {e.act.referral: e.act.effort for e in standing if isinstance(e.act, acts.ReferralSent)}
    done = sorted(
        e.valid_on for e in standing if isinstance(e.act, acts.ReferralDone) and efforts[e.act.referral] == "imaging"
    )
    told = [day for day, answer in answers_of(standing, "imaging_done") if answer == "yes"]
    told_first = min(told, default=None)
    is_dated = bool(done) and (told_first is None or done[0] <= told_first)
    treated = known.get("first_treatment_on")
    return {
        "imaging_on": done[0] if is_dated else None,
        "imaging_before_treatment": _before(
            done[0] if is_dated else None, told_first, treated and treated.earliest, known.get("imaging_done") == "no"
        ),
        "second_imaging_on": done[1] if is_dated and len(done) > 1 else None,
    }


def _before(done: date | None, told: date | None, treated: date | None, is_not_done: bool) -> bool | None:
    """By day: what happened on one day happened in an order nobody knows."""
    if done is None and told is None:
        return False if is_not_done else None
    by = done or told
    if treated is None or (by is not None and by < treated):
        return True
    return False if done is not None and treated < done else None
