"""S1, the worklist: why each row is there, since when, the last news, and the next step."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from rygrad.pathway.words import Phrase, Words
from rygrad.quality.cells import harmless
from rygrad.record import acts, clocks
from rygrad.record.accesslog import begun
from rygrad.record.actor import Actor
from rygrad.record.contents import active
from rygrad.record.glance import Glance, glances
from rygrad.record.refusals import NotFound
from rygrad.record.tasks import WHY
from rygrad.record.words import ENTRY_WORDS
from rygrad.record.worklist import Cursor, Row, counts, row_of, worklist
from rygrad.web.language import language, say, words
from rygrad.web.models import SavedList
from rygrad.web.outcomes import NextStep, Outcome, next_step, outcomes_of
from rygrad.web.pages import WORKERS, Asked, page, shown
from rygrad.web.recording import back_of, must_be_ours, new_key, number_of, one_line, recorded

SIZE = 25
_CSV_PAGE = 200
LONGEST_NAME = 60


@dataclass(frozen=True)
class Line:
    """A row with what the page shows beside it; ``about`` is the effort the row is about, empty for none."""

    row: Row
    glance: Glance
    step: NextStep
    address: str
    outcomes: Sequence[Outcome]
    about: str
    key: str = field(default_factory=new_key)

    @property
    def anchor(self) -> str:
        """Where on the page the row stands; the way back leads here."""
        return f"r-{self.row.course}-{self.row.why}-{self.row.subject}".rstrip("-")

    @property
    def choice(self) -> str:
        """What a form says to mean this row."""
        return "|".join((self.row.course, self.row.why, self.row.subject))

    @property
    def why(self) -> str:
        """Why it is on the list, in words."""
        return self.row.words(language())

    @property
    def news(self) -> str:
        """What happened last."""
        return words(ENTRY_WORDS[self.glance.news.type]) if self.glance.news else ""


@page(*WORKERS)
def show(request: Asked) -> HttpResponse:
    """The list, a page at a time; chips narrow it to reasons, and the address holds nothing about anybody."""
    chosen = _chosen(request)
    found = worklist(request.actor, whys=chosen or tuple(WHY), after=_cursor(request), size=SIZE, channel="web")
    here = _address(chosen, request.GET.get("efter", ""))
    lines = _lines(request.actor, found.rows, here)
    numbers = counts(request.actor)
    following = found.following
    return shown(
        request,
        "worklist.html",
        lines=lines,
        chips=[(why, WHY[why], number, why in chosen, _toggled(chosen, why)) for why, number in numbers.items()],
        total=sum(numbers.values()),
        chosen=chosen,
        here=here,
        next_page=_address(chosen, f"{following.rank}.{following.due_on}.{following.id}") if following else "",
        is_later=bool(request.GET.get("efter")),
        saved=_saved(request.actor),
        work_values=_work_values() if request.actor.role == "municipal_worker" else None,
        bulk=_bulk(lines),
    )


def _chosen(request: Asked) -> tuple[str, ...]:
    saved = request.GET.get("liste", "")
    if number_of(saved) is not None:
        found = next((one for one in _saved(request.actor) if one.pk == int(saved)), None)
        must_be_ours(found is not None)
        return tuple(found.whys.split()) if found else ()
    return tuple(why for why in WHY if why in request.GET.getlist("hvorfor"))


def _saved(actor: Actor) -> list[SavedList]:
    here = SavedList.objects.filter(organisation=actor.organisation).order_by("name")
    return [one for one in here if one.owner == actor.id or one.is_shared]


def _cursor(request: Asked) -> Cursor | None:
    given = request.GET.get("efter", "").split(".")
    try:
        rank, due_on, number = given
        return Cursor(int(rank), date.fromisoformat(due_on), int(number))
    except ValueError:
        return None


def _address(chosen: Sequence[str], after: str = "") -> str:
    asked = [("hvorfor", why) for why in chosen] + ([("efter", after)] if after else [])
    return reverse("worklist") + (f"?{urlencode(asked)}" if asked else "")


def _toggled(chosen: Sequence[str], why: str) -> str:
    return _address([one for one in WHY if (one in chosen) != (one == why)])


def _lines(actor: Actor, rows: Sequence[Row], here: str) -> list[Line]:
    seen = glances(actor, (row.course for row in rows))
    efforts = active().pathway.words["efforts"] if seen else {}
    return [_line(actor, row, seen[row.course], here, efforts) for row in rows if row.course in seen]


def _line(actor: Actor, row: Row, glance: Glance, here: str, efforts: Mapping[str, Words]) -> Line:
    step, referral = next_step(row), glance.referrals.get(row.subject)
    about = words(efforts[referral.effort].clinician) if referral else ""
    line = Line(row, glance, step, "", outcomes_of(actor, row, glance), about)
    named = {"course": row.course} | ({"referral": row.subject} if step.route == "referral" else {})
    back = urlencode({"back": f"{here}#{line.anchor}"})
    anchor = f"#{step.anchor}" if step.anchor else ""
    return replace(line, address=f"{reverse(step.route, kwargs=named)}?{back}{anchor}")


def _work_values() -> list[tuple[str, Phrase]]:
    return list(active().pathway.facts["work"].values.items())


def _bulk(lines: Sequence[Line]) -> list[Outcome]:
    return list({outcome.id: outcome for line in lines for outcome in line.outcomes}.values())


@page(*WORKERS, posts=True)
def choose(request: Asked) -> HttpResponse:
    """One select on a row records an outcome; a row that has left the list meanwhile is said to have."""
    back = back_of(request) or reverse("worklist")
    try:
        line = line_of(request, request.POST.get("row", ""))
    except NotFound:
        messages.info(request, say("Rækken er ikke på listen længere.", "The row is no longer on the list."))
        return redirect(back)
    outcome = next((o for o in line.outcomes if o.id == request.POST.get("outcome")), None)
    if outcome is None:
        messages.info(request, say("Vælg et udfald.", "Choose an outcome."))
        return redirect(back)
    new = outcome.build(request.actor, line.row, line.glance)
    return recorded(request, line.row.course, new, f"{line.row.name}: {words(outcome.words)}.")


@page(*WORKERS, posts=True)
def set_work(request: Asked) -> HttpResponse:
    """Work status, in the row."""
    must_be_ours(request.actor.role == "municipal_worker")
    value = request.POST.get("work", "")
    must_be_ours(value in dict(_work_values()))
    new = [acts.FactsRecorded({"work": value}, "professional")]
    return recorded(request, request.POST.get("course", ""), new, say("Arbejdsstatus gemt.", "Work status stored."))


def line_of(request: Asked, choice: str) -> Line:
    """The row of the actor's own list that a form means; NotFound when it is not on it."""
    course, why, subject = [*choice.split("|"), "", ""][:3]
    must_be_ours(why in WHY)
    found = row_of(request.actor, course, why, subject, channel="web")
    must_be_ours(found is not None)
    lines = _lines(request.actor, [found] if found else [], reverse("worklist"))
    must_be_ours(bool(lines))
    return lines[0]


