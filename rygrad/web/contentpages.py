"""The programme's content: the versions that are kept, a new one handed in, who it moves, and putting it in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from rygrad.decision.explanation import conclusion_title, state_word
from rygrad.pathway.errors import RygradError
from rygrad.pathway.pathway import Identity, Pathway
from rygrad.pathway.read import DEFAULT
from rygrad.record import activation, contents, people
from rygrad.record.activation import FIRST, Preview
from rygrad.record.actor import CLINICIANS
from rygrad.record.models import Activation, ContentVersion, Course, Professional
from rygrad.record.refusals import Refused
from rygrad.web import contentupload
from rygrad.web.adminforms import said, today
from rygrad.web.contentupload import Checked
from rygrad.web.language import language, say, words
from rygrad.web.pages import Asked, page, shown
from rygrad.web.recording import must_be_ours, text_of

_AT_ONCE, _PLACES = 2_000, 200
_SECTION_WORDS = {
    "window": ("Vinduet for revurdering", "The window for re-assessment"),
    "group": ("Mulig gruppe", "Possible group"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """A kept content: what it says of itself, when it was in force and who stood behind it, newest first."""

    sha256: str
    version: str
    identity: Identity | None
    activations: tuple[tuple[datetime, str, str], ...]
    is_active: bool
    lacks: tuple[str, ...]


@page("administrator")
def versions(request: Asked) -> HttpResponse:
    """Every kept version; and where a new one is handed in."""
    return _list(request)


def _list(request: Asked, checked: Checked | None = None) -> HttpResponse:
    problems = [problem.text(language()) for problem in checked.problems] if checked else []
    return shown(
        request,
        "admin/contents.html",
        status=422 if problems else 200,
        versions=_versions(),
        problems=problems[:_PLACES],
        more=max(0, len(problems) - _PLACES),
        folder=request.POST.get("folder", ""),
        packaged=DEFAULT,
    )


def _versions() -> list[Version]:
    """Newest in force first, then those that never were."""
    active = contents.activation().content_id
    stood: dict[str, list[tuple[datetime, str, str]]] = {}
    for row in Activation.objects.order_by("-at"):
        stood.setdefault(row.content_id, []).append((row.at, *_who(row)))
    found = [_version(row, tuple(stood.get(row.sha256, ())), active) for row in ContentVersion.objects.defer("files")]
    return sorted(found, key=lambda one: (bool(one.activations), one.activations[:1], one.version), reverse=True)


def _who(row: Activation) -> tuple[str, str]:
    first = say("første installation", "first installation")
    return (first if row.by == FIRST else row.by, "" if row.also_by == FIRST else row.also_by)


def _version(row: ContentVersion, stood: tuple[tuple[datetime, str, str], ...], active: str) -> Version:
    try:
        pathway = contents.programme(row.sha256).pathway
    except RygradError:  # a newer engine may not read an old content; it is kept for what was decided with it
        return Version(row.sha256, row.version, None, stood, False, ())
    return Version(row.sha256, row.version, pathway.identity, stood, row.sha256 == active, tuple(unsigned(pathway)))


def unsigned(pathway: Pathway) -> Iterator[str]:
    """What no clinician has signed or read yet, a sentence each; nothing when all of it is."""
    readings = [one for one in pathway.readings.values() if one.signed_by is None]
    unread = [one for one in pathway.safety_sources.values() if one.read_on is None]
    if pathway.identity.signed_by is None:
        yield say(
            "Versionen som helhed er ikke underskrevet af en kliniker.",
            "The version as a whole is not signed by a clinician.",
        )
    if readings:
        yield say(
            f"{len(readings)} af {len(pathway.readings)} læsninger er ikke underskrevet.",
            f"{len(readings)} of {len(pathway.readings)} readings are not signed.",
        )
    if unread:
        yield say(
            f"{len(unread)} af {len(pathway.safety_sources)} kilder i sikkerhedslaget er ikke læst endnu.",
            f"{len(unread)} of {len(pathway.safety_sources)} sources of the safety layer are still to be read.",
        )


@page("administrator")
def hand_in(request: Asked) -> HttpResponse:
    """A folder or a zip file is checked; when nothing is wrong it is kept, and what it would change is shown."""
    if request.method != "POST":
        return redirect("contents")
    upload, folder = request.FILES.get("zip"), text_of(request, "folder")
    if upload is None and not folder:
        nothing = Refused("nothing", "vælg en zip-fil, eller skriv en mappe.", "choose a zip file, or write a folder.")
        return _list(request, Checked({}, [nothing]))
    checked = contentupload.from_zip(upload) if upload else contentupload.from_folder(folder)
    if not checked.problems:
        try:
            kept = contents.keep(checked.files)
            return redirect("content", sha256=kept.sha256)
        except RygradError as problem:
            checked = Checked({}, [problem])
    return _list(request, checked)


@page("administrator")
def version(request: Asked, sha256: str) -> HttpResponse:
    """One version; when it is not in force, whom it would move, and how it is put in force."""
    return _version_page(request, sha256)


def _version_page(request: Asked, sha256: str, *, problem: RygradError | None = None) -> HttpResponse:
    files = contents.files_of(sha256)
    row = next(one for one in _versions() if one.sha256 == sha256)
    must_be_ours(row.identity is not None)
    open_courses = Course.objects.filter(ended_on=None).count()
    computed = not row.is_active and (open_courses <= _AT_ONCE or request.GET.get("vis") == "1")
    found = activation.preview(files) if computed else None
    return shown(
        request,
        "admin/content.html",
        status=getattr(problem, "status", 422) if problem else 200,
        problem=said(problem) if problem else None,
        row=row,
        open_courses=open_courses,
        found=found,
        moves=_moves(found, contents.programme(sha256).pathway) if found else [],
        differing=found.places[:_PLACES] if found else [],
        more=max(0, len(found.places) - _PLACES) if found else 0,
        against=contents.activation().content_id,
        also_by=request.POST.get("also_by", ""),
    )


def _moves(found: Preview, new: Pathway) -> list[tuple[str, str, str, int, str]]:
    """Each kind of move in words: the conclusion, from what, to what, how many courses, and the rule behind it."""
    old = contents.active().pathway
    return [
        (
            _title(old, new, name),
            _state(old, name, was),
            _state(new, name, will_be) if name != "window" else say("andre datoer", "other dates"),
            count,
            found.because.get((name, was, will_be), ""),
        )
        for (name, was, will_be), count in found.moves.most_common()
    ]


def _title(old: Pathway, new: Pathway, name: str) -> str:
    if name in _SECTION_WORDS:
        return say(*_SECTION_WORDS[name])
    for pathway in (new, old):
        try:
            return conclusion_title(pathway, name, language())
        except KeyError:
            continue
    return name


def _state(pathway: Pathway, name: str, value: str) -> str:
    """A state in the programme's own words; lists of things by their words, too."""
    section = name.partition(".")[0]
    if not value or value == "–":
        return "–"
    if section == "group":
        return " / ".join(
            words(pathway.groups[g].words.clinician) if g in pathway.groups else g for g in value.split(" / ")
        )
    if section in pathway.words and "." not in name:
        known = pathway.words[section]
        return ", ".join(words(known[one].clinician) if one in known else one for one in value.split(", "))
    return state_word(pathway, section, value, language())


