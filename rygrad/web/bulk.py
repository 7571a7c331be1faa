"""Several rows at once: first what will and what will not change, row by row; then the same, really."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from rygrad.pathway.errors import RygradError
from rygrad.record import journal
from rygrad.record.refusals import Refused
from rygrad.record.storage import writing
from rygrad.web.language import language, say, words
from rygrad.web.outcomes import OUTCOMES, Outcome
from rygrad.web.pages import WORKERS, Asked, page, shown
from rygrad.web.recording import back_of, must_be_ours, number_of
from rygrad.web.worklist import SIZE, Line, line_of


@dataclass(frozen=True, slots=True)
class Tried:
    """One row, and why it will not change; empty when it will."""

    line: Line | None
    choice: str
    hindrance: str


class _Undone(Exception):
    """Takes back what was tried."""


@page(*WORKERS, posts=True)
def preview(request: Asked) -> HttpResponse:
    """Each chosen row is tried as it would be stored, and taken back: the page says what would happen, truly."""
    outcome, chosen = _outcome(request), request.POST.getlist("row")[:SIZE]
    if not chosen:
        raise Refused("nothing_chosen", "vælg mindst én række.", "choose at least one row.")
    tried = [_tried(request, choice, outcome, chosen[:number]) for number, choice in enumerate(chosen)]
    return shown(
        request,
        "bulk.html",
        outcome=outcome,
        will=[one for one in tried if not one.hindrance],
        will_not=[one for one in tried if one.hindrance],
        back=back_of(request),
    )


def _outcome(request: Asked) -> Outcome:
    found = OUTCOMES.get(request.POST.get("outcome", ""))
    must_be_ours(found is not None)
    assert found is not None  # noqa: S101
    return found


def _tried(request: Asked, choice: str, outcome: Outcome, before: list[str]) -> Tried:
    line: Line | None = None
    try:
        line = line_of(request, choice)
        if any(one.partition("|")[0] == line.row.course for one in before):
            raise Refused(
                "twice",
                "borgeren er valgt i en anden række; én ad gangen.",
                "the citizen is chosen in another row; one at a time.",
            )
        with writing():
            _write(request, line, outcome, line.glance.version, f"try-{line.key}")
            raise _Undone
    except _Undone:
        return Tried(line, choice, "")
    except RygradError as problem:
        return Tried(line, choice, problem.message[language()])


def _write(request: Asked, line: Line, outcome: Outcome, version: int, key: str) -> None:
    if outcome not in line.outcomes:
        raise Refused("not_for_this", "udfaldet passer ikke til rækken.", "the outcome does not suit the row.")
    new = outcome.build(request.actor, line.row, line.glance)
    journal.append(request.actor, line.row.course, new, expected_version=version, key=key)


@page(*WORKERS, posts=True)
def confirm(request: Asked) -> HttpResponse:
    """Store the outcome on each row, as it was when it was shown; what others changed meanwhile is left alone."""
    outcome, done, left = _outcome(request), 0, []
    for choice in request.POST.getlist("row")[:SIZE]:
        version, _, rest = choice.partition("|")
        line: Line | None = None
        try:
            line = line_of(request, rest)
            read_at = number_of(version)
            must_be_ours(read_at is not None)
            _write(request, line, outcome, read_at or 0, f"{request.POST.get('key', '')}-{line.row.course}")
            done += 1
        except RygradError as problem:
            left.append(f"{line.row.name if line else ''}: {problem.message[language()]}")
    said = say(f"{words(outcome.words)}: {done} gemt.", f"{words(outcome.words)}: {done} stored.")
    messages.info(request, said)
    for one in left:
        messages.warning(request, say(f"Ikke ændret: {one}", f"Not changed: {one}"))
    return redirect(back_of(request) or "worklist")