@page(*WORKERS, posts=True)
def save(request: Asked) -> HttpResponse:
    """Keep the chosen reasons under a name; shared, everybody in the organisation has the list."""
    name = one_line(request, "name", LONGEST_NAME)
    chosen = [why for why in WHY if why in request.POST.getlist("hvorfor")]
    if name and request.POST.get("remove") is None:
        kept, _ = SavedList.objects.update_or_create(
            owner=request.actor.id,
            organisation=request.actor.organisation,
            name=name,
            defaults={"whys": " ".join(chosen), "is_shared": "shared" in request.POST},
        )
        return redirect(f"{reverse('worklist')}?liste={kept.pk}")
    SavedList.objects.filter(
        owner=request.actor.id,
        organisation=request.actor.organisation,
        pk=number_of(request.POST.get("remove", "")) or 0,
    ).delete()
    return redirect("worklist")


@page(*WORKERS)
def as_csv(request: Asked) -> HttpResponse:
    """The list as a file, every row of it, safe to open in a spreadsheet."""
    day = clocks.local_day(clocks.now())
    lines = begun(_csv(request.actor, _chosen(request), language()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rygrad-liste-{day}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


class _Echo:
    def write(self, text: str) -> str:
        """The text that would be written."""
        return text


def _csv(actor: Actor, chosen: Sequence[str], spoken: str) -> Iterator[str]:
    """Line by line while it is sent, long after the request's own language is put away."""
    writer, after = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n"), None
    with translation.override(spoken):
        head = [say("navn", "name"), say("nummer", "number"), say("hvorfor", "why"), say("siden", "since"),
                say("drejer sig om", "about"), say("seneste nyt", "last news"), say("fra", "from")]  # fmt: skip
    while True:
        with translation.override(spoken):
            found = worklist(actor, whys=chosen or tuple(WHY), after=after, size=_CSV_PAGE, channel="web")
            rows = [_cells(line) for line in _lines(actor, found.rows, "")]
        if after is None:
            yield "\ufeff" + writer.writerow(head)
        for cells in rows:
            yield writer.writerow([harmless(cell) for cell in cells])
        after = found.following
        if after is None:
            return


def _cells(line: Line) -> Sequence[str]:
    row, glance = line.row, line.glance
    return row.name, glance.number, line.why, str(row.since_on), line.about, line.news, glance.news_from