@page("administrator")
def activate(request: Asked, sha256: str) -> HttpResponse:
    """Put a version in force, by the one logged in and a second named person; nothing when that is refused."""
    if request.method != "POST":
        return redirect("content", sha256=sha256)
    try:
        if text_of(request, "against") != contents.activation().content_id:
            raise Refused(
                "changed_since",
                "et andet indhold er sat i kraft, siden du så, hvad der ændres.",
                "another content has come into force since you saw what changes.",
                hint={"da": "Se det igennem igen.", "en": "Look it over again."},
            )
        done = activation.activate(sha256, _first(request), _second(request))
    except Refused as problem:
        return _version_page(request, sha256, problem=problem)
    messages.success(
        request,
        say(
            f"Sat i kraft af {done.by} og {done.also_by}. Berørte forløb står på den ansvarliges liste.",
            f"In force, by {done.by} and {done.also_by}. Courses concerned stand on their holder's list.",
        ),
    )
    return redirect("contents")


def _first(request: Asked) -> str:
    return f"{request.actor.name} ({request.user.get_username()})"


def _second(request: Asked) -> str:
    """The other one's name: an administrator or a clinician of today, who is not the one logged in."""
    user = text_of(request, "also_by")
    found = people.professional_actors(user, today()) if user else []
    known = [one for one in found if one.role == "administrator" or one.role in CLINICIANS]
    if not known or known[0].id == request.actor.id:
        raise Refused(
            "second_person",
            "skriv brugernavnet på en anden administrator eller kliniker.",
            "write the user name of another administrator or clinician.",
        )
    return f"{known[0].name} ({Professional.objects.get(id=known[0].id).user})"
