"""The versions of the programme: which were in force, what changed, and two of them side by side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from rygrad.pathway.differences import Change, differences
from rygrad.pathway.errors import RygradError
from rygrad.pathway.read import content_folder
from rygrad.record import clocks
from rygrad.record.contents import programme
from rygrad.record.models import Activation, ContentVersion
from rygrad.record.refusals import NotFound
from rygrad.web.pages import page
from rygrad.web.programme.pages import public

# That the files differ is no difference in what they say.
_FINGERPRINT = "identity.sha256"


@dataclass(frozen=True, slots=True)
class Kept:
    """A version the record knows; ``since`` is the day it first was in force here, None when it never was."""

    sha256: str
    version: str
    since: date | None


@page(public=True)
def versions(request: HttpRequest) -> HttpResponse:
    """The versions that were in force, and two of them side by side."""
    kept = [_version(row) for row in ContentVersion.objects.all()]
    found = sorted(kept, key=lambda one: one.since or date.max, reverse=True)  # what is not in force yet comes first
    old, new = request.GET.get("fra", ""), request.GET.get("til", "")
    changes = _changes(old, new, {one.sha256 for one in found}) if old and new else None
    if changes is None and len(found) > 1:
        old, new = found[1].sha256, found[0].sha256
    return public(request, "versions.html", versions=found, changes=changes, old=old, new=new, changelog=changelog())


def _changes(old: str, new: str, known: set[str]) -> list[Change]:
    if not {old, new} <= known:
        raise NotFound
    found = differences(programme(old).pathway, programme(new).pathway)
    return [one for one in found if one.where != _FINGERPRINT]


def _version(row: ContentVersion) -> Kept:
    first = Activation.objects.filter(content=row).order_by("at").first()
    try:
        version = programme(row.sha256).pathway.identity.version
    except RygradError:
        version = row.version
    return Kept(row.sha256, version, clocks.local_day(first.at) if first else None)


def changelog() -> list[dict[str, Any]]:
    """The packaged programme's own changelog, newest first: a title and what changed; empty when there is none."""
    path = content_folder() / "CHANGELOG.md"
    found: list[dict[str, Any]] = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        if line.startswith("## "):
            found.append({"title": line[3:], "points": []})
        elif found and line.startswith("- "):
            found[-1]["points"].append(line[2:])
        elif found and line.startswith(" ") and found[-1]["points"]:
            found[-1]["points"][-1] += f" {line.strip()}"
    return found
